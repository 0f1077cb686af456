"""One team's evening, each phone on a line of its own to any of several workers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

from engine.rules.codec import decode
from engine.rules.events import Recorded
from tests.e2e.answers import AnswerKey, load
from tests.faults.wanderer import Wanderer
from tests.support.patience import PATIENCE_S, until
from tests.support.server import ServerProcess

SCRIPT = "sanwan-1927"
PASSWORD = "七月二十三日"


class Evening:
    """One team, each of its phones beginning at another worker."""

    def __init__(self, workers: Sequence[ServerProcess], scenarios: Path) -> None:
        self.workers = workers
        self.key = AnswerKey(load(scenarios / SCRIPT))
        self.session: dict[str, Any] = {}
        self.phones: list[Wanderer] = []

    def desk(self, worker: ServerProcess) -> httpx.Client:
        """A logged-in facilitator at one worker."""
        account = {"name": "admin", "password": PASSWORD}
        login = httpx.post(
            f"{worker.url}/api/token", json=account, timeout=PATIENCE_S
        ).raise_for_status()
        headers = {"Authorization": f"Bearer {login.json()['token']}"}
        return httpx.Client(base_url=worker.url, timeout=PATIENCE_S, headers=headers)

    async def begin(self, ways: Sequence[str] = ()) -> None:
        """Open a session at the first worker, take seats at all in turn, start at the last. `ways`:
        where the phones come in, instead of at the workers themselves."""
        with self.desk(self.workers[0]) as desk:
            opened = desk.post("/api/sessions", json={"scenario": SCRIPT, "teams": 1})
            self.session = opened.raise_for_status().json()
        for number, role in enumerate(self.key.scenario.roles):
            turns = range(number, number + len(self.workers))
            urls = [self.workers[turn % len(self.workers)].url for turn in turns]
            urls = [*ways] or urls
            place = {"name": f"同志{number}", "role": role}
            seats = f"{urls[0]}/api/sessions/{self.session['code']}/seats"
            seat = await asyncio.to_thread(httpx.post, seats, json=place, timeout=PATIENCE_S)
            phone = Wanderer(urls, seat.raise_for_status().json()["token"], self.key)
            await phone.arrive()
            self.phones.append(phone)
        with self.desk(self.workers[-1]) as desk:
            url = f"/api/sessions/{self.session['id']}/commands"
            desk.post(url, json={"do": "start"}).raise_for_status()

    def logs(self) -> list[str]:
        """The run's log as each worker tells it."""
        told = []
        for worker in self.workers:
            with self.desk(worker) as desk:
                answer = desk.get(f"/api/runs/{self.session['runs'][0]}/log")
                told.append(answer.raise_for_status().text)
        return told

    def records(self) -> list[Recorded]:
        """The run's log, which every worker tells alike, once none has just written to it."""
        told: list[str] = []

        def alike() -> bool:
            told[:] = self.logs()
            return len(set(told)) == 1

        until(alike, lambda: "workers tell different logs")
        return [decode(line.encode()) for line in told[0].splitlines()]

    async def end(self) -> None:
        """Hang up: whoever hasn't listened for long would have much to hear before a goodbye."""
        for phone in self.phones:
            phone.socket.transport.abort()
