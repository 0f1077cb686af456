"""Whose side explains first, once a vote has fallen. A side, never a person.

It is the side with fewest votes: who stands nearly alone is heard least, and has thought of what
the others haven't. Nobody is named; who of a side speaks is theirs to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def explains_first(order: Iterable[str], votes: Mapping[str, int]) -> str | None:
    """The option with fewest votes, the first in `order` of those that have as few. None where all
    are of one mind."""
    sides = [name for name in order if votes.get(name)]
    return min(sides, key=votes.__getitem__) if len(sides) > 1 else None
