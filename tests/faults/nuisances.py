"""A process that is a hostile client: anonymous, or with one seat of another team.

    python -m tests.faults.nuisances NAME < the target, as JSON

"begun" goes out once it has begun; it goes on until it is ended. Where an address counts, it is one that
a proxy on this machine tells of, for the machine's own is counted by nobody.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final

import msgspec
import orjson

from tests.faults.crowd import say
from tests.faults.intruder import Intruder, frame
from tests.support.proxy import pause

MIB: Final = 1 << 20
ADDRESS: Final = "203.0.113.7"


class Target(msgspec.Struct):
    """What they know."""

    port: int
    code: str
    """Of a session that has room."""
    seats: list[str]
    """Tokens of a team that nobody plays in."""
    token: str = ""
    """A login's."""


Nuisance = Callable[[Target], Awaitable[None]]


def head(target: Target, first: str, *more: str, address: str = ADDRESS) -> bytes:
    """A request's, to its end."""
    lines = (first, f"Host: 127.0.0.1:{target.port}", f"X-Forwarded-For: {address}", *more)
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


async def _for_ever(
    target: Target, one: Callable[[Intruder], Awaitable[None]], at_once: int
) -> None:
    """So many connections, each made anew when it is done with."""

    async def again() -> None:
        while True:
            with suppress(OSError, EOFError, TimeoutError, AssertionError):
                async with Intruder(target.port) as intruder:
                    await one(intruder)
            await pause(0)

    await asyncio.gather(*(again() for _ in range(at_once)))


def _block(each: bytes) -> bytes:
    """So many of them that sending takes no time of ours."""
    return each * (MIB // 4 // max(1, len(each)) + 1)


async def _pour(intruder: Intruder, block: bytes) -> None:
    """Send it over and over, for as long as it is taken; nothing to send: only listen."""
    hearing = asyncio.create_task(intruder.rest(30))
    try:
        while block and not hearing.done():
            await intruder.send(block)
            await pause(0)
        await hearing
    finally:
        hearing.cancel()


def flood(first: Callable[[Target], bytes], each: bytes = b"", *, at_once: int = 5) -> Nuisance:
    """Send `first`, then `each` as fast as it is taken, for as long as it is."""

    async def nuisance(target: Target) -> None:
        begins, block = first(target), _block(each)

        async def one(intruder: Intruder) -> None:
            await intruder.send(begins)
            await _pour(intruder, block)

        await _for_ever(target, one, at_once)

    return nuisance


def socket(first: bytes, each: bytes = b"", *, at_once: int = 20, seat: bool = False) -> Nuisance:
    """The same on sockets; `seat`: of somebody who has a seat, and has said hello."""

    async def nuisance(target: Target) -> None:
        block = _block(each)
        hello = orjson.dumps({"type": "hello", "token": target.seats[0]})

        async def one(intruder: Intruder) -> None:
            await intruder.upgrade()
            await intruder.send((frame(hello) if seat else b"") + first)
            await _pour(intruder, block)

        await _for_ever(target, one, at_once)

    return nuisance


def asking(
    *lines: str, body: bytes = b"", at_once: int = 10, pipelined: int = 1, many: bool = False
) -> Nuisance:
    """One request after the other on each connection, as fast as they are answered. `many`: each from
    an address of its own; `{n}` in a line: a number that is always another."""
    numbers = itertools.count()

    async def nuisance(target: Target) -> None:
        def request() -> bytes:
            number = next(numbers)
            address = (
                f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}" if many else ADDRESS
            )
            told = [
                line.replace("{n}", str(number)).replace("{code}", target.code) for line in lines
            ]
            length = [f"Content-Length: {len(body)}"] if body else []
            return head(target, *told, *length, address=address) + body

        async def one(intruder: Intruder) -> None:
            while True:
                await intruder.send(b"".join(request() for _ in range(pipelined)))
                for _ in range(pipelined):
                    await _answer(intruder)

        await _for_ever(target, one, at_once)

    return nuisance


async def _answer(intruder: Intruder) -> None:
    """Read one answer to its end. Raises EOFError: they hung up."""
    told = (await intruder.reader.readuntil(b"\r\n\r\n")).lower()
    found = told.partition(b"\r\ncontent-length: ")[2].partition(b"\r\n")[0]
    if found:
        await intruder.reader.readexactly(int(found))
    elif b"chunked" in told:
        await intruder.reader.readuntil(b"0\r\n\r\n")
    if b"connection: close" in told:
        raise EOFError


def holding(first: Callable[[Target], bytes], drop: bytes, *, at_once: int) -> Nuisance:
    """Connections that begin and never end; a drop each quarter of a second."""

    async def nuisance(target: Target) -> None:
        async def one(intruder: Intruder) -> None:
            await intruder.send(first(target))
            hearing = asyncio.create_task(intruder.rest(60))
            try:
                while not hearing.done():
                    await intruder.send(drop)
                    await asyncio.wait([hearing], timeout=0.25)
            finally:
                hearing.cancel()

        await _for_ever(target, one, at_once)

    return nuisance


