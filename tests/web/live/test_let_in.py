"""Who is let in by what was so a moment ago is looked at again before anything is shown or done."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest

from engine.errors import AppError, RunBroken, StoreUnavailable
from engine.evening.actors import Guest
from engine.evening.joining import session_of
from engine.evening.paces import GUESSES_MAX
from engine.rules.commands import Close
from tests.support.patience import PATIENCE_S
from tests.web.pages.test_claims import Lost
from tests.web.pages.test_locked import Desk
from tests.web.pages.test_meanwhile import before, lost, room
from tests.web.pages.test_moves import app

__all__ = ["app", "lost", "room"]


def test_a_seat_taken_away_between_hello_and_the_first_parts_shows_nothing(
    room: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = room.app.services

    async def renew() -> None:
        await services.sessions.renew_token(room.run, room.seat)
        services.ring_seats(room.run)

    before(monkeypatch, services.presence, "connected", renew)
    heard = room.app.hear({"type": "hello", "token": room.token})
    assert heard is not None
    assert (heard["type"], heard.get("code")) == ("bye", "seat_needed")


@pytest.mark.parametrize("failing", [StoreUnavailable, RuntimeError, asyncio.CancelledError])
def test_a_phone_that_is_not_let_in_after_all_is_not_counted(
    room: Desk, monkeypatch: pytest.MonkeyPatch, failing: type[BaseException]
) -> None:
    """It was counted as connected, and something else failed: nobody had the line to leave it."""
    presence = room.app.services.presence
    counted: list[bool] = []

    async def fail(*_: Any) -> None:
        counted.append(presence.online(room.run, room.seat))
        raise failing("")

    monkeypatch.setattr("web.live.socket.arrived", fail)
    hello = {"type": "hello", "token": room.token}
    try:
        room.app.ends(hello)
    except asyncio.CancelledError:
        assert failing is asyncio.CancelledError
    assert counted == [True]
    assert not presence.online(room.run, room.seat)


def test_a_login_that_ends_while_a_console_opens_ends_it_at_once(
    room: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = room.app.services.people
    token = room.desk["cookie"].removeprefix("login=")
    monkeypatch.setattr("web.live.connection.CHECK_S", PATIENCE_S)
    real, ended = people.find_login, list[bool]()

    async def found(given: str, *more: Any) -> Any:
        account = await real(given, *more)
        if not ended:
            ended.append(True)
            await people.end_login(given)
        return account

    monkeypatch.setattr(people, "find_login", found)
    hello = {"type": "hello", "token": token, "as": "console", "session": room.id}
    codes, _ = room.app.ends(hello)
    assert codes == ["login_needed"]


def test_guesses_that_are_under_way_count_each(room: Desk) -> None:
    """A thousand at once are no more than sixty one after the other."""

    async def guess(number: int) -> str:
        try:
            await session_of(room.app.services, Guest("198.51.100.77"), f"AAAA{number:04}")
        except AppError as error:
            return error.code
        return "found"

    async def all_at_once() -> Counter[str]:
        return Counter(await asyncio.gather(*(guess(number) for number in range(300))))

    assert room.app.run(all_at_once())["not_found"] <= GUESSES_MAX + 1


def test_a_run_that_could_not_be_closed_with_its_session_is_closed_when_it_can_be_opened(
    room: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = room.app.services

    async def broken() -> None:
        raise RunBroken(room.run, "its log can't be read")

    def closing(run: str, command: Any) -> bool:
        return isinstance(command, Close)

    with monkeypatch.context() as patch:
        before(patch, services.host, "execute", broken, closing)
        assert room.say("close").status_code == 200
    assert room.app.run(services.host.state(room.run))[1].phase == "lobby"
    heard = room.app.hear({"type": "hello", "token": room.token})
    assert heard is not None
    assert heard["parts"]["scene"]["phase"] == "closed"


def test_nobody_is_given_a_seat_whose_phone_has_come_back(lost: Lost) -> None:
    assert lost.claim().status_code == 303
    (waiting,) = lost.desk_part()["claims"]
    lost.come(lost.run, lost.seat)
    refused = lost.say("agree", waiting["id"])
    assert (refused.status_code, refused.json()["error"]["code"]) == (404, "no_such_seat")
    assert lost.look().status_code == 200, "no link"
