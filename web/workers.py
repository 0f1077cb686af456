"""Several processes on one socket: who dies is started anew, and who serves isn't stopped for it.

uvicorn's supervisor gives up, and stops everybody, when a worker fails to begin: it takes that for
a mistake that would come back. Here it may be PostgreSQL that is away for a minute, while the
others still hold their phones' lines. So a replacement waits for the database before it begins; and
one that fails all the same is tried again. Only where none ever served is it taken for a mistake.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import time
from typing import Final

import structlog
import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess
from uvicorn.supervisors.multiprocess import Process

from engine.store.place.reach import reach
from engine.store.place.unopened import CantOpen
from web import logs
from web.settings import Settings

ASKED_S: Final = 1.0
"""A replacement asks for the database so often."""
AGAIN_S: Final = 5.0
"""A worker that failed to begin is tried again after so long."""

log = structlog.get_logger()


class Waiting(uvicorn.Server):
    """Serves once the database is there."""

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Blocks until it is told to stop; while it waits, a signal ends it at once."""
        settings = Settings()
        logs.configure(settings.log)
        interrupted = signal.signal(signal.SIGINT, signal.SIG_DFL)
        wait_for(settings.database_url)
        signal.signal(signal.SIGINT, interrupted)
        super().run(sockets)


class Worker(Process):
    """A process that serves; it answers its parent while it waits, too."""

    @property
    def server(self) -> uvicorn.Server:
        """The server in it."""
        if self._server is None:
            self._server = Waiting(self.config)
        return self._server


class Supervisor(Multiprocess):
    """The parent of the workers."""

    failed = False
    """None of them ever served."""

    def __init__(self, config: uvicorn.Config, sockets: list[socket.socket]) -> None:
        super().__init__(config, sockets)
        self._served = False
        self._due_s: dict[int | None, float] = {}
        """When a worker that failed to begin is to be replaced, by its pid."""

    def init_processes(self) -> None:
        """Begin all of them."""
        for _ in range(self.processes_num):
            self.processes.append(self._begun())

    def keep_subprocess_alive(self) -> None:
        """Replace who died or hangs; the others go on."""
        for index, process in enumerate(self.processes):
            if self.should_exit.is_set():
                return
            if process.is_alive(timeout=self.config.timeout_worker_healthcheck):
                self._served = self._served or process.is_ready()
                continue
            process.kill()  # it may only hang
            process.join()
            if process.exitcode == STARTUP_FAILURE:
                if not self._served:
                    log.error("worker.cant_begin", process=process.pid)
                    self.failed = True
                    self.should_exit.set()
                    return
                due_s = self._due_s.setdefault(process.pid, time.monotonic() + AGAIN_S)
                if time.monotonic() < due_s:
                    continue
                del self._due_s[process.pid]
            log.warning("worker.died", process=process.pid, status=process.exitcode)
            self.processes[index] = self._begun()

    def _begun(self) -> Worker:
        worker = Worker(self.config, self.sockets)
        worker.start()
        return worker


def wait_for(url: str) -> None:
    """Return once the database is there, or when waiting won't help: the app says so."""
    told = False
    while True:
        try:
            asyncio.run(reach(url))
        except CantOpen as error:
            if not error.passing:
                return
            if not told:
                log.warning("worker.waits", why=error.message.zh)
                told = True
            time.sleep(ASKED_S)
        else:
            return
