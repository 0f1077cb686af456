"""The file, the medium, whose it is."""
