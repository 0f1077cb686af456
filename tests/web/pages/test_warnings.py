"""What the desk is warned of stands on the console, with what to do, for as long as it is so, and
nowhere else. One family over all its warnings. The kind: a sign that comes when it is too late."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from engine.evening.filling import RoomWatch
from engine.evening.roaming import AddressWatch
from engine.evening.watching import Watch
from engine.store.place.custody import Note
from engine.store.place.found import Before, look
from engine.store.place.room import FULL_BYTES, LOW_BYTES, left_mb
from tests.support.cheat import as_struct
from tests.web.serving.test_addresses import Machine, machine
from web.pages.render import render_parts

__all__ = ["machine"]
TEMPLATE = Path(__file__).parents[3] / "web" / "templates" / "parts" / "console" / "session.html"
CLAIM = {"id": "c", "name": "赵春兰", "number": "1234", "team": 1, "role_name": "代表", "run": "r"}

WARNINGS: dict[str, tuple[Any, Any, str]] = {
    "lost": ("http://192.168.1.9:8000", "", "地址变了"),
    "claims": ([CLAIM], [], "有人要回到原来的座位"),
    "unreachable": (True, False, "没有连上网络"),
    "asked": (True, False, "连着几个网络"),
    "room_mb": (60, None, "只剩 60 MB"),
}
"""Of the desk's `session`: when it is so, when it isn't, and what is said."""


def test_every_warning_is_among_them() -> None:
    found = re.findall(
        r"{% if part\.(\w+)[^%]*%}\s*<div class=\"problem\"", TEMPLATE.read_text(encoding="utf-8")
    )
    assert set(found) == set(WARNINGS)


@pytest.mark.parametrize("flag", WARNINGS)
def test_a_warning_stands_there_while_it_is_so(flag: str, machine: Machine) -> None:
    quiet = machine.part() | {name: no for name, (_, no, _) in WARNINGS.items()}
    so, _, words = WARNINGS[flag]

    def shown(**changed: Any) -> str:
        return render_parts("console", {"session": as_struct(quiet | changed)})["session"]

    assert 'class="problem"' not in shown()
    told = " ".join(shown(**{flag: so}).split())
    assert told.count('class="problem"') == 1
    assert words in told
    assert "请" in told.split('class="problem"')[1].split("</div>")[0] or "？" in told
    assert re.search(r'class="problem" role="(alert|status)"', told)
    assert words not in shown(**{flag: so}, phase="closed")


ROOMS = {
    LOW_BYTES: None,
    LOW_BYTES - 1: 90,
    61 * 10**6: 60,
    5 * 10**6: 1,
    FULL_BYTES: 1,
    FULL_BYTES - 1: 0,
    0: 0,
}


@pytest.mark.parametrize(("free", "told"), ROOMS.items())
def test_the_desk_is_told_in_time_that_the_disk_fills_up(
    free: int, told: int | None, machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = machine.app
    watch = RoomWatch(app.services, tmp_path / "x.db")
    monkeypatch.setattr("engine.evening.filling.room", lambda _: free)
    monkeypatch.setattr("engine.store.place.found.room", lambda _: free)
    assert watch.look() is (told is not None)
    assert not watch.look(), "nothing has changed"
    assert machine.part()["room_mb"] == told == left_mb(free)
    assert "room_mb" not in machine.part("projector")
    ready = app.ask("GET", "/readyz").text
    assert ready == ("ok\n" if told is None else f"ok, disk {told} MB\n")
    found = app.run(look(app.services.database, Before(new=False), Note()))
    assert any("磁盘快满了" in doubt.zh for doubt in found.doubts) is (told is not None)


def test_a_database_elsewhere_is_looked_after_there(machine: Machine) -> None:
    assert not RoomWatch(machine.app.services, None).look()


@pytest.mark.parametrize("kind", [AddressWatch, RoomWatch])
def test_what_cant_be_looked_at_is_said_once_in_a_line(
    kind: type[Watch], machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    services = machine.app.services
    watch = AddressWatch(services) if kind is AddressWatch else RoomWatch(services, Path("/x"))

    def gone() -> bool:
        raise OSError(24, "Too many open files")

    for looks in (gone, gone, lambda: False, gone):
        watch.look = looks  # type: ignore[method-assign]
        watch.look_or_say()
    lines = [line for line in capsys.readouterr().out.splitlines() if "unreadable" in line]
    assert len(lines) == 2
    assert all("Too many open files" in line for line in lines)
