"""What comes about by itself: tasks open, votes fall, tasks finish, barriers open.

Theory of operation. A command is one macrostep: it is applied, then `settle` takes single steps
until none is left (language §3). A step is the first of these that applies, in document order:

1. a locked task whose `after` is met opens, or drops out if its guard is false (asked once);
2. an open task whose every slot is done falls (if it decides) and is done, with its effects;
3. the barrier opens, and the first way out whose guard holds is taken.

The order is the tie-break; nothing is random but what the run's seed draws. Whether 1 or 2 applies
to a task hangs on itself and on those it comes `after`, and on nothing else; so after a step only
the task it was about and those that wait for it are looked at again, and a scene of many tasks
settles in time that grows as they do. Steps are bounded: a script that goes round for ever is
refused by the proof, and here it trips an assertion, which stops one run and not the process. The
barrier is judged after every command, so leaving, coming back and a facilitator's skip open it just
as an answer does.

What it doesn't do, and why:

- One pass over the tasks, each looked at once. A task that finishes may open or drop one that is
  written before it, or lead away from the scene; a pass would go on with what was so when it began.
  So whoever waits for it is looked at first where they are written before it.
- Only the tasks that the command was about are looked at. A log may have been written by rules that
  settled otherwise, and its run goes on by those of today: each command looks at all of them once.
- All steps that apply, taken together, as some statecharts take parallel regions. Two that write
  the same variable need an order anyway, and an author can read document order off the page.
- A counter of who has arrived at the barrier. Whoever leaves, comes back or is skipped would have
  to be taken out of it, each in its own place; `barrier_holds` looks at the tasks, which say it.
- Asking a task's guard again while it is open. A task in somebody's hands would vanish, and what
  they did in it with it: whether it is in the play is settled once, in the log (`task.dropped`).
- Settling at replay. What came about is in the log; a rule that is mended later doesn't change
  what happened on an evening of before.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush
from typing import Final, Literal

from msgspec import UNSET

from engine.kinds.held import TaskState
from engine.rules import events as ev
from engine.rules.draft import Draft, apply_effects, drawn, enter, spring
from engine.rules.offers import closed_in
from engine.rules.state import SceneState
from engine.scenario.model import BACK, Barrier, Next, Scenario, Scene, Task
from engine.script.guards import holds
from engine.values import Map, TaskId

STEPS_MAX: Final = 2_000
"""Steps a single command may bring about. The largest script allowed needs fewer. More is a bug
and no refusal: no person could do anything about it, and half of a macrostep must not be kept."""


class EndlessError(AssertionError):
    """The script goes round without anybody doing anything: the proof refuses such scripts."""


def settle(draft: Draft) -> None:
    """Take steps until none is left. Raises EndlessError."""
    left = STEPS_MAX
    while _may_step(draft):
        path = draft.state.path
        for _ in _steps(draft, draft.scene[0]):
            left -= 1
            if not left:
                raise EndlessError(f"settling didn't end in scene {draft.scene[0].id}")
        if draft.state.path is path:
            return


def _may_step(draft: Draft) -> bool:
    """A team that waits for others stands still: what it finds then is what it left."""
    state = draft.state
    return state.phase == "playing" and not state.waits and draft.scene[0].ending is None


def _steps(draft: Draft, scene: Scene) -> Iterator[None]:
    """The steps until the scene is left or none applies, each taken as it is asked for."""
    path, tasks, following = draft.state.path, tuple(scene.tasks.values()), 0
    again: list[int] = []
    """Places before `following` that are to be looked at again, the first of them foremost."""
    held_by = draft.scene[1].tasks
    while again or following < len(tasks):
        if again:
            here = heappop(again)
        else:
            here, following = following, following + 1
        task = tasks[here]
        held = held_by.get(task.id)
        if held is None:
            if not _may_open(task, held_by):
                continue
            _open(draft, task)
        elif held.status == "open" and _is_answered(held):
            _finish(draft, task, held)
        else:
            continue
        yield
        if draft.state.path is not path or draft.state.phase != "playing":
            return
        held_by = draft.scene[1].tasks
        for place in scene.waiting_for[here]:
            if place < following:
                heappush(again, place)
    if barrier_holds(scene, draft.scene[1]):
        draft.emit(ev.BarrierOpened, scene=scene.id, by="tasks")
        leave(draft, scene)
        yield


def _is_answered(held: TaskState) -> bool:
    """Every slot is done."""
    for slot in held.slots.values():  # `all` would take five times as long
        if not slot.done:
            return False
    return True


def _may_open(task: Task, held_by: Map[TaskId, TaskState]) -> bool:
    """All of `after` are done, skipped or out; an absent prerequisite is nothing to wait for."""
    for name in task.after:
        before = held_by.get(name)
        if before is None or before.status == "open":
            return False
    return True


def _open(draft: Draft, task: Task) -> None:
    if task.guard is not None and not holds(task.guard, draft.state):
        draft.emit(ev.TaskDropped, task=task.id)
        return
    label = f"{task.scene}.{task.id}.{len(draft.state.path)}"
    seed, slots = draft.state.seed, task.who.slots
    laid = task.body.lay_out(slots, lambda ids: drawn(seed, label, ids))
    draft.emit(
        ev.TaskOpened,
        task=task.id,
        slots=slots,
        shuffled=laid.shuffled,
        order=laid.order,
        picked=laid.picked or UNSET,
    )


def _finish(draft: Draft, task: Task, held: TaskState) -> None:
    if task.body.decides:
        choice = task.body.fall(held)
        if choice is None or choice.id in closed_in(task, draft.state):
            draft.emit(ev.VoteTied, task=task.id)
            return
        draft.emit(ev.VoteDecided, task=task.id, choice=choice.id)
        if choice.trap is not None and not _voted_into(draft, task, choice.trap):
            return
        draft.emit(ev.TaskDone, task=task.id)
        apply_effects(draft, choice.effects)
    else:
        draft.emit(ev.TaskDone, task=task.id)
    apply_effects(draft, task.effects)


def _voted_into(draft: Draft, task: Task, trap_id: str) -> bool:
    """The team voted itself into a trap. True: the task counts as done all the same."""
    trap = draft.scenario.traps[trap_id]
    spring(draft, trap, task=task.id, slot="", seat="")
    if trap.then == "accept":
        return True
    draft.emit(ev.VoteTied, task=task.id)
    if trap.then == "detour":
        take_detour(draft, trap.detour)
    return False


def take_detour(draft: Draft, scene_id: str | None) -> None:
    """Go to the detour scene, unless the team is on one already (language §3: one level deep)."""
    assert scene_id is not None, "a detour has a scene"
    if draft.state.interrupted is None and draft.state.phase == "playing":
        enter(draft, draft.scenario.scenes[scene_id], detour=True)


# ── the barrier and the way out ─────────────────────────────────────────────────────────────────


def needed(scene: Scene, state: SceneState) -> tuple[Task, ...]:
    """The tasks the barrier looks at, less those that are out of the scene."""
    assert scene.barrier is not None, "only endings have no barrier"
    held = state.tasks
    return tuple(
        [
            task
            for task in scene.looked_at
            if (known := held.get(task.id)) is None or known.status != "out"
        ]
    )


def quota(barrier: Barrier, number: int) -> int:
    """How many of the `number` tasks needed must be done."""
    if barrier.kind == "any":
        return min(1, number)
    if barrier.kind == "count":
        return min(barrier.count, number)
    return number


def is_over(state: SceneState, task: Task) -> bool:
    """Done or skipped."""
    held = state.tasks.get(task.id)
    return held is not None and held.status in ("done", "skipped")


def barrier_holds(scene: Scene, state: SceneState) -> bool:
    """The scene is over as far as its tasks go."""
    if scene.barrier is None:
        return False
    if scene.barrier.kind in ("any", "count"):
        tasks = needed(scene, state)
        return sum([is_over(state, task) for task in tasks]) >= quota(scene.barrier, len(tasks))
    held_by = state.tasks
    for task in scene.looked_at:
        held = held_by.get(task.id)
        if held is None or held.status == "open":
            return False
    return True


def leave(draft: Draft, scene: Scene, *, abreast: bool = True) -> None:
    """Take the first way out whose guard holds; the compiler saw to it that the last is open.
    `abreast`: where the run's teams keep abreast, it is waited for the others first."""
    target = _first_open(draft, scene.next)
    if abreast:
        pass_on(draft, target)
    else:
        go(draft, target)


