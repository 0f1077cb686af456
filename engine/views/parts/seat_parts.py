"""What a seat's phone is sent."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType, field

from engine.kinds.shown import Listed, Named, Part
from engine.views.parts.shared import AnyCard, EndingKind, Learnt, Meter, Phase, Tone, Why


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


class Last(Part, frozen=True):
    """What the seat did last and what came of it. It stays through scenes, detours, pauses, the end
    and the debrief until the seat does something else: the last answer of a scene turns it."""

    id: int
    """The seq of what it did."""
    at_ms: int
    """For programs: when."""
    kind: Literal["answer", "rescue", "hand"]
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


class Hint(Part, frozen=True):
    """A task's hint."""

    available: bool
    """It wasn't taken yet."""
    text: str | None
    """What it says, once it was."""
    costs: tuple[str, ...]
    """What taking it costs."""


class Task(Part, frozen=True):
    """What is known of any task. A seat sees its own and those it acts for."""

    id: str
    """The task's id."""
    slot: str
    """The role that does it; `any`: whoever comes first."""
    role: str
    """For programs: for which of its roles the seat does it."""
    role_name: str
    """What that is called."""
    kind: str
    """What sort of task it is."""
    ask: str
    """What is asked; empty while locked, since that isn't known until it opens."""
    state: Literal["locked", "open", "held", "done"]
    """Whether it may be answered; `held`: not now, one fell for something."""
    optional: bool
    """It may be left."""
    mine: bool
    """It is the seat's to answer. Else the kind shows it something that the others need."""


class LockedTask(Task, frozen=True):
    """It waits for other tasks."""

    after: tuple[str, ...]
    """For programs: the tasks it waits for."""
    waits_for: tuple[str, ...]
    """Names of other roles that still owe something there."""
    waits_for_own: bool
    """So does one's own, or anybody."""


class OpenTask(Task, frozen=True, kw_only=True):
    """It is open, held up, or over. What its kind shows besides stands behind these."""

    tries: int
    """For programs: how often it was answered."""
    missed: bool
    """The last answer was wrong and may be given again."""
    answer: tuple[str, ...]
    """As it was given last."""
    tried: tuple[tuple[str, ...], ...]
    """The answers given before and not accepted; of a vote, one's own in rounds without result."""
    hint: Hint | None
    """Null: there is none."""
    learnt: Learnt | None
    """Once it is over: what it teaches."""
    outcome: Literal["done", "believed", "skipped", "stand_in", "teammate"] | None
    """Once it is over: answered; a wrong belief was let pass; skipped by the facilitator; answered
    by a stand-in, by a teammate. Only the first is success."""
    fell_for: str | None
    """What the last answer showed that one believes."""
    skipped: bool | UnsetType = UNSET
    """For programs: true where the facilitator skipped it; else not there."""


AnyTask = LockedTask | OpenTask


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


class Card(Part, frozen=True):
    """A card held by the seat's role, or by one it acts for."""

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
    """To whom it may be handed; empty while none may be."""


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
    debrief: Debrief | None
    """Null before it has begun."""
