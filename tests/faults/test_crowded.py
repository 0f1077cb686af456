"""A process that may open no more files turns newcomers away, in a word each and a line for all; who
leads still gets in, who plays goes on. The kind: running out of what everybody shares."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.inside import inside, small
from tests.support.patience import PATIENCE_S
from tests.support.server import ROOT, ServerProcess
from web.door import listening
from web.door.listening import bounds, listen

HANDSHAKE = (
    b"GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
MAY_OPEN = ("sh", "-c", 'ulimit -n 64; exec "$@"', "sh")
PASSWORD = "correct-horse-9"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    """One that may have 64 files open."""
    process = ServerProcess(
        tmp_path, scenarios=ROOT / "scenarios", password=PASSWORD, through=MAY_OPEN
    )
    process.start()
    yield process
    process.stop()


def test_who_leads_gets_in_beside_more_phones_than_there_is_room_for(
    server: ServerProcess,
) -> None:
    asked = {"name": "admin", "password": PASSWORD}
    with ExitStack() as held:
        lines = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(90)]
        for line in lines:
            held.enter_context(line)
            line.settimeout(PATIENCE_S)
            line.sendall(HANDSHAKE)
        heard = {line.recv(4096)[9:12] for line in lines}
        assert heard == {b"101", b"503"}
        assert httpx.get(f"{server.url}/healthz").status_code == 200
        assert httpx.post(f"{server.url}/api/token", json=asked).status_code == 200
    said = server.log.read_text(encoding="utf-8")
    assert "Traceback" not in said
    assert 1 <= said.count("too many connections") <= 2


def test_where_even_a_descriptor_to_say_so_is_lacking_the_reserve_says_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    took = socket.socket.accept
    lacks: list[int] = []

    def accept(self: socket.socket) -> Any:
        if lacks:
            raise OSError(lacks.pop(), "Too many open files")
        return took(self)

    monkeypatch.setattr(socket.socket, "accept", accept)
    with listen("127.0.0.1", 0) as door:
        for why in (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM):
            lacks.append(why)
            with socket.create_connection(door.getsockname(), PATIENCE_S) as comes:
                with pytest.raises(BlockingIOError):
                    door.accept()
                assert comes.recv(4096).startswith(b"HTTP/1.1 503 ")


def test_other_errors_of_accepting_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    def accept(self: socket.socket) -> Any:
        raise OSError(errno.ECONNABORTED, "aborted")

    with listen("127.0.0.1", 0) as door, monkeypatch.context() as broken:
        broken.setattr(socket.socket, "accept", accept)
        with pytest.raises(ConnectionAbortedError):
            door.accept()


def test_a_socket_without_room_may_come_back_and_a_page_is_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with inside(small(tmp_path)) as app:
        monkeypatch.setattr(listening, "may_open", lambda: 0)
        assert app.ends({"type": "hello"}) == ([], 1013)
        assert app.ask("GET", "/login").status_code == 200


@pytest.mark.parametrize("limit", [64, 256, 1024, 65_536])
def test_sockets_leave_room_for_requests_and_requests_for_files(limit: int) -> None:
    sockets, requests = bounds(limit)
    assert limit / 2 <= sockets < requests < limit
    assert limit - requests >= 8
