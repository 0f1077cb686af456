"""What every use case works with: database, live runs, library, who is on the way.

No HTTP, and no page: whoever serves an evening (the web, the simulator) adds its own.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from weakref import WeakValueDictionary

from engine.errors import AppError, Lang, RunBroken
from engine.evening.addresses import LOOPBACK, Address, addresses
from engine.evening.latest import Latest
from engine.evening.lobby import Lobby
from engine.evening.paces import Paces
from engine.host.host import Host
from engine.host.mailbox import RunStopped
from engine.host.presence import Presence
from engine.host.remembered import Remembered
from engine.rules.state import State
from engine.scenario.model import Scenario
from engine.store.database import Database
from engine.store.people.accounts import People
from engine.store.sessions.sessions import Session, Sessions
from engine.values import Map, RunId
from engine.views.seat import RunViews
from engine.views.session import RunInfo, SessionInfo
from engine.work.reading_room import Reading

if TYPE_CHECKING:
    from engine.evening.library import Library
    from engine.host.relay import Relay

ERASED: Final = "（已删名）"
"""Shown for somebody whose name was erased."""
JUDGED_MAX: Final = 500
"""Drafts whose title is remembered: some shelves."""


def bell_of(account: str) -> RunId:
    """What is rung, as a run is, where the account may no longer do what it could."""
    return f"-account {account}"


def _say_nothing(error: AppError, do: str) -> None:
    """Nobody keeps a log."""


@dataclass(kw_only=True)
class House:
    """The open parts of the running program that evenings are made of."""

    database: Database
    people: People
    sessions: Sessions
    host: Host
    presence: Presence
    library: Library
    reading: Reading
    """Where logs are folded and long pages written out, beside the loop."""
    limits: Paces
    key: str
    """Signs links and seats' tokens."""
    port: int
    public_url: str = ""
    """The address phones join at, where one was set; else this machine's are tried."""
    bound: str = ""
    """The address that is listened at; empty: all."""
    scrub: bool = False
    """Somebody was erased whose name may stand in old pages of the database's files."""
    room_mb: int | None = None
    """So little is left on the disk that the data lie on; None: enough."""
    lost: str = ""
    """The address that phones had and that this machine has no longer; empty: none."""
    relay: Relay | None = None
    """To the other workers; None: there are none."""
    sitting: Counter[RunId] = field(default_factory=Counter)
    """How many are just taking a seat of a run, through this process."""
    lobby: Lobby = field(default_factory=Lobby)
    """Who has a seat and hasn't come yet."""
    joining: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    """By the token that is being got: one tap at a time."""
    judged: Latest[str, tuple[str, int]] = field(default_factory=lambda: Latest(JUDGED_MAX))
    """Title and number of issues of drafts, by their texts' digests."""
    proved: Latest[str, bool] = field(default_factory=lambda: Latest(JUDGED_MAX))
    """Of texts that were proved through this process, by digest: nothing was found."""
    guessing: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    """By the address that tries a join code: one at a time, so that each counts before the next."""
    seats_rung: int = 0
    """How often it was said that who sits where has changed: whoever was let in by what was so
    before looks again."""
    on_forgotten: list[Callable[[], object]] = field(default_factory=list)
    """Called when somebody's name is forgotten: what is remembered of pages may hold it."""
    on_failed: Callable[[AppError, str], object] = _say_nothing
    """Told of a desk's command (its name) that one of several runs refused."""

    def __post_init__(self) -> None:
        self.host.on_moved.append(self.lobby.moved)

    def reachable(self) -> list[Address]:
        """The addresses phones can join at, the likeliest first."""
        return addresses(self.port, self.public_url, self.bound)

    async def views(self, run: RunId, scenario: Scenario, lang: Lang) -> RunViews:
        """The run's views in a language, shared by all its sockets for as long as it is loaded.
        `scenario`: its own."""
        remembered = self.host.remembered(run) or Remembered()
        known = remembered.views.get(lang)
        if known is None:
            said = await self.library.in_language(scenario, lang)
            known = remembered.views.setdefault(lang, RunViews(said))
        return known

    async def names(self, run: RunId) -> Map[str, str]:
        """Names of the run's participants; while it is loaded, the same object until somebody
        joins, here or through another worker."""
        remembered = self.host.remembered(run) or Remembered()
        known = remembered.names
        if known is None or self.host.seats(run) > len(known):
            kept = await self.sessions.names(run)
            found = Map({seat: name or ERASED for seat, name in kept.items()})
            known = known if found == known and known is not None else found
            remembered.names = known
        return known

    def at_hand(self, run: RunId, lang: Lang) -> tuple[State, RunViews, Map[str, str]] | None:
        """(how the run stands, its views, its names), where nothing of it has to be waited for."""
        found, remembered = self.host.at_hand(run), self.host.remembered(run)
        if found is None or remembered is None:
            return None
        (_, state), names = found, remembered.names
        views = remembered.views.get(lang)
        if views is None or names is None or len(state.seats) > len(names):
            return None
        return state, views, names

    def renamed(self, run: RunId) -> None:
        """Somebody came, went, or is called otherwise: names are read anew."""
        self.host.forget(run, names_only=True)

    def ring_account(self, account: str) -> None:
        """It may do less, or a login of it has ended: its consoles and walls look again, at every
        worker."""
        self.host.ring(bell_of(account))

    def ring_seats(self, run: RunId) -> None:
        """Who sits where has changed: names are read anew, and tokens looked at again."""
        self.seats_rung += 1
        self.renamed(run)
        self.host.ring(run)

    def ring_session(self, session: Session) -> None:
        """Something beside the logs of all its runs has changed: an address, a claim."""
        for run in session.runs:
            self.host.ring(run.id)

    def beside(self, run: RunId) -> None:
        """Another worker changed something beside the run's log: a name, an address."""
        self.seats_rung += 1
        self.renamed(run)
        self.host.rung(run)

    async def run_infos(self, session: Session) -> tuple[list[RunInfo], list[RunBroken]]:
        """Every run of the session as it is now, and those that can't be opened: one of them keeps
        nobody from the others. Raises StoreUnavailable."""
        whole, broken = await self.states(session)
        names = [await self.names(run) for run, _, _ in whole]
        infos = [RunInfo(*each, known) for each, known in zip(whole, names, strict=True)]
        return infos, broken

    async def states(
        self, session: Session
    ) -> tuple[list[tuple[RunId, Scenario, State]], list[RunBroken]]:
        """The same without the names of those in it. Raises StoreUnavailable."""
        whole: list[tuple[RunId, Scenario, State]] = []
        broken: list[RunBroken] = []
        for run in session.runs:
            try:
                whole.append((run.id, *await self.host.state(run.id)))
            except RunBroken as error:
                broken.append(error)
            except RunStopped as error:
                broken.append(RunBroken(run.id, str(error)))
        return whole, broken

    async def whole_infos(self, session: Session) -> list[RunInfo]:
        """Those of its runs that can be opened. Raises RunBroken: there is none."""
        infos, broken = await self.run_infos(session)
        if not infos:
            raise none_of(session, broken)
        return infos

    def session_info(self, session: Session) -> SessionInfo:
        """The session with the addresses phones can join at: the chosen one, else the likeliest.
        Which one is asked where more than one may be the room's."""
        found = self.reachable()
        urls = [one.url for one in found]
        chosen = session.address in urls
        lost = session.address if session.address and not chosen else self.lost
        likely = sum(one.likely for one in found)
        return SessionInfo(
            id=session.id,
            code=session.code,
            join_url=f"{session.address if chosen else urls[0]}/join/{session.code}",
            addresses=tuple((one.url, one.label, one.likely) for one in found),
            unreachable=all(one.label == LOOPBACK for one in found),
            asked=not chosen and not self.public_url and likely > 1,
            lost="" if chosen else lost,
            locked=session.locked_ms is not None,
            room_mb=self.room_mb,
        )


def none_of(session: Session, broken: Sequence[RunBroken]) -> RunBroken:
    """Why no run of the session can be opened."""
    return broken[0] if broken else RunBroken("", f"session {session.id} has no run")
