"""People made of dice: they play a script by chance, wrong as often as they are told.

Every draw is a hash of the seed and a count, so a play is a number one can run again. They answer,
ask for hints, rescue each other, hand cards about, lose their line and come back. A script that
gets any such crowd to an ending, again and again, is not yet proved, but it is no longer naive.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

import msgspec

from engine.errors import Rejection
from engine.proof.playthrough import Playthrough
from engine.rules import commands as cmd
from engine.rules.acting import acts_for
from engine.rules.deadlines import next_deadline
from engine.rules.decide import may_rescue
from engine.rules.stand_in import moment_of
from engine.scenario.model import Scenario, Task
from engine.values import ANY, RoleId, SeatId

T = TypeVar("T")

THINK_MS: Final = 20_000
"""What a dice person takes over a move."""


class Dice:
    """A stream of draws from a seed."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._count = 0

    def chance(self) -> float:
        """The next draw, at least 0 and less than 1."""
        self._count += 1
        digest = hashlib.sha256(f"{self._seed}#{self._count}".encode()).digest()
        return int.from_bytes(digest[:7], "big") / 2**56

    def pick(self, items: Sequence[T]) -> T:
        """One of `items`, which aren't empty."""
        return items[int(self.chance() * len(items))]


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How a play by chance ended."""

    ending: str
    """Empty: none was reached within the steps allowed."""
    stuck: bool
    """Nobody could act and nothing would happen by itself."""
    steps: int


class Turn(msgspec.Struct, frozen=True):
    """Something a seat could do now."""

    seat: SeatId
    task: Task
    slot: str
    role: RoleId | None


def turns(table: Playthrough) -> list[Turn]:
    """Every open slot with every seat that may answer it now, in document order."""
    state = table.state
    if state.phase != "playing" or state.scene is None:
        return []
    scene = table.scenario.scenes[state.scene.id]
    free = [s for s, held in state.seats.items() if held.online and s not in state.holds]
    found: list[Turn] = []
    for name, held in state.scene.tasks.items():
        if held.status != "open":
            continue
        for slot, slot_state in held.slots.items():
            if slot_state.done:
                continue
            for seat in free:
                if slot == ANY:
                    found.append(Turn(seat, scene.tasks[name], slot, None))
                elif slot in acts_for(state, seat):
                    found.append(Turn(seat, scene.tasks[name], slot, slot))
    return found


def random_play(
    scenario: Scenario,
    seed: str,
    *,
    wrong_rate: float = 0.3,
    unrest: float = 0.05,
    steps_max: int = 3_000,
    table: Playthrough | None = None,
    watch: Callable[[Playthrough], None] | None = None,
) -> Outcome:
    """Play to an ending by chance. `wrong_rate`: how often any answer is taken in place of a right
    one; `unrest`: how often somebody asks for a hint, hands a card, goes away or comes back instead
    of answering. `watch` sees the table after every step."""
    dice = Dice(seed)
    table = table or Playthrough(scenario, seed=seed)
    for step in range(steps_max):
        if watch is not None:
            watch(table)
        if table.state.phase != "playing":
            return Outcome(ending=table.state.ending, stuck=False, steps=step)
        before = table.state.seq
        if dice.chance() < unrest:
            _fidget(table, dice)
        # Time or stand-ins may have moved it on while somebody thought.
        elif not (_act(table, dice, wrong_rate) or table.state.seq != before or _wait(table)):
            return Outcome(ending="", stuck=True, steps=step)
    return Outcome(ending="", stuck=False, steps=steps_max)


def _wait(table: Playthrough) -> bool:
    """Let time go by to the next deadline or the end of a discussion, or bring somebody back;
    False: nothing would change."""
    due = next_deadline(table.scenario, table.state)
    until_ms = [] if due is None else [due.at_ms]
    until_ms += _talking_until(table)
    if until_ms:
        table.advance(max(0, min(until_ms) - table.now_ms))
        return True
    for seat, held in table.state.seats.items():
        # Whoever left for good may find the place taken.
        if not held.online and _tried(table, cmd.ComeBack, seat):
            return True
    return False


def _talking_until(table: Playthrough) -> list[int]:
    """Wall instants, still to come, at which discussions may be confirmed."""
    state = table.state
    if state.scene is None:
        return []
    scene = table.scenario.scenes[state.scene.id]
    found = (
        held.opened_ms + scene.tasks[name].least_ms + state.paused_ms
        for name, held in state.scene.tasks.items()
        if held.status == "open"
    )
    return [at_ms for at_ms in found if at_ms > table.now_ms]


def _act(table: Playthrough, dice: Dice, wrong_rate: float) -> bool:
    """Let somebody answer or rescue. False: nobody could do anything."""
    table.advance(int(dice.chance() * THINK_MS))
    possible = turns(table)
    while possible:
        turn = possible.pop(int(dice.chance() * len(possible)))
        assert table.state.scene is not None, "turns are of the scene being played"
        held = table.state.scene.tasks[turn.task.id]
        body, moment = turn.task.body, moment_of(table.state, turn.task, held, turn.slot)
        right = body.right(moment)
        wrong = dice.chance() < wrong_rate or right is None
        answer = dice.pick(body.guesses(moment)) if wrong else right
        if _tried(table, cmd.Submit, turn.seat, task=turn.task.id, answer=answer, role=turn.role):
            return True
    return _rescue(table, dice)


def _rescue(table: Playthrough, dice: Dice) -> bool:
    for held, hold in table.state.holds.items():
        rescue = table.scenario.traps[hold.trap].rescue
        for seat in table.state.seats:
            if rescue is not None and may_rescue(table.state, table.scenario, seat, held):
                choice = dice.pick(rescue.choices)
                if _tried(table, cmd.TryRescue, seat, seat=held, answer=(choice.id,)):
                    return True
    return False


def _tried(table: Playthrough, kind: type[object], by: SeatId, **fields: object) -> bool:
    try:
        table.do(kind, by, **fields)
    except Rejection:
        return False
    return True


def _fidget(table: Playthrough, dice: Dice) -> None:
    """Something that isn't an answer; refused as often as not."""
    state = table.state
    seat = dice.pick(tuple(state.seats))
    what = dice.pick(("hint", "hand", "away", "back"))
    if what == "hint" and state.scene is not None and state.scene.tasks:
        _tried(table, cmd.TakeHint, seat, task=dice.pick(tuple(state.scene.tasks)))
    elif what == "hand" and state.holders:
        card, to = dice.pick(tuple(state.holders)), dice.pick(state.roles)
        _tried(table, cmd.HandCard, seat, card=card, to=to)
    elif what == "away":
        _tried(table, cmd.GoAway, seat)
    else:
        _tried(table, cmd.ComeBack, seat)
