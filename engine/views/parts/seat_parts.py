"""What a seat's phone is sent."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType, field

from engine.kinds.shown import Listed, Named, Part
from engine.views.parts.shared import (
    AnyCard,
    Eats,
    EndingKind,
    Learnt,
    Meter,
    OtherTeams,
    Phase,
    SiteTold,
    Tone,
    Why,
)
from engine.views.parts.task_parts import AnyTask


class RoleStory(Part, frozen=True):
    """What only a role knows of the scene."""

    role: str
    """For programs: the role."""
    role_name: str
    """What it is called."""
    text: str
    """Its own part of the story, Markdown."""


class Scene(Part, frozen=True):
    """Where the team is."""

    id: str
    """The scene's id; empty in the lobby."""
    title: str
    """Its title; in the lobby the script's."""
    when: str
    """When and where it is set; empty where the script says nothing of it."""
    story: str
    """Markdown; in the lobby the script's summary."""
    story_for: str
    """What only the seat's own role knows of it; or empty."""
    stories_for: tuple[RoleStory, ...]
    """What the other roles know that the seat acts for."""
    scenario: str
    """The script's id: pictures lie under it."""
    picture: str
    """See `picture`, below; or empty."""
    phase: Phase
    """How the run stands."""
    ending: str | None
    """The ending's id; null until one is reached."""
    ending_kind: EndingKind | None
    """How the ending is; null until one is reached."""
    ends_at_ms: int | None
    """When the scene's time runs out; null without a limit or while paused."""
    remaining_ms: int | None
    """In a pause: what is left then."""
    station: int
    """How far along the main way: from 1; 0 in the lobby; one more than `stations` at an ending."""
    stations: int
    """How many scenes the main way has."""
    detour: bool
    """The scene isn't on the main way."""
    places: tuple[SiteTold, ...] | UnsetType = UNSET
    """Where the seat's roles are, mostly one place; not there where all are together."""
    eats: Eats | UnsetType = UNSET
    """What its clock eats; left out where it eats nothing, or no more."""
    look_up: bool | UnsetType = UNSET
    """True, and only then there: as it begins all look up at the wall, and phones go dark."""


class Cover(Part, frozen=True):
    """Another role that the seat acts for."""

    id: str
    """The role."""
    name: str
    """What it is called."""
    brief: str
    """What it is."""
    goal: str
    """What it wants; or empty."""


class FreeRole(Part, frozen=True):
    """A role that has a seat free."""

    id: str
    """The role."""
    name: str
    """What it is called."""
    brief: str
    """What it is."""


class Side(Part, frozen=True):
    """Those who voted for the same. Never who."""

    text: str
    """The choice."""
    votes: int
    """How many."""
    won: bool
    """It fell on this one."""


class Last(Part, frozen=True):
    """What the seat did last and what came of it. It stays through scenes, detours, pauses, the end
    and the debrief until the seat does something else: the last answer of a scene turns it."""

    id: int
    """The seq of what it did."""
    at_ms: int
    """For programs: when."""
    kind: Literal["answer", "rescue", "hand", "show"]
    """For programs: what it was."""
    tone: Tone
    """How it went."""
    text: str
    """What came of it."""
    where: str
    """The scene's title; empty where it was no answer."""
    here: bool
    """The task itself stands among `tasks` and says the same."""
    learnt: Learnt | None
    """What is known by it."""
    votes: tuple[Side, ...] | UnsetType = UNSET
    """Of a vote that is decided: how it fell."""
    first: str | UnsetType = UNSET
    """The choice whose side is asked to explain first; not there where all were of one mind."""


class Aim(Part, frozen=True):
    """What a role wants for itself."""

    text: str
    """What."""
    secret: bool
    """Nobody else is shown it before the debrief."""
    met: bool | None
    """Whether it came to it; null before the end."""


class Me(Part, frozen=True):
    """Who one is, and how one stands."""

    seat: str
    """For programs: the seat's id."""
    role: str
    """Its role; empty for a seat that is none."""
    role_name: str
    """What the role is called."""
    name: str
    """The participant's name."""
    brief: str
    """What the role is."""
    goal: str
    """What it wants; or empty."""
    held_until_ms: int | None
    """While it may not act: until when, by `now_ms`."""
    held_remaining_ms: int | None
    """In a pause: for how much longer."""
    held_by: str | None
    """What it believed."""
    acts_for: tuple[str, ...]
    """For programs: other roles it acts for."""
    covers: tuple[Cover, ...]
    """The same, in words."""
    phase: Phase
    """As of `scene`."""
    ready: bool
    """It has said that it is ready."""
    left: bool
    """It has left for good."""
    roles_free: tuple[FreeRole, ...]
    """Before the start: what it may take instead."""
    last: Last | None
    """Null: it has done nothing yet."""
    held_why: str | UnsetType = UNSET
    """Why that is easily believed; there only while it is held."""
    aim: Aim | UnsetType = UNSET
    """What it wants for itself; left out where the script gives it nothing."""
    team_name: str | UnsetType = UNSET
    """What its team is called; not there where it has no name."""


