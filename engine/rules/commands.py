"""What someone asks of a run. A command may be refused; what it brings about are events.

Every command carries its own `id` (sent twice, it counts once), the wall instant `at_ms` it is
decided at, and `by`: a seat id, `FACILITATOR`, `CLOCK` or `HOST`. Time, ids and draws come from
outside.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from engine.values import CardId, RoleId, SceneId, SeatId, TaskId

FACILITATOR = "facilitator"
CLOCK = "clock"
HOST = "host"
"""Whoever runs the rules: opens the run, and knows when nobody could use the time."""


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """What every command has."""

    id: str
    at_ms: int
    by: str


# ── taking part (by: the seat) ──────────────────────────────────────────────────────────────────


class TakeSeat(Command, frozen=True, kw_only=True, tag="take_seat"):
    """Take a seat; `by` is the new seat's id. `role` None: the first role that needs somebody."""

    role: RoleId | None = None


class ChangeRole(Command, frozen=True, kw_only=True, tag="role"):
    """Take another free role, before the start."""

    role: RoleId


class GetReady(Command, frozen=True, kw_only=True, tag="ready"):
    """Say that one has read one's brief and can begin."""


class GoAway(Command, frozen=True, kw_only=True, tag="away"):
    """The last connection of the seat was lost (sent by the host)."""


class ComeBack(Command, frozen=True, kw_only=True, tag="back"):
    """The seat is connected (again) (sent by the host)."""


class LeaveSeat(Command, frozen=True, kw_only=True, tag="leave"):
    """Leave for good: as absent from now on, without grace. Coming back undoes it."""


class Submit(Command, frozen=True, kw_only=True, tag="submit"):
    """Answer a task. `answer`: choice ids; item ids in order; pairs as `left=right`; spot ids; the
    typed text; empty for a mere confirmation. `role`: for whom, where one acts for several."""

    task: TaskId
    answer: tuple[str, ...] = ()
    role: RoleId | None = None


class TakeHint(Command, frozen=True, kw_only=True, tag="hint"):
    """See a task's hint, at its cost."""

    task: TaskId
    role: RoleId | None = None


class HandCard(Command, frozen=True, kw_only=True, tag="hand"):
    """Hand a card one's role holds to another role."""

    card: CardId
    to: RoleId


class ShowCard(Command, frozen=True, kw_only=True, tag="show"):
    """Let another role see a card one's role holds, until the scene is over; one keeps it."""

    card: CardId
    to: RoleId


class TryRescue(Command, frozen=True, kw_only=True, tag="rescue"):
    """Try to free a held teammate. `seat` None: the only one that can be rescued."""

    answer: tuple[str, ...]
    seat: SeatId | None = None


# ── the facilitator's hand (by: FACILITATOR) ────────────────────────────────────────────────────


class Start(Command, frozen=True, kw_only=True, tag="start"):
    """Begin to play."""


class Pause(Command, frozen=True, kw_only=True, tag="pause"):
    """Stop the run's clock; nobody can act."""


class Resume(Command, frozen=True, kw_only=True, tag="resume"):
    """Let the run's clock go on."""


class Extend(Command, frozen=True, kw_only=True, tag="extend"):
    """Give the scene `seconds` more (1 to 3600)."""

    seconds: int


class OpenBarrier(Command, frozen=True, kw_only=True, tag="open_barrier"):
    """Go on although not everybody is done."""


class SkipTask(Command, frozen=True, kw_only=True, tag="skip"):
    """Take a task out of everybody's way; counts as done, without its effects."""

    task: TaskId


class ReleaseHold(Command, frozen=True, kw_only=True, tag="release"):
    """Let a held seat act again."""

    seat: SeatId


class HandOver(Command, frozen=True, kw_only=True, tag="hand_over"):
    """Let `seat` (of another role) act for `role` too."""

    role: RoleId
    seat: SeatId


class HandBack(Command, frozen=True, kw_only=True, tag="hand_back"):
    """End a hand-over or a cover of `role`."""

    role: RoleId


class Jump(Command, frozen=True, kw_only=True, tag="jump"):
    """Go to `scene` at once."""

    scene: SceneId


class RemoveSeat(Command, frozen=True, kw_only=True, tag="remove"):
    """Somebody has to go: as if they had left."""

    seat: SeatId


