"""P11: hostile input. Whatever one client sends, the server stays up, small, and quick for others.

Where a status may be None, the server hung up with bytes unread, and the answer may be lost.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.faults.figures import Figures
from tests.faults.intruder import Intruder, frame
from tests.support.patience import PATIENCE_S, soon
from tests.support.server import ServerProcess
from tests.web.door.test_api import opened, seat
from tests.web.live.test_live import Phone, phone, run
from web.door.limits import COMMANDS_BURST, COMMANDS_PER_S
from web.live.connection import TOO_FAST_MAX

GROWTH_MB = 64
"""What hostile clients may make the server grow by."""
MEDIAN_S = 1.0
"""A neighbour's round trip, the middle one. The machine of the tests has other work: in a quiet one it is a
tenth of that."""
SLOWEST_S = 10.0
"""The slowest, when hundreds of connections come in the same instant."""
SILENT = 200
ENDS = 20
"""Parts, the last refusal, the goodbye: what is said beside."""
FLOOD = 1_000
HELLO = b'{"type": "hello", "token": "%s"}'

MALFORMED: dict[str, tuple[bytes, set[int]]] = {
    "unknown opcode": (frame(b"x", opcode=3), {1002}),
    "unknown control opcode": (frame(b"", opcode=0xB), {1002}),
    "unmasked": (frame(b"{}", masked=False), {1002}),
    "reserved bits": (frame(b"{}", reserved=4), {1002}),
    "all reserved bits": (frame(b"{}", reserved=7), {1002}),
    "broken UTF-8": (frame(b"\xff\xfe"), {1007}),
    "half a character": (frame("红".encode()[:2]), {1007}),
    "fragmented control": (frame(b"", opcode=9, fin=False), {1002}),
    "long control": (frame(b"x" * 126, opcode=9), {1002}),
    "continuation of nothing": (frame(b"x", opcode=0), {1002}),
    "text within text": (frame(b"x", fin=False) + frame(b"y"), {1002}),
    "close of one byte": (frame(b"\x03", opcode=8), {1002}),
    "close with a code that is none": (frame(b"\x00\x01", opcode=8), {1002}),
    "a mebibyte": (frame(b"x" * (1 << 20)), {1009}),
    "a mebibyte in pieces": (
        frame(b"x" * 60_000, fin=False) + frame(b"x" * 60_000, opcode=0, fin=False) * 17,
        {1009},
    ),
    "a length of exabytes": (b"\x81\xff" + b"\x7f" + b"\xff" * 7 + b"\0\0\0\0x", {1002, 1009}),
}


def memory_mb(door: ServerProcess, *, anew: bool = False) -> float:
    """The most the server has held in memory; `anew`: from now on."""
    process = Path(f"/proc/{door.pid}")
    if anew:
        (process / "clear_refs").write_text("5", encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", (process / "status").read_text(encoding="ascii"))
    assert found is not None
    return int(found[1]) / 1024


class Neighbour:
    """Somebody who plays meanwhile, and notes how long each command takes."""

    def __init__(self, one: Phone) -> None:
        self._phone = one
        self.took_s: list[float] = []
        self.over = False

    async def play(self) -> None:
        """Change roles to and fro, ten times a second at the most, until it is over; once at least."""
        for number in range(10_000):
            if self.over and number:
                return
            role = ("lookout", "recorder")[number % 2]
            began_s = time.monotonic()
            reply = await self._phone.say(id=f"n{number}", do="role", role=role)
            self.took_s.append(time.monotonic() - began_s)
            assert reply["type"] == "ack", reply
            await self._quiet()

    async def _quiet(self) -> None:
        try:
            while True:
                await asyncio.wait_for(self._phone.hear(), 0.1)
        except TimeoutError:
            return


def attack(
    door: ServerProcess,
    desk: httpx.Client,
    figures: Figures,
    scene: Callable[[AsyncExitStack, str], Coroutine[Any, Any, None]],
) -> None:
    """Play `scene`, whose seat's token it is given, while a neighbour plays too; then see how the
    server is."""
    session = opened(desk, teams=2)
    with httpx.Client(base_url=door.url) as client:
        mine = seat(client, session["code"], team=1, role="recorder")
        theirs = seat(client, session["code"], team=2, role="recorder")
    before_mb = memory_mb(door, anew=True)

    async def both(room: AsyncExitStack) -> None:
        async with _meanwhile(await phone(room, door, theirs["token"])) as neighbour:
            await scene(room, mine["token"])
        took_s = neighbour.took_s
        typical_s = sorted(took_s)[len(took_s) // 2]
        figures.at_most("P11", "a neighbour's typical answer", typical_s, MEDIAN_S, "s")
        figures.at_most("P11", "a neighbour's slowest", max(took_s), SLOWEST_S, "s")

    run(both)
    grew_mb = memory_mb(door) - before_mb
    figures.at_most("P11", "the server grew by", grew_mb, GROWTH_MB, "MB")
    assert httpx.get(f"{door.url}/readyz", timeout=PATIENCE_S).status_code == 200
    assert "Exception in ASGI" not in door.log.read_text(encoding="utf-8")


@asynccontextmanager
async def _meanwhile(one: Phone) -> AsyncIterator[Neighbour]:
    neighbour = Neighbour(one)
    playing = asyncio.create_task(neighbour.play())
    try:
        yield neighbour
    finally:
        neighbour.over = True
        await playing


def test_malformed_and_oversized_frames_are_closed_by_their_codes(
    door: ServerProcess, desk: httpx.Client, figures: Figures
) -> None:
    async def scene(room: AsyncExitStack, token: str) -> None:
        for name, (data, codes) in MALFORMED.items():
            for greeted in (False, True):
                async with Intruder(door.port) as intruder:
                    await intruder.upgrade()
                    hello = frame(HELLO % token.encode()) if greeted else b""
                    await intruder.send(hello + data)
                    code = await intruder.close_code()
                assert code in codes, (name, greeted, code)

    attack(door, desk, figures, scene)
    figures.at_least("P11", "malformed frames", len(MALFORMED) * 2, 30, "")


def test_a_flood_is_told_too_fast_and_closed_when_it_does_not_stop(
    door: ServerProcess, desk: httpx.Client, figures: Figures
) -> None:
    """1,000 messages at once: commands, pings, hellos and junk alike."""
    sorts: dict[str, Callable[[int], str]] = {
        "commands": lambda n: json.dumps({"type": "command", "id": f"f{n}", "do": "ready"}),
        "pings": lambda n: '{"type": "ping"}',
        "hellos": lambda n: '{"type": "hello", "token": "x"}',
        "junk": lambda n: "{" * (n % 50),
    }

    async def hear(socket: ClientConnection) -> list[str]:
        codes: list[str] = []
        with suppress(ConnectionClosed):
            while True:
                heard = json.loads(await soon(socket.recv()))
                if heard["type"] != "parts":  # what the room does meanwhile is no answer
                    codes.append(heard.get("code", heard["type"]))
        return codes

    async def flood(token: str, sort: str) -> tuple[list[str], int]:
        """What was answered, and how many answers are due to whoever sends for so long."""
        began_s = time.monotonic()
        async with connect(door.url.replace("http", "ws") + "/live") as socket:
            await socket.send(HELLO.decode() % token)
            hearing = asyncio.create_task(hear(socket))
            with suppress(ConnectionClosed):
                for number in range(FLOOD):
                    await socket.send(sorts[sort](number))
            codes = await hearing
            assert socket.close_code == 1013, "who floods may come back, later"
        lasted_s = time.monotonic() - began_s
        return codes, COMMANDS_BURST + int(COMMANDS_PER_S * lasted_s) + TOO_FAST_MAX + ENDS

    async def scene(room: AsyncExitStack, token: str) -> None:
        for sort in sorts:
            codes, due = await flood(token, sort)
            figures.at_most("P11", f"answers to 1,000 {sort}", len(codes), due, "")
            assert codes[-1] == "too_fast", sort
            assert TOO_FAST_MAX // 2 < codes.count("too_fast") < FLOOD

    attack(door, desk, figures, scene)


def test_sockets_that_never_say_hello_are_dropped(
    door: ServerProcess, desk: httpx.Client, figures: Figures
) -> None:
    """So are those that begin a request and don't end it."""

    async def silent(room: AsyncExitStack) -> None:
        intruder = await room.enter_async_context(Intruder(door.port))
        await intruder.upgrade()
        assert await intruder.close_code() == 1013

    async def dawdling(room: AsyncExitStack, sent: bytes) -> None:
        intruder = await room.enter_async_context(Intruder(door.port))
        await intruder.send(sent)
        await intruder.rest()

    async def scene(room: AsyncExitStack, token: str) -> None:
        began_s = time.monotonic()
        dropped = [silent(room) for _ in range(SILENT)]
        dropped += [dawdling(room, sent) for sent in DAWDLERS for _ in range(SILENT // 4)]
        await asyncio.gather(*dropped)
        gone_s = time.monotonic() - began_s
        figures.at_most("P11", "the silent are dropped in", gone_s, 20, "s")

    attack(door, desk, figures, scene)


HEAD = "Host: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n"
REQUESTS: dict[str, tuple[str, set[int | None]]] = {
    "a body said to be of a gigabyte": (
        f"POST /api/token HTTP/1.1\r\n{HEAD}Content-Length: 1073741824\r\n\r\n{{}}", {413, 422},
    ),
    "a negative length": (f"POST /api/token HTTP/1.1\r\n{HEAD}Content-Length: -1\r\n\r\n", {400}),
    "a length that is none": (f"POST /api/token HTTP/1.1\r\n{HEAD}Content-Length: x\r\n\r\n", {400}),
    "both a length and chunks": (
        f"POST /api/token HTTP/1.1\r\n{HEAD}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {400, 422},
    ),
    "chunks of nonsense": (
        f"POST /api/token HTTP/1.1\r\n{HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n", {400},
    ),
    "thousands of headers": (
        "GET /api/scenarios HTTP/1.1\r\n" + HEAD + "".join(f"X-{n}: {'y' * 40}\r\n" for n in range(5_000)) + "\r\n",
        {400, 431, None},
    ),
    "a header of a mebibyte": (f"GET / HTTP/1.1\r\n{HEAD}X: {'y' * (1 << 20)}\r\n\r\n", {400, 431, None}),
    "an address of 100 KB": (f"GET /{'x' * 100_000} HTTP/1.1\r\n{HEAD}\r\n", {431, None}),
    "a method that is none": (f"BREW /api/scenarios HTTP/1.1\r\n{HEAD}\r\n", {400, 405}),
    "TRACE": (f"TRACE /api/scenarios HTTP/1.1\r\n{HEAD}\r\n", {405}),
    "CONNECT": (f"CONNECT /api/scenarios HTTP/1.1\r\n{HEAD}\r\n", {400, 404, 405}),
    "no HTTP at all": ("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", {400}),
    "up and up": (f"GET /static/../../../../etc/passwd HTTP/1.1\r\n{HEAD}\r\n", {404}),
    "up and up, written otherwise": (f"GET /static/%2e%2e/%2e%2e/server.py HTTP/1.1\r\n{HEAD}\r\n", {404}),
    "up by backslashes": (f"GET /static/..%5c..%5cserver.py HTTP/1.1\r\n{HEAD}\r\n", {404}),
    "up twice hidden": (f"GET /static/%252e%252e/server.py HTTP/1.1\r\n{HEAD}\r\n", {404}),
    "a root within": (f"GET /static//etc/passwd HTTP/1.1\r\n{HEAD}\r\n", {404}),
    "NUL in the address": (f"GET /static/live.js%00.png HTTP/1.1\r\n{HEAD}\r\n", {404}),
    "NUL in a code": (f"GET /join/%00 HTTP/1.1\r\n{HEAD}\r\n", {404}),
    "a surrogate in a code": (f"GET /join/%ed%a0%80 HTTP/1.1\r\n{HEAD}\r\n", {404}),
    "an origin that can't be read": (
        f"POST /api/token HTTP/1.1\r\n{HEAD}Origin: http://[\r\nContent-Length: 2\r\n\r\n{{}}", {403},
    ),
}  # fmt: skip


DAWDLERS = (
    b"",
    b"GET /api/scen",
    b"GET / HTTP/1.1\r\nHost: x\r\nX: ",
    f"POST /api/token HTTP/1.1\r\n{HEAD}Content-Length: 50\r\n\r\n{{".encode(),
)
"""What comes of a request, and then no more."""


def test_http_that_is_none_is_answered_and_closed(
    door: ServerProcess, desk: httpx.Client, figures: Figures
) -> None:
    async def scene(room: AsyncExitStack, token: str) -> None:
        for name, (request, statuses) in REQUESTS.items():
            async with Intruder(door.port) as intruder:
                await intruder.send(request.encode("latin-1"))
                answer = await intruder.rest()
            status = int(answer.split(maxsplit=2)[1]) if answer.startswith(b"HTTP/1.1 ") else None
            assert status in statuses, (name, status, answer[:200])
            assert status != 405 or b"\r\nallow: " in answer.lower()
            assert b"root:" not in answer
            assert b"uvicorn" not in answer.lower(), name

    attack(door, desk, figures, scene)
    figures.at_least("P11", "odd requests", len(REQUESTS), 20, "")


def test_a_body_in_endless_chunks_is_cut_off(
    door: ServerProcess, desk: httpx.Client, figures: Figures
) -> None:
    """64 MiB without a length: refused long before all of it is held in memory."""

    async def scene(room: AsyncExitStack, token: str) -> None:
        async with Intruder(door.port) as intruder:
            head = f"POST /api/token HTTP/1.1\r\n{HEAD}Transfer-Encoding: chunked\r\n\r\n"
            await intruder.send(head.encode())
            hearing = asyncio.create_task(intruder.rest())  # it is answered while it sends
            chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
            for _ in range(64 * 16):
                await intruder.send(chunk)
                if hearing.done():
                    break
            await intruder.send(b"0\r\n\r\n")
            answer = await hearing
        assert answer.split(maxsplit=2)[1] in (b"413", b"422"), answer[:200]

    attack(door, desk, figures, scene)


def test_names_that_somebody_made_up_are_not_kept(door: ServerProcess, desk: httpx.Client) -> None:
    """What is counted by name would be kept for ever, and a thousand made-up names with it."""
    with httpx.Client(base_url=door.url) as client:
        taken = seat(client, opened(desk)["code"])

    async def invent(room: AsyncExitStack) -> None:
        one = await phone(room, door, taken["token"])
        for number in range(3):
            assert (await one.say(do=f"made_up_{number}"))["code"] == "unknown_command"

    run(invent)
    counted = httpx.get(f"{door.url}/metrics", timeout=PATIENCE_S).text
    assert 'do="?"' in counted
    assert "made_up" not in counted
