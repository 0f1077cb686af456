"""The real server in a process of its own, to be killed and started again on the same database."""

from __future__ import annotations

import os
import random
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from tests.support.patience import PATIENCE_S

ROOT = Path(__file__).resolve().parents[2]


PORTS: Final = range(12_000, 32_000)
"""Below those that systems give to whoever connects (Linux from 32,768): one of theirs may be taken
by somebody's call before a server listens on it."""


def free_port() -> int:
    """A port nobody listens on."""
    while True:
        port = random.SystemRandom().choice(PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class Readiness:
    """Hears, as systemd would, that a server takes connections: nobody has to ask it over and over."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="ready-")
        self.address = f"{self._folder.name}/notify"
        self._ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._ear.bind(self.address)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ear.close()
        self._folder.cleanup()

    def wait(self, process: subprocess.Popen[bytes], times: int) -> bool:
        """Each of so many workers has said so; False: the process has ended, or nobody did."""
        ended = os.pidfd_open(process.pid)
        try:
            for _ in range(times):
                told, _, _ = select.select([self._ear.fileno(), ended], [], [], PATIENCE_S)
                if self._ear.fileno() not in told:
                    return False
                self._ear.recv(64)
        finally:
            os.close(ended)
        return True


class ServerProcess:
    """`python server.py`, or `hongchuan serve --workers N`, with a database and a port of its own, both
    kept over restarts."""

    def __init__(
        self,
        folder: Path,
        *,
        scenarios: Path,
        password: str,
        database_url: str = "",
        redis_url: str = "",
        workers: int = 1,
        host: str = "127.0.0.1",
        through: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        root: Path = ROOT,
    ) -> None:
        """`through`: words before the command that runs it; `environment`: more of it; `root`: the
        checkout that is served."""
        self.port = free_port()
        self.url = f"http://{host}:{self.port}"
        self.password = password
        self.database_url = database_url or f"sqlite:///{folder}/test.db"
        self.log = folder / "server.log"
        self.environment = {
            **os.environ,
            "HONGCHUAN_DATABASE_URL": self.database_url,
            "HONGCHUAN_SECRET_FILE": str(folder / "secret"),
            "HONGCHUAN_HOST": host,
            "HONGCHUAN_PORT": str(self.port),
            "HONGCHUAN_SCENARIOS": str(scenarios),
            "HONGCHUAN_ADMIN_PASSWORD": password,
            "HONGCHUAN_PUBLIC_URL": self.url,
            "HONGCHUAN_REDIS_URL": redis_url,
            "HONGCHUAN_LOG": "json",
            "PYTHONDONTWRITEBYTECODE": "",  # where it is set, each start would compile everything
            **(environment or {}),
        }
        many = ["-m", "engine.cli", "serve", "--workers", str(workers)]
        command = many if workers > 1 else ["server.py"]
        self._workers = workers
        self._root = root
        self.command = [*through, sys.executable, *command]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it is ready."""
        with Readiness() as readiness:
            self.launch(notify=readiness.address)
            assert self._process is not None
            told = readiness.wait(self._process, self._workers)
        if not told:
            self.kill()
        assert told, self.log.read_text(encoding="utf-8")

    def launch(self, *, notify: str = "") -> None:
        """Start it, whenever it may be ready; `notify`: the socket that wants to hear of it."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                cwd=self._root,
                env={**self.environment, "NOTIFY_SOCKET": notify},
                stdout=log,
                stderr=log,
            )

    @property
    def pid(self) -> int:
        """Of the process; with several workers, their parent's."""
        assert self._process is not None, "it isn't running"
        return self._process.pid

    def send(self, how: signal.Signals) -> None:
        """Send it this."""
        os.kill(self.pid, how)

    def ended(self) -> None:
        """Wait until it has ended by itself."""
        assert self._process is not None, "it isn't running"
        self._process.wait(timeout=PATIENCE_S)

    def kill(self) -> None:
        """kill -9: nothing is finished, nothing is said."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to stop, and wait."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=PATIENCE_S)
            self._process = None

    def restart(self) -> None:
        """Kill it and start it again."""
        self.kill()
        self.start()
