"""One task as a seat sees it, built up from what that seat may know.

A locked task shows that it is there and for whom it waits, not what it asks. An open one shows what
is asked and the possible answers, never which is right. A done one shows what was learnt.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from engine.rules.answers import points_left
from engine.rules.state import SceneState, SlotState, State, TaskState
from engine.rules.views_learnt import Part, learnt_by, taught
from engine.rules.views_outcome import final, outcome, trap_in
from engine.scenario.model import (
    NO_EFFECTS,
    Choose,
    Discuss,
    Hand,
    Match,
    Order,
    Read,
    Scenario,
    Search,
    Select,
    Speak,
    Spot,
    Task,
    Vote,
)
from engine.values import ANY, RoleId

Tries = Mapping[str, tuple[tuple[str, ...], ...]]
Build = Callable[[Scenario, Task, TaskState, SlotState, RoleId], Part]


def locked_task(scenario: Scenario, scene: SceneState, task: Task, slot: str, role: RoleId) -> Part:
    """A task that isn't open yet: for whom it still waits, and no word of what it asks."""
    waits_for, own = _pending(scenario, scene, task, role)
    return {
        "id": task.id,
        "slot": slot,
        "role": role,
        "role_name": scenario.roles[role].name,
        "kind": task.kind,
        "ask": "",
        "state": "locked",
        "optional": task.optional,
        "mine": True,
        "after": list(task.after),
        "waits_for": [scenario.roles[name].name for name in waits_for],
        "waits_for_own": own,
    }


def _pending(
    scenario: Scenario, scene: SceneState, task: Task, role: RoleId
) -> tuple[list[RoleId], bool]:
    """(other roles that still owe what the task waits for; it waits for something that `role`, or
    whoever comes first, may do itself)."""
    wanted: list[str] = []
    for name in task.after:
        before = scene.tasks.get(name)
        if before is None:
            wanted += scenario.scenes[task.scene].tasks[name].who.slots
        elif before.status == "open":
            wanted += [slot for slot, held in before.slots.items() if not held.done]
    others = [name for name in dict.fromkeys(wanted) if name not in (role, ANY)]
    return others, len(others) < len(set(wanted))


def open_task(
    scenario: Scenario,
    task: Task,
    held: TaskState,
    slot: str,
    role: RoleId,
    *,
    tried: Tries,
    held_up: bool,
    own: bool,
) -> Part:
    """A task that is open, held up, or over, as the slot's seat sees it.

    `tried`: slot → the answers that weren't accepted. `own`: it is seen by whoever answered last.
    """
    mine = held.slots.get(slot, SlotState())
    over = held.status in ("done", "skipped") or mine.done
    before = tried.get(slot, ())
    shown: Part = {
        "id": task.id,
        "slot": slot,
        "role": role,
        "role_name": scenario.roles[role].name,
        "kind": task.kind,
        "ask": task.ask,
        "state": "done" if over else "held" if held_up else "open",
        "optional": task.optional,
        "mine": True,
        "tries": mine.tries,
        "missed": mine.missed,
        "answer": list(mine.answer),
        "tried": [list(answer) for answer in before],
        "hint": _hint(scenario, task, mine),
        "learnt": None,
        "outcome": None,
        "fell_for": None,
    }
    if over:
        shown["outcome"] = came = outcome(scenario, task, held, mine, own=own)
        skipped = came == "skipped"
        answer = final(task, held, mine)
        shown["learnt"] = taught(scenario, task) if skipped else learnt_by(scenario, task, answer)
    elif before and not mine.missed:
        trap = trap_in(scenario, task, before[-1])
        shown["fell_for"] = trap.belief if trap is not None else None
    if held.status == "skipped":
        shown["skipped"] = True
    build = _KINDS.get(type(task.body))
    if build is not None:
        shown |= build(scenario, task, held, mine, slot if slot != ANY else role)
    if isinstance(task.body, Vote):
        shown["tally"] = _tally(task.body, held, tried)
    return shown


def _tally(body: Vote, held: TaskState, tried: Tries) -> list[Part] | None:
    """How the votes fell in the round before, which decided nothing; None in the first."""
    if not held.rounds or held.decided:
        return None
    last = [answers[-1][0] for answers in tried.values() if answers]
    return [{"id": choice.id, "votes": last.count(choice.id)} for choice in body.choices]


