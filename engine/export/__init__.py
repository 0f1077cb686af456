"""What is taken away from a session: documents for a branch's files, records for other systems."""
