"""What an answer amounts to, and what is shown of a task: what a kind hands back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Literal

import msgspec
from msgspec import UNSET

from engine.errors import Lang, Place
from engine.kinds.held import Moment
from engine.kinds.options import Draw, Option
from engine.kinds.shown import Audience, Listed
from engine.script.nodes import Card, Effects, Role, SetVar, Var
from engine.values import CardId, FactId, Map, RoleId, TrapId, VarId

Verdict = Literal["right", "plain", "missed", "trap", "vote", "confirmed", "found"]
Tries = Mapping[str, tuple[tuple[str, ...], ...]]
"""Slot → the answers given there that weren't accepted, oldest first."""


class Handing(msgspec.Struct, frozen=True):
    """A card that changes hands."""

    card: CardId
    to: RoleId
    giver: RoleId = ""


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """What an answer amounts to. What follows from it is the rules' business."""

    verdict: Verdict
    done: bool = True
    """The slot needs nothing more, unless a trap with `then: retry | detour` keeps it open."""
    answer: tuple[str, ...]
    """As it goes on record."""
    traps: tuple[TrapId, ...] = ()
    """Sprung by it, in document order."""
    effects: tuple[Effects, ...] = ()
    cards: tuple[CardId, ...] = ()
    """Found by it, for the slot's role."""
    handed: Handing | None = None
    """Given away by it."""


class LaidOut(msgspec.Struct, frozen=True):
    """What is drawn when a task opens; the log keeps it."""

    shuffled: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    """Slots, in the order in which they have their turn."""
    picked: tuple[str, ...] = ()
    """The options that this run shows, of a longer list; empty: all."""


class Ground(msgspec.Struct, frozen=True):
    """Something that a task takes for right, and the fact it rests on."""

    at: Place
    fact: FactId | None
    alone: bool
    """It is the only right answer, so a contested fact won't do."""


class Seen(msgspec.Struct, frozen=True):
    """What a kind's own part of a seat's page is made of."""

    moment: Moment
    roles: Map[RoleId, Role]
    cards: Map[CardId, Card]
    vars: Map[VarId, Var]
    tried: Tries
    draw: Callable[[str], Draw]
    """The draw of a side; the author's order and ids where this run draws none."""
    drawn: bool
    """This run draws its options."""
    wall_ms: Callable[[int], int | None]
    """The wall instant of one of the run clock; None in a pause."""
    audience: Audience = "answers"
    """Who looks. The slot is theirs who answer; for the others it is one of the task's."""
    role: RoleId = ""
    """Whose page it is: the role the slot is done for, or that holds something; empty: no role's,
    as of the wall."""
    picture: str = ""
    """The address of the scene's picture; empty where it has none."""
    holds: bool = False
    """Whoever answers needs nobody else for what a role of `holders` has: they act for it too, or
    nobody does."""
    lang: Lang = "zh"

    def listed(self, side: str, texts: Mapping[str, str]) -> tuple[Listed, ...]:
        """Those of a side's options that have texts here, as they were drawn."""
        drawn = self.draw(side)
        return tuple(
            [Listed(id=drawn.told[name], text=texts[name]) for name in drawn.order if name in texts]
        )

    def offered(self, side: str, options: Iterable[Option]) -> tuple[Listed, ...]:
        """The same, with what each costs, and whether it can be taken now."""
        drawn, by_id = self.draw(side), {option.id: option for option in options}
        shown = self.moment.held.picked or drawn.order
        return tuple(
            [self._offered(drawn.told[name], by_id[name]) for name in drawn.order if name in shown]
        )

    def _offered(self, said: str, option: Option) -> Listed:
        return Listed(
            id=said,
            text=option.text,
            costs=told_costs(self.vars, option.price) if option.price else UNSET,
            closed=self.moment.closed.get(option.id, UNSET),
        )


def told_costs(variables: Mapping[VarId, Var], price: Iterable[SetVar]) -> tuple[str, ...]:
    """What is to be paid, in the variables' own words."""
    told = []
    for item in price:
        var = variables[item.var]
        change = f"{item.delta:+d}" if item.delta is not None else f"= {item.value}"
        told.append(f"{var.label or var.id} {change}")
    return tuple(told)
