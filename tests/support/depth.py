"""How much is tried: less with every change, all of it by `make all`."""

from __future__ import annotations

_LONG = [False]


def go_deep() -> None:
    """This run is the long one; said by tests/conftest.py before any test is collected."""
    _LONG[0] = True


def depth(short: int, long: int) -> int:
    """How many examples, plays, rows this run takes."""
    return long if _LONG[0] else short
