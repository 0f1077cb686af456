"""The pure rules of a run: commands in, events out, states folded, views built.

Read `decide.py` first; it tells the life of a command from the inside.
"""
