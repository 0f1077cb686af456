"""P4: a reconnect converges. A team plays through a link that is cut, stalled and refused at random.

After every return of the link each phone must show, within two seconds, what a phone that connects
anew is shown: all parts, no older ones, nothing stale. In between it went on playing, as
docs/wire.md has it: reconnect, hear all parts, send again what wasn't answered.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright
from websockets.asyncio.client import connect

from engine.rules.replay import replay
from tests.e2e.answers import AnswerKey, load
from tests.e2e.conftest import CHROMIUM_OPTIONS
from tests.e2e.test_bots import LOST_RACES
from tests.faults.desk import Desk, Session
from tests.faults.figures import Figures, percentile
from tests.faults.wanderer import Wanderer
from tests.support.patience import PATIENCE_S
from tests.support.proxy import Proxy, pause
from tests.support.server import ServerProcess
from web.door.auth import SEAT_COOKIE

SCRIPT = "sanwan-1927"
SEED = 1927
CONVERGED_S = 2.0
EVERY = 5
"""Acknowledgements between two faults."""
DOWN_S = (0.05, 1.0)
LOOK_S = 0.02
FAULTS = ("cut", "cut", "stall up", "stall down", "cut while stalled")


class Traveller(Wanderer):
    """A phone on a bad line; told to rest, it sends nothing new, but goes on hearing."""

    def __init__(self, url: str, token: str, key: AnswerKey) -> None:
        self.token = token
        self.resting = False
        self.arrived = asyncio.Event()
        super().__init__([url], token, key)

    async def arrive(self) -> None:
        self.arrived.clear()
        await super().arrive()
        self.arrived.set()

    async def _act(self) -> float | None:
        return LOOK_S if self.resting else await super()._act()


async def shown_anew(url: str, token: str) -> dict[str, Any]:
    """All parts, as a phone that connects now is shown them."""
    async with connect(f"{url.replace('http', 'ws', 1)}/live") as socket:
        await socket.send(json.dumps({"type": "hello", "token": token, "format": "json"}))
        message: dict[str, Any] = json.loads(await socket.recv())
        assert message["type"] == "parts", message
        return message


class Evening:
    """One team on one bad line, and faults until it has played to the end."""

    def __init__(self, server: ServerProcess, proxy: Proxy, key: AnswerKey, seed: int) -> None:
        self.server = server
        self.proxy = proxy
        self.key = key
        self.phones: list[Traveller] = []
        self.took_s: list[float] = []
        self.faults = 0
        self._chance = random.Random(seed)
        self._acks = 0
        self._due = asyncio.Event()

    def _acked(self) -> None:
        self._acks += 1
        if self._acks % EVERY == 0:
            self._due.set()

    async def seat(self, desk: Desk, session: Session) -> None:
        """Everybody joins through the bad line."""
        for role in self.key.scenario.roles:
            seat = await desk.seat(session, role)
            phone = Traveller(self.proxy.url, seat["token"], self.key)
            phone.on_ack = self._acked
            await phone.arrive()
            self.phones.append(phone)

    async def play(self) -> None:
        """Play to the end, with faults."""
        playing: asyncio.Future[Any] = asyncio.gather(*(self._play(phone) for phone in self.phones))
        breaking: asyncio.Future[Any] = asyncio.create_task(self._break())
        await asyncio.wait({playing, breaking}, return_when=asyncio.FIRST_COMPLETED)
        if breaking.done():
            playing.cancel()
            await breaking
        await playing
        breaking.cancel()
        await asyncio.gather(breaking, return_exceptions=True)
        for phone in self.phones:
            await phone.socket.close()

    async def _play(self, phone: Traveller) -> None:
        await phone.until("playing")
        await phone.play()

    async def _break(self) -> None:
        """Break the line again and again. Ends only by an error."""
        while True:
            await self._due.wait()
            await self._fault(self._chance.choice(FAULTS))
            self.faults += 1
            self._due.clear()

    async def _fault(self, fault: str) -> None:
        down_s = self._chance.uniform(*DOWN_S)
        if "stall" in fault:
            self.proxy.stall("down" if "down" in fault else "up")
            await pause(down_s / 2)
        if "cut" in fault:
            self.proxy.cut()
            await pause(down_s)
        for phone in self.phones:
            phone.resting = True
        loop = asyncio.get_running_loop()
        self.proxy.heal()
        back_s = loop.time()
        try:
            await asyncio.gather(*(self._converged(phone) for phone in self.phones))
        finally:
            for phone in self.phones:
                phone.resting = False
        self.took_s.append(loop.time() - back_s)

    async def _converged(self, phone: Traveller) -> None:
        """Return once the phone shows what one that connects anew is shown."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                await phone.arrived.wait()
                anew = await shown_anew(self.server.url, phone.token)
                if phone.seq == anew["seq"] and phone.parts == anew["parts"]:
                    return
                await pause(LOOK_S)


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    """The script, with talk that is cut short."""
    folder = tmp_path / "scenarios" / SCRIPT
    folder.mkdir(parents=True)
    text = (Path("scenarios") / SCRIPT / "scenario.yaml").read_text(encoding="utf-8")
    hurried = re.sub(r"\bat_least: *\d+[smh]", "at_least: 1s", text)
    (folder / "scenario.yaml").write_text(hurried, encoding="utf-8")
    return folder.parent


