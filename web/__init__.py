"""The thin web front: parse, call the host, answer. No rule of the game is in here."""
