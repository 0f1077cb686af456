"""A facilitator who uses the HTTP API of a server that may be in trouble."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx

from engine.rules.codec import decode
from engine.rules.events import Recorded
from tests.support.patience import AGAIN_S, UNSAVED
from tests.support.proxy import pause
from tests.support.server import ServerProcess

Session = dict[str, Any]


def unsaved(answer: httpx.Response) -> bool:
    """It says that nothing was saved because the store was busy: the same may be asked again."""
    known = answer.status_code == httpx.codes.SERVICE_UNAVAILABLE
    return known and answer.json()["error"]["code"] in UNSAVED


class Desk:
    """Logged in to one server; `async with`."""

    def __init__(self, server: ServerProcess, timeout_s: float = 30) -> None:
        self.token = ""
        self.http = httpx.AsyncClient(base_url=server.url, timeout=timeout_s)
        self._password = server.password

    async def __aenter__(self) -> Self:
        account = {"name": "admin", "password": self._password}
        answer = (await self.http.post("/api/token", json=account)).raise_for_status()
        self.token = answer.json()["token"]
        self.http.headers["Authorization"] = f"Bearer {self.token}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.http.aclose()

    async def open(self, scenario: str, teams: int = 1) -> Session:
        """A new session."""
        body = {"scenario": scenario, "teams": teams}
        answer = await self.http.post("/api/sessions", json=body)
        session: Session = answer.raise_for_status().json()
        return session

    async def seat(self, session: Session, role: str, team: int = 1) -> dict[str, str]:
        """A seat of somebody."""
        body = {"name": f"同志{team}", "role": role, "team": team}
        answer = await self.http.post(f"/api/sessions/{session['code']}/seats", json=body)
        seat: dict[str, str] = answer.raise_for_status().json()
        return seat

    async def ask(self, session: Session, do: str, **fields: Any) -> httpx.Response:
        """Give a command; whatever the answer is."""
        path = f"/api/sessions/{session['id']}/commands"
        return await self.http.post(path, json={"do": do, **fields})

    async def command(self, session: Session, do: str, **fields: Any) -> int:
        """Give a command that has to be taken, again while the store is busy; the seq of the first
        run."""
        fields = {"id": uuid4().hex, **fields}
        while unsaved(answer := await self.ask(session, do, **fields)):
            await pause(AGAIN_S)
        answer.raise_for_status()
        seq: int = answer.json()["runs"][0]["seq"]
        return seq

    async def log(self, run: str) -> list[Recorded]:
        """A run's log."""
        answer = (await self.http.get(f"/api/runs/{run}/log")).raise_for_status()
        return [decode(line) for line in answer.content.splitlines()]
