"""The workshop: what one person can make long is done in processes of its own, within limits."""
