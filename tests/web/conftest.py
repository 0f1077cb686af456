"""A server on a port of its own, with the miniature script."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.support.patience import PATIENCE_S
from tests.support.scripts import MINI
from tests.support.server import ServerProcess


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    folder = tmp_path_factory.mktemp("server")
    script = folder / "scenarios" / "mini"
    script.mkdir(parents=True)
    (script / "scenario.yaml").write_bytes(MINI)
    broken = folder / "scenarios" / "broken"
    broken.mkdir()
    (broken / "scenario.yaml").write_text("format: 1\ntitle: 坏\n", encoding="utf-8")
    running = ServerProcess(folder, scenarios=folder / "scenarios", password="一个测试用的密码")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def client(server: ServerProcess) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=PATIENCE_S) as opened:
        yield opened


@pytest.fixture
def desk(server: ServerProcess) -> Iterator[httpx.Client]:
    """A logged-in facilitator's client."""
    with httpx.Client(base_url=server.url, timeout=PATIENCE_S) as opened:
        answer = opened.post("/api/token", json={"name": "admin", "password": server.password})
        opened.headers["authorization"] = f"Bearer {answer.json()['token']}"
        yield opened
