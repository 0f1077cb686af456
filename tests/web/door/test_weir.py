"""Who plays goes first: however many newcomers come at once, one piece of theirs is let in a turn."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import h11
import pytest

from engine.store.database import open_database
from tests.support.patience import soon
from tests.web.door.test_turns import serving
from web.door.listening import AT_ONCE, listen
from web.door.weir import HELD_S, Paced, Weir

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

    def work(self, took_s: float, done: Any) -> None:
        self.now_s += took_s
        done()


PIECE_S = 0.008


@pytest.mark.parametrize(
    ("piece_s", "turn_s", "let_in"),
    [
        (PIECE_S, 0.0001, 40),  # nobody plays
        (PIECE_S, PIECE_S / 8, 5),  # whoever plays has the loop for as long as a piece took
        (PIECE_S, 2 * PIECE_S, 40),
        (0.0, PIECE_S, 40),  # what costs nothing needn't wait
        (1.0, HELD_S / 4, 10),  # and nobody waits for ever
    ],
)
def test_whoever_plays_has_as_much_of_the_loop_as_newcomers(
    piece_s: float, turn_s: float, let_in: int
) -> None:
    loop, came = Clockwork(), list[int]()
    line = Weir(loop)  # type: ignore[arg-type]
    for number in range(60):
        line.wait(partial(loop.work, piece_s, partial(came.append, number)))
    for _ in range(40):
        loop.turn(turn_s)
    assert came == list(range(len(came))), "first come, first served"
    assert abs(len(came) - let_in) <= 1


def test_addresses_take_turns() -> None:
    loop, came = Clockwork(), list[str]()
    line = Weir(loop)  # type: ignore[arg-type]
    for whose in ["loop"] * 9 + ["desk", "phone", "desk"]:
        line.wait(partial(came.append, whose), whose)
    for _ in range(12):
        loop.turn(0.0)
    assert came == ["loop", "desk", "phone", "loop", "desk", *["loop"] * 7]


async def _asked(app: Any, kind: str, told: list[Any]) -> None:
    async def receive() -> Any:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        told.append(message)

    await Paced(app)({"type": kind, "client": ("10.0.0.1", 1)}, receive, send)


@pytest.mark.parametrize(
    ("kind", "first"), [("http", "http.response.start"), ("websocket", "websocket.send")]
)
async def test_a_request_goes_on_a_step_a_turn_until_it_plays(kind: str, first: str) -> None:
    """Twenty requests of five steps: no two steps are in one turn. A socket's steps are, once it has
    been shown something."""
    turned, steps, played = 0, Counter[int](), Counter[int]()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        for _ in range(5):
            steps[turned] += 1
            await asyncio.sleep(0)
        await send({"type": first})
        for _ in range(5):
            await asyncio.sleep(0)
            played[turned] += 1

    asked = [asyncio.ensure_future(_asked(app, kind, [])) for _ in range(20)]
    while not all(one.done() for one in asked):
        turned += 1
        await asyncio.sleep(0)
    assert sum(steps.values()) == sum(played.values()) == 100
    assert max(steps.values()) == 1
    assert (max(played.values()) > 1) == (kind == "websocket")


async def test_what_a_request_returns_raises_and_is_cancelled_by_stays_its_own() -> None:
    async def fails(scope: Any, receive: Any, send: Any) -> None:
        try:
            await asyncio.sleep(0)
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError:
            await send({"type": "cancelled"})
            raise
        finally:
            await asyncio.sleep(0)
            await send({"type": "cleared away"})

    async def breaks(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(0)
        raise ValueError("broken")

    told: list[Any] = []
    asked = asyncio.ensure_future(_asked(fails, "http", told))
    for _ in range(10):
        await asyncio.sleep(0)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert [message["type"] for message in told] == ["cancelled", "cleared away"]
    with pytest.raises(ValueError, match="broken"):
        await _asked(breaks, "http", told)


async def test_who_has_what_others_wait_for_goes_on_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A newcomer that holds the database's lock step by step would hold up those who play."""
    waited, real = 0, Weir.wait

    def wait(weir: Weir, piece: Any, whose: str = "") -> None:
        nonlocal waited
        waited += 1
        real(weir, piece, whose)

    monkeypatch.setattr(Weir, "wait", wait)
    database = await open_database(f"sqlite:///{tmp_path}/a.db")
    before = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(0)
        before.append(waited)
        await database.attempts.begin("x", "192.0.2.1")
        before.append(waited)
        await asyncio.sleep(0)

    await soon(Paced(app)({"type": "http"}, partial(asyncio.sleep, 0), partial(asyncio.sleep, 0)))  # type: ignore[arg-type]
    await database.close()
    assert before == [2, 2]
    assert waited == 3
