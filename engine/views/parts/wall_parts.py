"""What the wall is sent: all teams, and nothing that tells a team what it still has to answer."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from engine.kinds.shown import Part, Shown
from engine.views.paging import Size
from engine.views.parts.shared import (
    AnyCard,
    Eats,
    EndingKind,
    Mark,
    Meter,
    OtherTeams,
    Phase,
    SiteTold,
    Station,
)
from engine.views.parts.stage_parts import Stage


class Sitting(Part, frozen=True):
    """Who has taken a seat."""

    seat: str
    """For programs: its id."""
    name: str
    """The participant's name."""
    role_name: str
    """The role."""
    online: bool
    """The phone is connected."""
    ready: bool
    """Before the start: they have said so."""


class WallTeam(Part, frozen=True):
    """A team, as people arrive."""

    run: str
    """For programs: its run's id."""
    team: int
    """Its number."""
    seats_max: int
    """How many it has room for."""
    seats: tuple[Sitting, ...]
    """In the order taken."""
    team_name: str | UnsetType = UNSET
    """What it is called instead; not there where it has no name."""


class WallSession(Part, frozen=True):
    """The session."""

    id: str
    """The session's id."""
    code: str
    """The join code."""
    join_url: str
    """What phones open."""
    unreachable: bool
    """No phone can open it: this machine is in no network."""
    locked: bool
    """Nobody new may sit down."""
    scenario: str
    """For programs: the script's id."""
    title: str
    """The script's title."""
    summary: str
    """For programs: what it is about, Markdown."""
    cover: str
    """For programs: its picture, or empty."""
    minutes: int
    """For programs: how long it takes."""
    phase: Phase
    """Its teams' earliest; `paused` only if all that play are."""
    paused: int
    """How many runs are paused."""
    limited: int
    """How many play in a scene with a limit."""
    teams: tuple[WallTeam, ...]
    """Each of them."""


class WallTask(Part, frozen=True):
    """An open task of which its kind shows the wall something."""

    id: str
    """For programs: its id."""
    kind: str
    """For programs: what sort of task it is."""
    shown: Shown
    """For programs: what that shows, as in its own table."""


class TeamProgress(Part, frozen=True):
    """How far a team is. While others play, neither the name nor the kind of an ending, nor a
    detour's name."""

    run: str
    """For programs: its run's id."""
    team: int
    """Its number."""
    phase: Phase
    """How it stands."""
    scene: str
    """For programs: the scene's id; empty in the lobby."""
    title: str
    """The scene's title, or empty."""
    station: int
    """As of a seat's `scene`."""
    stations: int
    """For programs: as of a seat's `scene`."""
    ends_at_ms: int | None
    """As of a seat's `scene`; null too while time stands, because nobody of it is connected."""
    remaining_ms: int | None
    """In a pause, or while time stands: what is left then."""
    done: int
    """Tasks that are done, of …"""
    total: int
    """… so many that the scene needs."""
    waiting_roles: tuple[str, ...]
    """Names of roles that still owe something."""
    held_roles: tuple[str, ...]
    """Names of roles that may not act just now."""
    held_until_ms: int | None
    """When the first of them may again; null where none is held, and while the clock stands."""
    act: str
    """What sort of task the team does together just now; or empty."""
    act_until_ms: int | None
    """How long that takes at the least, or until when there is time; null: neither."""
    meters: tuple[Meter, ...]
    """As a seat's."""
    ending: str | None
    """The ending's id."""
    ending_title: str | None
    """Its title."""
    ending_kind: EndingKind | None
    """For programs: how it is."""
    detour: bool
    """The scene isn't on the main way."""
    eats: Eats | UnsetType = UNSET
    """As of a seat's `scene`."""
    tasks: tuple[WallTask, ...] | UnsetType = UNSET
    """For programs: open tasks whose kind shows the wall something; mostly not there."""
    team_name: str | UnsetType = UNSET
    """What it is called instead; not there where it has no name."""
    others: OtherTeams | UnsetType = UNSET
    """The scene is over, and the team waits for these; else not there."""


