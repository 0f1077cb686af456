"""What the evenings share: a server process of their own, a browser, a script in a hurry."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.e2e.answers import AnswerKey, load
from tests.support.patience import PATIENCE_MS
from tests.support.server import ServerProcess

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPT = "yida-1921"
ADMIN_PASSWORD = "七月二十三日"
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts of this repository, in which nobody has to discuss for longer than a second."""
    return hurried(tmp_path_factory.mktemp("scripts") / "scenarios")


def hurried(folder: Path) -> Path:
    """They are copied there, and in a hurry."""
    shutil.copytree(ROOT / "scenarios", folder)
    for file in folder.glob("*/scenario.yaml"):
        text = file.read_text(encoding="utf-8")
        quick = re.sub(r"\b(at_least|talk): *\d+[smh]", r"\1: 1s", text)
        file.write_text(quick, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def key(scripts: Path) -> AnswerKey:
    """The answers of the script that is played."""
    return AnswerKey(load(scripts / SCRIPT))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all evenings; each phone is a context of its own."""
    path = shutil.which("chromium")
    assert path is not None, "chromium is not installed; scripts/setup-tests installs it"
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_MS)
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def server(tmp_path: Path, scripts: Path) -> Iterator[ServerProcess]:
    """A server with a database of its own."""
    running = ServerProcess(tmp_path, scenarios=scripts, password=ADMIN_PASSWORD)
    running.start()
    yield running
    running.stop()
