"""This machine, before an evening: `hongchuan doctor upgrade-check`."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Annotated, Any, Final

import segno
import typer

from engine.boundary import tell
from engine.cli.keeping import database_url
from engine.errors import Text
from engine.evening import doctor as looks
from engine.evening.addresses import addresses, interfaces
from engine.evening.doctor import Finding

MARKS: Final = {"good": "好", "mind": "注意", "bad": "不行"}
PHONE_S: Final = 120
"""So long somebody may look for a phone and the room's network on it."""
GREETING: Final = (
    "<!doctype html><html lang=zh><meta charset=utf-8><meta name=viewport"
    " content='width=device-width'><title>红船</title><body style='font:1.4rem sans-serif;"
    "text-align:center;margin-top:20vh'><h1>连上了</h1><p>这部手机够得着这台电脑，可以关掉这一页。"
    "<p lang=en>This phone reaches the computer.</body></html>"
)


def doctor(
    phone: Annotated[
        bool, typer.Option("--phone", help="再用一部手机试：扫码，看连不连得上")
    ] = False,
) -> None:
    """Look at this machine before an evening: port, addresses, firewall, clock, disk, database,
    graphs. Exit 1 where an evening wouldn't go."""
    host = os.environ.get("HONGCHUAN_HOST") or "0.0.0.0"  # noqa: S104 - as the server does
    number = int(os.environ.get("HONGCHUAN_PORT") or 8000)
    url = database_url()
    found = [
        looks.port(host, number),
        looks.network(host, number),
        looks.firewall(number),
        looks.clock(now_ms()),
        looks.disk(url),
        asyncio.run(looks.database(url)),
        looks.graphs(),
    ]
    for one in found:
        show(one)
    if phone:
        found.append(tried(host, number))
        show(found[-1])
    if any(one.state == "bad" for one in found):
        raise typer.Exit(1)


def upgrade_check() -> None:
    """Whether this program takes the database as it is, and what its next start would do to it.
    Exit 1 where it doesn't. Nothing is changed."""
    url = database_url()
    found = [asyncio.run(looks.database(url)), looks.disk(url)]
    for one in found:
        show(one)
    if any(one.state == "bad" for one in found):
        raise typer.Exit(1)


def now_ms() -> int:
    """What this machine takes the time to be."""
    return time.time_ns() // 1_000_000


def show(one: Finding) -> None:
    """A finding, in both languages."""
    tell(f"{MARKS[one.state]}　{one.what.zh}：{one.told.zh.rstrip('。')}。{one.remedy.zh}")
    tell(f"    {one.what.en}: {one.told.en.rstrip('.')}. {one.remedy.en}".rstrip())


def tried(host: str, number: int) -> Finding:
    """A phone that scans the code gets through, or nobody comes for two minutes: what stands
    between (a firewall, a network that keeps its phones apart) can't be seen from here."""
    what = Text("手机", "phone")
    came: list[str] = []
    heard = threading.Event()
    own = {one.address for one in interfaces()}

    class Greets(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Whoever asks is greeted; whoever isn't this machine is what was waited for."""
            body = GREETING.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            if self.client_address[0] not in own:
                came.append(str(self.client_address[0]))
                heard.set()

        def log_message(self, *_: Any) -> None:
            """The terminal is for the code."""

    try:
        server = ThreadingHTTPServer((host, number), Greets)
    except OSError:
        return Finding(
            what,
            "mind",
            Text("端口占着，没有试", "the port is taken: not tried"),
            Text("红船开着，就用手机直接扫首页上的码。", "Scan the running program's own code."),
        )
    place = addresses(number, host=host)[0].url
    tell(f"\n请用手机连上会议室的网络，扫这个码（{place}）：")
    tell(f"Join the room's network with a phone, and scan this ({place}):\n")
    segno.make(place).terminal(compact=True)
    with server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        heard.wait(PHONE_S)
        server.shutdown()
    if came:
        return Finding(what, "good", Text(f"{came[0]} 连上了", f"{came[0]} got through"))
    return Finding(
        what,
        "bad",
        Text("没有手机连上来", "none got through"),
        Text(
            "请看手机是不是连着同一个网络，防火墙放行了没有；有的无线网不让设备互通"
            "（“访客网络”“AP 隔离”）：换一个，或开热点。",
            "See that the phone is on the same network and the firewall lets it through; guest"
            " networks often keep devices apart: take another, or a hotspot.",
        ),
    )
