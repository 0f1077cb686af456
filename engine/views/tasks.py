"""One task as a seat sees it, built up from what that seat may know.

A locked task shows that it is there and for whom it waits, not what it asks. An open one shows what
is asked and the possible answers, never which is right. A done one shows what was learnt. Who has
no slot of it, and wall and desk, are shown what its kind shows to such as them, and no more.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import asdict

from engine.errors import Lang
from engine.kinds.held import Moment, SlotState, TaskState
from engine.kinds.judging import Seen, Tries, told_costs
from engine.kinds.kind import Kind
from engine.kinds.shown import Audience, Shown
from engine.rules.acting import acted_for
from engine.rules.aside import tried_key
from engine.rules.drawn_ids import Options, options_of
from engine.rules.offers import closed_in
from engine.rules.state import SceneState, State
from engine.scenario.model import Scenario, Scene, Task
from engine.values import ANY, RoleId
from engine.views.learnt import learnt_by, taught
from engine.views.outcome import outcome, trap_in
from engine.views.parts.task_parts import Hint, LockedTask, OpenTask, WatchedTask
from engine.views.team import wall_ms
from engine.views.whereabouts import sees


@cache
def task_type(kind: type[Kind]) -> type[OpenTask]:
    """What an open task of a kind is sent as: what all tasks show, then what the kind shows, flat.
    Made here, so that a kind's own struct needn't know of the rest."""
    own = [
        (one.name, one.type, msgspec.field(name=one.encode_name))
        for one in msgspec.structs.fields(kind.shows)
    ]
    made = msgspec.defstruct(
        f"{kind.__name__}Task", own, bases=(OpenTask,), frozen=True, kw_only=True, gc=False
    )
    assert issubclass(made, OpenTask), "it has its base"
    return made


def locked_task(
    scenario: Scenario, scene: SceneState, task: Task, slot: str, role: RoleId
) -> LockedTask:
    """A task that isn't open yet: for whom it still waits, and no word of what it asks."""
    waits_for, own = _pending(scenario, scene, task, role)
    return LockedTask(
        id=task.id,
        slot=slot,
        role=role,
        role_name=scenario.roles[role].name,
        kind=task.kind,
        ask="",
        state="locked",
        optional=task.optional,
        mine=True,
        after=task.after,
        waits_for=tuple([scenario.roles[name].name for name in waits_for]),
        waits_for_own=own,
    )


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


class Glance(msgspec.Struct, frozen=True):
    """A task of a scene, as it is looked at in some state."""

    scenario: Scenario
    task: Task
    moment: Moment
    options: Options
    tried: Tries
    wall_ms: Callable[[int], int | None]
    lang: Lang

    def show(self, role: RoleId, audience: Audience, *, holds: bool = False) -> Shown:
        """What its kind shows to them. `holds`: see `Seen`."""
        return self.task.body.show(self._seen(role, audience, holds=holds))

    def right_so_far(self, role: RoleId) -> int | UnsetType:
        """How much of the slot's last answer was right, where that is told."""
        return self.task.body.right_so_far(self._seen(role, "answers"))

    def _seen(self, role: RoleId, audience: Audience, *, holds: bool = False) -> Seen:
        return Seen(
            moment=self.moment,
            roles=self.scenario.roles,
            cards=self.scenario.cards,
            vars=self.scenario.vars,
            tried=self.tried,
            draw=partial(self.options.of, self.task),
            drawn=self.options.seed is not None,
            wall_ms=self.wall_ms,
            audience=audience,
            role=role,
            picture=picture_of(self.scenario, self.task),
            holds=holds,
            lang=self.lang,
        )


def picture_of(scenario: Scenario, task: Task) -> str:
    """Where the picture is that whoever does the task has before them; empty for none."""
    name = scenario.scenes[task.scene].picture_for(task)
    return f"/scenarios/{scenario.id}/pictures/{name}" if name else ""


def glance(
    scenario: Scenario, state: State, scene: SceneState, task: Task, slot: str, lang: Lang
) -> Glance:
    """A look at a task that isn't locked, for one of its slots."""
    return Glance(
        scenario=scenario,
        task=task,
        moment=Moment(
            scene.tasks[task.id], slot, holders=state.holders, closed=closed_in(task, state)
        ),
        options=options_of(state),
        tried=_tries(state, task),
        wall_ms=partial(wall_ms, state),
        lang=lang,
    )


def _tries(state: State, task: Task) -> Tries:
    """Slot → what was answered there and not accepted."""
    tried = state.aside.tried
    if not tried:
        return {}
    keys = zip(task.who.slots, tried_keys(task), strict=True)
    return {slot: tried.get(key, ()) for slot, key in keys}


def tried_keys(task: Task) -> tuple[str, ...]:
    """Where in `Aside.tried` the answers of each of its slots stand."""
    return tuple([tried_key(task.scene, task.id, slot) for slot in task.who.slots])


