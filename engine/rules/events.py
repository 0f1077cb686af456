"""What happened. Facts in the past tense, in a run's log, for ever.

Each is a frozen struct with a stable tag and `at_ms`, the wall instant; `until_ms` and the like are
run-clock instants (`engine/values.py`). An event carries outcomes, never rules: `VarSet` holds the
new value, `TaskOpened` the order drawn, so that `evolve` needs no scenario and later rules rewrite
no history.
Tags never change; a changed shape gets a new `version` and an upcaster in `codec.py`.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from engine.kinds.judging import Verdict
from engine.values import CardId, Map, RoleId, SceneId, SeatId, TaskId, TrapId, Value, VarId


class Event(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag_field="tag"):
    """What every event has."""

    at_ms: int


class RunOpened(Event, frozen=True, kw_only=True, tag="run.opened"):
    """The first event of every log."""

    scenario: str
    digest: str
    seed: str
    team: int
    """Number of the team in its session, from 1."""
    vars: Map[VarId, Value]
    roles: tuple[RoleId, ...]
    grace_ms: int
    absence: Literal["wait", "share", "stand_in"]
    stands: bool | msgspec.UnsetType = msgspec.UNSET
    """True: time stands while nobody could use it, and the log says so (`clock.stood`). Logs from
    before there was such a thing don't have the field, and are written again without it."""
    drawn: bool | msgspec.UnsetType = msgspec.UNSET
    """True: phones are shown options in an order and by ids that the seed draws (`options`). Unset
    in logs from before, and where nobody has a phone."""
    abreast: bool | msgspec.UnsetType = msgspec.UNSET
    """True: whoever is through with an act waits for the other teams of the session (同幕). Unset
    in logs from before, and where each team goes at its own pace."""


class SeatTaken(Event, frozen=True, kw_only=True, tag="seat.taken"):
    seat: SeatId
    role: RoleId


class RoleChanged(Event, frozen=True, kw_only=True, tag="seat.role_changed"):
    seat: SeatId
    role: RoleId


class SeatReady(Event, frozen=True, kw_only=True, tag="seat.ready"):
    seat: SeatId


class SeatAway(Event, frozen=True, kw_only=True, tag="seat.away"):
    seat: SeatId


class SeatBack(Event, frozen=True, kw_only=True, tag="seat.back"):
    seat: SeatId


class SeatLeft(Event, frozen=True, kw_only=True, tag="seat.left"):
    seat: SeatId


class RunStarted(Event, frozen=True, kw_only=True, tag="run.started"):
    pass


class RunPaused(Event, frozen=True, kw_only=True, tag="run.paused"):
    pass


class RunResumed(Event, frozen=True, kw_only=True, tag="run.resumed"):
    pass


class ClockStood(Event, frozen=True, kw_only=True, tag="clock.stood"):
    """Until now time stood: no seat of the run was connected, or no process ran. What was due
    within that time is due as much later; what was due before it has happened, at its own time."""

    stood_ms: int
    """How long; no longer ago than the event before this one."""


class RunForked(Event, frozen=True, kw_only=True, tag="run.forked"):
    """From here on this is another run: what stands before was copied from `origin`'s log. Nobody
    is there yet and the run is paused; the run clock goes on from where the origin's stood."""

    origin: str
    """The run it continues."""
    origin_seq: int
    """The last record that was copied."""
    grace_ms: int
    """In place of the script's: how long a role may have nobody before a stand-in plays it."""


class RunEnded(Event, frozen=True, kw_only=True, tag="run.ended"):
    ending: SceneId


class RunClosed(Event, frozen=True, kw_only=True, tag="run.closed"):
    pass


class SceneEntered(Event, frozen=True, kw_only=True, tag="scene.entered"):
    scene: SceneId
    limit_ms: int | None = None
    detour: bool = False
    """True: the scene before it is kept, to be returned to."""
    every_ms: int | msgspec.UnsetType = msgspec.UNSET
    """Its clock eats each time so much has gone by …"""
    ticks: int | msgspec.UnsetType = msgspec.UNSET
    """… so often. Unset where it eats nothing."""


