"""The compiled scenario: the only shape the rules know. Frozen all the way down.

`compile.py` makes it from an author's YAML. What it is made of below tasks and scenes stands in
`engine/script/nodes.py`. Maps keep the author's order, which breaks every tie (language §3).
"""

from __future__ import annotations

from typing import Literal

import msgspec

from engine.kinds.kind import Kind
from engine.script.nodes import (
    NO_EFFECTS,
    Card,
    Effects,
    Fact,
    Guard,
    Node,
    Role,
    SetVar,
    Source,
    Tell,
    Trap,
    Var,
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
    hint: Hint | None = None
    fact: FactId | None = None
    """Shown to the slot once done."""
    effects: Effects = NO_EFFECTS
    """Happen once, when the whole task is done."""


# ── scenes ──────────────────────────────────────────────────────────────────────────────────────


class Barrier(Node, frozen=True, kw_only=True):
    """When a scene is over. `optional` tasks never count for `all` and `count`."""

    kind: Literal["all", "any", "count", "tasks"]
    count: int = 0
    tasks: tuple[TaskId, ...] = ()


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


class Scene(Node, frozen=True, kw_only=True):
    """A node in the flow. An ending has `ending` and no tasks."""

    id: SceneId
    title: str
    when: str = ""
    story: str = ""
    story_for: Map[RoleId, str] = Map()
    picture: str = ""
    """A file beside the script, e.g. `lake.svg`; empty for none."""
    time: TimeLimit | None = None
    tasks: Map[TaskId, Task] = Map()
    barrier: Barrier | None = None
    next: tuple[Next, ...] = ()
    ending: Literal["good", "mixed", "bad"] | None = None
    facts: tuple[FactId, ...] = ()
    """What an ending's or a scene's story rests on."""
    main: bool = True
    """False for scenes reached only by a trap's detour or by running out of time: they are no
    stations on the progress map."""


class Debrief(Node, frozen=True, kw_only=True):
    """What follows the play."""

    facts: tuple[FactId, ...] = ()
    discuss: tuple[str, ...] = ()
    oath: bool = False
    reflect: str = ""
    """The question each participant answers in a sentence or two; empty for none."""


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


class Scenario(Node, frozen=True, kw_only=True):
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
    debrief: Debrief
    absence: Absence
    tests: tuple[PlayTest, ...]
    tells: Map[str, Tell]
    """Every `tell`, by its id."""
