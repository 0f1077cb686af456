"""A late copy of what the desk asked for beside the logs does nothing: what was so since then stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.errors import StoreUnavailable
from engine.evening.addresses import Address
from tests.web.pages.test_locked import Desk
from tests.web.pages.test_meanwhile import room
from tests.web.pages.test_moves import app

__all__ = ["app", "room"]

HOME, ROOM = "http://192.0.2.1:8000", "http://198.51.100.1:8000"


def absent(room: Desk) -> list[str]:
    awaited = room.shown()["awaited"]
    assert isinstance(awaited, list)
    return [one["seat"] for one in awaited]


def locked(room: Desk) -> object:
    return room.shown()["locked"]


def address(room: Desk) -> str:
    return str(room.shown()["join_url"]).rpartition("/join/")[0]


def let_one_in(room: Desk) -> None:
    assert room.join().status_code < 300


Look = Callable[[Desk], object]
COPIES: dict[str, tuple[dict[str, str], Callable[[Desk], object], Look]] = {
    "lock": ({}, lambda desk: desk.say("unlock", "other"), locked),
    "unlock": ({}, lambda desk: desk.say("lock", "other"), locked),
    "address": (
        {"address": HOME},
        lambda desk: desk.say("address", "other", address=ROOM),
        address,
    ),
    "remove_absent": ({}, let_one_in, absent),
}
"""What is asked for; what happens since; what shows it."""


@pytest.mark.parametrize("do", COPIES)
def test_a_late_copy_does_nothing_and_hears_the_same(
    room: Desk, monkeypatch: pytest.MonkeyPatch, do: str
) -> None:
    there = [Address(HOME, "家", likely=True), Address(ROOM, "会议室", likely=True)]
    monkeypatch.setattr(room.app.services, "reachable", lambda: there)
    more, since, look = COPIES[do]
    first = room.say(do, "tap", **more)
    assert first.status_code == 200, first.text
    before = look(room)
    since(room)
    after = look(room)
    assert after != before, "something has happened"
    copy = room.say(do, "tap", **more)
    assert (copy.status_code, copy.json()) == (200, first.json())
    assert look(room) == after
    assert room.say(do, "another tap", **more).status_code == 200
    assert look(room) == before, "whoever asks anew is heard"


def test_what_failed_may_be_asked_for_again(room: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def gone(*_: object, **__: object) -> None:
        raise StoreUnavailable("gone")

    with monkeypatch.context() as away:
        away.setattr(room.app.services.sessions, "lock_joining", gone)
        assert room.say("lock", "tap").status_code == 503
    assert locked(room) is False
    assert room.say("lock", "tap").status_code == 200
    assert locked(room) is True
