"""Who comes in, and what of: every request is judged here, told of, and answered when refused."""
