"""Two workers over one PostgreSQL and one Redis; or one server at whose door anybody knocks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.postgres import postgres, postgres_url
from tests.support.redis import RedisServer, redis_server
from tests.support.scripts import MINI_TEXT
from tests.support.server import ServerProcess

__all__ = ["postgres", "postgres_url", "redis_server", "workers"]

SCRIPT = "sanwan-1927"
PASSWORD = "七月二十三日"


@pytest.fixture
def workers(
    tmp_path: Path, postgres_url: str, redis_server: RedisServer
) -> Iterator[tuple[ServerProcess, ServerProcess]]:
    """Two, with a script whose talk is cut short."""
    folder = tmp_path / "scenarios" / SCRIPT
    folder.mkdir(parents=True)
    text = (Path("scenarios") / SCRIPT / "scenario.yaml").read_text(encoding="utf-8")
    assert "at_least: 60s" in text
    (folder / "scenario.yaml").write_text(text.replace("at_least: 60s", "at_least: 2s"))
    pair = tuple(
        ServerProcess(
            tmp_path,
            scenarios=tmp_path / "scenarios",
            password=PASSWORD,
            database_url=postgres_url,
            redis_url=redis_server.url,
        )
        for _ in range(2)
    )
    for server in pair:
        server.start()
    yield pair[0], pair[1]
    for server in pair:
        server.stop()


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """The real server with the miniature script, which has a hint here and costs one more."""
    folder = tmp_path_factory.mktemp("door")
    script = folder / "scenarios" / "mini"
    script.mkdir(parents=True)
    asked = "ask: 一名陌生男子闯入后匆匆离开。"
    assert asked in MINI_TEXT
    hint = f"{asked}\n        hint: {{text: 他找的人并不存在。, cost: {{mistakes: +1}}}}"
    (script / "scenario.yaml").write_text(MINI_TEXT.replace(asked, hint), encoding="utf-8")
    running = ServerProcess(folder, scenarios=folder / "scenarios", password=PASSWORD)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def desk(door: ServerProcess) -> Iterator[httpx.Client]:
    """A logged-in facilitator's client at the door."""
    with httpx.Client(base_url=door.url, timeout=20) as opened:
        answer = opened.post("/api/token", json={"name": "admin", "password": PASSWORD})
        opened.headers["authorization"] = f"Bearer {answer.raise_for_status().json()['token']}"
        yield opened