class Progress(Part, frozen=True):
    """How far each team is."""

    stations: tuple[Station, ...]
    """The main way."""
    teams: tuple[TeamProgress, ...]
    """Each team."""


class OtherScene(Part, frozen=True):
    """A scene that other teams are in."""

    scene: str
    """For programs: its id."""
    title: str
    """Its title."""
    when: str
    """Empty while some team has it to come."""
    story: str
    """Empty while some team has it to come; Markdown."""
    teams: tuple[int, ...]
    """Who is in it."""


class Story(Part, frozen=True):
    """The story of the team furthest behind, or of the one team."""

    scene: str
    """The scene's id; empty before anybody plays."""
    title: str
    """Its title; before that the script's."""
    when: str
    """When and where it is set."""
    story: str
    """Markdown; before that the script's summary."""
    picture: str
    """See `picture`, below; or empty."""
    scenario: str
    """The script's id."""
    teams: tuple[int, ...]
    """Who is in it."""
    elsewhere: int
    """How many aren't."""
    cues: tuple[str, ...]
    """What the room hears as it begins: see docs/language.md."""
    others: tuple[OtherScene, ...]
    """For programs: where those are; an ending isn't named while anybody plays."""
    places: tuple[SiteTold, ...] | UnsetType = UNSET
    """The two places it is played in at once; not there where all are together."""


class SprungTrap(Part, frozen=True):
    """A trap that sprang. Never the name of who fell in."""

    at_ms: int
    """When, last."""
    cues: tuple[str, ...]
    """What the room hears as somebody falls in; none: a blow."""
    team: int
    """For programs: the team that fell in last."""
    teams: tuple[int, ...]
    """Every team that did."""
    open: bool
    """No team may be asked it any more; else all that follows is empty."""
    trap: str
    """For programs: its id."""
    belief: str
    """What was believed."""
    truth: str
    """What is so."""
    why: str
    """For programs: why it is easily believed."""
    status: str
    """For programs: how sure it is, as the script's author says."""
    marks: tuple[Mark, ...]
    """How sure people are told it is."""
    sources: tuple[str, ...]
    """For programs: works cited."""
    team_names: tuple[str, ...] | UnsetType = UNSET
    """What those are called, where one of them has a name."""


class RoomSpeaker(Part, frozen=True):
    """Who was drawn to speak, of the whole room."""

    team: int
    """Their team."""
    name: str
    """Their name."""
    role_name: str
    """Their role."""
    seat: str
    """For programs: whose seat."""
    team_name: str | UnsetType = UNSET
    """What it is called instead; not there where it has no name."""


class WallReflection(Part, frozen=True):
    """What somebody wrote at the end."""

    team: int
    """Their team."""
    name: str
    """Their name."""
    role_name: str
    """Their role."""
    text: str
    """What they wrote."""
    page: int
    """On which page of the wall, from 0: what is written is shown a page at a time."""
    size: Size
    """How much room it takes there."""
    team_name: str | UnsetType = UNSET
    """What it is called instead; not there where it has no name."""


class WallDebrief(Part, frozen=True):
    """As a seat's; all teams'."""

    step: int
    """From 0, of …"""
    steps: int
    """… so many."""
    card: AnyCard
    """What is shown."""
    speaker: RoomSpeaker | None
    """Null until one is drawn, and again once the card has turned."""
    reflections: tuple[WallReflection, ...]
    """Those that may be read there."""


class WallView(Part, frozen=True):
    """All parts of the wall."""

    stage: Stage
    session: WallSession
    progress: Progress
    story: Story
    traps: tuple[SprungTrap, ...]
    """Newest first, each trap once, at most 20. While some team may still be asked, only the team
    is told."""
    debrief: WallDebrief | None
    """Null before it has begun."""
