"""What is said before there is a request to answer is a page like any other: designed, Chinese first, and
whole though more was sent than is read. The kind: an answer made where our own words don't reach."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from typing import Any, Final

import h11
import pytest

from tests.support.patience import soon
from tests.web.door.test_turns import serving
from web.door.bare import page_of
from web.door.listening import BUSY
from web.door.patience import HEAD_MAX, SPILL_MAX

LONG: Final = HEAD_MAX + SPILL_MAX // 2
SENT: Final = {
    "a long address": (b"GET /join?" + b"a" * LONG + b" HTTP/1.1\r\nHost: x\r\n\r\n", 431),
    "many cookies": (b"GET / HTTP/1.1\r\nHost: x\r\nCookie: " + b"a=b; " * (LONG // 5) + b"\r\n\r\n", 431),
    "no HTTP": (b"\x16\x03\x01 hello\r\n\r\n", 400),
    "a head without an end of its line": (b"GET /\r\nHost: x\r\n\r\n", 400),
    "a coding we don't know": (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: x\r\n\r\n", 400),
    "two lengths": (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx", 400),
}  # fmt: skip


async def _nobody(scope: Any, receive: Any, send: Any) -> None:
    raise AssertionError("it is refused before")


async def _asked(sent: bytes) -> bytes:
    """All that comes back."""
    async with serving(_nobody) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        answer = await soon(reader.read())
        writer.close()
        await writer.wait_closed()
    return answer


def _read(answer: bytes) -> tuple[int, dict[str, str], str]:
    """Status, headers and page, all of which came."""
    client = h11.Connection(h11.CLIENT)
    client.send(h11.Request(method="GET", target="/", headers=[("host", "x")]))
    client.send(h11.EndOfMessage())
    client.receive_data(answer)
    head = client.next_event()
    assert isinstance(head, h11.Response)
    body = b""
    while isinstance(event := client.next_event(), h11.Data):
        body += event.data
    assert isinstance(event, h11.EndOfMessage)
    headers = {name.decode(): value.decode() for name, value in head.headers}
    return head.status_code, headers, body.decode()


@pytest.mark.parametrize("what", SENT)
async def test_what_cant_be_read_is_answered_by_a_page(what: str) -> None:
    sent, status = SENT[what]
    found, headers, page = _read(await _asked(sent))
    assert found == status
    assert page.encode() == page_of(status)
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["connection"] == "close"


async def test_who_goes_on_sending_is_hung_up_on() -> None:
    async with serving(_nobody) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)

        async def flood() -> None:
            while True:
                writer.write(b"x" * 65_536)
                await writer.drain()

        writer.write(b"no HTTP\r\n\r\n")
        with pytest.raises(ConnectionError):
            await soon(flood())
        reader.feed_eof()


def test_who_finds_no_room_sees_a_page() -> None:
    status, headers, page = _read(BUSY)
    assert status == 503
    assert headers["retry-after"] == "5"
    assert page.encode() == page_of(503)


@pytest.mark.parametrize("status", [400, 431, 503])
def test_such_a_page_is_whole_and_chinese_first(status: int) -> None:
    page = page_of(status).decode()
    assert page.startswith('<!doctype html>\n<html lang="zh-CN">')
    assert "width=device-width" in page
    told = re.sub("<[^>]*>", " ", page.split("<main>")[1].split('<p lang="en">')[0])
    assert not re.search(r"[A-Za-z]{2,}[ ,]+[A-Za-z]{2,}", told), "Chinese first"
    assert re.search(r'<h1>[^<]*。</h1><p>请[^<]*。</p><p><a href="', page), "and what to do"
    assert not re.search(r'(src|href)="(?!/join"|")', page), "nothing is fetched"


def test_a_pages_style_is_what_its_policy_allows() -> None:
    _, headers, page = _read(BUSY)
    style = page.split("<style>")[1].split("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