class SceneResumed(Event, frozen=True, kw_only=True, tag="scene.resumed"):
    """The detour is over; the interrupted scene goes on as it was."""

    scene: SceneId


class SceneWaits(Event, frozen=True, kw_only=True, tag="scene.waits"):
    """The scene is over, and with it an act; the team waits there for others. Its clock stands."""

    scene: SceneId
    next: SceneId
    """Where it goes once it is released: nothing that happens meanwhile changes that."""


class TeamsAwaited(Event, frozen=True, kw_only=True, tag="teams.awaited"):
    """It is known for whom the team waits: these have the act before them yet."""

    teams: tuple[int, ...]


class SceneReleased(Event, frozen=True, kw_only=True, tag="scene.released"):
    """The wait is over: the others have come, or the facilitator lets the team go on."""

    scene: SceneId
    by: Literal["teams", "facilitator"]


class SceneExtended(Event, frozen=True, kw_only=True, tag="scene.extended"):
    by_ms: int


class SceneTicked(Event, frozen=True, kw_only=True, tag="scene.ticked"):
    """The scene's clock has eaten: what, the assignments behind it say."""

    scene: SceneId


class SceneTimedOut(Event, frozen=True, kw_only=True, tag="scene.timed_out"):
    scene: SceneId


class BarrierOpened(Event, frozen=True, kw_only=True, tag="barrier.opened"):
    scene: SceneId
    by: Literal["tasks", "facilitator"]


class TaskOpened(Event, frozen=True, kw_only=True, tag="task.opened"):
    task: TaskId
    slots: tuple[str, ...]
    shuffled: tuple[str, ...] = ()
    """Item ids (order) or right-hand ids (match) as drawn."""
    order: tuple[str, ...] = ()
    """Slots in the order in which they speak, as drawn."""
    picked: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    """Options as drawn from a longer list; unset where all are shown."""


class TaskDropped(Event, frozen=True, kw_only=True, tag="task.dropped"):
    """Its guard was false when asked: not part of the scene."""

    task: TaskId


class TaskAnswered(Event, frozen=True, kw_only=True, tag="task.answered"):
    """A slot's answer. `done`: the slot needs nothing more."""

    task: TaskId
    slot: str
    seat: SeatId
    """Empty for a stand-in."""
    answer: tuple[str, ...]
    verdict: Verdict
    done: bool


class TaskDone(Event, frozen=True, kw_only=True, tag="task.done"):
    task: TaskId


class TaskSkipped(Event, frozen=True, kw_only=True, tag="task.skipped"):
    task: TaskId


class VoteDecided(Event, frozen=True, kw_only=True, tag="vote.decided"):
    task: TaskId
    choice: str


class VoteTied(Event, frozen=True, kw_only=True, tag="vote.tied"):
    """All votes are taken back; the roles vote again."""

    task: TaskId


class HintTaken(Event, frozen=True, kw_only=True, tag="hint.taken"):
    task: TaskId
    slot: str
    seat: SeatId


class TrapSprung(Event, frozen=True, kw_only=True, tag="trap.sprung"):
    trap: TrapId
    task: TaskId
    slot: str
    seat: SeatId
    """Empty for a stand-in or a whole team's vote."""


class HoldBegan(Event, frozen=True, kw_only=True, tag="hold.began"):
    seat: SeatId
    trap: TrapId
    until_ms: int


class HoldEnded(Event, frozen=True, kw_only=True, tag="hold.ended"):
    seat: SeatId
    how: Literal["time", "rescue", "facilitator"]


class RescueTried(Event, frozen=True, kw_only=True, tag="rescue.tried"):
    seat: SeatId
    """The held one."""
    rescuer: SeatId
    answer: tuple[str, ...]
    right: bool


class VarSet(Event, frozen=True, kw_only=True, tag="var.set"):
    var: VarId
    value: Value


class CardGiven(Event, frozen=True, kw_only=True, tag="card.given"):
    card: CardId
    role: RoleId


