"""Joining: what is typed is taken for what it can mean, and a right code gets in."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pyotp
import pytest

from engine.evening.paces import GUESSES_MAX
from engine.store.people import totp
from tests.engine.test_typed import FINE, NONE, WRITTEN
from tests.support.inside import Inside, inside, small

PASSWORD = "七月二十三日"
SCRIPT = "first-congress-demo"
ROOM = "192.0.2.80"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    settings = small(tmp_path_factory.mktemp("joining"), script=SCRIPT, admin_password=PASSWORD)
    with inside(settings) as opened:
        yield opened


@pytest.fixture(scope="module")
def token(app: Inside) -> str:
    asked = {"name": "admin", "password": PASSWORD}
    return str(app.ask("POST", "/api/token", json=asked).json()["token"])


@pytest.fixture
def code(app: Inside, token: str) -> str:
    headers = {"authorization": f"Bearer {token}"}
    made = app.ask("POST", "/api/sessions", json={"scenario": SCRIPT}, headers=headers)
    return str(made.json()["code"])


@pytest.mark.parametrize("write", WRITTEN)
def test_a_code_gets_in_however_it_is_typed(
    app: Inside, code: str, write: Callable[[str], str]
) -> None:
    typed = write(code)
    box = app.ask("GET", "/join", params={"code": typed}, address="192.0.2.70")
    assert box.headers["location"] == f"/join/{code}"
    page = app.ask("GET", f"/join/{quote(typed)}", address="192.0.2.71")
    assert page.status_code == 200
    path = f"/api/sessions/{quote(typed)}/seats"
    seat = app.ask("POST", path, json={"name": "张三"}, address="192.0.2.72")
    assert seat.status_code == 201


def test_neighbours_typos_shut_no_right_code_out(app: Inside, token: str, code: str) -> None:
    other = app.ask(
        "POST", "/api/sessions", json={"scenario": SCRIPT},
        headers={"authorization": f"Bearer {token}"},
    ).json()["code"]  # fmt: skip
    assert app.ask("GET", f"/join/{code}", address=ROOM).status_code == 200
    typos = [app.ask("GET", f"/join/AAAAAA{n:02}", address=ROOM) for n in range(GUESSES_MAX + 2)]
    assert typos[-1].status_code == 429
    assert app.ask("GET", f"/join/{code}", address=ROOM).status_code == 200, "known there before"
    assert app.ask("GET", f"/join/{other}", address=ROOM).status_code == 429, "a guess as any"


def test_whoever_leads_from_the_room_lets_its_code_in(app: Inside, token: str, code: str) -> None:
    room, headers = "192.0.2.81", {"authorization": f"Bearer {token}"}
    sessions = app.ask("GET", "/sessions", headers=headers).text
    name = next(
        each.split("/")[0] for each in sessions.split('href="/sessions/')[1:] if "/console" in each
    )
    assert app.ask("GET", f"/sessions/{name}/projector", headers=headers, address=room).is_success
    for number in range(GUESSES_MAX + 2):
        app.ask("GET", f"/join/AAAAAA{number:02}", address=room)
    assert app.ask("GET", f"/join/{code}", address=room).status_code == 200


@pytest.mark.parametrize("name", NONE)
def test_a_name_that_shows_nothing_is_refused_with_the_reason(
    app: Inside, code: str, name: str
) -> None:
    answer = app.ask("POST", f"/api/sessions/{code}/seats", json={"name": name})
    assert answer.status_code == 422
    said = answer.json()["error"]["message"]
    assert "空" in said or "看不见" in said


@pytest.mark.parametrize("name", FINE)
def test_a_name_is_shown_by_what_can_be_seen(app: Inside, code: str, name: str) -> None:
    answer = app.ask("POST", f"/api/sessions/{code}/seats", json={"name": name})
    assert answer.status_code == 201
    run, seat = answer.json()["run"], answer.json()["seat"]
    kept = app.run(app.services.sessions.names(run))
    assert kept[seat] == unicodedata.normalize("NFC", FINE[name])


@pytest.mark.parametrize("name", ["组织者", "系 统", "аdmіn", "主持人王芳"])
def test_nobody_sits_down_as_whoever_leads(app: Inside, code: str, name: str) -> None:
    answer = app.ask("POST", f"/api/sessions/{code}/seats", json={"name": name})
    assert answer.status_code == 422
    told = answer.json()["error"]
    assert "自己的姓名" in told["message"], "and is told what to write instead"


class Desk:
    """An administrator's forms."""

    def __init__(self, app: Inside, token: str) -> None:
        self.app, self.headers = app, {"cookie": f"login={token}"}

    def send(self, path: str, **fields: str) -> int:
        data = {"mark": self.app.mark(self.headers["cookie"].partition("=")[2]), **fields}
        return self.app.ask("POST", path, data=data, headers=self.headers).status_code


@pytest.mark.parametrize("name", NONE)
def test_no_account_and_no_branch_is_named_by_nothing(app: Inside, token: str, name: str) -> None:
    desk = Desk(app, token)
    assert desk.send("/people", name=name, roles="author") == 422
    assert desk.send("/people/branches", name=name) == 422


def test_a_number_may_be_full_width(app: Inside, token: str) -> None:
    desk = Desk(app, token)
    assert desk.send("/people/branches", name="全角支部", retention_days="３０") == 303
    kept = app.run(app.services.people.list_branches())
    assert next(each.retention_days for each in kept if each.name == "全角支部") == 30


def test_a_code_of_the_second_device_may_be_full_width() -> None:
    secret = totp.new_secret()
    now_ms = 1_800_000_000_000
    right = pyotp.TOTP(secret).at(now_ms // 1000)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in right)
    for typed in (right, wide, f"{right[:3]} {right[3:]}", f"{right[:3]}-{right[3:]}"):
        assert totp.step_of(secret, typed, now_ms) is not None
