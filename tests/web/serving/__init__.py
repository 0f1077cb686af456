"""A server: how it starts, stops, is watched, and what it does beside."""