@pytest.fixture
async def server(tmp_path: Path, scripts: Path) -> AsyncIterator[ServerProcess]:
    running = ServerProcess(tmp_path, scenarios=scripts, password="七月二十三日")
    await asyncio.to_thread(running.start)
    yield running
    await asyncio.to_thread(running.stop)


async def test_a_phone_whose_line_returns_shows_what_is_so(
    server: ServerProcess, scripts: Path, size: Callable[[int, int], int], figures: Figures
) -> None:
    key = AnswerKey(load(scripts / SCRIPT))
    took_s: list[float] = []
    came_back = faults = cuts = 0
    async with Desk(server) as desk:
        for number in range(size(1, 8)):
            session = await desk.open(SCRIPT)
            async with Proxy(server.port, SEED + number, delay_ms=(0, 20)) as proxy:
                evening = Evening(server, proxy, key, SEED + number)
                await evening.seat(desk, session)
                await desk.command(session, "start")
                async with asyncio.timeout(PATIENCE_S):
                    await evening.play()
                cuts += proxy.cuts
            took_s += evening.took_s
            faults += evening.faults
            came_back += sum(len(phone.closes) for phone in evening.phones)
            log = await desk.log(session["runs"][0])
            assert [record.seq for record in log] == list(range(1, len(log) + 1))
            assert replay(session["runs"][0], log).ending == key.ending
            _check_phones(evening, {(r.by, r.command): r.seq for r in log})
    figures.at_least("P4", "faults of the link", faults, size(5, 60), "")
    figures.at_least("P4", "phones that came back", came_back, size(6, 90), "")
    figures.at_most("P4", "p95 to show what is so", percentile(took_s, 95), CONVERGED_S, "s")
    assert came_back <= cuts


def _check_phones(evening: Evening, written: dict[tuple[str, str], int]) -> None:
    for phone in evening.phones:
        seat = phone.parts["me"]["seat"]
        assert phone.parts["scene"]["ending"] == evening.key.ending
        for name, seq in phone.acks.items():
            assert written.get((seat, name), seq) == seq
        assert {refusal["code"] for refusal in phone.refused} <= LOST_RACES


# ── a page in a browser ─────────────────────────────────────────────────────────────────────────

SHOWN = """() => ({
  live: document.body.classList.contains("is-live") && !document.body.classList.contains("is-offline"),
  newest: Math.max(-1, ...Array.from(document.querySelectorAll("[data-notice]"), (n) => Number(n.dataset.notice))),
})"""
"""Whether the page says that it is connected, and the newest notice it shows."""


async def until_shown(page: Page, *, live: bool, newest: int = -1) -> None:
    """Return once the page is on line, or off, and shows that notice."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            shown = await page.evaluate(SHOWN)
            if shown["live"] == live and (not live or shown["newest"] >= newest):
                return
            await pause(LOOK_S)


async def test_a_page_whose_line_returns_is_not_left_stale(
    server: ServerProcess, size: Callable[[int, int], int], figures: Figures
) -> None:
    chance, took_s = random.Random(SEED), []
    program = shutil.which("chromium")
    assert program is not None, "chromium is not installed; scripts/setup-tests installs it"
    async with (
        Desk(server) as desk,
        Proxy(server.port, SEED) as proxy,
        async_playwright() as driver,
    ):
        browser = await driver.chromium.launch(executable_path=program, args=CHROMIUM_OPTIONS)
        session = await desk.open(SCRIPT)
        seat = await desk.seat(session, "officer")
        context = await browser.new_context()
        await context.add_cookies([{"name": SEAT_COOKIE, "value": seat["token"], "url": proxy.url}])
        await desk.command(session, "start")
        page = await context.new_page()
        await page.goto(f"{proxy.url}/play")
        await until_shown(page, live=True)
        for _ in range(size(4, 40)):
            proxy.cut()
            await until_shown(page, live=False)
            await desk.command(session, "nudge", seat=seat["seat"])
            await pause(chance.uniform(*DOWN_S))
            proxy.heal()
            began_s = asyncio.get_running_loop().time()
            anew = await shown_anew(server.url, seat["token"])
            await until_shown(page, live=True, newest=anew["parts"]["notice"][-1]["id"])
            took_s.append(asyncio.get_running_loop().time() - began_s)
        await browser.close()
    figures.at_least("P4", "cuts under a page", len(took_s), size(4, 40), "")
    figures.at_most(
        "P4", "a page's p95 to show what is so", percentile(took_s, 95), CONVERGED_S, "s"
    )
