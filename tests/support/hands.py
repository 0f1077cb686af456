"""What somebody knows of a task who is shown it: its kind is asked, none is named.

The right answer stands in the kinds alone (`Kind.right`); a client sees a part, or a page, and not
the run. So the moment is made of what is seen.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from msgspec import UNSET, UnsetType

from engine.kinds.forms import ONE, Answer
from engine.kinds.held import Moment, SlotState, TaskState
from engine.kinds.kind import Kind
from engine.scenario.model import Scenario, Task
from engine.values import Map
from tests.support.options import draws_of, lists_of

Parts = Mapping[str, Any]


def moment(task: Task, part: Parts) -> Moment:
    """The moment of a slot, as its part shows it."""
    slot, said = part.get("slot", ""), tuple(part.get("answer", ()))
    body, given = task.body, said
    if said and body.sides:
        given = body.form.read(draws_of(part, body), body.sides, said)
    turns = [one["role"] for one in part.get("order", ())]
    spoken = {one["role"]: SlotState(done=one["done"]) for one in part.get("order", ())}
    slots = Map({slot: SlotState(answer=given), **spoken})
    held = {card: ("somebody",) for card in body.needs() if part.get("holds", True)}
    state = TaskState("open", 0, slots, order=tuple(turns), picked=_picked(part, body))
    return Moment(state, slot, 0, Map(held))


def _picked(part: Parts, body: Kind) -> tuple[str, ...] | UnsetType:
    """What of a longer list is shown."""
    for side, drawn in draws_of(part, body).items():
        if side in part and len(drawn.told) < len(body.sides[side]):
            return tuple([name for name in body.sides[side] if name in drawn.told])
    return UNSET


NOTHING_SHOWN: Parts = {}


def right_of(
    task: Task, part: Parts = NOTHING_SHOWN, own: str = "今天学到了很多。"
) -> Answer | None:
    """The right answer to a task, by the author's ids; where it asks for one's own words, `own`.
    None: nothing can be done now. It never votes as others did: it doesn't see how."""
    return (own,) if task.body.own_words else task.body.right(moment(task, part))


def guess(task: Task, part: Parts, chance: random.Random) -> Answer:
    """What somebody answers who guesses, by the ids that are shown."""
    form, lists = task.body.form, [list(map(_id, one)) for one in lists_of(part).values()]
    if not lists:
        return ("不知道",) if form.typed else ()
    if form.collected == "pairs":
        first, second = lists
        return tuple(f"{one}={second[n % len(second)]}" for n, one in enumerate(first))
    if form.collected == "items":
        return tuple(lists[0])
    return (chance.choice(lists[0]),)


def _id(option: Parts) -> str:
    return str(option["id"])


def trapped(scenario: Scenario, task: Task) -> tuple[str, str] | None:
    """(choice, trap): an answer that gets one held until rescued. None: none such."""
    if task.body.form != ONE or task.body.decides:
        return None
    for option in task.body.options:
        trap = scenario.traps.get(option.trap or "")
        if trap is not None and trap.hold_ms and trap.rescue and trap.then == "retry":
            return option.id, trap.id
    return None
