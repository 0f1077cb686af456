"""What a run is, now. Frozen all the way down, hashable, made by `evolve` alone.

Instants named `*_ms` here are run-clock instants (`engine/values.py`) unless they say wall.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from engine.kinds.held import TaskState
from engine.values import CardId, Map, RoleId, SceneId, SeatId, TaskId, TrapId, Value, VarId

Phase = Literal["lobby", "playing", "ended", "debrief", "closed"]


class SeatState(msgspec.Struct, frozen=True, gc=False):
    """A place in the team."""

    role: RoleId
    online: bool = False
    away_since_ms: int = 0
    """When it was last seen to go (or was taken); matters while not online."""
    left: bool = False
    ready: bool = False


class Cover(msgspec.Struct, frozen=True, gc=False):
    """Who else acts for a role."""

    how: Literal["share", "stand_in", "seat"]
    seat: SeatId = ""
    since_ms: int = 0


class Hold(msgspec.Struct, frozen=True, gc=False):
    """A seat that can't act."""

    trap: TrapId
    until_ms: int
    tried: tuple[SeatId, ...] = ()
    """Who has had their one try at the rescue."""


class SceneState(msgspec.Struct, frozen=True, gc=False):
    """A scene being played. Tasks missing from `tasks` are locked."""

    id: SceneId
    entered_ms: int
    limit_at_ms: int | None
    tasks: Map[TaskId, TaskState] = Map()
    barrier_open: bool = False
    every_ms: int | msgspec.UnsetType = msgspec.UNSET
    """Between two ticks of a clock that eats; unset where it doesn't."""
    ticks_left: int | msgspec.UnsetType = msgspec.UNSET
    tick_at_ms: int | msgspec.UnsetType = msgspec.UNSET
    """The next of them."""


class Waiting(msgspec.Struct, frozen=True, gc=False):
    """A team that is through with its act, and waits for others."""

    seq: int
    """Of the event that began it."""
    to: SceneId
    """Where it goes then."""
    since_ms: int
    """Wall instant since when the run's clock stands: of the pause, where it begins in one."""
    teams: tuple[int, ...] = ()
    """For whom, by their numbers; empty until that is said."""


class News(msgspec.Struct, frozen=True, gc=False):
    """Something the team or one role is to hear of. Wording belongs to `views`."""

    seq: int
    at_ms: int
    kind: Literal[
        "trap", "rescued", "released", "told", "card", "covered", "uncovered", "nudged", "skipped",
        "opened", "extended", "timed_out", "tied", "decided", "away", "back", "missed", "stood",
        "shown", "thanked",
    ]  # fmt: skip
    subject: str
    """The trap, seat, tell, card or role it is about; `scene.task` or `scene.task.choice`; a length
    of time in milliseconds."""
    role: RoleId = ""
    """Only for this role; empty for everybody."""
    seat: SeatId = ""
    """Whom it is about, where that matters."""
    how: Literal["share", "stand_in", "seat"] | msgspec.UnsetType = msgspec.UNSET
    """How a role is covered; unset in runs from before it was kept (see `State`)."""
    by: RoleId | msgspec.UnsetType = msgspec.UNSET
    """Who showed a card; unset of all else."""


class Shown(msgspec.Struct, frozen=True, gc=False):
    """A card that a role was shown in this scene."""

    card: CardId
    by: RoleId
    to: RoleId


NEWS_MAX = 12


