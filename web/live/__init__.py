"""The socket: who is on a line, what it is sent, what it says."""
