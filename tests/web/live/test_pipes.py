"""A socket that was taken over: what it keeps, what an action costs it, and that it is heard the same
as over ASGI's messages."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest
from websockets.frames import Frame, Opcode
from websockets.streams import StreamReader

from engine.views.kept import Kept
from tests.faults.intruder import Intruder, frame
from tests.support.inside import Inside, inside, small
from tests.support.line import Line
from tests.support.patience import comes, soon
from tests.web.door.test_turns import serving
from tests.web.live.test_line import seat
from tests.web.pages.test_people import PASSWORD
from web.door import frames
from web.door.turns import Valve
from web.live.connection import PASSING, Connection
from web.live.framing import Parts
from web.live.outbox import QUEUE_BYTES

PHONES = 20
PINGS = 30
WAYS = ("taken over", "by messages")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    settings = small(tmp_path_factory.mktemp("pipes"), admin_password=PASSWORD)
    with inside(settings) as opened:
        yield opened


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How a server gives its sockets: as ours does, or as any."""
    if request.param == "by messages":
        monkeypatch.setattr(frames, "OFFER", "to nobody")
    chosen: str = request.param
    return chosen


class Phone:
    """A socket that remembers what it heard."""

    def __init__(self, port: int, token: str) -> None:
        self.heard: list[dict[str, Any]] = []
        self.line = Line(port, token, self._hear, lambda: None)

    def _hear(self, message: bytes) -> None:
        self.heard.append(json.loads(message))

    def kinds(self) -> list[str]:
        return [message["type"] for message in self.heard]

    async def hears(self, kind: str, count: int = 1) -> None:
        await comes(lambda: self.kinds().count(kind) >= count)


@asynccontextmanager
async def phones(app: Inside, tokens: list[str]) -> AsyncIterator[list[Phone]]:
    """Phones of these seats, each of which has been shown its first parts."""
    async with AsyncExitStack() as room:
        port = await room.enter_async_context(serving(app.app))
        made = [Phone(port, token) for token in tokens]
        for one in made:
            room.callback(one.line.close)
            loop = asyncio.get_running_loop()
            await loop.create_connection(lambda one=one: one.line, "127.0.0.1", port)  # type: ignore[misc]
            await one.hears("parts")
        yield made


def test_an_idle_socket_keeps_one_task(app: Inside) -> None:
    token = seat(app)["token"]

    async def counted() -> int:
        async with phones(app, [token]):
            await _settled()
            before = len(asyncio.all_tasks())
        async with phones(app, [token] * (1 + PHONES)):
            await _settled()
            return len(asyncio.all_tasks()) - before

    assert app.run(counted()) == PHONES


def test_what_an_action_costs_a_socket(app: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    """No task, no stop of reading; a frame for each phone that sees something new, and the ack."""
    token = seat(app)["token"]
    made, written, paused = list[str](), list[bytes](), list[bool]()

    def making(loop: Any, doing: Coroutine[Any, Any, Any], **named: Any) -> asyncio.Task[Any]:
        made.append(cast(Any, doing).cr_code.co_filename)
        return asyncio.Task(doing, loop=loop, **named)

    def writing(self: frames.MeteredSocket, sent: bytes) -> None:
        written.append(sent)
        real(self, sent)

    async def acted() -> None:
        async with phones(app, [token] * 2) as (one, other):
            await _settled()
            asyncio.get_running_loop().set_task_factory(cast(Any, making))
            monkeypatch.setattr(frames.MeteredSocket, "write", writing)
            monkeypatch.setattr(Valve, "pause_reading", lambda self: paused.append(True))
            one.line.send({"type": "command", "id": "c1", "do": "ready"})
            await one.hears("ack")
            await other.hears("parts", 2)
            await _settled()
            asyncio.get_running_loop().set_task_factory(None)

    real = frames.MeteredSocket.write
    app.run(acted())
    assert sorted(json.loads(each)["type"] for each in written) == ["ack", "parts", "parts"]
    assert not paused
    ours = re.compile("/(web/live|web/door|starlette|fastapi|uvicorn)/")
    assert not [file for file in made if ours.search(file)]


def test_an_ack_comes_before_what_it_led_to(app: Inside, way: str) -> None:
    """As docs/wire.md has it: pages let go of what was typed, and take what is shown then."""
    token = seat(app)["token"]

    async def acted() -> list[str]:
        async with phones(app, [token] * 2) as (one, _):
            one.line.send({"type": "command", "id": "c1", "do": "ready"})
            await one.hears("parts", 2)
            await one.hears("ack")
            return one.kinds()

    assert app.run(acted())[-2:] == ["ack", "parts"]


async def _settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def test_what_came_before_is_heard_and_all_in_order(app: Inside, way: str) -> None:
    """A client that doesn't wait to be let in, and one that says much at once."""
    token = seat(app)["token"]
    hello = json.dumps({"type": "hello", "token": token}).encode()
    asked = [
        json.dumps({"type": "command", "id": f"c{n}", "do": "x"}).encode() for n in range(PINGS)
    ]

    async def heard() -> list[str]:
        async with serving(app.app) as port, Intruder(port) as intruder:
            await intruder.upgrade()
            await intruder.send(b"".join(frame(each) for each in (hello, *asked[:5])))
            await intruder.send(b"".join(frame(each) for each in asked[5:]))
            last = f'"id":"c{PINGS - 1}"'.encode()
            said = await soon(intruder.reader.readuntil(last))
        return [name.decode() for name in re.findall(rb'"id":"(c\d+)"', said)]

    assert app.run(heard()) == [f"c{n}" for n in range(PINGS)]


@pytest.mark.parametrize(
    ("said", "code"), [(frame(b"\xff\xfe"), 1007), (frame(b"", opcode=3), 1002)]
)
def test_frames_that_are_none_end_it_by_their_codes(
    app: Inside, way: str, said: bytes, code: int
) -> None:
    token = seat(app)["token"]
    hello = json.dumps({"type": "hello", "token": token}).encode()

    async def closed() -> int | None:
        async with serving(app.app) as port, Intruder(port) as intruder:
            await intruder.upgrade()
            await intruder.send(frame(hello) + frame(b'{"type":"ping"}'))
            await intruder.send(said)
            return await intruder.close_code()

    assert app.run(closed()) == code


def test_bytes_are_as_good_as_text(app: Inside, way: str) -> None:
    token = seat(app)["token"]
    hello = json.dumps({"type": "hello", "token": token}).encode()

    async def heard() -> bytes:
        async with serving(app.app) as port, Intruder(port) as intruder:
            await intruder.upgrade()
            await intruder.send(frame(hello, opcode=2) + frame(b'{"type":"ping"}', opcode=2))
            return await soon(intruder.reader.readuntil(b'"type":"pong"'))

    assert b'"type":"parts"' in app.run(heard())


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 300_000])
def test_a_frame_is_what_the_protocol_calls_one(size: int) -> None:
    payload = b"x" * size
    reader = StreamReader()
    reader.feed_data(frames.head_of(size) + payload)
    reading = Frame.parse(reader.read_exact, mask=False, max_size=None)
    with pytest.raises(StopIteration) as done:
        next(reading)
    read: Frame = done.value.value
    assert (read.opcode, read.fin, bytes(read.data)) == (Opcode.TEXT, True, payload)


