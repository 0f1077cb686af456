"""What was asked for last: so many of it are remembered, whatever else was asked for before."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Latest(Generic[K, V]):
    """At most `kept_max` values by key; whose turn was longest ago is forgotten."""

    def __init__(self, kept_max: int) -> None:
        self._kept_max = kept_max
        self._known: OrderedDict[K, V] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def find(self, key: K) -> V | None:
        """The value, if it is remembered still."""
        if key in self._known:
            self._known.move_to_end(key)
        return self._known.get(key)

    def keep(self, key: K, value: V) -> V:
        """Remember the value, and hand it back."""
        self._known[key] = value
        self._known.move_to_end(key)
        while len(self._known) > self._kept_max:
            self._known.popitem(last=False)
        return value
