"""Sessions, runs and seats: the rows around the logs, how they are found, what is put on file."""
