"""How much of a wrong answer was right: told only where that leaves the rest open.

A number is a hint that nobody pays for, and who reads no text could go by it: after "two are right"
of three there would be nothing left to think about. So it is told for the first few wrong answers,
and only where at least two answers would remain whatever the number were. Whether it is told hangs
on what was answered alone, never on what is right: not to be told tells nothing either.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import permutations, product
from math import factorial
from typing import Final

import msgspec
from msgspec import UNSET, UnsetType

from engine.kinds.kind import SLIPS_MAX

Places = tuple[str, ...]
"""What stands in each place."""

REMAIN: Final = 2
"""So many answers remain possible, whatever the number is."""
MANY: Final = 720
"""Of more answers than these not all are looked at: the first number leaves enough of them."""


class Space(msgspec.Struct, frozen=True):
    """All answers there are."""

    places: int
    things: Places
    """What may stand in a place."""
    once: bool
    """Each of them in one place only."""
    not_so: tuple[Places, ...] = ()
    """Known to be wrong from the start."""

    def size(self) -> int:
        """How many there are."""
        return factorial(self.places) if self.once else len(self.things) ** self.places

    def answers(self) -> Iterator[Places]:
        """Each of them."""
        if self.once:
            return permutations(self.things)
        return product(self.things, repeat=self.places)


def alike(one: Places, other: Places) -> int:
    """In how many places the same stands."""
    return sum(a == b for a, b in zip(one, other, strict=True))


@lru_cache(maxsize=1024)
def told(space: Space, key: Places, wrong: tuple[Places, ...]) -> int | UnsetType:
    """How many places of the last of these wrong answers were right; UNSET: that isn't told."""
    if not 0 < len(wrong) <= SLIPS_MAX:
        return UNSET
    if space.size() > MANY:
        return alike(wrong[0], key) if len(wrong) == 1 else UNSET
    left = [one for one in space.answers() if one not in space.not_so]
    number: int | UnsetType = UNSET
    for answer in wrong:
        left = [one for one in left if one != answer]
        sizes = Counter(alike(answer, one) for one in left)
        number = UNSET
        if min(sizes.values(), default=0) >= REMAIN:
            number = alike(answer, key)
            left = [one for one in left if alike(answer, one) == number]
    return number
