"""The client that partners begin from (`examples/client.py`) plays an evening to its end."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import httpx
import pytest

from tests.support.patience import PATIENCE_S
from tests.support.scripts import MINI_TEXT
from tests.support.server import ROOT, ServerProcess

PASSWORD = "七月二十三日"
SCRIPT = "first-congress-demo"


@pytest.fixture(scope="module")
def client() -> ModuleType:
    spec = spec_from_file_location("client", ROOT / "examples" / "client.py")
    assert spec is not None
    assert spec.loader is not None
    made = module_from_spec(spec)
    spec.loader.exec_module(made)
    made.TYPED["enter"] = "王会长"  # what is typed can't be guessed
    return made


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    """Whoever falls is held for a second only."""
    script = tmp_path / "scenarios" / SCRIPT / "scenario.yaml"
    script.parent.mkdir(parents=True)
    script.write_text(MINI_TEXT.replace("hold: 30s", "hold: 1s"), encoding="utf-8")
    made = ServerProcess(tmp_path, scenarios=tmp_path / "scenarios", password=PASSWORD)
    made.start()
    yield made
    made.kill()


def test_two_of_them_play_an_evening_while_the_server_is_killed(
    server: ServerProcess, client: ModuleType
) -> None:
    account = {"name": "admin", "password": PASSWORD}
    login = httpx.post(f"{server.url}/api/token", json=account, timeout=PATIENCE_S)
    headers = {"Authorization": f"Bearer {login.raise_for_status().json()['token']}"}
    with httpx.Client(base_url=server.url, timeout=PATIENCE_S, headers=headers) as desk:
        opened = desk.post("/api/sessions", json={"scenario": SCRIPT, "teams": 1}).json()
        seats = [
            client.sit(server.url, opened["code"], role, f"{role}同志")
            for role in ("recorder", "lookout")
        ]
        with ThreadPoolExecutor() as pool:
            played = [pool.submit(client.play, server.url, seat) for seat in seats]
            server.restart()
            desk.post(f"/api/sessions/{opened['id']}/commands", json={"do": "start"})
            ended = {one.result(timeout=PATIENCE_S) for one in played}
    assert len(ended) == 1
    assert ended <= {"lake", "broken"}


def test_what_it_needs_is_what_it_says() -> None:
    """A partner copies one file: Python's own modules, and websockets."""
    text = (ROOT / "examples" / "client.py").read_text(encoding="utf-8")
    named = {
        line.split()[1].partition(".")[0]
        for line in text.splitlines()
        if line.startswith(("import ", "from "))
    }
    assert named - sys.stdlib_module_names == {"websockets"}
