"""The compiled scenario: the only shape the rules know. Frozen all the way down.

`compile.py` makes it from an author's YAML. What it is made of below tasks and scenes stands in
`engine/script/nodes.py`. Maps keep the author's order, which breaks every tie (language §3).
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, Literal

import msgspec

from engine.kinds.kind import Kind
from engine.script.nodes import (
    NO_EFFECTS,
    Aim,
    Card,
    Effects,
    Fact,
    Fate,
    Guard,
    Node,
    Role,
    SetVar,
    Source,
    Tell,
    Trap,
    Var,
    Words,
)
from engine.values import CardId, FactId, Map, RoleId, SceneId, TaskId, TrapId, Value, VarId

# ── tasks ───────────────────────────────────────────────────────────────────────────────────────


class Who(msgspec.Struct, frozen=True):
    """Whose task it is.

    `slots` are the parts it is done in: one role; each listed role (a list, or `all`); or the one
    slot `any`, done by whoever comes first. A slot named by a role is done by any seat of that role
    or by whoever covers it.
    """

    slots: tuple[str, ...]
    roles: tuple[RoleId, ...]
    """Who may act, in the script's order; for `any`: every role."""


class Hint(Node, frozen=True, kw_only=True):
    """A hint and what taking it costs the team."""

    text: str
    cost: tuple[SetVar, ...] = ()


class Task(Node, frozen=True, kw_only=True):
    """Something asked of a role, of several, or of whoever comes first."""

    id: TaskId
    scene: SceneId
    kind: str
    """A name of `engine/kinds/registry.py`."""
    who: Who
    ask: str
    body: Kind
    """What it is: whoever wants to know anything of its kind asks it."""
    after: tuple[TaskId, ...] = ()
    """Tasks of the same scene that must be done (or out) first."""
    guard: Guard | None = None
    optional: bool = False
    watch: bool = False
    """Whoever has nothing to answer sees what is asked, without what may be answered."""
    talk_ms: int = 0
    """So long after it has opened everybody talks it over; answers are taken from then on."""
    hint: Hint | None = None
    fact: FactId | None = None
    """Shown to the slot once done."""
    effects: Effects = NO_EFFECTS
    """Happen once, when the whole task is done."""

    @property
    def least_ms(self) -> int:
        """How long it is open, at the least, before an answer can be taken."""
        return max(self.talk_ms, self.body.least_ms())


# ── scenes ──────────────────────────────────────────────────────────────────────────────────────


class Barrier(Node, frozen=True, kw_only=True):
    """When a scene is over. `optional` tasks never count for `all` and `count`."""

    kind: Literal["all", "any", "count", "tasks"]
    count: int = 0
    tasks: tuple[TaskId, ...] = ()

    def looks_at(self, task: Task) -> bool:
        """It waits for the task, or may."""
        if self.kind == "tasks":
            return task.id in self.tasks
        return self.kind == "any" or not task.optional


BACK = "back"
"""The target that leaves a detour for the scene it interrupted."""


class Next(Node, frozen=True, kw_only=True):
    """A way out of a scene; the first whose guard holds is taken."""

    go: SceneId
    guard: Guard | None = None


class TimeLimit(Node, frozen=True, kw_only=True):
    """A scene's limit, and where the team goes when it runs out."""

    limit_ms: int
    then: SceneId
    every_ms: int = 0
    """Each time so much has gone by, `sets` happen; 0: never."""
    sets: tuple[SetVar, ...] = ()
    """Sums of numbers: what the clock eats."""

    @property
    def ticks(self) -> int:
        """How often they happen before the time is up, at the most."""
        return (self.limit_ms - 1) // self.every_ms if self.every_ms else 0


class Site(Node, frozen=True, kw_only=True):
    """One of the places that a scene is played in at once: who is there, and what they see. Its
    tasks are those of its roles."""

    id: str
    title: str
    roles: tuple[RoleId, ...]
    story: str = ""
    picture: str = ""
    """A file beside the script; empty for none."""


class Picks(Node, frozen=True, kw_only=True):
    """Tasks of which a run plays some, as it draws (`engine/scenario/picks.py`)."""

    count: int
    """How many."""
    of: tuple[TaskId, ...]
    """Of which; in the author's order."""