def _hint(scenario: Scenario, task: Task, mine: SlotState) -> Part | None:
    if task.hint is None:
        return None
    costs = []
    for cost in task.hint.cost:
        var = scenario.vars[cost.var]
        change = f"{cost.delta:+d}" if cost.delta is not None else f"= {cost.value}"
        costs.append(f"{var.label or var.id} {change}")
    text = task.hint.text if mine.hinted else None
    return {"available": not mine.hinted, "text": text, "costs": costs}


def _choices(
    scenario: Scenario, task: Task, held: TaskState, mine: SlotState, role: RoleId
) -> Part:
    assert isinstance(task.body, Choose | Select | Vote)
    return {"choices": [{"id": choice.id, "text": choice.text} for choice in task.body.choices]}


def _order(scenario: Scenario, task: Task, held: TaskState, mine: SlotState, role: RoleId) -> Part:
    assert isinstance(task.body, Order)
    text = {item.id: item.text for item in task.body.items}
    kept = mine.answer if sorted(mine.answer) == sorted(held.shuffled) else held.shuffled
    return {"items": [{"id": name, "text": text[name]} for name in kept]}


def _match(scenario: Scenario, task: Task, held: TaskState, mine: SlotState, role: RoleId) -> Part:
    assert isinstance(task.body, Match)
    right = {pair.id: pair.right for pair in task.body.pairs}
    return {
        "left": [{"id": pair.id, "text": pair.left} for pair in task.body.pairs],
        "right": [{"id": name, "text": right[name]} for name in held.shuffled],
    }


def _read(scenario: Scenario, task: Task, held: TaskState, mine: SlotState, role: RoleId) -> Part:
    assert isinstance(task.body, Read)
    return {"story": task.body.story}


def _search(scenario: Scenario, task: Task, held: TaskState, mine: SlotState, role: RoleId) -> Part:
    assert isinstance(task.body, Search)
    spots = [
        {
            "id": spot.id,
            "text": spot.text,
            "points": spot.points,
            "found": spot.id in mine.answer,
            "gave": _gave(scenario, spot) if spot.id in mine.answer else None,
        }
        for spot in task.body.spots
    ]
    return {"spots": spots, "points_left": points_left(task.body, mine)}


def _gave(scenario: Scenario, spot: Spot) -> Part:
    """What was there: a card, something else that has come of it, or nothing."""
    card = scenario.cards[spot.card] if spot.card is not None else None
    return {
        "card": {"id": card.id, "title": card.title} if card is not None else None,
        "nothing": card is None and spot.trap is None and spot.effects == NO_EFFECTS,
    }


def _hand(scenario: Scenario, task: Task, held: TaskState, mine: SlotState, role: RoleId) -> Part:
    assert isinstance(task.body, Hand)
    card = scenario.cards[task.body.card]
    to = scenario.roles[task.body.to]
    return {"card": {"id": card.id, "title": card.title}, "to": {"id": to.id, "name": to.name}}


def _vote(scenario: Scenario, task: Task, held: TaskState, mine: SlotState, role: RoleId) -> Part:
    assert isinstance(task.body, Vote)
    return {
        **_choices(scenario, task, held, mine, role),
        "votes": [
            {"role": name, "role_name": scenario.roles[name].name, "voted": slot.done}
            for name, slot in held.slots.items()
        ],
        "rule": task.body.rule,
        "decided": held.decided or None,
        "rounds": held.rounds,
    }


def _discuss(
    scenario: Scenario, task: Task, held: TaskState, mine: SlotState, role: RoleId
) -> Part:
    return {"confirmed": [name for name, slot in held.slots.items() if slot.done]}


def _speak(scenario: Scenario, task: Task, held: TaskState, mine: SlotState, role: RoleId) -> Part:
    turn = next((name for name in held.order if not held.slots[name].done), None)
    return {
        "order": [
            {"role": name, "name": scenario.roles[name].name, "done": held.slots[name].done}
            for name in held.order
        ],
        "turn": turn,
    }


_KINDS: Final[Mapping[type[Any], Build]] = {
    Choose: _choices,
    Select: _choices,
    Order: _order,
    Match: _match,
    Read: _read,
    Search: _search,
    Hand: _hand,
    Vote: _vote,
    Discuss: _discuss,
    Speak: _speak,
}


def until_ms(state: State, task: Task, held: TaskState) -> int | None:
    """Wall instant from which a discussion may be confirmed; None in a pause, or elsewhere."""
    if not isinstance(task.body, Discuss) or state.paused_at_ms is not None:
        return None
    return held.opened_ms + task.body.at_least_ms + state.paused_ms
