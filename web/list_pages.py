"""The pages of lists: sessions, and what many of them show together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.review.compare import Comparison
from engine.review.ledger import Belief, ScenePace, WeakPoint
from engine.scenario.model import Scenario
from web.finding import Asked, Sheet
from web.pages import Page, Stage


@dataclass(frozen=True, kw_only=True)
class SessionRow:
    """A session in the list."""

    id: str
    code: str
    title: str
    created: str
    """Local date and time."""
    teams: int
    phase: str
    """`broken`: none of its teams can be opened."""
    broken: int
    """Teams whose log can't be opened."""
    seats: int
    """Of the others."""
    kind: str
    """`evening`, `trial`, `practice` or `make_up`."""
    branch: str


@dataclass(frozen=True, kw_only=True)
class SessionsPage(Page):
    """The sessions that the account sees, newest first, a sheet of them."""

    template: ClassVar[str] = "sessions.html"
    sessions: tuple[SessionRow, ...]
    lapsing: tuple[str, ...]
    """Sessions whose names will soon be erased by themselves; to whoever may do something."""
    branched: bool
    """They may be of several branches."""
    sheet: Sheet
    asked: Asked
    branches: tuple[tuple[str, str], ...]
    """(id, name) to choose from; empty: there is nothing to choose."""
    scripts: tuple[tuple[str, str], ...]
    """(id, title) to choose from."""


@dataclass(frozen=True, kw_only=True)
class PlayedRow:
    """A session that was played, in the list of reviews."""

    id: str
    created: str
    branch: str
    runs: tuple[tuple[str, int], ...]
    """(run, team)."""
    people: int
    traps: int


@dataclass(frozen=True, kw_only=True)
class TrendsPage(Page):
    """What many sessions of one script show together. All figures are over all of them; only the
    list of sessions comes in sheets."""

    template: ClassVar[str] = "trends.html"
    scripts: tuple[tuple[str, str, int], ...]
    """(id, title, sessions) of every script that was opened."""
    scenario: Scenario | None
    """The script told of; None: there are no sessions."""
    threshold: int
    """Percent of slips from which a branch is warned of."""
    asked: Asked
    branches: tuple[tuple[str, str], ...]
    """(id, name) to choose from."""
    sessions: tuple[PlayedRow, ...]
    """Those of the sheet."""
    sheet: Sheet
    """Of the sessions that were played."""
    unplayed: int
    """Sessions that nobody began: they stand in no figure."""
    unread: int
    """Runs whose logs can't be read: they stand in no figure either."""
    runs: int
    people: int
    beliefs: tuple[Belief, ...]
    paces: tuple[ScenePace, ...]
    weak: tuple[WeakPoint, ...]


@dataclass(frozen=True, kw_only=True)
class ComparePage(Page):
    """Two runs of one script beside each other."""

    template: ClassVar[str] = "compare.html"
    stages: tuple[Stage, Stage]
    comparison: Comparison
    others: tuple[tuple[str, str], ...]
    """(run, what it is called) of a sheet of the runs the first may be compared with."""
    sheet: Sheet
    """Of their sessions."""
