"""Use cases of an evening, without HTTP: open, join, lead, review, practise, publish, forget.

Each takes a `House` (what it works with) and an `Actor` (who asks), and asks `engine/rights.py`
what they may. The web, the command line and the simulator call them, and have no rule of their own.
"""
