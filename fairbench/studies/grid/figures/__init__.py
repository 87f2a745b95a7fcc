"""The figures about fits of the grid, one file each."""
