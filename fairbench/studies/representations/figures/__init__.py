"""The figures about representations, one file each."""
