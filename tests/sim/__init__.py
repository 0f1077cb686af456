"""Whole evenings simulated from one number: the program is real; clock, store, bus, lines and people aren't.

`world.py` puts a world together, `checks.py` says what must hold, `python -m tests.sim SEED` runs one.
"""
