"""How the tables came to be: one revision a change, run at start by `open_database`.

A new revision is written by hand after the last one in `versions/`; the test of migrations says
what is still missing between them and `tables.py`.
"""
