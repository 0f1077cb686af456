"""One task as a seat sees it, built up from what that seat may know.

A locked task shows that it is there and for whom it waits, not what it asks. An open one shows what
is asked and the possible answers, never which is right. A done one shows what was learnt.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.errors import Lang
from engine.kinds.held import Moment, SlotState
from engine.kinds.judging import Seen, Tries
from engine.rules.drawn_ids import Options
from engine.rules.state import SceneState
from engine.scenario.model import Scenario, Task
from engine.values import ANY, RoleId
from engine.views.learnt import Part, learnt_by, taught
from engine.views.outcome import outcome, trap_in


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
    moment: Moment,
    role: RoleId,
    *,
    options: Options,
    tried: Tries,
    held_up: bool,
    own: bool,
    lang: Lang,
    wall_ms: Callable[[int], int | None],
) -> Part:
    """A task that is open, held up, or over, as the slot's seat sees it.

    `own`: it is seen by whoever answered last. `wall_ms`: as of `Seen`.
    """
    held, slot, mine = moment.held, moment.slot, moment.mine
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
        answer = task.body.final(held, mine)
        shown["learnt"] = taught(scenario, task) if skipped else learnt_by(scenario, task, answer)
    elif before and not mine.missed:
        trap = trap_in(scenario, task, before[-1])
        shown["fell_for"] = trap.belief if trap is not None else None
    if held.status == "skipped":
        shown["skipped"] = True
    seen = Seen(
        moment=moment,
        roles=scenario.roles,
        cards=scenario.cards,
        tried=tried,
        draw=lambda side: options.of(task, side),
        drawn=options.seed is not None,
        wall_ms=wall_ms,
        lang=lang,
    )
    return shown | task.body.show(seen)


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
