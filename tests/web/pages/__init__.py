"""What people see and press, and what is behind it."""
