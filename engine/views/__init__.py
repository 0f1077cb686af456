"""What each audience may see, part by part. Pure."""
