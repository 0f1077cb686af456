"""The pure rules of a run: commands in, events out, states folded.

Read `decide.py` first; it tells the life of a command from the inside.
"""
