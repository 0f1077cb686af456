"""The events a command brings about, as they come, with the state they lead to.

A Draft lives inside one call of `decide`. Emitting folds at once, so that whatever is judged next
(the next effect, a guard, the barrier) sees what has already happened.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from msgspec import UNSET

from engine.rules import events as ev
from engine.rules.evolve import evolve
from engine.rules.folds import run_clock
from engine.rules.state import SceneState, State
from engine.scenario.model import Scenario, Scene
from engine.script.nodes import Effects, SetVar, Trap
from engine.values import SeatId, Value


class Draft:
    """Events so far (`events`) and where they lead (`state`)."""

    def __init__(self, scenario: Scenario, state: State, at_ms: int) -> None:
        self.scenario = scenario
        self.state = state
        self.at_ms = at_ms
        self.events: list[ev.AnyEvent] = []

    def emit(self, kind: type[Any], **fields: Any) -> None:
        """Let an event of `kind` happen."""
        event = kind(at_ms=self.at_ms, **fields)
        self.state = evolve(self.state, event)
        self.events.append(event)

    @property
    def clock_ms(self) -> int:
        """The run clock."""
        return run_clock(self.state, self.at_ms)

    @property
    def scene(self) -> tuple[Scene, SceneState]:
        """The scene being played, as written and as it stands."""
        assert self.state.scene is not None, "no scene is being played"
        return self.scenario.scenes[self.state.scene.id], self.state.scene


def apply_sets(draft: Draft, sets: Iterable[SetVar]) -> None:
    """Assign, in order. Sums saturate at the ends; what changes nothing isn't an event."""
    for item in sets:
        value = _assigned(draft, item)
        if value != draft.state.vars[item.var]:
            draft.emit(ev.VarSet, var=item.var, value=value)


def _assigned(draft: Draft, item: SetVar) -> Value:
    if item.delta is None:
        assert item.value is not None, "a set has a value or a delta"
        return item.value
    var = draft.scenario.vars[item.var]
    return min(var.high, max(var.low, int(draft.state.vars[item.var]) + item.delta))


def apply_effects(draft: Draft, effects: Effects) -> None:
    """Assignments, then cards, then messages, each in the author's order."""
    apply_sets(draft, effects.sets)
    for give in effects.gives:
        give_card(draft, give.card, give.role)
    for tell in effects.tells:
        draft.emit(ev.Told, tell=tell.id, role=tell.role)


def give_card(draft: Draft, card: str, role: str) -> None:
    """Let `role` hold `card`; nothing happens if it does already."""
    if role not in draft.state.holders.get(card, ()):
        draft.emit(ev.CardGiven, card=card, role=role)


def hand_card(draft: Draft, card: str, giver: str, to: str) -> None:
    """Let the card change hands. Of one that may be handed on once, the log says that it was."""
    once = draft.scenario.cards[card].once or UNSET
    draft.emit(ev.CardHanded, card=card, giver=giver, to=to, once=once)


def spring(draft: Draft, trap: Trap, *, task: str, slot: str, seat: SeatId) -> None:
    """The trap springs: the team pays, and the seat that fell in is held. `seat` may be empty: a
    stand-in or a whole team fell in, and nobody is held (language §3: a hold stops one seat)."""
    draft.emit(ev.TrapSprung, trap=trap.id, task=task, slot=slot, seat=seat)
    apply_sets(draft, trap.cost)
    if seat and trap.hold_ms:
        until_ms = draft.clock_ms + trap.hold_ms
        held = draft.state.holds.get(seat)
        if held is None or held.until_ms < until_ms:
            draft.emit(ev.HoldBegan, seat=seat, trap=trap.id, until_ms=until_ms)


def enter(draft: Draft, scene: Scene, *, detour: bool = False) -> None:
    """Enter `scene`; if it is an ending, the run ends there."""
    limit_ms = scene.time.limit_ms if scene.time is not None else None
    eats: dict[str, int] = {}
    if scene.time is not None and scene.time.ticks:
        eats = {"every_ms": scene.time.every_ms, "ticks": scene.time.ticks}
    draft.emit(ev.SceneEntered, scene=scene.id, limit_ms=limit_ms, detour=detour, **eats)
    if scene.ending is not None:
        draft.emit(ev.RunEnded, ending=scene.id)


def drawn(seed: str, label: str, ids: Iterable[str]) -> tuple[str, ...]:
    """`ids` in an order drawn from the run's seed: each id's place is its hash's. The same seed and
    label give the same order for ever; the outcome is kept in the log all the same."""

    def rank(name: str) -> bytes:
        return hashlib.sha256(f"{seed}|{label}|{name}".encode()).digest()

    return tuple(sorted(ids, key=rank))
