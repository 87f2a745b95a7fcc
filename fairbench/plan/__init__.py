"""From a config to files: all that a run will make, with the path of each."""
