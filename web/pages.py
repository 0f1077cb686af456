"""One class a page template: all a page receives. A template uses nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.errors import Issue
from engine.scenario.model import Scenario


@dataclass(frozen=True, kw_only=True)
class Page:
    """What every page receives."""

    template: ClassVar[str]
    account: str = ""
    """The facilitator who is logged in; empty: nobody."""
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
    broken: tuple[BrokenScenario, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ScenarioPage(Page):
    """A scenario in full, and the form that opens a session on it."""

    template: ClassVar[str] = "scenario.html"
    scenario: Scenario


@dataclass(frozen=True, kw_only=True)
class LoginPage(Page):
    """The facilitator's login."""

    template: ClassVar[str] = "login.html"
    next: str = "/sessions"
    problem: str = ""
    remedy: str = ""


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
    seats: int


@dataclass(frozen=True, kw_only=True)
class SessionsPage(Page):
    """The facilitator's sessions, newest first."""

    template: ClassVar[str] = "sessions.html"
    sessions: tuple[SessionRow, ...]


@dataclass(frozen=True, kw_only=True)
class ConsolePage(Page):
    """The facilitator's desk; its parts come over the socket."""

    template: ClassVar[str] = "console.html"
    session: str
    code: str
    title: str
    scenario: str
    addresses: tuple[tuple[str, str], ...]
    """(URL, label) of every address phones might join at."""
    address: str
    """The one chosen."""


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


@dataclass(frozen=True, kw_only=True)
class PlayPage(Page):
    """The phone; its parts come over the socket."""

    template: ClassVar[str] = "play.html"
    title: str
    scenario: str
    code: str


@dataclass(frozen=True, kw_only=True)
class ScriptRow:
    """A script on the studio's shelf."""

    name: str
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
    base: int
    """Number of the draft shown; 0: what is in the menu."""
    history: tuple[tuple[int, str], ...]
    """(number, when and by whom), newest first."""


@dataclass(frozen=True, kw_only=True)
class ErrorPage(Page):
    """What went wrong, and what to do."""

    template: ClassVar[str] = "error.html"
    status: int
    code: str
    message: str
    remedy: str
