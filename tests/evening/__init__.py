"""Use cases, called as nothing on the web calls them."""
