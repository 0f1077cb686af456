"""The wall is heard once somebody has tapped, and what is heard is written."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.answers import load
from tests.e2e.conftest import ADMIN_PASSWORD, SCRIPT
from tests.e2e.driver import Facilitator
from tests.support.patience import PATIENCE_S, until
from tests.support.server import ROOT, ServerProcess

LISTEN = """() => {
  window.heard = [];
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    window.heard.push(this.src.replace(/^.*\\//, ""));
    return play.call(this);
  };
}"""


@pytest.fixture
def staged(tmp_path: Path, scripts: Path) -> Iterator[ServerProcess]:
    """A server whose script calls for steps, a knock and a gong of its own in its second scene."""
    folder = tmp_path / "scenarios"
    shutil.copytree(scripts / SCRIPT, folder / SCRIPT)
    file = folder / SCRIPT / "scenario.yaml"
    before, head, scenes = file.read_text(encoding="utf-8").partition("\nscenes:\n")
    first, second = list(re.finditer(r"(?m)^  [\w-]+:\n", scenes))[:2]
    rest = re.sub(r"(?m)^    cue: .*\n", "", scenes[second.end() :])
    staged = f"{scenes[: second.end()]}    cue: [steps, knock, 锣声.mp3]\n{rest}"
    file.write_text(before + head + staged, encoding="utf-8")
    shutil.copy(ROOT / "web/static/sounds/blow.mp3", folder / SCRIPT / "锣声.mp3")
    running = ServerProcess(tmp_path, scenarios=folder, password=ADMIN_PASSWORD)
    running.start()
    yield running
    running.stop()


def test_a_scene_is_heard_and_written(staged: ServerProcess, chromium: Browser) -> None:
    somebody = Facilitator(chromium, staged.url)
    somebody.log_in(ADMIN_PASSWORD)
    code = somebody.open(SCRIPT, 1).rsplit("/", 1)[1]
    wall = somebody.wall.page
    wall.evaluate(LISTEN)
    button, caption = wall.locator("[data-sound]"), wall.locator("[data-caption]")
    expect(button).to_have_text("打开声音")
    with httpx.Client(base_url=staged.url, timeout=PATIENCE_S) as http:
        token = http.post("/api/token", json={"name": "admin", "password": ADMIN_PASSWORD}).json()
        http.post(f"/api/sessions/{code}/seats", json={"name": "甲"}).raise_for_status()
        http.headers["authorization"] = f"Bearer {token['token']}"
        session = wall.url.split("/sessions/")[1].split("/")[0]

        def desk(do: str, **more: str) -> None:
            said = {"id": do + more.get("scene", ""), "do": do, **more}
            http.post(f"/api/sessions/{session}/commands", json=said).raise_for_status()

        desk("start")
        expect(caption).to_have_text("（幕布拉开）")
        assert wall.evaluate("window.heard") == [], "nobody has tapped yet"
        button.click()
        expect(button).to_have_text("静音")
        expect(caption).to_have_text("（翻开一张牌）")
        until(lambda: "card.mp3" in wall.evaluate("window.heard"))
        folder = Path(staged.environment["HONGCHUAN_SCENARIOS"])
        desk("jump", scene=list(load(folder / SCRIPT).scenes)[1])
        until(lambda: "knock.mp3" in wall.evaluate("window.heard"))
        assert wall.evaluate("window.heard")[:3] == ["card.mp3", "steps.mp3", "knock.mp3"]
        expect(caption).to_have_text("（锣声）")
        own = unquote(wall.evaluate("window.heard.slice(-1)[0]"))
        assert re.fullmatch(r"锣声\.mp3\?of=[0-9a-f]{64}", own)
        button.click()
        expect(button).to_have_text("打开声音")
    assert not somebody.wall.problems