async def _deaf(target: Target) -> None:
    """Sockets of a seat that read nothing, while the seat's own team is busy."""
    hello = frame(orjson.dumps({"type": "hello", "token": target.seats[1], "format": "html"}))

    async def one(intruder: Intruder) -> None:
        await intruder.upgrade()
        intruder.writer.transport.pause_reading()  # type: ignore[attr-defined]
        await intruder.send(hello)
        await pause(30)

    async def busy(intruder: Intruder) -> None:
        await intruder.upgrade()
        said = {"type": "hello", "token": target.seats[0]}
        await intruder.send(frame(orjson.dumps(said)))
        hearing = asyncio.create_task(intruder.rest(60))
        for number in range(10_000):
            told = {"type": "command", "id": f"d{number}", "do": "ready"}
            await intruder.send(frame(orjson.dumps(told)))
            await asyncio.wait([hearing], timeout=0.06)
            if hearing.done():
                return

    await asyncio.gather(_for_ever(target, one, 20), _for_ever(target, busy, 1))


async def _storm(target: Target) -> None:
    """A seat that comes and goes."""
    hello = frame(orjson.dumps({"type": "hello", "token": target.seats[0], "format": "html"}))

    async def one(intruder: Intruder) -> None:
        await intruder.upgrade()
        await intruder.send(hello)
        await intruder.reader.read(1 << 16)

    await _for_ever(target, one, 20)


async def _connecting(target: Target) -> None:
    """Connections that say nothing and go."""

    async def one(intruder: Intruder) -> None:
        await pause(0)

    await _for_ever(target, one, 20)


def upgrade(*more: str, path: str = "/live") -> Callable[[Target], bytes]:
    """What asks for a socket."""
    lines = (
        "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", *more,
    )  # fmt: skip
    return lambda target: head(target, f"GET {path} HTTP/1.1", *lines)


def post(path: str, *more: str) -> Callable[[Target], bytes]:
    """A body follows."""
    return lambda target: head(
        target, f"POST {path.replace('{code}', target.code)} HTTP/1.1", *more
    )


JSON: Final = "Content-Type: application/json"
FORM: Final = "Content-Type: application/x-www-form-urlencoded"
PARTS: Final = "Content-Type: multipart/form-data; boundary=x"
CHUNKED: Final = "Transfer-Encoding: chunked"
FULL: Final = 64_000
"""Nearly all that a body may have."""
GET: Final = "GET {} HTTP/1.1"


def command(**fields: Any) -> bytes:
    """A frame of a seat's."""
    return frame(orjson.dumps({"type": "command", "id": "n", **fields}))