def pass_on(draft: Draft, target: str) -> None:
    """Go there; where teams keep abreast and an act ends with that, wait for the others first."""
    if draft.state.abreast and ends_act(draft.scenario, target):
        draft.emit(ev.SceneWaits, scene=draft.scene[0].id, next=target)
    else:
        go(draft, target)


def ends_act(scenario: Scenario, target: str) -> bool:
    """An act is a scene of the main way, with the ways round that begin in it: it ends where
    another scene of the main way begins, or an ending. A detour and the way back are in it."""
    return target != BACK and (scene := scenario.scenes[target]).main | (scene.ending is not None)


def release(draft: Draft, by: Literal["teams", "facilitator"]) -> None:
    """Let the team go where it was about to. Waiting was a step that changed nothing."""
    waits = draft.state.waits
    assert waits, "it waits"
    draft.emit(ev.SceneReleased, scene=draft.scene[0].id, by=by)
    go(draft, waits.to)


def _first_open(draft: Draft, ways: tuple[Next, ...]) -> str:
    for way in ways:
        if way.guard is None or holds(way.guard, draft.state):
            return way.go
    raise AssertionError("the last way out of a scene is unconditional")


def go(draft: Draft, target: str) -> None:
    """Go to a scene, or back to the one a detour interrupted."""
    if target != BACK:
        enter(draft, draft.scenario.scenes[target])
        return
    kept = draft.state.interrupted
    if kept is None:
        # A facilitator jumped into the detour: there is nothing to go back to but the beginning.
        enter(draft, draft.scenario.scenes[draft.scenario.start])
        return
    draft.emit(ev.SceneResumed, scene=kept.id)
