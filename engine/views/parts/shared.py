"""What more than one audience is shown."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType

from engine.kinds.shown import Part
from engine.script.nodes import Status

Phase = Literal["lobby", "playing", "paused", "ended", "debrief", "closed"]
EndingKind = Literal["good", "mixed", "bad"]
Tone = Literal["info", "good", "warn"]
Mark = Literal["established", "accepted", "contested", "statute", "unchecked"]
Why = Literal["working", "held", "away", "nobody"]


class Quoted(Part, frozen=True):
    """What a work says, word for word."""

    quote: str
    """Its words."""
    cite: str
    """The work, and where in it."""


class Account(Part, frozen=True):
    """One side of a contested fact."""

    says: str
    """Who says so, or what."""
    basis: str
    """What it rests on."""
    sources: tuple[str, ...]
    """Works cited, each with where in it."""
    quotes: tuple[Quoted, ...]
    """What they say of it."""


class SiteTold(Part, frozen=True):
    """One of the places that a scene is played in at once."""

    title: str
    """What it is called."""
    story: str
    """What is told there, Markdown; or empty."""
    picture: str
    """As of a seat's `scene`; or empty."""
    roles: tuple[str, ...]
    """Names of the roles that are there."""


class Learnt(Part, frozen=True):
    """A fact, once it may be known."""

    id: str
    """For programs: the fact's id in the script."""
    text: str
    """The fact."""
    status: Status
    """How sure it is, as the script's author says."""
    marks: tuple[Mark, ...]
    """How sure people are told it is: `unchecked` where nobody has compared it with a source,
    alone or behind the status. Never `established` then."""
    accounts: tuple[Account, ...]
    """What each side says, where it is contested."""
    sources: tuple[str, ...]
    """Works cited, each with where in it."""
    quotes: tuple[Quoted, ...]
    """What they say, word for word: for whoever opens one."""
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


class OtherTeams(Part, frozen=True):
    """The teams that one waits for which is through with its act (同幕)."""

    teams: tuple[int, ...]
    """Their numbers; empty for the moment until that is known."""
    team_names: tuple[str, ...] | UnsetType = UNSET
    """What those are called, where one of them has a name; never on a phone."""


class Station(Part, frozen=True):
    """A scene, by its title."""

    id: str
    """The scene's id."""
    title: str
    """Its title."""


# ── the debrief ─────────────────────────────────────────────────────────────────────────────────


class Eats(Part, frozen=True):
    """What a scene's clock eats as long as the scene goes on."""

    costs: tuple[str, ...]
    """What, in words."""
    every_s: int
    """How often: each time so many seconds have gone by."""
    next_ms: int | None
    """When next; null while the clock stands."""


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
    team_name: str | UnsetType = UNSET
    """What it is called instead; not there where it has no name."""


class EndingCard(DebriefCard, frozen=True, tag="ending"):
    """How it ended."""

    endings: tuple[TeamEnding, ...]
    """A phone's own team's, or all teams'."""


class AimEnd(Part, frozen=True):
    """What a role wanted, and what came of it."""

    team: int
    """Its team, from 1."""
    role_name: str
    """Whose it was."""
    text: str
    """What."""
    met: bool | None
    """Whether it came to it; null: its team reached no ending."""
    team_name: str | UnsetType = UNSET
    """What it is called instead; not there where it has no name."""


class AimsCard(DebriefCard, frozen=True, tag="aims"):
    """What roles wanted for themselves: told to all now."""

    aims: tuple[AimEnd, ...]
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
    """The teams that fell for it."""
    team_names: tuple[str, ...] | UnsetType = UNSET
    """What those are called, where one of them has a name."""


class FactCard(DebriefCard, frozen=True, tag="fact"):
    """A fact."""

    learnt: Learnt
    """The fact."""


class FateTold(Part, frozen=True):
    """What became of somebody."""

    who: str
    """Who."""
    text: str
    """What became of them."""
    marks: tuple[Mark, ...]
    """`unchecked` where nobody has compared it with a source; else empty."""
    sources: tuple[str, ...]
    """What it rests on."""
    quotes: tuple[Quoted, ...]
    """In which words."""


class FatesCard(DebriefCard, frozen=True, tag="fates"):
    """What became of the people."""

    fates: tuple[FateTold, ...]
    """Of each."""


class WordsCard(DebriefCard, frozen=True, tag="words"):
    """A sentence of today."""

    text: str
    """The sentence."""
    marks: tuple[Mark, ...]
    """As of *fate*."""
    sources: tuple[str, ...]
    """What it rests on."""
    quotes: tuple[Quoted, ...]
    """In which words."""


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


AnyCard = (
    EndingCard
    | AimsCard
    | TrapCard
    | FactCard
    | FatesCard
    | DiscussCard
    | WordsCard
    | OathCard
    | ReflectCard
)


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
