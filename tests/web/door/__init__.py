"""What every request passes: who it is, how much it may send, what is answered."""
