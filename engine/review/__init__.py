"""What a log teaches, worked out from the log alone: nothing in here is ever stored."""
