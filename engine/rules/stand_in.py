"""What a stand-in does for a role that nobody plays: it answers rightly, a little later.

A stand-in has no secrets and no clock of its own: its next move is derived from the state, as a
deadline is, and becomes a logged command when its time has come. It takes only tasks of its role's
own slots; what belongs to whoever comes first is left to people. In a vote it joins the leading
choice, so that it never outvotes anybody.
"""

from __future__ import annotations

from collections import Counter
from typing import Final, assert_never

import msgspec

from engine.rules.answers import affordable
from engine.rules.state import SlotState, State, TaskState
from engine.scenario.model import (
    Choose,
    Discuss,
    Enter,
    Hand,
    Match,
    Order,
    Read,
    Reflect,
    Scenario,
    Search,
    Select,
    Speak,
    Task,
    Vote,
)
from engine.script.nodes import Choice
from engine.values import RoleId, TaskId

THINK_MS: Final = 8_000
"""How long a stand-in takes over a task."""

SILENT: Final = "（此角色缺席，由替身代行）"
"""What goes on record where a stand-in has nothing to say."""


class Move(msgspec.Struct, frozen=True):
    """What the stand-in will do, and when (run clock)."""

    at_ms: int
    task: TaskId
    slot: str
    answer: tuple[str, ...]


def next_move(scenario: Scenario, state: State, role: RoleId) -> Move | None:
    """The stand-in's earliest next move, in document order among equals; None: nothing to do."""
    cover = state.covers.get(role)
    if cover is None or cover.how != "stand_in" or state.scene is None:
        return None
    scene = scenario.scenes[state.scene.id]
    best: Move | None = None
    for task in scene.tasks.values():
        held = state.scene.tasks.get(task.id)
        if held is None or held.status != "open" or role not in held.slots:
            continue
        slot = held.slots[role]
        if slot.done:
            continue
        answer = right_answer(task, held, role, slot, state)
        if answer is None:
            continue
        at_ms = max(_earliest_ms(task, held), cover.since_ms + THINK_MS)
        if best is None or at_ms < best.at_ms:
            best = Move(at_ms, task.id, role, answer)
    return best


def _earliest_ms(task: Task, held: TaskState) -> int:
    if isinstance(task.body, Discuss):
        return held.opened_ms + max(THINK_MS, task.body.at_least_ms)
    return held.opened_ms + THINK_MS


def right_answer(
    task: Task, held: TaskState, role: RoleId, slot: SlotState, state: State
) -> tuple[str, ...] | None:
    """A right answer for the slot as it stands; None: nothing can be done there now."""
    body = task.body
    if isinstance(body, Hand):
        return () if state.holders.get(body.card) else None
    if isinstance(body, Speak):
        turn = next((name for name in held.order if not held.slots[name].done), None)
        return () if turn == role else None
    if isinstance(body, Search):
        return _spots(body, slot)
    if isinstance(body, Vote):
        return (_leading(body.choices, held),)
    return _knowledge(body)


def _knowledge(
    body: Choose | Select | Order | Match | Enter | Read | Discuss | Reflect,
) -> tuple[str, ...] | None:
    """The right answer where the script alone tells it."""
    match body:
        case Choose(choices=choices):
            best = _best(choices)
            return None if best.trap else (best.id,)
        case Select(choices=choices):
            return tuple(choice.id for choice in choices if choice.right)
        case Order(items=items):
            return tuple(item.id for item in items)
        case Match(pairs=pairs):
            return tuple(f"{pair.id}={pair.id}" for pair in pairs)
        case Enter(accept=accept):
            return (accept[0],)
        case Reflect():
            return (SILENT,)
        case Read() | Discuss():
            return ()
        case _:
            assert_never(body)


def _best(choices: tuple[Choice, ...]) -> Choice:
    """The right one, else the first that is no trap, else the first."""
    right = next((choice for choice in choices if choice.right and not choice.trap), None)
    return right or next((choice for choice in choices if not choice.trap), choices[0])


def _spots(search: Search, slot: SlotState) -> tuple[str, ...]:
    """The next spot that hides a card and no trap; nothing left: finish."""
    for spot in affordable(search, slot):
        if spot.card is not None and spot.trap is None:
            return (spot.id,)
    return ()


def _leading(choices: tuple[Choice, ...], held: TaskState) -> str:
    votes = Counter(slot.answer[0] for slot in held.slots.values() if slot.answer)
    return votes.most_common(1)[0][0] if votes else _best(choices).id
