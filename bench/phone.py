"""What the play page costs a phone that opens it for the first time, on a slow line.

    .venv/bin/python -m bench.phone
    .venv/bin/python -m bench.phone --beside ../old     another checkout, in the same run

Chromium with its line and its processor throttled as its developers' tools do it, nothing kept from
before; a real server, a seat of the longest script's team in its first scene. Told are when the
scene is seen, when the page is live (connected, and what is shown is up to date), how many requests
went out, the socket's among them, and the bytes that came, the socket's first message included.
The servers take turns, so what disturbs the machine disturbs all of them; printed are medians.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Annotated, Any, Final

import httpx
import typer
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from rich import print as say

from tests.e2e.conftest import CHROMIUM_OPTIONS
from tests.e2e.driver import PHONE
from tests.support.patience import PATIENCE_MS, PATIENCE_S
from tests.support.server import ROOT, ServerProcess
from web.door.auth import SEAT_COOKIE

SCRIPT: Final = "yida-1921"
PASSWORD: Final = "七月二十三日"
SLOW_3G: Final = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 400_000 / 8,
    "uploadThroughput": 400_000 / 8,
}
PROCESSOR: Final = 4
"""So many times slower than this machine's."""
WATCH: Final = """
    window.seen = { view: 0, live: 0 };
    (function look() {
        const scene = document.querySelector('[data-part="scene"] h1');
        const now = performance.now();
        if (!seen.view && scene) seen.view = now;
        if (!seen.live && document.body && document.body.classList.contains('is-live')) {
            seen.live = now;
        }
        if (!seen.live) requestAnimationFrame(look);
    })();
"""
"""Notes, frame by frame, what is there to be seen."""

PAINTED: Final = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"

Figures = dict[str, float]
FIGURES: Final = {"view": "ms", "live": "ms", "requests": "", "received": "KB"}


class Meter:
    """What passes the line of a page."""

    def __init__(self, line: Any) -> None:
        self.requests = 0
        self.received = 0
        line.on("Network.requestWillBeSent", self._asked)
        line.on("Network.webSocketCreated", self._asked)
        line.on("Network.loadingFinished", self._came)
        line.on("Network.webSocketFrameReceived", self._heard)
        line.send("Network.enable")
        line.send("Network.emulateNetworkConditions", SLOW_3G)
        line.send("Emulation.setCPUThrottlingRate", {"rate": PROCESSOR})

    def _asked(self, _event: Any) -> None:
        self.requests += 1

    def _came(self, event: Any) -> None:
        self.received += event["encodedDataLength"]

    def _heard(self, event: Any) -> None:
        self.received += len(event["response"]["payloadData"].encode())


def seat_of(server: ServerProcess) -> str:
    """The token of a seat of a team that plays."""
    with httpx.Client(base_url=server.url, timeout=PATIENCE_S) as desk:

        def asked(path: str, **body: object) -> Any:
            return desk.post(path, json=body).raise_for_status().json()

        token = asked("/api/token", name="admin", password=PASSWORD)["token"]
        desk.headers["Authorization"] = f"Bearer {token}"
        session = asked("/api/sessions", scenario=SCRIPT, teams=1)
        seats = f"/api/sessions/{session['code']}/seats"
        tokens = [
            str(asked(seats, name=name)["token"]) for name in ("何叔", "小李", "阿珍", "老周")
        ]
        asked(f"/api/sessions/{session['id']}/commands", do="start")
        return tokens[0]


def opened(phone: BrowserContext, url: str) -> Figures:
    """The page is opened on a slow line; until it is live."""
    page = phone.new_page()
    page.add_init_script(WATCH)
    meter = Meter(phone.new_cdp_session(page))
    page.goto(f"{url}/play", wait_until="commit")
    page.wait_for_function("() => window.seen.live", timeout=PATIENCE_MS)
    page.wait_for_load_state("load")
    seen = page.evaluate("window.seen")
    kilobytes = meter.received / 1000
    seen["view"] = max(seen["view"], page.evaluate(PAINTED))
    return {**seen, "requests": meter.requests, "received": kilobytes}


class Place:
    """A checkout's server, and a seat there."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.name = root.name
        self.server = ServerProcess(
            folder, scenarios=root / "scenarios", password=PASSWORD, root=root
        )
        self.server.start()
        self._token = seat_of(self.server)
        self.rounds: list[Figures] = []

    def measure(self, browser: Browser) -> None:
        """A phone more that was never here."""
        phone = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)  # type: ignore[arg-type]
        phone.add_cookies([{"name": SEAT_COOKIE, "value": self._token, "url": self.server.url}])
        self.rounds.append(opened(phone, self.server.url))
        phone.close()


@contextmanager
def places(roots: list[Path]) -> Iterator[list[Place]]:
    """The servers run."""
    with tempfile.TemporaryDirectory(prefix="phone-") as made:
        running: list[Place] = []
        try:
            for number, root in enumerate(roots):
                folder = Path(made, str(number))
                folder.mkdir()
                running.append(Place(root, folder))
            yield running
        finally:
            for place in running:
                place.server.kill()


def main(
    beside: Annotated[list[Path] | None, typer.Option(help="another checkout")] = None,
    rounds: Annotated[int, typer.Option(min=1)] = 5,
    browser: Annotated[str, typer.Option(help="Chromium's program")] = "/usr/bin/chromium",
) -> None:
    """Measure, print."""
    roots = [*(each.resolve() for each in beside or ()), ROOT]
    with places(roots) as running, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=CHROMIUM_OPTIONS)
        for _ in range(rounds):
            for place in running:
                place.measure(chromium)
        chromium.close()
        for place in running:
            say(f"{place.name}: {rounds} times")
            for name, unit in FIGURES.items():
                found = sorted(each[name] for each in place.rounds)
                spread = f"{found[0]:.0f}–{found[-1]:.0f}"
                say(f"  {name:10}{median(found):8.1f} {unit}  ({spread})")


if __name__ == "__main__":
    typer.run(main)