class CardHanded(Event, frozen=True, kw_only=True, tag="card.handed"):
    card: CardId
    giver: RoleId
    to: RoleId
    once: bool | msgspec.UnsetType = msgspec.UNSET
    """True: it may be neither handed on nor shown again; unset where nothing limits it."""


class CardShown(Event, frozen=True, kw_only=True, tag="card.shown"):
    """`to` may read the card until the scene is over; it stays with `giver`."""

    card: CardId
    giver: RoleId
    to: RoleId
    once: bool | msgspec.UnsetType = msgspec.UNSET
    """As of `CardHanded`."""


class Told(Event, frozen=True, kw_only=True, tag="told"):
    tell: str
    role: RoleId


class RoleCovered(Event, frozen=True, kw_only=True, tag="role.covered"):
    """Others act for the role from now on."""

    role: RoleId
    how: Literal["share", "stand_in", "seat"]
    seat: SeatId = ""
    """With `seat`: to whom the facilitator handed it over."""


class RoleUncovered(Event, frozen=True, kw_only=True, tag="role.uncovered"):
    """Only its own seats act for the role again."""

    role: RoleId


class SeatNudged(Event, frozen=True, kw_only=True, tag="seat.nudged"):
    seat: SeatId


class DebriefOpened(Event, frozen=True, kw_only=True, tag="debrief.opened"):
    deck: tuple[str, ...]
    step: int | msgspec.UnsetType = msgspec.UNSET
    """Set: it was going on and was arranged anew; this card lies open."""
    moderated: bool | msgspec.UnsetType = msgspec.UNSET
    """True: what people write is on the wall only once it was put there. Unset in logs from before
    that, where it came by itself."""


class DebriefMoved(Event, frozen=True, kw_only=True, tag="debrief.moved"):
    step: int


class SpeakerDrawn(Event, frozen=True, kw_only=True, tag="speaker.drawn"):
    seat: SeatId


class Reflected(Event, frozen=True, kw_only=True, tag="reflected"):
    """A seat's sentence for the record, at the debrief."""

    seat: SeatId
    text: str


class SeatThanked(Event, frozen=True, kw_only=True, tag="seat.thanked"):
    """Who was pulled out of a misconception thanks who did it."""

    seat: SeatId
    """Who helped."""
    rescued: SeatId
    """Who thanks."""


class ReflectionHidden(Event, frozen=True, kw_only=True, tag="reflection.hidden"):
    """The facilitator keeps a seat's sentence off the wall."""

    seat: SeatId


class ReflectionShown(Event, frozen=True, kw_only=True, tag="reflection.shown"):
    """It is on the wall, or there again."""

    seat: SeatId


class TeamNamed(Event, frozen=True, kw_only=True, tag="team.named"):
    name: str
    """What it is called from now on; empty: by its number."""


class SeatAdded(Event, frozen=True, kw_only=True, tag="seat.added"):
    """One more may play this role than the script says."""

    role: RoleId


AnyEvent = (
    RunOpened | RunForked | SeatTaken | RoleChanged | SeatReady | SeatAway | SeatBack | SeatLeft
    | RunStarted | RunPaused | RunResumed | ClockStood | RunEnded | RunClosed | SceneEntered
    | SceneResumed | SceneWaits | TeamsAwaited | SceneReleased
    | SceneExtended | SceneTicked | SceneTimedOut | BarrierOpened | TaskOpened | TaskDropped
    | TaskAnswered | TaskDone | TaskSkipped | VoteDecided | VoteTied | HintTaken | TrapSprung
    | HoldBegan | HoldEnded | RescueTried | VarSet | CardGiven | CardHanded | CardShown | Told
    | RoleCovered | RoleUncovered | SeatNudged | DebriefOpened | DebriefMoved | SpeakerDrawn
    | Reflected | ReflectionHidden | ReflectionShown | TeamNamed | SeatAdded
    | SeatThanked
)  # fmt: skip


class Recorded(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """An event in its place in a run's log."""

    seq: int
    """From 1, without gaps."""
    by: str
    """The command's seat, `facilitator` or `clock`; `host`: the first event, and stood time."""
    command: str
    """The id of the command that brought it about; the same for all events of one command."""
    event: AnyEvent
