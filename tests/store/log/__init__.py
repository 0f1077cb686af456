"""The logs, and every store of them."""
