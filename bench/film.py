"""An evening as a film: the wall and four phones, as a browser shows them, and a sheet of stills.

    .venv/bin/python -m bench.film [SCRIPT]    writes var/film/SCRIPT.mp4 and SCRIPT.png

To be looked at, not to be tested: what an evening looks like from one second to the next no
assertion tells. Somebody falls for the first trap that comes, and is pulled out; all else is
answered rightly. People take a second for each press, so the film is a fast one.
"""

from __future__ import annotations

import base64
import io
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.answers import AnswerKey, load
from tests.e2e.conftest import ADMIN_PASSWORD, CHROMIUM_OPTIONS, ROOT, SCRIPT, hurried
from tests.e2e.driver import Facilitator, Phone, take_turns
from tests.support.patience import PATIENCE_MS
from tests.support.server import ServerProcess

FOLDER: Final = ROOT / "var" / "film"
FPS: Final = 5
PRESS_MS: Final = 900
"""A person's pause before each press."""
SIZE: Final = (1920, 1080)
BOXES: Final = (
    (0, 180, 1280, 720),
    *((1300 + 310 * (number % 2), 8 + 540 * (number // 2), 256, 526) for number in range(4)),
)
"""Of the wall and the phones: left, top, width, height."""
STILL: Final = (960, 540)
STILLS_WIDE: Final = 3
STATE: Final = "() => document.querySelector('.wall-box').dataset.state"


class Camera:
    """Keeps what a page shows, whenever that changes."""

    def __init__(self, page: Page, box: tuple[int, int, int, int]) -> None:
        self.box = box
        self.frames: list[tuple[float, bytes]] = []
        self._line = page.context.new_cdp_session(page)
        self._line.on("Page.screencastFrame", self._took)
        self._line.send("Page.startScreencast", {"format": "jpeg", "quality": 85})

    def _took(self, frame: dict[str, Any]) -> None:
        self.frames.append((time.monotonic(), base64.b64decode(frame["data"])))
        self._line.send("Page.screencastFrameAck", {"sessionId": frame["sessionId"]})

    def at(self, instant_s: float) -> bytes | None:
        """What was shown then."""
        shown = [taken for when, taken in self.frames if when <= instant_s]
        return shown[-1] if shown else None


class Film:
    """What all cameras saw."""

    def __init__(self, cameras: list[Camera]) -> None:
        self._cameras = cameras
        self._began_s = time.monotonic()
        self._stills: dict[str, float] = {}

    def mark(self, name: str) -> None:
        """A moment for the sheet of stills; its first time counts."""
        self._stills.setdefault(name, time.monotonic())

    def _frame(self, instant_s: float, kept: dict[bytes, Image.Image]) -> Image.Image:
        frame = Image.new("RGB", SIZE, "#0b0907")
        for camera in self._cameras:
            shown = camera.at(instant_s)
            if shown is not None:
                left, top, *size = camera.box
                if shown not in kept:
                    kept[shown] = Image.open(io.BytesIO(shown)).resize((size[0], size[1]))
                frame.paste(kept[shown], (left, top))
        return frame

    def develop(self, name: str) -> None:
        """Write the film and its sheet."""
        FOLDER.mkdir(parents=True, exist_ok=True)
        count = int((time.monotonic() - self._began_s) * FPS)
        command = ["ffmpeg", "-y", "-loglevel", "error", "-f", "image2pipe", "-c:v", "mjpeg"]
        command += [
            "-r",
            str(FPS),
            "-i",
            "-",
            "-c:v",
            "libx264",
            "-pix_fmt",
            "yuv420p",
            "-crf",
            "27",
        ]
        with subprocess.Popen([*command, FOLDER / f"{name}.mp4"], stdin=subprocess.PIPE) as writer:
            assert writer.stdin is not None
            for number in range(count):
                kept: dict[bytes, Image.Image] = {}
                frame = self._frame(self._began_s + number / FPS, kept)
                frame.save(writer.stdin, "JPEG", quality=88)
        self._sheet().save(FOLDER / f"{name}.png")

    def _sheet(self) -> Image.Image:
        rows = -(-len(self._stills) // STILLS_WIDE)
        sheet = Image.new("RGB", (STILL[0] * STILLS_WIDE, STILL[1] * rows))
        for number, instant_s in enumerate(self._stills.values()):
            place = (STILL[0] * (number % STILLS_WIDE), STILL[1] * (number // STILLS_WIDE))
            sheet.paste(self._frame(instant_s, {}).resize(STILL), place)
        return sheet


def evening(browser: Browser, server: ServerProcess, key: AnswerKey, script: str) -> Film:
    """Play it, filmed."""
    desk = Facilitator(browser, server.url)
    desk.log_in(ADMIN_PASSWORD)
    address = desk.open(script, 1)
    roles = list(key.scenario.roles.values())
    names = ("王芳", "李强", "赵敏", "陈刚", "周颖", "吴海")
    phones = [Phone(browser, key, names[n % len(names)]) for n, _ in enumerate(roles)]
    shown = zip((desk.wall.page, *(phone.page for phone in phones)), BOXES, strict=False)
    film = Film([Camera(page, box) for page, box in shown])

    def look(ms: int = PRESS_MS) -> None:
        desk.wall.page.wait_for_timeout(ms)
        film.mark(str(desk.wall.page.evaluate(STATE)))

    for phone, role in zip(phones, roles, strict=True):
        phone.join(address, role.id)
        look()
    for phone in phones:
        phone.ready()
    desk.press("start")
    look(4_000)
    _fall(phones, look)
    while not all(phone.ended for phone in phones):
        take_turns(phones)
        look()
    look(4_000)
    _debrief(desk, phones, look)
    return film


def _fall(phones: list[Phone], look: Callable[[int], None]) -> None:
    """Somebody falls for the first trap there is, and is pulled out."""
    while not all(phone.ended for phone in phones):
        for phone in phones:
            trap = phone.fall_in()
            if trap is not None:
                look(4_000)
                helper = next(p for p in phones if p.page.locator("section.rescue form").count())
                helper.rescue(trap)
                look(1_000)
                look(2_000)
                return
        take_turns(phones)
        look(PRESS_MS)


def _debrief(desk: Facilitator, phones: list[Phone], look: Callable[[int], None]) -> None:
    desk.press("debrief", to="open")
    steps = int(desk.console.page.locator("[data-steps]").get_attribute("data-steps") or 0)
    for _ in range(1, steps):
        look(2_000)
        desk.press("debrief", to="next")
    for number, phone in enumerate(phones):
        phone.page.get_by_role("textbox").fill(f"第{number + 1}句：警觉是学来的。")
        phone.say(phone.page.get_by_role("button", name="写好了").click)
        expect(desk.wall.page.get_by_text(f"第{number + 1}句")).to_be_visible()
    look(3_000)
    desk.press("close")
    look(3_000)


@contextmanager
def opened(script: str) -> Iterator[tuple[Browser, ServerProcess, AnswerKey]]:
    """A browser and a server of our own."""
    path = shutil.which("chromium")
    assert path is not None, "chromium is not installed; scripts/setup-tests installs it"
    with tempfile.TemporaryDirectory() as made, sync_playwright() as playwright:
        folder = hurried(Path(made) / "scenarios")
        server = ServerProcess(Path(made), scenarios=folder, password=ADMIN_PASSWORD)
        server.start()
        expect.set_options(timeout=PATIENCE_MS)
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_OPTIONS)
        try:
            yield browser, server, AnswerKey(load(folder / script))
        finally:
            browser.close()
            server.stop()


if __name__ == "__main__":
    chosen = sys.argv[1] if len(sys.argv) > 1 else SCRIPT
    with opened(chosen) as (browser, server, key):
        film = evening(browser, server, key, chosen)
    film.develop(chosen)
