"""What the promises' tests share: their sizes, their figures, two workers over one PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.faults.evening import PASSWORD, SCRIPT
from tests.faults.figures import Figures
from tests.support.patience import PATIENCE_S
from tests.support.postgres import postgres, postgres_url
from tests.support.redis import RedisServer, redis_server
from tests.support.scripts import MINI_TEXT
from tests.support.server import ServerProcess

__all__ = ["postgres", "postgres_url", "redis_server", "scripts", "server_of_two", "workers"]

Pair = tuple[ServerProcess, ServerProcess]


@pytest.fixture
def long(request: pytest.FixtureRequest) -> bool:
    """The long form: `make faults`."""
    return bool(request.config.getoption("--long"))


@pytest.fixture
def size(long: bool) -> Callable[[int, int], int]:
    """`size(short, long)`: the one of the two that this run takes."""
    return lambda short_form, long_form: long_form if long else short_form


@pytest.fixture
def figures(
    record_property: Callable[[str, object], None], request: pytest.FixtureRequest, long: bool
) -> Iterator[Figures]:
    """Keeps what was measured against what was promised, and asserts it when all is measured."""
    made = Figures(record_property, request.node.nodeid, long=long)
    yield made
    assert not made.broken, made.broken


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    """A folder with a script whose talks are cut short."""
    folder = tmp_path / "scenarios" / SCRIPT
    folder.mkdir(parents=True)
    text = (Path("scenarios") / SCRIPT / "scenario.yaml").read_text(encoding="utf-8")
    assert "talk: 30s" in text
    (folder / "scenario.yaml").write_text(text.replace("talk: 30s", "talk: 2s"))
    return folder.parent


@pytest.fixture
def workers(
    tmp_path: Path, scripts: Path, postgres_url: str, redis_server: RedisServer
) -> Iterator[Pair]:
    """Two, each with a port of its own."""
    pair = tuple(
        ServerProcess(
            tmp_path,
            scenarios=scripts,
            password=PASSWORD,
            database_url=postgres_url,
            redis_url=redis_server.url,
            environment={"HONGCHUAN_PROXIES": "127.0.0.1"},
        )
        for _ in range(2)
    )
    for server in pair:
        server.start()
    yield pair[0], pair[1]
    for server in pair:
        server.stop()


@pytest.fixture
def server_of_two(
    tmp_path: Path, scripts: Path, postgres_url: str, redis_server: RedisServer
) -> Iterator[ServerProcess]:
    """One server with two workers behind one port."""
    server = ServerProcess(
        tmp_path,
        scenarios=scripts,
        password=PASSWORD,
        database_url=postgres_url,
        redis_url=redis_server.url,
        workers=2,
    )
    server.start()
    yield server
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
    with httpx.Client(base_url=door.url, timeout=PATIENCE_S) as opened:
        answer = opened.post("/api/token", json={"name": "admin", "password": PASSWORD})
        opened.headers["authorization"] = f"Bearer {answer.raise_for_status().json()['token']}"
        yield opened
