"""However it is told to stop, the server stops as it should: the phones are told to come back (1012),
and nobody has to read a traceback."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import httpx
import pytest
import websockets

from tests.support.patience import PATIENCE_S
from tests.support.server import ServerProcess
from web.live.connection import RESTARTING

SCENARIOS = Path(__file__).parents[3] / "scenarios"
PASSWORD = "七月二十三日"


@pytest.mark.parametrize(
    "signals",
    [
        pytest.param([signal.SIGINT], id="Ctrl-C"),
        pytest.param([signal.SIGINT, signal.SIGINT], id="Ctrl-C twice"),
        pytest.param([signal.SIGHUP], id="its window is closed"),
        pytest.param([signal.SIGTERM], id="systemctl stop"),
    ],
)
async def test_it_stops_with_word_to_phones_and_no_traceback(
    tmp_path: Path, signals: list[signal.Signals]
) -> None:
    server = ServerProcess(tmp_path, scenarios=SCENARIOS, password=PASSWORD)
    ours = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # under `nohup` it is ignored, and rightly
    try:
        await asyncio.to_thread(server.start)
    finally:
        signal.signal(signal.SIGHUP, ours)
    try:
        token = await _seated(server.url)
        async with websockets.connect(f"ws{server.url.removeprefix('http')}/live") as phone:
            await phone.send(f'{{"type": "hello", "token": "{token}", "format": "json"}}')
            await phone.recv()
            for each in signals:
                server.send(each)
            await asyncio.wait_for(phone.wait_closed(), PATIENCE_S)
            assert len(signals) > 1 or phone.close_code == RESTARTING
        await asyncio.to_thread(server.ended)
    finally:
        server.kill()
    assert "Traceback" not in server.log.read_text(encoding="utf-8")


async def _seated(url: str) -> str:
    """The token of somebody's seat."""
    async with httpx.AsyncClient(base_url=url) as http:
        asked = {"name": "admin", "password": PASSWORD}
        bearer = (await http.post("/api/token", json=asked)).json()["token"]
        opened = await http.post(
            "/api/sessions",
            json={"scenario": "yida-1921", "teams": 1},
            headers={"Authorization": f"Bearer {bearer}"},
        )
        code = opened.json()["code"]
        seat = await http.post(f"/api/sessions/{code}/seats", json={"name": "小红"})
        token: str = seat.json()["token"]
        return token


@pytest.mark.parametrize("lost", [">/dev/full", ">&-", "2>&-", ">&- 2>&-"])
async def test_where_nobody_can_be_told_it_serves(tmp_path: Path, lost: str) -> None:
    """A log on a full disk, a terminal that is closed: the greeting couldn't be written, and that
    ended the server with a traceback."""
    through = ["sh", "-c", f'exec "$@" {lost}', "sh"]
    server = ServerProcess(tmp_path, scenarios=SCENARIOS, password=PASSWORD, through=through)
    try:
        await asyncio.to_thread(server.start)
        async with httpx.AsyncClient(base_url=server.url) as http:
            assert (await http.get("/readyz")).text.startswith("ok")
    finally:
        server.kill()
    assert "Traceback" not in server.log.read_text(encoding="utf-8")
