"""Ids, units of time, and the one immutable mapping that states are made of.

Instants are whole milliseconds since 1970 (`at_ms`), lengths of time whole milliseconds
(`limit_ms`). A *run-clock* instant is a wall instant less all the time the run has spent paused;
states keep run-clock instants, so a pause moves every deadline without touching one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from itertools import compress
from operator import is_not
from typing import Any, NoReturn, TypeVar

SceneId = str
TaskId = str
RoleId = str
SeatId = str
TrapId = str
FactId = str
CardId = str
VarId = str
RunId = str

Value = bool | int | str
"""What a variable holds: a bool, a bounded int, or one of its declared words."""

ANY = "any"
"""The one slot of a task that belongs to whoever comes first."""

K = TypeVar("K")
V = TypeVar("V")


class Map(dict[K, V]):
    """A dict that never changes: hashable, in insertion order, compared like a dict.

    A plain subclass rather than a persistent tree: the maps of a run hold a dozen entries, and
    copying a dozen entries is faster than any tree, keeps the author's order, and encodes as JSON.
    """

    __slots__ = ("_hash",)
    _hash: int

    def set(self, key: K, value: V) -> Map[K, V]:
        """The map with `key` bound to `value`, in its old place or at the end."""
        return Map({**self, key: value})

    def without(self, key: K) -> Map[K, V]:
        """The map less `key`; the same map if it isn't there."""
        return Map({k: v for k, v in self.items() if k != key}) if key in self else self

    def changed_since(self, before: Map[K, V]) -> Set[K]:
        """The keys that only one of both has, or that are bound to another object now."""
        if before is self:
            return frozenset()
        found = set(compress(self, map(is_not, self.values(), map(before.get, self))))
        if len(self) != len(before) or not found <= before.keys():
            found.update(before.keys() - self.keys())
        return found

    def __hash__(self) -> int:  # type: ignore[override]
        try:
            return self._hash
        except AttributeError:
            self._hash = hash(frozenset(self.items()))
            return self._hash

    def __reduce__(self) -> tuple[Any, ...]:
        return Map, (dict(self),)

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("a Map never changes; use set() or without()")

    __setitem__ = __delitem__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse
    __ior__ = _refuse


def map_of(pairs: Mapping[K, V] | Iterable[tuple[K, V]]) -> Map[K, V]:
    """A Map of a mapping or of pairs."""
    return Map(pairs)
