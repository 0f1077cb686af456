"""A worker: the real services, wired as the app wires them, over ports that can fail."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast
from unittest.mock import patch

from engine.evening.library import Library
from engine.host.host import Host
from engine.host.presence import Presence
from engine.host.pulse import Pulse
from engine.host.relay import Relay
from engine.rules.state import State
from engine.store.database import Database as SqlDatabase
from engine.store.people.accounts import People
from engine.store.sessions.sessions import Sessions
from engine.work.reading_room import Reading
from tests.sim.lines import Line
from tests.sim.loop import Process, pause
from tests.sim.ports import Bus, BusPort, Database, StorePort, WallClock
from tests.sim.rows import Book, NoClaims, Rows, Shelf
from web.app import _join_others
from web.door.limits import Limits
from web.live.socket import live
from web.readiness import Readiness
from web.services import Services
from web.settings import Settings

SETTINGS = Settings(redis_url="redis://simulated", public_url="http://hongchuan", secret="x")
ALONE = Settings(redis_url="", public_url="http://hongchuan", secret="x")


class Worker:
    """One start of a worker, from its birth to its death."""

    def __init__(
        self,
        name: str,
        database: Database,
        bus: Bus | None,
        rows: Rows,
        shelf: Shelf,
        wrong_ms: int,
    ) -> None:
        """`bus` None: it serves alone."""
        self.process = Process(name)
        self.store = StorePort(database, self.process)
        self.lines: list[Line] = []
        self._bus = bus
        self.services = self.process.context.run(self._services, rows, shelf, wrong_ms)
        self._app = SimpleNamespace(state=SimpleNamespace(services=self.services))
        self._relay: Relay | None = None
        self._stopping = False

    def _services(self, rows: Rows, shelf: Shelf, wrong_ms: int) -> Services:
        clock = WallClock(wrong_ms)
        host = Host(self.store, shelf.scenario_of_run, clock)
        host.standing.pulse = Pulse(clock, self.store, alone=self._bus is None)
        return Services(
            settings=ALONE if self._bus is None else SETTINGS,
            database=cast(SqlDatabase, self._database()),
            people=cast(People, rows),
            sessions=cast(Sessions, rows),
            host=host,
            presence=Presence(host),
            library=cast(Library, shelf),
            reading=cast(Reading, None),
            limits=Limits(),
            key="x",
            port=80,
            readiness=cast(Readiness, None),
        )

    def _database(self) -> SimpleNamespace:
        return SimpleNamespace(store=self.store, audit=Book(), claims=NoClaims())

    @property
    def host(self) -> Host:
        return self.services.host

    @property
    def up(self) -> bool:
        """It takes connections."""
        return self.process.alive and not self._stopping

    async def start(self) -> None:
        """As the app does when it starts."""
        with patch("engine.host.relay.Redis", SimpleNamespace(from_url=self._bus_port)):
            self._relay = _join_others(self.services)
        self.host.start()

    def _bus_port(self, url: str, **options: object) -> BusPort:
        assert self._bus is not None, "who serves alone has no bus"
        return BusPort(self._bus, self.process)

    async def stop(self) -> None:
        """As uvicorn and the app do when they are asked to stop."""
        self._stopping = True
        for line in self.lines:
            line.dismiss()
        await pause(0.1)
        await self.services.presence.close()
        if self._relay is not None:
            await self._relay.close()
        await self.host.close()

    def kill(self) -> None:
        """It is gone between two steps; what it sent off is on its way."""
        self.process.kill()

    def bury(self) -> None:
        """Nothing it does counts any more."""
        self.store.cut = True

    def answer(self, line: Line) -> None:
        """Serve a line that has reached it."""
        self.process.begin(live(line.socket(self._app)))

    def holds(self, run: str) -> State | None:
        """What it holds of the run; None: nothing."""
        mailbox = self.host._mailboxes.get(run)
        return None if mailbox is None else mailbox.state
