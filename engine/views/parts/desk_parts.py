"""What the facilitator's console is sent: all teams, who waits for whom and why."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType

from engine.kinds.shown import Part, Shown
from engine.views.parts.seat_parts import Teammate
from engine.views.parts.shared import (
    AnyCard,
    EndingKind,
    Mark,
    Meter,
    OtherTeams,
    Phase,
    SiteTold,
    Station,
    Why,
)
from engine.views.parts.wall_parts import RoomSpeaker, WallSession

How = Literal["", "skipped", "believed", "stand_in"]


class Address(Part, frozen=True):
    """An address that phones can join at."""

    url: str
    """What they would open, less the code."""
    label: str
    """Which network it is."""
    likely: bool
    """The room may be on it."""


class Awaited(Part, frozen=True):
    """A seat that was taken and that no phone has come to."""

    run: str
    """Its run's id."""
    seat: str
    """The seat."""
    team: int
    """The team."""
    name: str
    """Who took it."""
    role_name: str
    """The role."""
    team_name: str | UnsetType = UNSET
    """What it is called instead; not there where it has no name."""


class Claim(Part, frozen=True):
    """Somebody says, at `/join/{code}/claim`, that this offline seat is theirs."""

    id: str
    """What `agree` and `decline` name."""
    run: str
    """For programs: its run's id."""
    team: int
    """The team."""
    seat: str
    """For programs: the seat."""
    number: int
    """What the phone that asks shows: whoever stands there shows it."""
    name: str
    """Whose it was."""
    role_name: str
    """The role."""
    team_name: str | UnsetType = UNSET
    """What it is called instead; not there where it has no name."""


class DeskSession(WallSession, frozen=True):
    """As the projector's, and what only the desk is told."""

    addresses: tuple[Address, ...]
    """The likeliest first."""
    asked: bool
    """More than one may be the room's, and none was chosen."""
    lost: str
    """The address phones had and that this machine has no longer; or empty."""
    room_mb: int | None
    """So many megabytes are left on the disk that the data lie on, 0: none; null: enough."""
    awaited: tuple[Awaited, ...]
    """Whose phone never came."""
    claims: tuple[Claim, ...]
    """Who wants a seat back."""
    look_url: str
    """Where whoever isn't in the room sees the wall, and can do nothing else."""
    abreast: bool | UnsetType = UNSET
    """True, and only then there: whoever is through with an act waits for the other teams."""


class DeskSeat(Teammate, frozen=True, kw_only=True):
    """As a seat's `team`."""

    away_since_ms: int | None
    """For programs: since when its phone is gone; null while it is there."""


class AskedTask(Part, frozen=True):
    """A task that is waited for."""

    id: str
    """The task's id."""
    ask: str
    """What is asked."""


class DeskWait(Part, frozen=True):
    """A seat, or a role without seats, that the scene waits for."""

    seat: str | None
    """Whose; null: nobody is there, or anybody will do."""
    name: str
    """Their name; or empty."""
    role: str
    """For programs: the role, or `any`."""
    role_name: str
    """What it is called; empty for `any`."""
    why: Why
    """What keeps them."""
    since_ms: int | None
    """Since when; null in a pause and while time stands."""
    waited_ms: int | None
    """Then for how long they were waited for; else null."""
    tasks: tuple[AskedTask, ...]
    """With what."""


class DeskTask(Part, frozen=True):
    """A task of the scene."""

    id: str
    """For programs: its id."""
    ask: str
    """What is asked."""
    kind: str
    """For programs: what sort of task it is."""
    state: Literal["locked", "open", "done"]
    """How it stands."""
    roles: tuple[str, ...]
    """Names of the roles that do it."""
    done: int
    """Slots that are done, of …"""
    total: int
    """… so many."""
    how: How
    """How it came to be over, where that wasn't by answering it well."""
    optional: bool
    """It may be left."""
    counts: bool
    """For programs: the scene waits for it."""
    shown: Shown | UnsetType = UNSET
    """For programs: what its kind shows the desk, as in its own table; mostly not there."""


class DeskRole(Part, frozen=True):
    """A role of the script, in this team."""

    id: str
    """The role."""
    name: str
    """What it is called."""
    cover: Literal["share", "stand_in", "seat"] | None
    """Who acts for it: all, a stand-in, one seat; null: its own people, or nobody."""
    by: str | None
    """Where it is one seat: which."""
    seats: tuple[str, ...]
    """For programs: its own seats."""


class DeskHold(Part, frozen=True):
    """Somebody who may not act just now."""

    seat: str
    """Whose."""
    name: str
    """Their name."""
    trap: str
    """What they believed."""
    until_ms: int | None
    """Until when; null in a pause."""


class LogLine(Part, frozen=True):
    """Something that happened."""

    at_ms: int
    """When."""
    text: str
    """In words."""


