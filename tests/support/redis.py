"""A Redis of the tests' own, on a socket in a folder of its own; to be killed and started again."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.patience import PATIENCE_S, until

PORT = 6379
"""On an address that nobody else listens on."""


class RedisServer:
    """A redis-server that keeps nothing on the disk."""

    def __init__(self, folder: Path, address: str = "") -> None:
        """`address`: one that it listens on too, for whoever can reach it."""
        self._socket = folder / "redis.sock"
        self.url = f"redis://{address}:{PORT}" if address else f"unix://{self._socket}"
        self._listen = ("--bind", address, "--port", str(PORT)) if address else ("--port", "0")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and return once it takes connections."""
        program = shutil.which("redis-server")
        assert program, "redis-server isn't installed: scripts/setup-tests"
        self._process = subprocess.Popen(
            [
                *(program, *self._listen, "--protected-mode", "no"),
                *("--unixsocket", str(self._socket), "--save", ""),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(self._answers, lambda: "redis-server doesn't answer")

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, "redis-server ended"
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(PATIENCE_S)
            try:
                probe.connect(str(self._socket))
                probe.sendall(b"PING\r\n")
                return probe.recv(16).startswith(b"+PONG")
            except OSError:
                return False

    @property
    def pid(self) -> int:
        """Of the process."""
        assert self._process is not None, "it isn't running"
        return self._process.pid

    def kill(self) -> None:
        """kill -9."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
            self._socket.unlink(missing_ok=True)


@contextmanager
def redis_at(address: str = "") -> Iterator[RedisServer]:
    """A running Redis."""
    folder = Path(tempfile.mkdtemp(prefix="redis-"))
    server = RedisServer(folder, address)
    server.start()
    try:
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder)


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """A running Redis."""
    with redis_at() as server:
        yield server
