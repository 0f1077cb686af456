"""Sessions, and lists of them."""