class DeskRun(Part, frozen=True):
    """One run."""

    run: str
    """Its id."""
    team: int
    """The team's number."""
    phase: Phase
    """How it stands."""
    scene: str
    """The scene's id; empty in the lobby."""
    title: str
    """The scene's title."""
    station: int
    """As of a seat's `scene`."""
    stations: int
    """As of a seat's `scene`."""
    ends_at_ms: int | None
    """As the projector's."""
    remaining_ms: int | None
    """As the projector's."""
    ending: str | None
    """The ending's id."""
    ending_title: str | None
    """Its title."""
    ending_kind: EndingKind | None
    """For programs: how it is."""
    done: int
    """For programs: tasks that are done, of …"""
    total: int
    """For programs: … so many that the scene needs."""
    detour: bool
    """For programs: the scene isn't on the main way."""
    when: str
    """When and where the scene is set."""
    story: str
    """Its story, Markdown."""
    seats: tuple[DeskSeat, ...]
    """In the order taken."""
    stands: bool
    """Nobody of the team is connected, and time stands."""
    waiting: tuple[DeskWait, ...]
    """Who is waited for."""
    tasks: tuple[DeskTask, ...]
    """Of the scene."""
    roles: tuple[DeskRole, ...]
    """Of the script."""
    holds: tuple[DeskHold, ...]
    """For programs: who may not act."""
    meters: tuple[Meter, ...]
    """As a seat's."""
    scenes: tuple[Station, ...]
    """Where `jump` can lead."""
    log: tuple[LogLine, ...]
    """What happened, newest first."""
    places: tuple[SiteTold, ...] | UnsetType = UNSET
    """The two places of the scene; not there where all are together."""
    team_name: str | UnsetType = UNSET
    """What it is called instead; not there where it has no name."""
    others: OtherTeams | UnsetType = UNSET
    """The scene is over, and the team waits for these; else not there."""


class PromptTrap(Part, frozen=True):
    """A misconception that lies in wait in a scene."""

    roles: tuple[str, ...]
    """Names of the roles that are asked."""
    ask: str
    """What they are asked."""
    belief: str
    """What people believe."""
    truth: str
    """What is so."""
    say: str
    """What may be said once every team is past it; empty where the script has nothing."""
    teams: tuple[int, ...]
    """The teams that fell for it so far."""
    team_names: tuple[str, ...] | UnsetType = UNSET
    """What those are called, where one of them has a name."""


class PromptCard(Part, frozen=True, kw_only=True):
    """What whoever leads may say at a moment, and do."""

    moment: Literal["opening", "act", "ending", "card", "close"]
    """Which sort of moment."""
    title: str
    """What the moment is called."""
    when: str = ""
    """When and where the scene is set."""
    says: tuple[str, ...] = ()
    """What may be said aloud, a paragraph each."""
    story: str = ""
    """What may be read aloud, Markdown: the scene's story."""
    places: tuple[SiteTold, ...] = ()
    """The two places of the scene."""
    does: tuple[str, ...] = ()
    """What there is to do."""
    drags: tuple[str, ...] = ()
    """What helps when it drags."""
    traps: tuple[PromptTrap, ...] = ()
    """What people may fall for in the scene."""
    next: tuple[str, ...] = ()
    """What may come next, by its title."""


class DeskPrompt(Part, frozen=True):
    """The card of this moment, and the one button that goes on."""

    card: PromptCard
    """The card."""
    go: Literal["", "start", "resume", "debrief"]
    """What goes on; empty: nothing has to be pressed."""
    ready: bool
    """It can be pressed."""


class Reflection(Part, frozen=True):
    """What somebody wrote at the end."""

    run: str
    """Their run's id."""
    seat: str
    """Their seat."""
    team: int
    """Their team."""
    name: str
    """Their name."""
    role_name: str
    """Their role."""
    text: str
    """What they wrote."""
    hidden: bool
    """It is kept off the wall."""
    waits: bool
    """Nobody has put it there yet, as it is now."""
    team_name: str | UnsetType = UNSET
    """What it is called instead; not there where it has no name."""


class DeskDebrief(Part, frozen=True):
    """As the projector's, with all that was written."""

    step: int
    """From 0, of …"""
    steps: int
    """… so many."""
    card: AnyCard
    """What is shown."""
    speaker: RoomSpeaker | None
    """Null until one is drawn, and again once the card has turned."""
    reflections: tuple[Reflection, ...]
    """Those kept off the wall, too."""


class DeckCard(Part, frozen=True):
    """A card of the debrief, by its name."""

    card: str
    """What `debrief` names it by in `cards`."""
    title: str
    """What such cards are headed."""
    text: str
    """What it is about; empty where its title says so."""
    teams: tuple[int, ...]
    """Of a misconception: the teams that fell for it."""
    disputed: bool
    """It is told differently."""
    marks: tuple[Mark, ...] = ()
    """Of a fact: how sure it is, as wherever it is told."""
    team_names: tuple[str, ...] | UnsetType = UNSET
    """What those are called, where one of them has a name."""


class DeskDeck(Part, frozen=True):
    """The cards of the debrief, to arrange: those proposed, then those it goes through."""

    session: str
    """The session's id."""
    cards: tuple[DeckCard, ...]
    """In order."""
    rest: tuple[DeckCard, ...]
    """Those that are left out, for the handout."""
    most: int
    """So many `cards` at the most."""
    begun: bool
    """The debrief goes on."""


class DeskView(Part, frozen=True):
    """All parts of the console."""

    prompt: DeskPrompt
    session: DeskSession
    runs: tuple[DeskRun, ...]
    debrief: DeskDebrief | None
    """Null before it has begun."""
    deck: DeskDeck | None
    """Null before all teams have come to an end, and when it is closed."""
