"""One task as a seat sees it, built up from what that seat may know.

A locked task shows that it is there and for whom it waits, not what it asks. An open one shows what
is asked and the possible answers, never which is right. A done one shows what was learnt.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from engine.rules.answers import points_left
from engine.rules.options import Options
from engine.rules.state import SceneState, SlotState, State, TaskState
from engine.rules.views_learnt import Part, learnt_by, taught
from engine.rules.views_outcome import final, outcome, trap_in
from engine.scenario.model import (
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
from engine.script.nodes import NO_EFFECTS
from engine.values import ANY, RoleId

Tries = Mapping[str, tuple[tuple[str, ...], ...]]


class Seen(msgspec.Struct, frozen=True):
    """What a kind's own part is made of."""

    scenario: Scenario
    task: Task
    held: TaskState
    mine: SlotState
    options: Options


Build = Callable[[Seen], Part]


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
    options: Options,
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
        "answer": options.answer(task, mine.answer),
        "tried": [options.answer(task, answer) for answer in before],
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
        shown |= build(Seen(scenario, task, held, mine, options))
    if isinstance(task.body, Vote):
        shown["tally"] = _tally(task, held, tried, options)
    return shown


def _tally(task: Task, held: TaskState, tried: Tries, options: Options) -> list[Part] | None:
    """How the votes fell in the round before, which decided nothing; None in the first."""
    if not held.rounds or held.decided:
        return None
    last = [answers[-1][0] for answers in tried.values() if answers]
    drawn = options.of(task, "choices")
    return [{"id": drawn.told[name], "votes": last.count(name)} for name in drawn.order]


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


def _choices(seen: Seen) -> Part:
    body = seen.task.body
    assert isinstance(body, Choose | Select | Vote)
    return {"choices": _listed(seen, "choices", {one.id: one.text for one in body.choices})}


def _listed(seen: Seen, side: str, text: Mapping[str, str]) -> list[Part]:
    """The options of one side, as they were drawn."""
    drawn = seen.options.of(seen.task, side)
    return [{"id": drawn.told[name], "text": text[name]} for name in drawn.order]


def _order(seen: Seen) -> Part:
    """As the seat left them, else as drawn. Where nothing was, the log has an order."""
    body, mine = seen.task.body, seen.mine.answer
    assert isinstance(body, Order)
    drawn, text = seen.options.of(seen.task, "items"), {item.id: item.text for item in body.items}
    first = drawn.order if seen.options.seed is not None else seen.held.shuffled
    kept = mine if sorted(mine) == sorted(first) else first
    return {"items": [{"id": drawn.told[name], "text": text[name]} for name in kept]}


def _match(seen: Seen) -> Part:
    """Both sides as drawn, each by itself. Where nothing was, the log has an order of the right."""
    body, right = seen.task.body, seen.options.of(seen.task, "right")
    assert isinstance(body, Match)
    text = {pair.id: pair.right for pair in body.pairs}
    order = right.order if seen.options.seed is not None else seen.held.shuffled
    return {
        "left": _listed(seen, "left", {pair.id: pair.left for pair in body.pairs}),
        "right": [{"id": right.told[name], "text": text[name]} for name in order],
    }


def _read(seen: Seen) -> Part:
    assert isinstance(seen.task.body, Read)
    return {"story": seen.task.body.story}


def _search(seen: Seen) -> Part:
    body, found = seen.task.body, seen.mine.answer
    assert isinstance(body, Search)
    drawn, spots = seen.options.of(seen.task, "spots"), {spot.id: spot for spot in body.spots}
    shown = [
        {
            "id": drawn.told[name],
            "text": spots[name].text,
            "points": spots[name].points,
            "found": name in found,
            "gave": _gave(seen.scenario, spots[name]) if name in found else None,
        }
        for name in drawn.order
    ]
    return {"spots": shown, "points_left": points_left(body, seen.mine)}


def _gave(scenario: Scenario, spot: Spot) -> Part:
    """What was there: a card, something else that has come of it, or nothing."""
    card = scenario.cards[spot.card] if spot.card is not None else None
    return {
        "card": {"id": card.id, "title": card.title} if card is not None else None,
        "nothing": card is None and spot.trap is None and spot.effects == NO_EFFECTS,
    }


def _hand(seen: Seen) -> Part:
    assert isinstance(seen.task.body, Hand)
    card = seen.scenario.cards[seen.task.body.card]
    to = seen.scenario.roles[seen.task.body.to]
    return {"card": {"id": card.id, "title": card.title}, "to": {"id": to.id, "name": to.name}}


def _vote(seen: Seen) -> Part:
    body, held, roles = seen.task.body, seen.held, seen.scenario.roles
    assert isinstance(body, Vote)
    return {
        **_choices(seen),
        "votes": [
            {"role": name, "role_name": roles[name].name, "voted": slot.done}
            for name, slot in held.slots.items()
        ],
        "rule": body.rule,
        "decided": seen.options.of(seen.task, "choices").told.get(held.decided),
        "rounds": held.rounds,
    }


def _discuss(seen: Seen) -> Part:
    return {"confirmed": [name for name, slot in seen.held.slots.items() if slot.done]}


def _speak(seen: Seen) -> Part:
    held, roles = seen.held, seen.scenario.roles
    turn = next((name for name in held.order if not held.slots[name].done), None)
    return {
        "order": [
            {"role": name, "name": roles[name].name, "done": held.slots[name].done}
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
