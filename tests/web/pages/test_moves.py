"""A seat moves to another browser once, when that browser can hold it, and not before."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape

import httpx
import pytest

from engine.evening.relocating import DESK_S, link_for
from engine.store.tokens import new_token
from tests.support.inside import Inside, inside, small

PASSWORD = "七月二十三日"
SCRIPT = "first-congress-demo"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    settings = small(tmp_path_factory.mktemp("moves"), script=SCRIPT, admin_password=PASSWORD)
    with inside(settings) as opened:
        yield opened


class Room:
    """A session with 张伟 in it."""

    def __init__(self, app: Inside) -> None:
        self.app = app
        asked = {"name": "admin", "password": PASSWORD}
        token = app.ask("POST", "/api/token", json=asked).json()["token"]
        self.desk = {"cookie": f"login={token}"}
        headers = {"authorization": f"Bearer {token}"}
        made = app.ask("POST", "/api/sessions", json={"scenario": SCRIPT}, headers=headers).json()
        self.id, self.code = made["id"], made["code"]
        taken = app.ask("POST", f"/api/sessions/{self.code}/seats", json={"name": "张伟"}).json()
        self.run, self.seat, self.token = taken["run"], taken["seat"], taken["token"]

    def get(self, path: str, **cookies: str) -> httpx.Response:
        cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
        return self.app.ask("GET", path, headers={"cookie": cookie} if cookie else {})

    def press(self, path: str, phone: str = "") -> httpx.Response:
        headers = {"cookie": f"phone={phone}"} if phone else {}
        return self.app.ask("POST", path, data={"mark": self.app.mark()}, headers=headers)

    def opens(self, token: str) -> bool:
        heard = self.app.hear({"type": "hello", "token": token})
        assert heard is not None
        return bool(heard["type"] == "parts")

    def link(self) -> str:
        """As the holder gets it."""
        return self.get("/play/move", seat=self.token).headers["location"]


@pytest.fixture
def room(app: Inside) -> Room:
    return Room(app)


def token_of(answer: httpx.Response) -> str:
    assert answer.status_code == 303, answer.text
    return answer.headers["set-cookie"].partition("seat=")[2].partition(";")[0]


def test_the_holder_goes_to_another_browser_and_the_old_one_is_out(room: Room) -> None:
    link = room.link()
    assert "在浏览器打开" in room.get(link, seat=room.token).text, "told how, where it is"
    there = room.get(link)
    assert "张伟" in there.text
    assert "坐到这里" in there.text
    assert "phone=" in there.headers["set-cookie"], "cookies are tested before anything happens"
    assert room.opens(room.token), "a preview that opens the link moves nothing"
    moved = token_of(room.press(link, new_token()))
    assert room.opens(moved)
    assert not room.opens(room.token)
    assert room.get("/play", seat=moved).status_code == 200


def test_a_link_works_once_and_for_one_browser(room: Room) -> None:
    link, phone = room.link(), new_token()
    first = token_of(room.press(link, phone))
    assert token_of(room.press(link, phone)) == first, "the answer may have been lost"
    assert token_of(room.get(link, phone=phone)) == first
    assert room.press(link, new_token()).status_code == 410
    assert room.get(link).status_code == 410
    assert room.opens(first)


def test_who_keeps_no_cookies_is_told_and_takes_nothing(room: Room) -> None:
    refused = room.press(room.link())
    assert refused.status_code == 409
    assert "Cookie" in refused.text
    assert room.opens(room.token)


@pytest.mark.parametrize("spoil", ["late", "another's", "cut", "long", "nothing", "renewed"])
def test_a_link_that_isnt_right_opens_nothing(room: Room, spoil: str) -> None:
    services = room.app.services
    run, seat, until, mark = room.link().removeprefix("/move/").split(".")
    if spoil == "renewed":
        assert room.app.run(services.sessions.renew_token(room.run, room.seat))
    path = {
        "late": room.app.run(link_for(services, room.run, room.seat, -1)),
        "another's": f"{run}.s2.{until}.{mark}",
        "cut": f"{run}.{seat}.{until}.{mark[:-1]}",
        "long": f"{run}.{seat}.{until}9.{mark}",
        "nothing": "x",
        "renewed": f"{run}.{seat}.{until}.{mark}",
    }[spoil]
    assert room.get(f"/move/{path}").status_code == 410
    assert room.press(f"/move/{path}", new_token()).status_code == 410


def test_the_desk_has_a_page_with_everybodys_code(room: Room) -> None:
    path = f"/api/sessions/{room.code}/seats"
    other = room.app.ask("POST", path, json={"name": "王芳"}).json()
    page = room.app.ask("GET", f"/sessions/{room.id}/seats", headers=room.desk)
    assert page.text.count('class="qr"') == 2
    for name in ("张伟", "王芳", "不在线"):
        assert name in page.text
    assert room.opens(room.token), "nothing moves by looking at it"
    assert room.opens(other["token"])


def test_the_join_page_tells_whoever_has_a_seat_how_to_have_it_back(room: Room) -> None:
    assert "各个座位的码" in room.get(f"/join/{room.code}").text
    assert "codes of all seats" in room.get(f"/join/{room.code}", language="en").text


def test_the_desks_page_of_one_seat_moves_nothing_until_it_is_used(room: Room) -> None:
    path = f"/seats/{room.run}/{room.seat}"
    page = room.app.ask("GET", path, headers=room.desk).text
    assert "第 1 队" in page, "two people may have one name"
    link = unescape(page.split('class="link-text">')[1].split("<")[0])
    assert room.opens(room.token)
    moved = token_of(room.press(link[link.index("/move/") :], new_token()))
    assert room.opens(moved)


def test_nobody_is_moved_who_was_erased(room: Room) -> None:
    link = room.link()
    assert room.app.run(room.app.services.database.privacy.erase(room.run, room.seat)) is not None
    assert room.get(link).status_code == 410
    assert room.app.run(link_for(room.app.services, room.run, room.seat, DESK_S)) is None
