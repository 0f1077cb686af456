"""P17: the data are there, the same, and one server's, or nothing is acknowledged. Moved while a server
has them, or asked for by a second server. Each file by itself: `tests/store/place/test_custody.py`."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.faults.figures import Figures
from tests.support.patience import PATIENCE_S, until
from tests.support.scripts import MINI
from tests.support.server import ROOT, ServerProcess, free_port

PASSWORD = "一个测试用的密码"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    """One on a database in a folder of its own."""
    script = tmp_path / "scenarios" / "mini"
    script.mkdir(parents=True)
    (script / "scenario.yaml").write_bytes(MINI)
    url = f"sqlite:///{tmp_path}/data/evening.db"
    running = ServerProcess(
        tmp_path, scenarios=tmp_path / "scenarios", password=PASSWORD, database_url=url
    )
    running.start()
    yield running
    running.stop()


def test_what_is_moved_takes_nothing_and_put_back_goes_on(
    server: ServerProcess, tmp_path: Path, size: Callable[[int, int], int], figures: Figures
) -> None:
    data, aside = tmp_path / "data", tmp_path / "aside"
    with httpx.Client(base_url=server.url, timeout=PATIENCE_S) as desk:
        account = {"name": "admin", "password": PASSWORD}
        token = desk.post("/api/token", json=account).raise_for_status().json()["token"]
        desk.headers["authorization"] = f"Bearer {token}"
        session = desk.post("/api/sessions", json={"scenario": "first-congress-demo"}).json()
        seats = f"/api/sessions/{session['code']}/seats"
        commands = f"/api/sessions/{session['id']}/commands"
        assert desk.post(seats, json={"name": "甲"}).status_code == 201
        taken = 0
        for _ in range(size(2, 20)):
            data.rename(aside)
            for number in range(size(5, 50)):
                taken += desk.post(seats, json={"name": f"乙{number}"}).status_code < 400
                taken += desk.post(commands, json={"do": "start"}).status_code < 400
            until(lambda: desk.get("/readyz").status_code == 503)
            assert not data.exists()
            aside.rename(data)
            until(lambda: desk.get("/readyz").status_code == 200)
        figures.exactly("P17", "acknowledged while the folder was elsewhere", taken, 0)
        assert desk.post(commands, json={"do": "start"}).status_code == 200


def test_a_second_server_is_told_where_the_first_is(
    server: ServerProcess, figures: Figures
) -> None:
    second = subprocess.run(
        server.command,
        cwd=ROOT,
        env={**server.environment, "HONGCHUAN_PORT": str(free_port())},
        capture_output=True,
        text=True,
    )
    figures.exactly("P17", "exit status of a second server", second.returncode, 1)
    assert f"红船已经开着：{server.url}" in second.stderr
    assert len(second.stderr.splitlines()) == 2
    assert httpx.get(f"{server.url}/readyz", timeout=PATIENCE_S).status_code == 200
