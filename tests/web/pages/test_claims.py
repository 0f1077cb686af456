"""A seat whose phone lost its way is given back by name, once the desk has agreed."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from engine.rules.commands import GoAway
from engine.store.sessions.claims import LASTS_MS, SEAT_MAX, WAITING_MAX
from engine.store.tokens import new_id, new_token
from tests.support.inside import Inside
from tests.web.pages.test_moves import Room, app, token_of

__all__ = ["app"]


class Lost(Room):
    """A session with 张伟 in it, whose phone doesn't reach it any more."""

    def __init__(self, app: Inside) -> None:
        super().__init__(app)
        self.phone = new_token()
        self.go_away(self.run, self.seat)

    def go_away(self, run: str, seat: str) -> None:
        host, presence = self.app.services.host, self.app.services.presence
        self.app.run(presence.disconnected(run, seat))
        gone = GoAway(id=new_id(), at_ms=host.clock.now_ms(), by=seat)
        self.app.run(host.execute(run, gone))

    def come(self, run: str, seat: str) -> None:
        async def back() -> None:
            await self.app.services.presence.connected(run, seat)

        self.app.run(back())

    def claim(self, name: str = "张伟", phone: str | None = None) -> httpx.Response:
        phone = self.phone if phone is None else phone
        headers = {"cookie": f"phone={phone}"} if phone else {}
        form = {"name": name, "mark": self.app.mark()}
        return self.app.ask("POST", f"/join/{self.code}/claim", data=form, headers=headers)

    def look(self, phone: str = "") -> httpx.Response:
        return self.get(f"/join/{self.code}/claim", phone=phone or self.phone)

    def desk_part(self) -> dict[str, Any]:
        token = self.desk["cookie"].removeprefix("login=")
        hello = {"type": "hello", "token": token, "as": "console", "session": self.id}
        heard = self.app.hear(hello)
        assert heard is not None
        part: dict[str, Any] = heard["parts"]["session"]
        return part

    def add_team(self) -> None:
        token = self.desk["cookie"].removeprefix("login=")
        self.app.ask(
            "POST", f"/api/sessions/{self.id}/commands", json={"do": "add_team"},
            headers={"authorization": f"Bearer {token}"},
        )  # fmt: skip

    def say(self, do: str, claim: str) -> httpx.Response:
        token = self.desk["cookie"].removeprefix("login=")
        return self.app.ask(
            "POST", f"/api/sessions/{self.id}/commands", json={"do": do, "claim": claim},
            headers={"authorization": f"Bearer {token}"},
        )  # fmt: skip


@pytest.fixture
def room(app: Inside) -> Lost:
    return Lost(app)


def test_the_desk_agrees_and_the_seat_is_here(room: Lost) -> None:
    assert room.claim().status_code == 303
    assert "正在等组织者同意" in room.look().text
    assert 'http-equiv="refresh"' in room.look().text
    [waiting] = room.desk_part()["claims"]
    assert (waiting["name"], waiting["team"], waiting["run"]) == ("张伟", 1, room.run)
    assert room.opens(room.token), "until then the old phone has it"
    assert room.say("agree", waiting["id"]).status_code == 200
    assert room.desk_part()["claims"] == []
    there = room.look()
    assert there.status_code == 303
    token = token_of(room.press(there.headers["location"], phone=room.phone))
    assert room.opens(token)
    assert not room.opens(room.token)


def test_the_desk_declines(room: Lost) -> None:
    room.claim()
    [waiting] = room.desk_part()["claims"]
    assert room.say("decline", waiting["id"]).status_code == 200
    assert "组织者没有同意" in room.look().text
    assert room.say("agree", waiting["id"]).status_code == 404, "what is settled stays so"
    assert room.opens(room.token)


def test_nobody_claims_a_seat_that_is_online_or_another_name(room: Lost) -> None:
    for name in ("李四", ""):
        refused = room.claim(name)
        assert refused.status_code in (404, 422)
        assert 'role="alert"' in refused.text
    taken = room.app.ask("POST", f"/api/sessions/{room.code}/seats", json={"name": "王芳"}).json()
    room.come(taken["run"], taken["seat"])
    assert room.claim("王芳").status_code == 404, "she is there"
    room.go_away(taken["run"], taken["seat"])
    assert room.claim(" 王芳 ").status_code == 303, "blanks of a keyboard don't matter"
    assert [one["name"] for one in room.desk_part()["claims"]] == ["王芳"]


def test_it_helps_only_the_phone_that_asked(room: Lost) -> None:
    room.claim()
    [waiting] = room.desk_part()["claims"]
    room.say("agree", waiting["id"])
    other = room.look(new_token())
    assert other.status_code == 200
    assert "入座时的姓名" in other.text


def test_who_keeps_no_cookies_is_told(room: Lost) -> None:
    refused = room.claim(phone="")
    assert refused.status_code == 409
    assert "Cookie" in refused.text
    assert room.desk_part()["claims"] == []


def test_claims_are_few_and_lapse(room: Lost) -> None:
    claims = room.app.services.database.claims
    codes = [room.claim(phone=new_token()).status_code for _ in range(SEAT_MAX + 1)]
    assert codes == [303] * SEAT_MAX + [429]
    clock = claims._clock
    try:
        claims._clock = lambda: clock() + LASTS_MS + 1
        assert room.desk_part()["claims"] == []
        assert room.claim().status_code == 303
    finally:
        claims._clock = clock


def test_one_phone_that_asks_in_a_loop_keeps_nobody_from_their_seat(room: Lost) -> None:
    """It takes another cookie each time, and every name that it sees offline."""
    names = [f"王芳{number}" for number in range(WAITING_MAX // SEAT_MAX + 2)]
    for _ in range(len(names) // 3 + 1):
        room.add_team()
    for name in names:
        sat = {"name": name}
        taken = room.app.ask("POST", f"/api/sessions/{room.code}/seats", json=sat)
        assert taken.status_code == 201, taken.text
        for _ in range(SEAT_MAX + 2):
            room.claim(name, phone=new_token())
    assert len(room.desk_part()["claims"]) == WAITING_MAX
    assert room.claim().status_code == 303, "whose seat nobody else claims"
    assert "张伟" in [one["name"] for one in room.desk_part()["claims"]]


def test_the_desk_sees_which_phone_stands_there(room: Lost) -> None:
    stranger = new_token()
    room.claim(phone=stranger)
    room.claim()
    numbers = {one["number"]: one["id"] for one in room.desk_part()["claims"]}
    assert len(numbers) == 2
    [mine] = [number for number in numbers if f"<b>{number}</b>" in room.look().text]
    assert room.say("agree", numbers[mine]).status_code == 200
    assert room.look().status_code == 303
    assert room.look(stranger).status_code == 200, "the other waits, and is told its own"


def test_a_claim_of_another_session_is_none(room: Lost, app: Inside) -> None:
    room.claim()
    [waiting] = room.desk_part()["claims"]
    assert Lost(app).say("agree", waiting["id"]).status_code == 404


def test_who_is_back_waits_for_nobody(room: Lost) -> None:
    room.claim()
    room.come(room.run, room.seat)
    assert room.desk_part()["claims"] == []


def test_the_join_page_says_so(room: Lost) -> None:
    assert f'href="/join/{room.code}/claim"' in room.get(f"/join/{room.code}").text
