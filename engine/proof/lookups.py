"""What the rules asked of a state while they decided: so that they needn't decide again of another
state that answers the same (`alike`).

Asked for is what guards, prices and assignments look up: variables, traps, cards. How far the tasks
are, and what was ever done, is told apart by its place in the key as a whole.
"""

from __future__ import annotations

from typing import Any, Final, TypeVar

from msgspec.structs import replace

from engine.rules.state import State
from engine.values import Map

K = TypeVar("K")
V = TypeVar("V")

Names = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
"""Variables, traps and cards."""
_WHERE: Final = ("vars", "sprung", "holders")


class Asked(Map[K, V]):
    """A Map that remembers what was looked up in it, and in those made of it."""

    __slots__ = ("names",)
    names: set[K]

    def __init__(self, of: Any, names: set[K]) -> None:
        super().__init__(of)
        self.names = names

    def __getitem__(self, key: K) -> V:
        self.names.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.names.add(key)  # type: ignore[arg-type]
        return super().__contains__(key)

    def get(self, key: K, default: Any = None) -> Any:
        """As a dict's."""
        self.names.add(key)
        return super().get(key, default)

    def set(self, key: K, value: V) -> Asked[K, V]:
        """As a Map's."""
        return Asked({**self, key: value}, self.names)

    def without(self, key: K) -> Asked[K, V]:
        """As a Map's."""
        return Asked(super().without(key), self.names)


def remembering(state: State) -> State:
    """The same state, which remembers what it is asked."""
    return replace(state, **{name: Asked(getattr(state, name), set()) for name in _WHERE})


def answered(state: State) -> tuple[Names, State]:
    """What such a state was asked, and all that came of it; and the state, which forgets it."""
    were = [getattr(state, name) for name in _WHERE]
    names = tuple(tuple(sorted(one.names)) for one in were)
    plain = {name: Map(one) for name, one in zip(_WHERE, were, strict=True)}
    return names, replace(state, **plain)  # type: ignore[return-value]


def answers(names: Names, state: State) -> tuple[object, ...]:
    """What a state answers to these. How often a trap has sprung nobody asks."""
    values, sprung, holders = state.vars, state.sprung, state.holders
    found: list[object] = [values[name] for name in names[0]]
    found += [name in sprung for name in names[1]]
    found += [holders.get(name) for name in names[2]]
    return tuple(found)
