"""Where it is kept: the file, the folder and the medium; whose it is, and whether it is there."""
