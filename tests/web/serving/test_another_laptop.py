"""A laptop dies in the middle of an evening: it goes on from another, as the guide says."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.support.patience import PATIENCE_S
from tests.support.server import ROOT, ServerProcess
from tests.web.door.test_api import seat

GUIDE = (ROOT / "docs" / "facilitator-guide.zh.md").read_text(encoding="utf-8")
PART = GUIDE.partition("## 换一台电脑接着演")[2].partition("\n## ")[0]
PASSWORD = "七月二十三日"


def told(name: str, laptop: ServerProcess, stick: Path) -> None:
    """Do what the guide says, on this laptop; the memory stick is a folder."""
    (line,) = re.findall(rf"^ *\.venv/bin/hongchuan ({name} .*)$", PART, re.MULTILINE)
    words = line.replace("/media/usb", str(stick)).split()
    subprocess.run(
        [sys.executable, "-m", "engine.cli", *words],
        cwd=ROOT,
        env=laptop.environment,
        check=True,
        capture_output=True,
    )


@contextmanager
def desk(laptop: ServerProcess) -> Iterator[httpx.Client]:
    """The facilitator's browser, logged in."""
    with httpx.Client(base_url=laptop.url, timeout=PATIENCE_S) as client:
        got = client.post("/api/token", json={"name": "admin", "password": PASSWORD})
        client.headers["authorization"] = f"Bearer {got.raise_for_status().json()['token']}"
        yield client


def test_an_evening_goes_on_from_another_laptop(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two", "stick")]
    for folder in folders:
        folder.mkdir()
    laptops = [
        ServerProcess(folder, scenarios=ROOT / "scenarios", password=PASSWORD)
        for folder in folders[:2]
    ]
    one, two = laptops
    try:
        one.start()
        with desk(one) as client:
            made = client.post("/api/sessions", json={"scenario": "fuwu", "teams": 1})
            session = made.raise_for_status().json()
            taken = seat(client, session["code"])
            path = f"/api/sessions/{session['id']}"
            client.post(f"{path}/commands", json={"do": "start"}).raise_for_status()
            told("backup", one, folders[2])
            before = client.get(path).json()["runs"][0]
        one.kill()
        told("restore", two, folders[2])
        two.start()
        with desk(two) as client:
            after = client.get(path).raise_for_status().json()["runs"][0]
            assert after["phase"] == before["phase"] == "playing"
            assert after["scene"] == before["scene"]
            assert [one["seat"] for one in after["seats"]] == [taken["seat"]]
            link = client.get(f"/seat/{taken['token']}")
            assert link.status_code == 303, "the phone's own link opens its seat"
            assert client.get("/seat/made-up").status_code != 303
    finally:
        for laptop in laptops:
            laptop.kill()
