"""The app without a server: asked in this process, over ASGI, on a loop of its own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine, Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx
from fastapi import FastAPI

from tests.support.patience import soon
from tests.support.scripts import MINI
from web.app import create_app
from web.services import Services
from web.settings import Settings

T = TypeVar("T")
ADDRESS = "192.0.2.9"
"""Where requests come from: not this machine itself, so that they are counted."""

NAMES = "inside,room,party.example"
"""Hosts that tests call it by."""


def small(folder: Path, *, script: str = "mini", **more: Any) -> Settings:
    """What an app with the one small script needs, all of it in this folder. `more`: what is set
    otherwise, or besides."""
    place = folder / "scenarios" / script
    place.mkdir(parents=True)
    (place / "scenario.yaml").write_bytes(MINI)
    given = {"database_url": f"sqlite:///{folder}/test.db", "secret": "x", **more}
    return Settings(scenarios=place.parent, **given)


class Inside:
    """An open app, and whatever asks it."""

    def __init__(self, app: FastAPI, runner: asyncio.Runner) -> None:
        self.app = app
        self._runner = runner
        self.services: Services = app.state.services

    def run(self, what: Coroutine[Any, Any, T]) -> T:
        """Do something on the app's loop."""
        return self._runner.run(what)

    def ask(self, method: str, path: str, *, address: str = ADDRESS, **more: Any) -> httpx.Response:
        """A request's answer. Cookies are kept nowhere."""

        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(
                self.app, client=(address, 1), raise_app_exceptions=False
            )
            async with httpx.AsyncClient(transport=transport, base_url="http://inside") as client:
                return await client.request(method, path, **more)

        return self.run(ask())

    def mark(self, cookie: str = "") -> str:
        """What forms carry for a browser with this login."""
        page = self.ask("GET", "/login", headers={"cookie": f"login={cookie}"} if cookie else {})
        return page.text.split('name="mark" value="')[1].split('"')[0]

    def hear(self, hello: dict[str, Any], **headers: str) -> dict[str, Any] | None:
        """The first message that a socket hears; None: it wasn't let in."""
        return self.run(self._hear(hello, headers))

    async def _hear(self, hello: dict[str, Any], headers: dict[str, str]) -> dict[str, Any] | None:
        said = asyncio.Queue[MutableMapping[str, Any]]()
        heard: asyncio.Future[dict[str, Any] | None] = asyncio.get_running_loop().create_future()
        said.put_nowait({"type": "websocket.connect"})
        said.put_nowait({"type": "websocket.receive", "text": json.dumps(hello)})

        async def send(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "websocket.accept" or heard.done():
                return
            text = message.get("text")
            heard.set_result(json.loads(text) if text else None)

        line = asyncio.create_task(self.app(_scope(headers), said.get, send))
        first = await soon(heard)
        said.put_nowait({"type": "websocket.disconnect", "code": 1000})
        await line
        return first

    def ends(self, hello: dict[str, Any], **headers: str) -> tuple[list[str], int]:
        """(codes of `bye`, close code) of a socket that the server closes by itself."""
        return self.run(soon(self._ends(hello, headers)))

    async def _ends(self, hello: dict[str, Any], headers: dict[str, str]) -> tuple[list[str], int]:
        heard: list[MutableMapping[str, Any]] = []
        said = asyncio.Queue[MutableMapping[str, Any]]()
        said.put_nowait({"type": "websocket.connect"})
        said.put_nowait({"type": "websocket.receive", "text": json.dumps(hello)})

        async def send(message: MutableMapping[str, Any]) -> None:
            heard.append(message)

        await self.app(_scope(headers), said.get, send)
        texts = [json.loads(message["text"]) for message in heard if message.get("text")]
        closed = [message for message in heard if message["type"] == "websocket.close"]
        return [text["code"] for text in texts if text["type"] == "bye"], closed[-1]["code"]


def _scope(headers: dict[str, str]) -> dict[str, Any]:
    """A socket that is being opened."""
    return {
        "type": "websocket",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "ws",
        "path": "/live",
        "raw_path": b"/live",
        "query_string": b"",
        "root_path": "",
        "headers": [
            (name.encode(), value.encode()) for name, value in {"host": "inside", **headers}.items()
        ],
        "client": (ADDRESS, 1),
        "server": ("inside", 80),
        "subprotocols": [],
    }


@contextmanager
def inside(settings: Settings) -> Iterator[Inside]:
    """The app, open until the block ends."""
    app = create_app(settings.model_copy(update={"hosts": f"{NAMES},{settings.hosts}"}))
    with asyncio.Runner() as runner:
        life = app.router.lifespan_context(app)
        runner.run(life.__aenter__())
        try:
            yield Inside(app, runner)
        finally:
            runner.run(life.__aexit__(None, None, None))
