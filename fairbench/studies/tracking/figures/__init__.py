"""The figures about tracked runs, one file each."""
