"""One class a page template: all a page receives. A template uses nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.author.answers import SceneAnswers
from engine.errors import Issue
from engine.evening.choosing import Wish
from engine.export.report import Report, Seated
from engine.rights import Right
from engine.scenario.model import Scenario
from engine.store.sessions.notes import Note
from web.timeline import Timeline


@dataclass(frozen=True, kw_only=True)
class Page:
    """What every page receives."""

    template: ClassVar[str]
    account: str = ""
    """Who is logged in; empty: nobody."""
    may: frozenset[Right] = frozenset()
    """What they may."""
    mark: str = ""
    """What forms carry to show that they are ours."""


@dataclass(frozen=True, kw_only=True)
class BrokenScenario:
    """A script that doesn't compile, for the home page."""

    folder: str
    issues: tuple[Issue, ...]


@dataclass(frozen=True, kw_only=True)
class HomePage(Page):
    """The menu of scenarios, and the box for a join code."""

    template: ClassVar[str] = "home.html"
    scenarios: tuple[Scenario, ...]
    """Those that fit the wish."""
    of: int
    """Of so many."""
    wish: Wish
    themes: tuple[str, ...]
    levels: tuple[str, ...]
    sizes: dict[str, tuple[int, int]]
    """(fewest, most) people of a team by script."""
    broken: tuple[BrokenScenario, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ScenarioPage(Page):
    """A scenario in full, and the form that opens a session on it."""

    template: ClassVar[str] = "scenario.html"
    scenario: Scenario
    sizes: tuple[int, int]
    """(fewest, most) people of a team."""
    people: int = 0
    """How many are expected; 0: nobody has said."""
    teams: int = 0
    """In how many teams they play it; 0: they don't, or nobody has said how many they are."""
    branches: tuple[tuple[str, str], ...] = ()
    """(id, name) of those it may be held for; empty: there is nothing to choose."""
    branch: str = ""
    """The one that is chosen unless another is."""
    first: bool = False
    """No evening was ever opened among the sessions that the account sees."""


@dataclass(frozen=True, kw_only=True)
class AnswersPage(Page):
    """A scenario's answers, for whoever prepares to lead it."""

    template: ClassVar[str] = "answers.html"
    scenario: Scenario
    scenes: tuple[SceneAnswers, ...]


@dataclass(frozen=True, kw_only=True)
class LoginPage(Page):
    """The login: name and password, then the code where there is one."""

    template: ClassVar[str] = "login.html"
    next: str = "/sessions"
    name: str = ""
    """What was typed."""
    problem: str = ""
    remedy: str = ""
    ticket: str = ""
    """The password was right; now the code is asked for."""


@dataclass(frozen=True, kw_only=True)
class ConsolePage(Page):
    """The facilitator's desk; its parts come over the socket."""

    template: ClassVar[str] = "console.html"
    session: str
    code: str
    title: str
    scenario: str
    run: str
    """Of the first team."""
    kind: str
    """`evening`, `trial`, `practice` or `make_up`."""
    origin: str
    """For practice: the run it was forked from; for a make-up: one that was missed."""


@dataclass(frozen=True, kw_only=True)
class ProjectorPage(Page):
    """The wall; its parts come over the socket."""

    template: ClassVar[str] = "projector.html"
    session: str
    code: str
    title: str
    scenario: str


@dataclass(frozen=True, kw_only=True)
class FreeRole:
    """A role with room in a team."""

    id: str
    name: str
    brief: str
    free: bool


@dataclass(frozen=True, kw_only=True)
class TeamChoice:
    """A team that can be joined."""

    team: int
    taken: int
    room: int
    roles: tuple[FreeRole, ...] = ()

    @property
    def full(self) -> bool:
        """Nobody fits in."""
        return self.taken >= self.room


@dataclass(frozen=True, kw_only=True)
class JoinPage(Page):
    """Taking a seat: code, name, team, role."""

    template: ClassVar[str] = "join.html"
    code: str = ""
    title: str = ""
    """Empty: the code isn't known yet."""
    summary: str = ""
    teams: tuple[TeamChoice, ...] = ()
    name: str = ""
    problem: str = ""
    remedy: str = ""
    seated: bool = False
    """This phone has a seat already."""
    again: bool = False
    """It is to have another one besides."""
    locked: bool = False
    """Nobody new sits down just now."""


@dataclass(frozen=True, kw_only=True)
class PlayPage(Page):
    """The phone; its parts come over the socket."""

    template: ClassVar[str] = "play.html"
    title: str
    scenario: str
    code: str
    run: str
    seat: str
    """Whose page it is: said in its hello, for the cookie may become another seat's."""


@dataclass(frozen=True, kw_only=True)
class ScriptRow:
    """A script on the studio's shelf."""

    name: str
    branch: str
    """Whose shelf it stands on, for who sees several; empty: one's own."""
    title: str
    issues: int
    in_menu: bool
    """It lies in the scenarios folder."""
    ahead: bool
    """The newest draft differs from what is in the menu."""
    saved: str
    """Number, author and time of the newest draft; empty: none."""


@dataclass(frozen=True, kw_only=True)
class StudioPage(Page):
    """The studio's shelf."""

    template: ClassVar[str] = "studio.html"
    scripts: tuple[ScriptRow, ...]


@dataclass(frozen=True, kw_only=True)
class EditorPage(Page):
    """A script being written."""

    template: ClassVar[str] = "editor.html"
    name: str
    text: str
    was: str
    """The encoding the text came in, where that wasn't UTF-8; else empty."""
    base: int
    """Number of the draft shown; 0: what is in the menu."""
    history: tuple[tuple[int, str], ...]
    """(number, when and by whom), newest first."""
    replaced: tuple[str, ...] = ()
    """Files that an import has just put in place of others."""
    left_out: tuple[str, ...] = ()
    """What lay in the package and isn't needed."""


@dataclass(frozen=True, kw_only=True)
class FilesPage(Page):
    """What lies beside a script that is being written."""

    template: ClassVar[str] = "files.html"
    name: str
    files: tuple[tuple[str, int, bool, bool], ...]
    """(file, bytes, it can be laid aside, it is a picture)."""
    aside: tuple[tuple[str, int, str, int], ...]
    """(file, when in ms, when in words, bytes), newest first."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A run to be replayed: its timeline, its screens, and what the script on the page needs."""

    run: str
    session: str
    title: str
    team: int
    played: str
    """Local date and time of the start."""
    ending: str
    origin: str
    """The run it was forked from; empty: none."""
    timeline: Timeline
    screens: tuple[tuple[str, str], ...]
    """(seat or `projector`, what it is called)."""
    log: str
    """JSON for the page's script: `axis` by place, `start` of play on it, `seats`, `marks`,
    `scenes`."""
    seq: int
    """Where the page opens."""


@dataclass(frozen=True, kw_only=True)
class ReviewPage(Page):
    """The replay of one run."""

    template: ClassVar[str] = "review.html"
    stage: Stage
    screen: str
    """The screens chosen: one, or `all`."""
    notes: tuple[Note, ...]
    forks: tuple[tuple[str, str], ...]
    """(run, where from) of the practice runs that continue this one."""


@dataclass(frozen=True, kw_only=True)
class ReportPage(Page):
    """What one session teaches, and its documents."""

    template: ClassVar[str] = "report.html"
    report: Report
    created: str
    """Local date and time of the first start."""
    branch: str
    """The session's; empty: the whole organisation's."""
    branches: tuple[tuple[str, str], ...]
    """(id, name) of those it may be given to; empty: by whoever looks, to none."""
    can_push: bool
    """A learning record store is set up."""
    told: str = ""
    """What has just been done, or why not."""
    people: tuple[tuple[str, str], ...] = ()
    """(run and seat, who) of everybody whose name can be erased by whoever looks."""
    seats: tuple[Seated, ...] = ()
    """Every seat, for whoever may strike people off."""


@dataclass(frozen=True, kw_only=True)
class AuditRow:
    """An entry of the audit log."""

    seq: int
    at: str
    """Local date and time."""
    who: str
    branch: str
    act: str
    target: str
    count: int
    outcome: str
    """Empty: done."""
    address: str


@dataclass(frozen=True, kw_only=True)
class AuditPage(Page):
    """Who did what, and what was refused to whom."""

    template: ClassVar[str] = "audit.html"
    rows: tuple[AuditRow, ...]
    acts: tuple[tuple[str, str], ...]
    """(act, what it is called) to choose from."""
    who: str
    act: str
    refused: bool
    day: str
    """`2026-07-01`; empty: all."""
    older: str
    """Query of the next page; empty: this is the last."""
    query: str
    """What was asked for, for the download."""


@dataclass(frozen=True, kw_only=True)
class ErrorPage(Page):
    """What went wrong, and what to do."""

    template: ClassVar[str] = "error.html"
    status: int
    code: str
    message: str
    remedy: str
    back: str
    """The page of ours that led here; else the home page."""