class Nudge(Command, frozen=True, kw_only=True, tag="nudge"):
    """Make the phone of `seat` say that the others wait."""

    seat: SeatId


class Close(Command, frozen=True, kw_only=True, tag="close"):
    """End the run for good."""


class OpenDebrief(Command, frozen=True, kw_only=True, tag="debrief"):
    """Begin the debrief with this deck (`deck.deck`), the same for all teams of a session; or
    arrange it anew while it goes on."""

    deck: tuple[str, ...]
    step: int | None = None
    """The card that lies open then, from 0: of one that goes on. None: it begins."""
    moderated: bool = False
    """What people write is on the wall only once it was put there."""


class MoveDebrief(Command, frozen=True, kw_only=True, tag="debrief_move"):
    """Show the card number `step` (from 0) of the deck."""

    step: int


class HideReflection(Command, frozen=True, kw_only=True, tag="hide_reflection"):
    """Keep the sentence of `seat`, now and as it may be changed, off the wall."""

    seat: SeatId


class ShowReflection(Command, frozen=True, kw_only=True, tag="show_reflection"):
    """Put the sentence of `seat` on the wall, or back there."""

    seat: SeatId


class ShowReflections(Command, frozen=True, kw_only=True, tag="show_reflections"):
    """Put the sentences of these seats on the wall, less those that were taken off it; None: all
    there are."""

    seats: tuple[SeatId, ...] | None = None


class NameTeam(Command, frozen=True, kw_only=True, tag="name_team"):
    """Call the team so, from now on; empty: by its number again."""

    name: str


class AddSeat(Command, frozen=True, kw_only=True, tag="add_seat"):
    """Let one more play `role` than the script says, before the start."""

    role: RoleId


class DrawSpeaker(Command, frozen=True, kw_only=True, tag="draw"):
    """Draw the next speaker; each seat once before anybody twice."""


# ── the clock (by: CLOCK) ───────────────────────────────────────────────────────────────────────


class TimeUp(Command, frozen=True, kw_only=True, tag="time_up"):
    """A deadline has come; `at_ms` is its own instant, however late it is noticed."""

    what: Literal["limit", "tick", "hold", "absence", "stand_in"]
    subject: str
    """The scene, the seat, or the role it is about."""


# ── whoever runs the rules (by: HOST) ───────────────────────────────────────────────────────────


class FreeSeat(Command, frozen=True, kw_only=True, tag="free"):
    """Nobody has come to `seat`, which was taken at `away_since_ms`: it is free again. Said by the
    desk too, of all such seats. Whoever has come by then keeps it."""

    seat: SeatId
    away_since_ms: int
    """As the state says (run clock): what was seen when this was decided on."""


class Stand(Command, frozen=True, kw_only=True, tag="stand"):
    """For `ms`, up to now, nobody could use the time: it is to count for nothing."""

    ms: int


class Thank(Command, frozen=True, kw_only=True, tag="thank"):
    """Thank `seat` for having pulled one out."""

    seat: SeatId


SeatCommand = (
    TakeSeat | ChangeRole | GetReady | GoAway | ComeBack | LeaveSeat | Submit | TakeHint | HandCard
    | ShowCard | TryRescue | Thank
)  # fmt: skip
# ── several teams (by: HOST) ────────────────────────────────────────────────────────────────────


class GoOn(Command, frozen=True, kw_only=True, tag="go_on"):
    """The other teams are there too: the team that waits for them goes on."""

    seq: int
    """Of the event that began the wait which is meant."""


class AwaitTeams(Command, frozen=True, kw_only=True, tag="await_teams"):
    """The team that waits is told for whom: these have the act before them yet."""

    seq: int
    """As of `GoOn`."""
    teams: tuple[int, ...]
    """Their numbers, in order; at least one."""


FacilitatorCommand = (
    Start | Pause | Resume | Extend | OpenBarrier | SkipTask | ReleaseHold | HandOver | HandBack
    | Jump | RemoveSeat | Nudge | Close | OpenDebrief | MoveDebrief | DrawSpeaker
    | HideReflection | ShowReflection | ShowReflections | NameTeam | AddSeat
)  # fmt: skip
AnyCommand = SeatCommand | FacilitatorCommand | TimeUp | FreeSeat | Stand | GoOn | AwaitTeams
