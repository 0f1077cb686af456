"""Who of the staff did what, and what was refused to whom: a chain that all workers write."""
