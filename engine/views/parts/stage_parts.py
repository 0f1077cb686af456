"""What the wall is sent about its own state: which composition stands there, and about whom."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType

from engine.kinds.shown import Part
from engine.views.parts.shared import EndingKind

WallState = Literal[
    "lobby", "curtain", "play", "trap", "rescue", "talk", "vote", "turn", "tally", "paused",
    "fallen", "ending", "card", "written", "oath", "thanks",
]  # fmt: skip


class Light(Part, frozen=True):
    """A role as a figure or a lantern. Never the name of who plays it."""

    role_name: str
    """The role."""
    lit: bool
    """It has voted, agreed or spoken; of a fall: it stands."""
    now: bool
    """It is its turn; of a fall: it is the one that fell."""


class Fall(Part, frozen=True):
    """Somebody fell for a misconception; which one is not said here."""

    team: int
    """The team's number."""
    roles: tuple[Light, ...]
    """The team's roles."""
    fell: tuple[str, ...]
    """Names of the roles that fell; none where the whole team did."""
    until_ms: int | None
    """When they may act again by themselves; null where nobody is held."""
    team_name: str | UnsetType = UNSET
    """What it is called instead; not there where it has no name."""


class Pull(Part, frozen=True):
    """Somebody was pulled out again."""

    team: int
    """The team's number."""
    helper: str
    """The role that helped; or empty."""
    helped: str
    """The role that had fallen."""
    team_name: str | UnsetType = UNSET
    """What it is called instead; not there where it has no name."""


class TeamLights(Part, frozen=True):
    """How far a team is with what all are asked."""

    team: int
    """The team's number."""
    lights: tuple[Light, ...]
    """Its roles that are asked; never what they chose."""
    team_name: str | UnsetType = UNSET
    """What it is called instead; not there where it has no name."""


class WallAsked(Part, frozen=True):
    """What all teams that play are asked together, just now."""

    label: str
    """What sort of task it is."""
    ask: str
    """The question."""
    options: tuple[str, ...]
    """What may be voted for, in an order that says nothing; else empty."""
    until_ms: int | None
    """How long they have to talk at the least, or until when there is time."""
    again: bool
    """A vote before it decided nothing."""
    teams: tuple[TeamLights, ...]
    """Each that plays."""


class Row(Part, frozen=True):
    """A choice that somebody voted for."""

    text: str
    """What it says."""
    votes: int
    """How many."""
    won: bool
    """It fell on this one."""
    first: bool
    """Its side is asked to explain first."""


class TeamRows(Part, frozen=True):
    """How a team's vote fell."""

    team: int
    """The team's number."""
    rows: tuple[Row, ...]
    """In an order that says nothing; only choices that somebody voted for."""
    team_name: str | UnsetType = UNSET
    """What it is called instead; not there where it has no name."""


class WallTally(Part, frozen=True):
    """How a vote fell that is behind all teams."""

    ask: str
    """The question."""
    teams: tuple[TeamRows, ...]
    """Each that has voted on it."""


class Following(Part, frozen=True):
    """What has the wall after an interlude, before what stands there."""

    state: WallState
    """What it is."""
    until_ms: int
    """Until when."""


class Paper(Part, frozen=True):
    """How it ended for a team, in short."""

    team: int
    """Its number."""
    title: str
    """The ending's title; that none was reached, else."""
    kind: EndingKind | None
    """How it went; null where no ending was reached."""
    story: str
    """The ending's story, Markdown; empty where none was reached."""
    why: tuple[str, ...]
    """What led there, each in a word or two: its variables, its falls, its rescues."""
    says: str
    """Its own sentence; empty where it wrote none, or it is kept off the wall."""
    by: str
    """The role that wrote it down."""
    team_name: str | UnsetType = UNSET
    """What it is called instead; not there where it has no name."""


class Stage(Part, frozen=True):
    """Which composition the wall is in. An interlude has its time, and `then` stands there after
    it; whoever draws the wall goes by that without being told again."""

    state: WallState
    """What it shows."""
    until_ms: int | None
    """Until when; null: until it is told something else."""
    then: WallState
    """What it shows after that; the same where there is no such time."""
    fall: Fall | None
    """Of `trap`."""
    pull: Pull | None
    """Of `rescue`."""
    asked: WallAsked | None
    """Of `talk`, `vote` and `turn`."""
    papers: tuple[Paper, ...]
    """Of `fallen` and `ending`; else empty."""
    tally: WallTally | UnsetType = UNSET
    """Of `tally`; not there else."""
    next: Following | UnsetType = UNSET
    """Another interlude that comes between `until_ms` and `then`; not there where none does."""
