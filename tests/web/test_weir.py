"""Who plays goes first: however many newcomers come at once, one piece of theirs is let in a turn."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from contextlib import ExitStack
from functools import partial
from typing import Any

import h11
import pytest

from server import AT_ONCE, listen
from tests.support.patience import soon
from tests.web.test_turns import serving
from web.door.weir import HELD_S, Weir

CROWD = 60
ASKED = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


async def _answering(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ok"})


class Turned:
    """Counts turns of loops, and what happens in each."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.turn = 0
        self.let_in: Counter[int] = Counter()
        real, feed = asyncio.BaseEventLoop._run_once, h11.Connection.receive_data  # type: ignore[attr-defined]

        def run_once(loop: Any) -> None:
            self.turn += 1
            real(loop)

        def receive_data(connection: Any, data: bytes) -> None:
            self.let_in[self.turn] += bool(data)
            feed(connection, data)

        monkeypatch.setattr(asyncio.BaseEventLoop, "_run_once", run_once)
        monkeypatch.setattr(h11.Connection, "receive_data", receive_data)


def test_a_crowd_is_let_in_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    turned = Turned(monkeypatch)

    async def play() -> list[bytes]:
        async with serving(_answering) as port:
            with ExitStack() as room:
                crowd = [
                    room.enter_context(socket.create_connection(("127.0.0.1", port)))
                    for _ in range(CROWD)
                ]
                for one in crowd:
                    one.sendall(ASKED)
                    one.setblocking(False)
                loop = asyncio.get_running_loop()
                return [await soon(loop.sock_recv(one, 100)) for one in crowd]

    assert all(answer.startswith(b"HTTP/1.1 200") for answer in asyncio.run(play()))
    assert sum(turned.let_in.values()) >= CROWD
    assert max(turned.let_in.values()) == 1


async def test_only_some_connections_are_taken_in_a_turn() -> None:
    with listen("127.0.0.1", 0) as listening, ExitStack() as room:
        listening.setblocking(False)
        for _ in range(CROWD):
            room.enter_context(socket.create_connection(listening.getsockname()))
        taken: list[int] = []
        while not taken or taken[-1]:
            taken.append(0)
            for _ in range(CROWD):
                try:
                    room.enter_context(listening.accept()[0])
                except BlockingIOError:
                    break
                taken[-1] += 1
    assert sum(taken) == CROWD
    assert max(taken) == AT_ONCE


class Clockwork:
    """A loop whose turns take as long as it is said."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.due: list[Any] = []

    def time(self) -> float:
        return self.now_s

    def call_soon(self, what: Any) -> None:
        self.due.append(what)

    def turn(self, took_s: float) -> None:
        due, self.due = self.due, []
        self.now_s += took_s
        for what in due:
            what()


@pytest.mark.parametrize(("took_s", "let_in"), [(0.001, 40), (0.011, 20), (0.05, 40)])
def test_while_turns_are_long_newcomers_wait_but_not_for_ever(took_s: float, let_in: int) -> None:
    loop, came = Clockwork(), list[int]()
    line = Weir(loop)  # type: ignore[arg-type]
    for number in range(60):
        line.wait(partial(came.append, number))
    for _ in range(40):
        loop.turn(took_s)
    assert came == list(range(len(came))), "first come, first served"
    assert abs(len(came) - let_in) <= 1, HELD_S