NUISANCES: Final[dict[str, Nuisance]] = {
    # ── frames ──
    "empty continuation frames": socket(frame(b"x", fin=False), frame(b"", opcode=0, fin=False)),
    "fragments of a byte": socket(frame(b"x", fin=False), frame(b"x", opcode=0, fin=False)),
    "empty pings": socket(b"", frame(b"", opcode=9)),
    "full pings": socket(b"", frame(b"x" * 125, opcode=9)),
    "pongs of a seat": socket(b"", frame(b"", opcode=10), seat=True),
    "frames of a mebibyte": socket(frame(b"x" * MIB)),
    "full messages": socket(b"", frame(b"x" * FULL), seat=True),
    "deep JSON in messages": socket(b"", frame(b"[" * FULL), seat=True),
    "huge numbers in messages": socket(
        b"", frame(b'{"type":"command","id":"n","do":"extend","seconds":' + b"9" * FULL + b"}"), seat=True
    ),
    "commands that are refused": socket(b"", command(do="submit", task="x"), seat=True),
    "sockets that don't read": _deaf,
    "a seat that comes and goes": _storm,
    "handshakes": flood(upgrade(), at_once=20),
    "handshakes with extensions": flood(
        upgrade("Sec-WebSocket-Extensions: " + ", ".join(["permessage-deflate; a=b"] * 300)), at_once=20
    ),
    "half a handshake": holding(
        lambda target: b"GET /live HTTP/1.1\r\nUpgrade: websocket\r\n", b"A: b\r\n", at_once=300
    ),
    # ── heads ──
    "connections that say nothing": _connecting,
    "TLS": flood(lambda target: b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"x" * 500, at_once=20),
    "half of TLS": holding(lambda target: b"\x16\x03\x01", b"\x02", at_once=300),
    "heads without end": flood(lambda target: b"GET / HTTP/1.1\r\nHost: x\r\n", b"A: b\r\n"),
    "many headers": asking(GET.format("/join"), *(f"A{n}: b" for n in range(2_000))),
    "many cookies": asking(GET.format("/join"), "Cookie: " + "; ".join(f"a{n}=b" for n in range(6_000))),
    "cookies of quotes": asking(GET.format("/join"), 'Cookie: a="' + "\\" * 40_000),
    "many languages": asking(GET.format("/join"), "Accept-Language: " + ",".join(["zh;q=0.1"] * 5_000)),
    "a long query": asking(GET.format("/join?" + "a&" * 20_000)),
    "an escaped address": asking(GET.format("/" + "%41" * 15_000)),
    "many dots": asking(GET.format("/static/" + "../" * 15_000)),
    "many ranges": asking(
        GET.format("/static/live.js"), "Range: bytes=" + ",".join(f"{n}-{n}" for n in range(0, 9_000, 2))
    ),
    "many tags": asking(
        GET.format("/static/live.js"), "If-None-Match: " + ", ".join(f'"{n}"' for n in range(6_000))
    ),
    "HTTP/1.0": asking("GET /join HTTP/1.0"),
    "addresses that are whole": asking("GET http://127.0.0.1/join HTTP/1.1"),
    "OPTIONS": asking("OPTIONS /join HTTP/1.1"),
    "requests in a row": asking(GET.format("/join"), pipelined=200),
    "requests in a row, of health": asking(GET.format("/healthz"), pipelined=500),
    "files that nobody reads": holding(
        lambda target: head(target, GET.format("/static/live.js")) * 200, b"", at_once=50
    ),
    # ── bodies ──
    "chunks of a byte": flood(post("/api/token", JSON, CHUNKED), b"1\r\nx\r\n"),
    "chunks of a byte, refused": flood(post("/studio/import", PARTS, CHUNKED), b"1\r\nx\r\n"),
    "large chunks": flood(post("/api/token", JSON, CHUNKED), b"10000\r\n" + b"x" * 0x10000 + b"\r\n"),
    "bodies too large": flood(post("/api/token", JSON, f"Content-Length: {16 * MIB}"), b"x" * 4096),
    "slow bodies": holding(post("/api/token", JSON, "Content-Length: 60000"), b"x", at_once=300),
    "a charset": asking(
        "POST /login HTTP/1.1", "Content-Type: multipart/form-data; boundary=x; charset=punycode",
        body=b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\n' + b"a" * 60_000 + b"\r\n--x--\r\n",
    ),
    "squeezed bodies": asking("POST /api/token HTTP/1.1", JSON, "Content-Encoding: gzip", body=b"x" * FULL),
    "deep JSON": asking("POST /api/token HTTP/1.1", JSON, body=b"[" * FULL),
    "huge numbers": asking("POST /api/sessions/{code}/seats HTTP/1.1", JSON, body=b'{"team":' + b"9" * FULL + b"}"),
    "many keys": asking(
        "POST /api/token HTTP/1.1", JSON, body=b"{" + b",".join(b'"%d":0' % n for n in range(6_000)) + b"}"
    ),
    "many fields": asking("POST /login HTTP/1.1", FORM, body=b"a&" * (FULL // 2)),
    "many parts": asking(
        "POST /login HTTP/1.1", PARTS,
        body=b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n' * 1_100 + b"--x--\r\n",
    ),
    "boundaries that are none": asking("POST /login HTTP/1.1", PARTS, body=b"--x\r\n\r\n" + b"\r\n--" * 15_000),
    "names of marks": asking(
        "POST /api/sessions/{code}/seats HTTP/1.1", JSON,
        body=orjson.dumps({"name": "e" + "\u0323\u0307" * 12_000}),
    ),
    # ── what anybody may ask ──
    "a loop of joins": asking(
        "POST /api/sessions/{code}/seats HTTP/1.1", JSON, body=orjson.dumps({"name": "某某"})
    ),
    "wrong codes": asking("POST /api/sessions/{n}/seats HTTP/1.1", JSON, body=b'{"name": "x"}', many=True),
    "wrong logins": asking(
        "POST /api/token HTTP/1.1", JSON, body=b'{"name": "admin", "password": "wrong wrong"}', many=True
    ),
    "the menu": asking(GET.format("/"), at_once=50),
    "the menu, from everywhere": asking(GET.format("/"), at_once=50, many=True),
    "codes to scan": asking(GET.format("/qr/{code}.svg"), at_once=50),
    "the description": asking(GET.format("/openapi.json"), at_once=50),
}  # fmt: skip


async def main(name: str) -> None:
    """Be it."""
    target = msgspec.json.decode(sys.stdin.readline(), type=Target)
    doing = asyncio.ensure_future(NUISANCES[name](target))
    await pause(0.5)
    assert not doing.done(), doing.exception()
    say("begun")
    await doing


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
