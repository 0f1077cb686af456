"""Days and hours are those of the place the evening is held, whatever the machine's zone is."""

from __future__ import annotations

import ast
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from engine import civil
from engine.errors import Refused, StartError
from engine.evening.seeking import day_ms
from tests.test_house import named, nodes
from web.pages.account import clock_time
from web.pages.render import hour

EARLY_MS = int(datetime(2026, 6, 30, 23, 20, tzinfo=UTC).timestamp() * 1000)
"""07:20 of July 1 in Beijing."""


@pytest.fixture(params=["UTC", "America/Los_Angeles", "Asia/Shanghai"])
def machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv(civil.VARIABLE, raising=False)
    with monkeypatch.context() as patched:
        patched.setenv("TZ", request.param)
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("machine")
def test_an_early_evening_has_its_own_day() -> None:
    assert f"{civil.local(EARLY_MS):%Y-%m-%d %H:%M}" == "2026-07-01 07:20"
    assert clock_time(EARLY_MS) == "07月01日 07:20"
    assert hour(EARLY_MS) == "07:20"
    first, after = day_ms("2026-07-01"), day_ms("2026-07-01", after=True)
    assert first is not None
    assert after is not None
    assert first <= EARLY_MS < after
    assert after - first == 24 * 3600 * 1000


def test_the_zone_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(civil.VARIABLE, "Asia/Urumqi")
    assert f"{civil.local(EARLY_MS):%H:%M}" == "05:20"
    monkeypatch.setenv(civil.VARIABLE, "")
    assert f"{civil.local(EARLY_MS):%H:%M}" == "07:20"


@pytest.mark.parametrize("name", ["Peking", "/etc/passwd", "../x", "\x00", "Asia"])
def test_a_zone_that_is_none_is_told(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not civil.is_zone(name)
    monkeypatch.setattr("os.environ", {civil.VARIABLE: name})
    with pytest.raises(StartError, match="no time zone"):
        civil.zone()


def test_a_day_that_cant_be_is_refused() -> None:
    for day in ("2026-02-30", "9999-12-31", "x"):
        with pytest.raises(Refused):
            day_ms(day, after=True)
    assert civil.day_ms(date(2026, 7, 1)) == EARLY_MS - 7 * 3600_000 - 20 * 60_000


BY_THE_MACHINE = ("astimezone", "localtime", "today", "now", "ctime", "mktime")


def _by_the_machine(call: Any) -> bool:
    """It makes a date by the machine's zone: `fromtimestamp` without one, or any of those."""
    if not isinstance(call.func, ast.Attribute):
        return False
    if call.func.attr == "fromtimestamp":
        return len(call.args) + len(call.keywords) < 2
    return call.func.attr in BY_THE_MACHINE


def test_nobody_else_makes_dates() -> None:
    files = [name for name in named(".py") if name.startswith(("engine/", "web/"))]
    found = [where for where, call in nodes(files, ast.Call) if _by_the_machine(call)]
    assert not found, "by engine/civil.py"
    assert _by_the_machine(ast.parse("datetime.fromtimestamp(1)").body[0].value)  # type: ignore[attr-defined]


def test_no_page_shows_the_browsers_hour() -> None:
    for script in Path("web/static").glob("*.js"):
        for asked in (".getHours(", ".getDate(", "toLocale"):
            assert asked not in script.read_text(encoding="utf-8"), script
