"""What may be picked in a task, and the order and ids a run drew for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from engine.errors import Place
from engine.script.nodes import NO_EFFECTS, Choice, Effects, Guard, SetVar
from engine.values import CardId, FactId, TrapId

NO_OPTION: Final = "?"
"""Before an id that was never drawn. No author's id begins so: the rules refuse it."""


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that answers are made of, whatever its kind calls it."""

    id: str
    text: str
    side: str
    """The list it stands in, as the wire calls it: `choices`, `items`, `left` …"""
    at: Place
    right: bool = False
    """Right by itself: who picks it is right."""
    alone: bool = False
    """Whoever picks this has picked something, other options or none: coverage counts it."""
    trap: TrapId | None = None
    fact: FactId | None = None
    card: CardId | None = None
    """Found by who picks it."""
    points: int = 0
    effects: Effects = NO_EFFECTS
    price: tuple[SetVar, ...] = ()
    payable: Guard | None = None
    """That its price can be paid: it can't be taken otherwise."""
    guard: Guard | None = None
    """It can be taken while this holds."""


def of_choices(choices: Iterable[Choice]) -> tuple[Option, ...]:
    """The options that choices are."""
    return tuple(
        Option(
            id=one.id,
            text=one.text,
            side="choices",
            at=one.at,
            right=one.right,
            alone=True,
            trap=one.trap,
            fact=one.fact,
            effects=one.effects,
            price=one.price,
            payable=one.payable,
            guard=one.guard,
        )
        for one in choices
    )


def sides_of(options: Iterable[Option]) -> dict[str, dict[str, str]]:
    """Side → id → text, in the author's order; empty where one types or confirms."""
    sides: dict[str, dict[str, str]] = {}
    for one in options:
        sides.setdefault(one.side, {})[one.id] = one.text
    return sides


class Draw(msgspec.Struct, frozen=True):
    """The options of one side as a run shows them (`engine/rules/drawn_ids.py` draws them)."""

    order: tuple[str, ...]
    """The author's ids, in the order in which they are shown."""
    told: Mapping[str, str]
    """The author's id → what the wire calls it."""

    def read(self, said: str) -> str:
        """The author's id of what a client says; NO_OPTION and what it said, if that is none. What
        wasn't said stays so."""
        unknown = NO_OPTION + said if said else ""
        return next((name for name, id_ in self.told.items() if id_ == said), unknown)


def as_written(ids: Iterable[str]) -> Draw:
    """No draw: the author's order and ids."""
    told = {name: name for name in ids}
    return Draw(tuple(told), told)