class Act(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a seat did last, and what came of it."""

    seq: int
    at_ms: int
    kind: Literal["answer", "rescue", "hand", "show"]
    scene: SceneId
    subject: str
    """The task answered, the seat to be rescued, or the card."""
    slot: str = ""
    """Of the task; or the role that got the card, or saw it."""
    answer: tuple[str, ...] = ()
    trap: TrapId = ""
    """That the rescue was from."""
    good: bool = False
    """The slot needs nothing more; the rescue was right."""
    decided: str = ""
    """The choice that a vote fell on since."""


class Spring(msgspec.Struct, frozen=True, gc=False):
    """A trap that sprang."""

    seq: int
    at_ms: int
    trap: TrapId


class Helped(msgspec.Struct, frozen=True, gc=False):
    """A rescue that succeeded."""

    seq: int
    seat: SeatId
    rescuer: SeatId
    thanked: bool = False


class Poll(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A vote that is decided, and how it fell. Never whose vote was which."""

    seq: int
    at_ms: int
    scene: SceneId
    task: TaskId
    decided: str
    """The choice it fell on."""
    votes: Map[str, int]
    """Choice → its votes, by their ids."""


class Got(msgspec.Struct, frozen=True, gc=False):
    """Something that taught somebody something: an answer that was taken, a fall, a rescue, or a
    task that was skipped. What it taught is the script's."""

    kind: Literal["answer", "fall", "rescue", "skip"]
    scene: SceneId
    seat: SeatId = ""
    """Whose act it was; empty for a stand-in's, a vote's, the facilitator's."""
    task: TaskId = ""
    slot: str = ""
    """Of the task; empty: of all who have it."""
    answer: tuple[str, ...] = ()
    trap: TrapId = ""


ASIDES_MAX = 24
GOT_MAX = 96


class Aside(msgspec.Struct, frozen=True, gc=False):
    """What is remembered only to be shown. Folded like all else, so it survives whatever the log
    survives; nothing is decided by it, and it is no part of the fingerprint."""

    acts: Map[SeatId, Act] = Map()
    tried: Map[str, tuple[tuple[str, ...], ...]] = Map()
    """`scene.task.slot` → answers given in this visit that weren't accepted, or votes of rounds
    without a result, oldest first."""
    springs: tuple[Spring, ...] = ()
    """The newest ASIDES_MAX."""
    helped: tuple[Helped, ...] = ()
    """The newest ASIDES_MAX."""
    got: tuple[Got, ...] = ()
    """The newest GOT_MAX."""
    polls: tuple[Poll, ...] = ()
    """The newest ASIDES_MAX."""
    speaking: SeatId = ""
    """Who was asked to speak to the debrief's card that lies open; empty for nobody."""
    came: tuple[SeatId, ...] = ()
    """The seats that had a phone at some time, in the order in which they first had."""
    hidden: tuple[SeatId, ...] = ()
    """Whose sentences the facilitator keeps off the wall."""
    moderated: bool = False
    """Sentences are on the wall only once they were put there …"""
    walled: tuple[SeatId, ...] = ()
    """… as these were, since they were last written."""
    called: str = ""
    """What the facilitator calls the team; empty: by its number."""


class State(msgspec.Struct, frozen=True, gc=False):
    """A run, after `seq` events.

    A field that came later is a `msgspec.UNSET` in the states of older logs, and what is unset has
    no part in their fingerprints.
    """

    seq: int = 0
    scenario: str = ""
    digest: str = ""
    seed: str = ""
    team: int = 1
    grace_ms: int = 60_000
    absence: Literal["wait", "share", "stand_in"] = "share"
    roles: tuple[RoleId, ...] = ()
    phase: Phase = "lobby"
    now_ms: int = 0
    """The latest wall instant seen; a clock that jumps back doesn't turn it back."""
    paused_at_ms: int | None = None
    """Wall instant of the pause; None while the clock runs."""
    paused_ms: int = 0
    """All the time spent paused, or in which time stood: wall = run clock + paused_ms."""
    started_ms: int = 0
    ended_ms: int = 0
    scene: SceneState | None = None
    interrupted: SceneState | None = None
    """The scene a detour left, with the time it was left in `left_ms`."""
    left_ms: int = 0
    path: tuple[SceneId, ...] = ()
    """Scenes entered, in order; the newest 64."""
    seats: Map[SeatId, SeatState] = Map()
    covers: Map[RoleId, Cover] = Map()
    vars: Map[VarId, Value] = Map()
    holders: Map[CardId, tuple[RoleId, ...]] = Map()
    sprung: Map[TrapId, int] = Map()
    """How often each trap has sprung."""
    done: tuple[str, ...] = ()
    """`scene.task` of every task ever done (or skipped), in order, once each."""
    told: tuple[str, ...] = ()
    """Ids of every tell, in order, once each."""
    holds: Map[SeatId, Hold] = Map()
    news: tuple[News, ...] = ()
    """The newest NEWS_MAX."""
    ending: SceneId = ""
    deck: tuple[str, ...] = ()
    step: int = 0
    speakers: tuple[SeatId, ...] = ()
    """Drawn so far, in order; the last is the one to speak."""
    spoke_ms: int = 0
    """Wall instant at which the last speaker was drawn."""
    reflections: Map[SeatId, str] = Map()
    stands: bool | msgspec.UnsetType = msgspec.UNSET
    """Time stands in this run while nobody can use it."""
    drawn: bool | msgspec.UnsetType = msgspec.UNSET
    """Phones are shown drawn options (`options`)."""
    shown: tuple[Shown, ...] | msgspec.UnsetType = msgspec.UNSET
    """Cards shown in this scene, a detour's with it, in order; unset until one was in the run."""
    spent: tuple[CardId, ...] | msgspec.UnsetType = msgspec.UNSET
    """Cards that may be handed on or shown once and were, in order; unset until one was."""
    added: Map[RoleId, int] | msgspec.UnsetType = msgspec.UNSET
    """How many more may play a role than the script says; unset until there was one."""
    abreast: bool | msgspec.UnsetType = msgspec.UNSET
    """Whoever is through with an act waits for the other teams."""
    waits: Waiting | msgspec.UnsetType = msgspec.UNSET
    """It waits for them; unset where it doesn't."""
    aside: Aside = Aside()

    @property
    def stands_since_ms(self) -> int | None:
        """Wall instant at which the run's clock was stopped, by a pause or a wait for other teams;
        None while it runs."""
        return self.waits.since_ms if self.waits else self.paused_at_ms