# ── a phone that reads slowly ───────────────────────────────────────────────────────────────────


class Tap:
    """A pipe that lets nothing through."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.closed: list[int] = []
        self.full = False

    @property
    def waiting(self) -> int:
        return sum(map(len, self.written))

    def write(self, sent: bytes) -> None:
        self.written.append(sent)

    def hold(self, held: bool) -> None: ...

    async def close(self, code: int, reason: str, word: bytes = b"") -> None:
        self.closed.append(code)


class Showing:
    """A seat's line whose run moves when the test says so."""

    def __init__(self) -> None:
        self.number = 0
        self.big = ""
        self.meanwhile = 0
        """How often the run moves while the first view is looked up."""
        self.heard: Any = None
        self.kind, self.lang, self.runs, self.sent_away = "seat", "zh", ("r",), False
        host = SimpleNamespace(call=self._call)
        self.tap = Tap()
        services = cast(Any, SimpleNamespace(host=host))
        line = cast(Any, self)
        self.connection = Connection(services, cast(Any, self.tap), line, html=False)

    def _call(self, heard: Any, *runs: str) -> Any:
        self.heard = heard
        return SimpleNamespace(end=lambda: None, cover=lambda *runs: None)

    def at_hand(self) -> tuple[int, Parts]:
        return self.number, {"scene": Kept({"number": self.number, "big": self.big})}

    async def parts(self) -> tuple[int, Parts]:
        found = self.at_hand()
        for _ in range(self.meanwhile):
            await self.move()
        return found

    def now_ms(self) -> int:
        return 0

    def time(self) -> tuple[int, int]:
        return 0, 1

    def whose(self) -> dict[str, str]:
        return {}

    async def move(self) -> None:
        """The run moves."""
        self.number += 1
        self.heard()

    def shown(self) -> list[int]:
        """The numbers of the views that were written."""
        return [json.loads(each)["parts"]["scene"]["number"] for each in self.tap.written]


async def test_a_run_that_moves_while_somebody_comes_is_shown_once_they_have() -> None:
    one = Showing()
    one.meanwhile = 2
    await one.connection.begin()
    await asyncio.sleep(0)
    assert one.shown() == [0, 2]


async def test_who_reads_slowly_is_shown_the_latest_view() -> None:
    one = Showing()
    await one.connection.begin()
    await one.move()
    one.tap.full = True
    for _ in range(10):
        await one.move()
    assert one.shown() == [0, 1]
    one.tap.full = False
    one.connection.drained()
    await asyncio.sleep(0)
    assert one.shown() == [0, 1, 11]
    one.connection.drained()
    await asyncio.sleep(0)
    assert one.shown() == [0, 1, 11]


async def test_whom_too_much_waits_for_is_closed() -> None:
    one = Showing()
    await one.connection.begin()
    serving_ = asyncio.create_task(one.connection.serve())
    one.big = "x" * 60_000
    for _ in range(10):
        await one.move()
    await soon(serving_)
    assert one.tap.closed == [PASSING]
    assert QUEUE_BYTES - 61_000 < one.tap.waiting <= QUEUE_BYTES
