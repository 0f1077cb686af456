"""The code of a session is a secret the whole room has: the desk can lock it, and renew it."""

from __future__ import annotations

import httpx
import pytest

from engine.store.tokens import new_token
from tests.support.cheat import as_struct
from tests.support.inside import Inside
from tests.web.pages.test_moves import Room, app
from web.pages.render import render_parts

__all__ = ["app"]


class Desk(Room):
    """A session with 张伟 in it, its desk, and whoever else has the code."""

    def say(self, do: str, name: str = "", **more: object) -> httpx.Response:
        token = self.desk["cookie"].removeprefix("login=")
        said = {"do": do, **({"id": name} if name else {}), **more}
        return self.app.ask(
            "POST", f"/api/sessions/{self.id}/commands", json=said,
            headers={"authorization": f"Bearer {token}"},
        )  # fmt: skip

    def join(self, code: str = "", key: str = "", **wish: object) -> httpx.Response:
        headers = {"idempotency-key": key} if key else {}
        path = f"/api/sessions/{code or self.code}/seats"
        return self.app.ask("POST", path, json={"name": "李娜", **wish}, headers=headers)

    def shown(self, kind: str = "console") -> dict[str, object]:
        token = self.desk["cookie"].removeprefix("login=")
        hello = {"type": "hello", "token": token, "as": kind, "session": self.id}
        heard = self.app.hear(hello)
        assert heard is not None
        part: dict[str, object] = heard["parts"]["session"]
        return part


@pytest.fixture
def room(app: Inside) -> Desk:
    return Desk(app)


def test_locked_joining_seats_nobody_new_and_keeps_who_is_seated(room: Desk) -> None:
    mine = room.join(key="phone-of-mine-1").json()
    assert room.say("lock").status_code == 200
    assert room.shown()["locked"] is True
    refused = room.join(key="another-phone-1")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "joining_locked")
    assert room.join(team=1).status_code == 409, "nor by naming a team"
    form = {"name": "赵敏", "mark": room.app.mark()}
    page = room.app.ask(
        "POST", f"/join/{room.code}", data=form, headers={"cookie": f"phone={new_token()}"}
    )
    assert page.status_code == 409, "nor by the page"
    assert "打开入座" in page.text, "which says whom to ask"
    assert room.opens(room.token), "who is seated plays on"
    assert room.join(key="phone-of-mine-1").json() == mine, "and finds the seat again"
    assert room.join(key="phone-of-mine-1", team=2).json() == mine, "giving none up for a team"
    assert room.shown("projector")["locked"] is True
    look = room.app.ask("GET", f"/join/{room.code}").text
    assert "组织者已经关上入座" in look, "said before anybody types a name"
    assert room.say("unlock").status_code == 200
    assert room.shown()["locked"] is False
    assert "关上入座" not in room.app.ask("GET", f"/join/{room.code}").text
    assert room.join(key="another-phone-1").status_code < 300


def test_the_wall_says_that_joining_is_locked(room: Desk) -> None:
    for do, told in (("lock", True), ("unlock", False)):
        room.say(do)
        part = room.shown("projector")
        shown = render_parts("projector", {"session": as_struct(part)})["session"]
        assert ("入座已关上" in shown) is told


def test_a_renewed_code_is_the_only_one(room: Desk) -> None:
    assert room.say("renew_code", "tap1").status_code == 200
    new = str(room.shown()["code"])
    assert new != room.code
    assert new in str(room.shown("projector")["join_url"])
    assert room.join().status_code == 404
    assert room.join(new).status_code < 300
    assert room.opens(room.token), "who is seated plays on"
    assert room.say("renew_code", "tap1").status_code == 200
    assert room.shown()["code"] == new, "the same tap, heard twice, renews it once"
    room.say("renew_code", "tap2")
    assert room.shown()["code"] != new


def test_phones_with_the_old_code_shut_nobody_out(room: Desk) -> None:
    """Fifty open pages with the old code are no guesses: the room, one address, may go on."""
    room.say("renew_code")
    assert {room.join().status_code for _ in range(100)} <= {404, 429}
    assert room.join(str(room.shown()["code"])).status_code < 300


def test_who_never_came_is_removed_and_who_came_stays(room: Desk) -> None:
    assert room.opens(room.token), "张伟 came, and has gone away since"
    absent, other = room.join(team=1).json(), room.join(team=1).json()
    told = room.shown()["awaited"]
    assert isinstance(told, list)
    assert [(one["seat"], one["name"]) for one in told] == [
        (absent["seat"], "李娜"), (other["seat"], "李娜"),
    ]  # fmt: skip
    assert room.opens(other["token"]), "who comes between the question and the answer"
    name = [f"{one['run']}/{one['seat']}" for one in told]
    assert room.say("remove_absent", "tap1", seats=name).status_code == 200
    assert room.shown()["awaited"] == []
    assert not room.opens(absent["token"]), "what opened the seat opens nothing"
    assert room.opens(other["token"])
    assert room.opens(room.token)


def test_only_those_are_removed_whom_the_desk_was_asked_about(room: Desk) -> None:
    first, later = room.join(team=1).json(), room.join(team=1).json()
    assert room.say("remove_absent", seats=[f"{first['run']}/{first['seat']}"]).status_code == 200
    told = room.shown()["awaited"]
    assert isinstance(told, list)
    assert later["seat"] in [one["seat"] for one in told]
    assert first["seat"] not in [one["seat"] for one in told]