class Scene(Node, frozen=True, kw_only=True, dict=True):
    """A node in the flow. An ending has `ending` and no tasks."""

    id: SceneId
    title: str
    when: str = ""
    story: str = ""
    story_for: Map[RoleId, str] = Map()
    picture: str = ""
    """A file beside the script, e.g. `lake.svg`; empty for none."""
    places: Map[str, Site] = Map()
    """Two at once, each with roles of its own; empty: all are together."""
    pick: Picks | None = None
    """Tasks of which each run plays some; None: it plays all."""
    time: TimeLimit | None = None
    tasks: Map[TaskId, Task] = Map()
    barrier: Barrier | None = None
    next: tuple[Next, ...] = ()
    ending: Literal["good", "mixed", "bad"] | None = None
    facts: tuple[FactId, ...] = ()
    """What an ending's or a scene's story rests on."""
    say: str = ""
    """What whoever leads the evening may say here, aloud; empty for nothing."""
    cues: tuple[str, ...] = ()
    """What the room hears and sees as it begins: names of `CUES`."""
    main: bool = True
    """False for scenes reached only by a trap's detour or by running out of time: they are no
    stations on the progress map."""

    @cached_property
    def site_by_role(self) -> dict[RoleId, Site]:
        """Where each role is; empty where all are together."""
        return {role: site for site in self.places.values() for role in site.roles}

    def apart(self, one: RoleId, other: RoleId) -> bool:
        """They are in two places: neither sees what the other does."""
        return self.site_by_role.get(one) != self.site_by_role.get(other)

    def picture_for(self, task: Task) -> str:
        """The picture that whoever does the task has before them; empty for none."""
        sites = self.site_by_role
        found = {sites[role].picture for role in task.who.roles if role in sites}
        return found.pop() if len(found) == 1 else self.picture

    @cached_property
    def alternatives(self) -> frozenset[TaskId]:
        """Tasks before which another stands that looks the same as long as both are locked: guards
        that are still to be asked choose between them."""
        first, found = set[tuple[object, ...]](), set[TaskId]()
        for task in self.tasks.values():
            looks = (task.kind, task.who.slots, task.after, task.optional)
            if task.guard is not None and task.after:
                found |= {task.id} if looks in first else set()
                first.add(looks)
        return frozenset(found)

    @cached_property
    def looked_at(self) -> tuple[Task, ...]:
        """The tasks that the barrier waits for, or may."""
        if self.barrier is None:
            return ()
        return tuple(task for task in self.tasks.values() if self.barrier.looks_at(task))

    @cached_property
    def waiting_for(self) -> tuple[tuple[int, ...], ...]:
        """For each task: the places, from 0, of itself and of those that come `after` it."""
        places: dict[TaskId, list[int]] = {name: [] for name in self.tasks}
        for place, task in enumerate(self.tasks.values()):
            for name in dict.fromkeys((task.id, *task.after)):
                places[name].append(place)
        return tuple(tuple(each) for each in places.values())


class Debrief(Node, frozen=True, kw_only=True):
    """What follows the play."""

    facts: tuple[FactId, ...] = ()
    fates: tuple[Fate, ...] = ()
    """What became of the people, in the author's order."""
    words: Words | None = None
    """A sentence of today."""
    discuss: tuple[str, ...] = ()
    oath: bool = False
    reflect: str = ""
    """The question each participant answers in a sentence or two; empty for none."""
    say: str = ""
    """What whoever leads the evening may say as it begins."""


class Absence(Node, frozen=True, kw_only=True):
    """What happens when a role has nobody."""

    grace_ms: int = 60_000
    then: Literal["wait", "share", "stand_in"] = "share"


class Expect(Node, frozen=True, kw_only=True):
    """What a test of the author's expects. None: not looked at."""

    ending: SceneId | None = None
    scene: SceneId | None = None
    traps: tuple[TrapId, ...] | None = None
    vars: Map[VarId, Value] = Map()


class PlayTest(Node, frozen=True, kw_only=True):
    """One of the script's `tests`: moves as written (`task=answer`, `role:task=answer`,
    `rescue=id`, `wait=30s`), and what to expect."""

    name: str
    play: tuple[str, ...]
    expect: Expect


class Scenario(Node, frozen=True, kw_only=True, dict=True):
    """A whole script, compiled."""

    id: str
    version: str
    title: str
    summary: str
    minutes: int
    digest: str
    """SHA-256 of the script's bytes, hex."""
    cover: str = ""
    """A picture file beside the script; empty for none."""
    level: str = ""
    themes: tuple[str, ...] = ()
    objectives: Map[str, str]
    roles: Map[RoleId, Role]
    vars: Map[VarId, Var]
    cards: Map[CardId, Card]
    sources: Map[str, Source]
    facts: Map[FactId, Fact]
    traps: Map[TrapId, Trap]
    start: SceneId
    scenes: Map[SceneId, Scene]
    aims: Map[RoleId, Aim] = Map()
    debrief: Debrief
    absence: Absence
    tests: tuple[PlayTest, ...]
    tells: Map[str, Tell]
    """Every `tell`, by its id."""

    @cached_property
    def worked_out(self) -> dict[tuple[str, ...], Any]:
        """What has been worked out of the script by whoever asks for it often, under keys of their
        own, the first of which says who: a script never changes."""
        return {}