class Teammate(Part, frozen=True):
    """A seat of the team."""

    seat: str
    """Its id."""
    role: str
    """Its role."""
    role_name: str
    """What that is called."""
    name: str
    """The participant's name."""
    online: bool
    """Its phone is connected."""
    left: bool
    """It has left for good."""
    ready: bool
    """Before the start: it has said so."""
    done: int
    """Tasks of this scene that are done, of its role's …"""
    total: int
    """… so many."""
    held_until_ms: int | None
    """While it may not act: until when."""
    aim: str | UnsetType = UNSET
    """What its role wants for itself, where that is no secret; else left out."""


class Waited(Part, frozen=True):
    """Somebody who is waited for."""

    seat: str | None
    """For programs: whose seat; null where nobody holds the role."""
    name: str
    """The participant's name; or empty."""
    role_name: str
    """The role."""
    why: Why
    """What keeps them."""


class Waiting(Part, frozen=True):
    """What the scene still waits for."""

    for_: tuple[str, ...] = field(name="for")
    """The seats whose open tasks it needs."""
    roles: tuple[str, ...]
    """Such roles that nobody holds now."""
    done: int
    """Tasks that are done, of …"""
    total: int
    """… so many that it needs."""
    mine: int
    """Tasks that this seat still owes."""
    who: tuple[Waited, ...]
    """In words, less oneself."""
    others: OtherTeams | UnsetType = UNSET
    """The scene is over, and the team waits for these; else not there."""


class Card(Part, frozen=True):
    """A card held by the seat's role, or by one it acts for; then those that it was shown."""

    id: str
    """The card."""
    title: str
    """Its title."""
    text: str
    """Markdown."""
    role: str
    """Who holds it."""
    role_name: str
    """What that is called."""
    own: bool
    """It is the seat's own role."""
    learnt: Learnt | None
    """The fact it tells."""
    to: tuple[Named, ...]
    """To whom it may be handed, or shown; empty while none may be."""
    apart: tuple[str, ...] | UnsetType = UNSET
    """Those of `to` who are in another place, so that it can't be shown to them; else not there."""
    shown_by: str | UnsetType = UNSET
    """A teammate's who let one see it, till the scene is over: that role's name; else not there."""
    once: Literal["may", "was"] | UnsetType = UNSET
    """It may be handed on or shown once; it was. Left out where nothing limits it."""


class Rescue(Part, frozen=True):
    """A held teammate whom this seat may help."""

    seat: str
    """The teammate's."""
    name: str
    """Their name."""
    role_name: str
    """Their role."""
    trap: str
    """What they believed."""
    ask: str
    """What is asked of who helps."""
    choices: tuple[Listed, ...]
    """As drawn."""
    until_ms: int | None
    """When it ends by itself; null in a pause."""
    tried: bool
    """This seat has had its try."""
    held: bool | UnsetType = UNSET
    """True, and only then there, while it is held itself."""


class Notice(Part, frozen=True):
    """Something that happened."""

    id: int
    """Its seq."""
    at_ms: int
    """For programs: when."""
    kind: str
    """What it is about."""
    tone: Tone
    """How good it is."""
    text: str
    """In words."""
    detail: str
    """More of it, Markdown; or empty. Of a trap: what was believed, but for those who may be asked
    the same themselves."""
    learnt: Learnt | None
    """What is so; of a teammate's trap only once the team has its tasks behind it."""
    thank: str | UnsetType = UNSET
    """The seat of who pulled one out by this, until they were thanked; else not there."""


class Speaker(Part, frozen=True):
    """Who was drawn to speak."""

    seat: str
    """For programs: whose seat."""
    name: str
    """Their name."""
    role_name: str
    """Their role."""


class Reflect(Part, frozen=True):
    """What everybody is asked to write at the end."""

    ask: str
    """What is asked."""
    mine: str
    """What this seat wrote; or empty."""


class Debrief(Part, frozen=True):
    """The step of the debrief that the facilitator is at."""

    step: int
    """From 0, of …"""
    steps: int
    """… so many."""
    card: AnyCard
    """What is shown."""
    speaker: Speaker | None
    """Null until one is drawn, and again once the card has turned."""
    reflect: Reflect | None
    """Null: the script asks for nothing."""


class LearntIn(Part, frozen=True):
    """Something this seat has learnt, and where."""

    where: str
    """The scene's title."""
    learnt: Learnt
    """What is so."""


class SeatView(Part, frozen=True):
    """All parts of a seat."""

    scene: Scene
    me: Me
    tasks: tuple[AnyTask, ...]
    """See below, by kind."""
    team: tuple[Teammate, ...]
    """Every seat, in the order taken."""
    waiting: Waiting
    meters: tuple[Meter, ...]
    cards: tuple[Card, ...]
    rescues: tuple[Rescue, ...]
    notice: tuple[Notice, ...]
    """Newest last, at most 12."""
    learnt: tuple[LearntIn, ...]
    """Oldest first, each fact once: what it answered, its roles' tasks with it, its falls and its
    rescues."""
    debrief: Debrief | None
    """Null before it has begun."""
