"""The wheel is the whole program: installed where nothing else is, started from an empty folder, it
has the scripts, and keeps what is its own in the user's place for data."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from email.parser import Parser
from pathlib import Path
from typing import Final

import httpx
import pytest
from packaging.requirements import Requirement

from tests.support.patience import PATIENCE_S
from tests.support.scripts import MINI_TEXT
from tests.support.server import ROOT, ServerProcess

PASSWORD = "七月二十三日"
OWN: Final = ("HONGCHUAN_DATABASE_URL", "HONGCHUAN_SECRET_FILE", "HONGCHUAN_SCENARIOS")
DATA: Final = {"tzdata", "setuptools"}
"""Time zones are wanted as new as there are; the other builds."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from what git tracks, so that nothing else gets into it."""
    folder = tmp_path_factory.mktemp("wheel")
    listed = subprocess.check_output(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT
    )
    for name in filter(None, listed.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / "tree" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / "tree" / name)
    build = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder)]
    subprocess.run([sys.executable, "-m", "pip", *build, str(folder / "tree")], check=True)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def commands(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the wheel's commands are, in an environment that has it, and what it needs, only."""
    place = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    python = place / "bin" / "python"
    found = subprocess.check_output(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], text=True
    )
    # What it needs is lent: a line of a .pth adds a folder, and reads no .pth there.
    needs = sysconfig.get_path("purelib")
    (Path(found.strip()) / "needs.pth").write_text(f"{needs}\n", encoding="utf-8")
    install = ["pip", "install", "--quiet", "--offline", "--no-deps", "--python", str(python)]
    subprocess.run([Path(sys.executable).with_name("uv"), *install, str(wheel)], check=True)
    return python.parent


def test_what_it_needs_has_upper_bounds(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        (name,) = [each for each in opened.namelist() if each.endswith("/METADATA")]
        told = Parser().parsestr(opened.read(name).decode())
    needs = [Requirement(line) for line in told.get_all("Requires-Dist", [])]
    assert len(needs) > 30
    open_ended = {each.name for each in needs if not any(s.operator == "<" for s in each.specifier)}
    assert open_ended == DATA


@pytest.fixture
def installed(commands: Path, tmp_path: Path) -> Iterator[ServerProcess]:
    """Its server, not started: nothing is set of where things lie, and it is nowhere in particular."""
    server = ServerProcess(tmp_path, scenarios=tmp_path, password=PASSWORD)
    for name in OWN:
        del server.environment[name]
    server.environment |= {"XDG_DATA_HOME": str(tmp_path / "data"), "HOME": str(tmp_path)}
    server.command = [str(commands / "hongchuan"), "serve"]
    server._root = tmp_path / "empty"
    server._root.mkdir()
    yield server
    server.kill()


def test_it_serves_from_an_empty_folder(installed: ServerProcess, tmp_path: Path) -> None:
    kept = tmp_path / "data" / "hongchuan"
    own = kept / "scenarios" / "first-congress-demo"
    own.mkdir(parents=True)
    (own / "scenario.yaml").write_text(MINI_TEXT, encoding="utf-8")
    installed.start()
    account = {"name": "admin", "password": PASSWORD}
    login = httpx.post(f"{installed.url}/api/token", json=account, timeout=PATIENCE_S)
    headers = {"Authorization": f"Bearer {login.raise_for_status().json()['token']}"}
    with httpx.Client(base_url=installed.url, headers=headers, timeout=PATIENCE_S) as desk:
        menu = {each["id"] for each in desk.get("/api/scenarios").raise_for_status().json()}
        shipped = {path.parent.name for path in (ROOT / "scenarios").glob("*/scenario.yaml")}
        assert menu == shipped | {"first-congress-demo"}
        opened = desk.post("/api/sessions", json={"scenario": "yida-1921", "teams": 1})
        assert opened.raise_for_status().json()["code"]
        cover = desk.get("/scenarios/yida-1921/pictures/cover.svg")
        assert cover.headers["content-type"] == "image/svg+xml"
    assert (kept / "var" / "hongchuan.db").is_file()
    assert (kept / "var" / "secret").is_file()
    assert str(kept / "var" / "hongchuan.db") in installed.log.read_text(encoding="utf-8")
    assert os.listdir(installed._root) == []


def test_its_commands_know_the_same_place(
    installed: ServerProcess, commands: Path, tmp_path: Path
) -> None:
    """What is backed up is what was served."""
    installed.start()
    installed.stop()
    backup = [str(commands / "hongchuan"), "backup", "evening.backup"]
    subprocess.run(backup, env=installed.environment, cwd=installed._root, check=True)
    assert os.listdir(installed._root) == ["evening.backup"]


def test_a_place_of_ones_own_can_be_named(installed: ServerProcess, tmp_path: Path) -> None:
    installed.environment["HONGCHUAN_HOME"] = str(tmp_path / "elsewhere")
    installed.start()
    assert (tmp_path / "elsewhere" / "var" / "hongchuan.db").is_file()
    assert not (tmp_path / "data").exists()
