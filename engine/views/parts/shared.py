"""What more than one audience is shown."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType

from engine.kinds.shown import Part

Phase = Literal["lobby", "playing", "paused", "ended", "debrief", "closed"]
EndingKind = Literal["good", "mixed", "bad"]
Tone = Literal["info", "good", "warn"]
Status = Literal["established", "accepted", "contested"]
Why = Literal["working", "held", "away", "nobody"]


class Account(Part, frozen=True):
    """One side of a contested fact."""

    says: str
    """Who says so, or what."""
    basis: str
    """What it rests on."""
    sources: tuple[str, ...]
    """Works cited."""


class Learnt(Part, frozen=True):
    """A fact, once it may be known."""

    id: str
    """For programs: the fact's id in the script."""
    text: str
    """The fact."""
    status: Status
    """How sure it is."""
    accounts: tuple[Account, ...]
    """What each side says, where it is contested."""
    sources: tuple[str, ...]
    """Works cited."""
    belief: str | UnsetType = UNSET
    """Only where a trap sprang: what was believed."""
    why: str | UnsetType = UNSET
    """Only where a trap sprang: why it is easily believed."""


class Meter(Part, frozen=True):
    """A variable of the team's with `show: true`."""

    id: str
    """For programs: the variable's id."""
    label: str
    """What it is called."""
    kind: Literal["int", "bool", "one_of"]
    """What it may be."""
    value: int | bool | str
    """What it is."""
    low: int
    """The least an `int` may be."""
    high: int
    """The most an `int` may be."""


class Station(Part, frozen=True):
    """A scene, by its title."""

    id: str
    """The scene's id."""
    title: str
    """Its title."""


# ── the debrief ─────────────────────────────────────────────────────────────────────────────────


class DebriefCard(Part, frozen=True, tag_field="kind"):
    """A card of the debrief: what it is of says which."""

    title: str
    """What such cards are headed."""

    @property
    def kind(self) -> str:
        """What it is of: the tag, for whoever has the struct and not its JSON."""
        return str(self.__struct_config__.tag)


class TeamEnding(Part, frozen=True, kw_only=True):
    """How it ended for a team."""

    team: int
    """Its number."""
    title: str
    """The ending's title; that none was reached, else."""
    story: str
    """The ending's story, Markdown; empty where none was reached."""
    kind: EndingKind | None
    """How it went; null where no ending was reached."""
    scenario: str | UnsetType = UNSET
    """For programs: where `picture` is; not there where no ending was reached."""
    picture: str = ""
    """For programs: a picture, or empty."""
    facts: tuple[Learnt, ...] = ()
    """What it teaches."""


class EndingCard(DebriefCard, frozen=True, tag="ending"):
    """How it ended."""

    endings: tuple[TeamEnding, ...]
    """A phone's own team's, or all teams'."""


class TrapCard(DebriefCard, frozen=True, tag="trap"):
    """A misconception that somebody fell for."""

    belief: str
    """What was believed."""
    why: str
    """Why it is easily believed."""
    learnt: Learnt
    """What is so."""
    teams: tuple[int, ...]
    """For programs: the teams that fell for it."""


class FactCard(DebriefCard, frozen=True, tag="fact"):
    """A fact."""

    learnt: Learnt
    """The fact."""


class DiscussCard(DebriefCard, frozen=True, tag="discuss"):
    """Something to talk over."""

    question: str
    """What to talk over."""
    number: int
    """For programs: which of the script's questions it is, from 1."""


class OathCard(DebriefCard, frozen=True, tag="oath"):
    """The admission oath."""

    lines: tuple[str, ...]
    """Line by line."""


class ReflectCard(DebriefCard, frozen=True, tag="reflect"):
    """What people take home."""

    ask: str
    """What they are asked."""
    written: int
    """How many have written something."""
    total: int
    """How many could."""


AnyCard = EndingCard | TrapCard | FactCard | DiscussCard | OathCard | ReflectCard


# ── what can't be shown ─────────────────────────────────────────────────────────────────────────


class BrokenTeam(Part, frozen=True):
    """A team whose log can't be opened."""

    run: str
    """Its run's id."""
    team: int
    """Its number."""
    code: str
    """For programs: `broken_run` or `lost_script`."""
    message: str
    """What is wrong."""
    remedy: str
    """What to do."""
    why: str | UnsetType = UNSET
    """Only for the console: what was found."""


class Broken(Part, frozen=True):
    """The teams that can't be opened."""

    all: bool
    """All of them: there is no `session` then."""
    teams: tuple[BrokenTeam, ...]
    """Each of them."""
