"""Who there is, and who is forgotten."""