def open_task(
    seen: Glance, role: RoleId, *, held_up: bool, own: bool, holds: bool = False
) -> OpenTask:
    """A task that is open, held up, or over, as the slot's seat sees it. `own`: it is seen by
    whoever answered last; `holds`: see `Seen`."""
    scenario, task = seen.scenario, seen.task
    held, slot, mine = seen.moment.held, seen.moment.slot, seen.moment.mine
    over = held.status in ("done", "skipped") or mine.done
    before = seen.tried.get(slot, ())
    came, known, fell_for = None, None, None
    if over:
        came = outcome(scenario, task, held, mine, own=own)
        answer = task.body.final(held, mine)
        skipped = came == "skipped"
        known = taught(scenario, task) if skipped else learnt_by(scenario, task, answer)
    elif before and not mine.missed:
        trap = trap_in(scenario, task, before[-1])
        fell_for = trap.belief if trap is not None else None
    return task_type(type(task.body))(
        id=task.id,
        slot=slot,
        role=role,
        role_name=scenario.roles[role].name,
        kind=task.kind,
        ask=task.ask,
        state="done" if over else "held" if held_up else "open",
        optional=task.optional,
        mine=True,
        tries=mine.tries,
        missed=mine.missed,
        answer=tuple(seen.options.answer(task, mine.answer)),
        tried=tuple([tuple(seen.options.answer(task, answer)) for answer in before]),
        hint=_hint(scenario, task, mine),
        learnt=known,
        outcome=came,
        fell_for=fell_for,
        talk_until_ms=_talk_until_ms(seen.wall_ms, held, task) if not over else UNSET,
        skipped=True if held.status == "skipped" else UNSET,
        right_so_far=seen.right_so_far(role) if before and not over else UNSET,
        **asdict(seen.show(role, "answers", holds=holds)),
    )


def _hint(scenario: Scenario, task: Task, mine: SlotState) -> Hint | None:
    if task.hint is None:
        return None
    text = task.hint.text if mine.hinted else None
    costs = told_costs(scenario.vars, task.hint.cost)
    return Hint(available=not mine.hinted, text=text, costs=costs)


def holds_all(state: State, task: Task, acts: tuple[RoleId, ...]) -> bool:
    """Whoever acts for these roles needs nobody else for what the task's kind takes from its
    `holders`: they are theirs, or nobody's."""
    return any(role in acts or not acted_for(state, role) for role in task.body.holders())


# ── who answers nothing ─────────────────────────────────────────────────────────────────────────


def looks_on(task: Task, acts: tuple[RoleId, ...]) -> tuple[RoleId, Audience] | None:
    """(for which role, as whom) a seat is shown something of a task that it doesn't answer. None:
    it is shown nothing of it. `acts`: the roles it acts for."""
    if not acts or any(slot == ANY or slot in acts for slot in task.who.slots):
        return None
    holder = next((role for role in task.body.holders() if role in acts), None)
    who: Audience = "waits" if holder is None else "holds"
    return (holder or acts[0], who) if who in task.body.shown_to else None


def beside_task(seen: Glance, role: RoleId, audience: Audience) -> OpenTask:
    """An open task, as a seat sees it that answers nothing: what its kind shows, and not what is
    asked, nor what was answered."""
    task = seen.task
    return task_type(type(task.body))(
        id=task.id,
        slot=seen.moment.slot,
        role=role,
        role_name=seen.scenario.roles[role].name,
        kind=task.kind,
        ask="",
        state="open",
        optional=task.optional,
        mine=False,
        tries=0,
        missed=False,
        answer=(),
        tried=(),
        hint=None,
        learnt=None,
        outcome=None,
        fell_for=None,
        **asdict(seen.show(role, audience)),
    )


def watches(scene: Scene, task: Task, acts: tuple[RoleId, ...]) -> bool:
    """Whoever acts for these roles is there, and may think along: where all talk it over, or, of
    what is theirs to `watch`, while they have nothing to do."""
    answers = any(slot == ANY or slot in acts for slot in task.who.slots)
    shown = (task.watch or task.talk_ms > 0) and bool(acts)
    return shown and not answers and looks_on(task, acts) is None and sees(scene, task, acts)


def _talk_until_ms(
    on_wall: Callable[[int], int | None], held: TaskState, task: Task
) -> int | None | UnsetType:
    return on_wall(held.opened_ms + task.talk_ms) if task.talk_ms else UNSET


def watched_task(
    scenario: Scenario, state: State, held: TaskState, task: Task, role: RoleId
) -> WatchedTask:
    """An open task, as `role` thinks along."""
    left = [slot for slot, one in held.slots.items() if not one.done]
    return WatchedTask(
        id=task.id,
        slot=left[0] if left else task.who.slots[0],
        role=role,
        role_name=scenario.roles[role].name,
        kind=task.kind,
        ask=task.ask,
        state="watched",
        optional=task.optional,
        mine=False,
        by=tuple([scenario.roles[slot].name for slot in left if slot != ANY]),
        talk_until_ms=_talk_until_ms(partial(wall_ms, state), held, task),
    )


def shown_of(
    scenario: Scenario, state: State, task: Task, audience: Audience, lang: Lang
) -> Shown | UnsetType:
    """What the kind of an open task shows to wall or desk; mostly nothing."""
    scene = state.scene
    if audience not in task.body.shown_to or scene is None:
        return UNSET
    held = scene.tasks.get(task.id)
    if held is None or held.status != "open":
        return UNSET
    return glance(scenario, state, scene, task, task.who.slots[0], lang).show("", audience)
