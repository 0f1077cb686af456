"""A phone's page without a server: its own HTML, styles and scripts, and a socket that says what the
test says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page, Route, WebSocketRoute

from engine.errors import Lang
from engine.views.parts.seat_parts import SeatView
from web.pages.assets import BROUGHT, FOLDER, MADE, TEXTS
from web.pages.join import PlayPage
from web.pages.render import render_page, render_parts

SITE: Final = "http://phone.test"
SCENARIOS: Final = Path(__file__).resolve().parents[2] / "scenarios"
PARTS: Final = SeatView.__struct_fields__


class Handset:
    """A page that takes itself for a phone's, with the parts of whatever view it is shown."""

    def __init__(self, page: Page, script: str, *, lang: Lang = "zh") -> None:
        self.page, self.lang = page, lang
        self._seq = 0
        self._line: WebSocketRoute | None = None
        self._last = ""
        empty: Any = dict.fromkeys(PARTS, "")
        shown = PlayPage(title="x", scenario=script, code="X", run="r1", seat="s1", parts=empty)
        self._html = render_page(shown, lang)
        page.route("**/*", self._answer)
        page.route_web_socket("**/live", self._opened)

    def show(self, view: SeatView, now_ms: int) -> None:
        """Say this on the line, and wait until it stands there; the page is opened for the first."""
        self._seq += 1
        parts = {name: getattr(view, name) for name in PARTS}
        told = {"type": "parts", "seq": self._seq, "now_ms": now_ms}
        self._last = json.dumps({**told, "parts": render_parts("seat", parts, self.lang)})
        if self._line is None:
            self.page.goto(f"{SITE}/play")
        else:
            self._line.send(self._last)
        self.page.wait_for_function("seq => document.body.dataset.seq === seq", arg=str(self._seq))

    def _opened(self, line: WebSocketRoute) -> None:
        self._line = line
        line.on_message(lambda _: None)
        line.send(self._last)

    def _answer(self, route: Route) -> None:
        path = route.request.url.removeprefix(SITE).partition("?")[0]
        if path == "/play":
            route.fulfill(body=self._html, content_type="text/html; charset=utf-8")
            return
        name = re.sub(r"^/static/(?:[0-9a-f]{12}/)?", "", path)
        file = BROUGHT.get(name, FOLDER / name)
        if path.startswith("/scenarios/"):
            _, _, script, _, picture = path.split("/")
            file = SCENARIOS / script / picture
        kind = TEXTS.get(file.suffix, "application/octet-stream")
        if name in MADE:
            route.fulfill(body=MADE[name](), content_type=kind)
        elif file.is_file():
            route.fulfill(body=file.read_bytes(), content_type=kind)
        else:
            route.fulfill(status=404)
