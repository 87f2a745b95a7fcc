"""A static site of the pages, the methods and whatever results are there, to be opened offline."""
