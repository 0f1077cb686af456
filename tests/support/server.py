"""The real server in a process of its own, to be killed and started again on the same database."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]
START_S = 60


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


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
    ) -> None:
        """`through`: words before the command that runs it; `environment`: more of it."""
        self.port = free_port()
        self.url = f"http://{host}:{self.port}"
        self.password = password
        self.database_url = database_url or f"sqlite:///{folder}/test.db"
        self.log = folder / "server.log"
        self._environment = {
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
            **(environment or {}),
        }
        many = ["-m", "engine.cli", "serve", "--workers", str(workers)]
        command = many if workers > 1 else ["server.py"]
        self._command = [*through, sys.executable, *command]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it is ready."""
        self.launch()
        assert self._process is not None
        until_s = time.monotonic() + START_S
        while not self._is_ready():
            assert self._process.poll() is None, self.log.read_text(encoding="utf-8")
            assert time.monotonic() < until_s, self.log.read_text(encoding="utf-8")

    def launch(self) -> None:
        """Start it, whenever it may be ready."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=log,
            )

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz", timeout=1).status_code == 200
        except httpx.HTTPError:
            return False

    @property
    def pid(self) -> int:
        """Of the process; with several workers, their parent's."""
        assert self._process is not None, "it isn't running"
        return self._process.pid

    def kill(self) -> None:
        """kill -9: nothing is finished, nothing is said."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to stop, and wait."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=20)
            self._process = None

    def restart(self) -> None:
        """Kill it and start it again."""
        self.kill()
        self.start()
