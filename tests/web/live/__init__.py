"""The socket: whose line it is, what it shows and costs, how it ends."""
