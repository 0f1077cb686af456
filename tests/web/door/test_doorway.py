"""What every request passes: how often, from where, how much; and codes nobody guesses."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from engine.errors import Refused
from engine.evening import paces
from engine.store.tokens import CODE_ALPHABET, CODE_LENGTH
from tests.support.inside import Inside, inside, small
from tests.web.pages.test_people import PASSWORD, Browser
from web.door import limits
from web.door.doorway import BODY_MAX
from web.door.limits import Limits

SCRIPT = "first-congress-demo"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    settings = small(
        tmp_path_factory.mktemp("doorway"),
        admin_password=PASSWORD,
        public_url="https://party.example.cn/",
        origins="https://other.example.cn, http://third.example.cn:8080",
    )
    with inside(settings) as opened:
        yield opened


@pytest.fixture(scope="module")
def token(app: Inside) -> str:
    answer = app.ask("POST", "/api/token", json={"name": "admin", "password": PASSWORD})
    made: str = answer.json()["token"]
    return made


def opened(app: Inside, token: str) -> dict[str, str]:
    headers = {"authorization": f"Bearer {token}"}
    answer = app.ask("POST", "/api/sessions", json={"scenario": SCRIPT}, headers=headers)
    assert answer.status_code == 201, answer.text
    made: dict[str, str] = answer.json()
    return made


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 201),
        ("http://inside", 201),
        ("https://party.example.cn", 201),
        ("https://OTHER.example.cn", 201),
        ("http://third.example.cn:8080", 201),
        ("http://third.example.cn", 403),
        ("http://other.example.cn", 403),
        ("http://inside.evil.example", 403),
        ("null", 403),
        ("", 403),
    ],
)
def test_origins_that_are_ours(app: Inside, token: str, origin: str | None, status: int) -> None:
    headers = {"authorization": f"Bearer {token}"}
    if origin is not None:
        headers["origin"] = origin
    answer = app.ask("POST", "/api/sessions", json={"scenario": SCRIPT}, headers=headers)
    assert answer.status_code == status


def test_json_with_a_cookie_says_where_it_comes_from(app: Inside, token: str) -> None:
    headers = {"cookie": f"login={token}"}
    body = {"scenario": SCRIPT}
    refused = app.ask("POST", "/api/sessions", json=body, headers=headers)
    assert refused.json()["error"]["code"] == "foreign_origin"
    headers["origin"] = "http://inside"
    assert app.ask("POST", "/api/sessions", json=body, headers=headers).status_code == 201


FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@pytest.mark.parametrize("told", [True, False], ids=["told", "untold"])
@pytest.mark.parametrize(
    ("path", "kind"), [("/api/sessions", JSON), ("/api/token", JSON), ("/login", FORM)]
)
def test_what_is_too_large_is_refused_however_it_comes(
    app: Inside, token: str, path: str, kind: str, told: bool
) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(BODY_MAX // 1024 + 1):
            yield b" " * 1024

    content = b" " * (BODY_MAX + 1) if told else pieces()
    headers = {"content-type": kind, "authorization": f"Bearer {token}"}
    answer = app.ask("POST", path, content=content, headers=headers)
    assert answer.status_code == 413
    assert "太大" in answer.text


def test_uploads_may_be_as_large_as_their_routes_say(app: Inside, token: str) -> None:
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    text = b'{"text": "' + b"x" * (3 * BODY_MAX) + b'"}'
    assert app.ask("POST", "/studio/x/check", content=text, headers=headers).status_code == 200
    most = b" " * (4 * 1024 * 1024)
    assert app.ask("POST", "/studio/x/check", content=most, headers=headers).status_code == 413


def test_an_address_that_never_stops_is_told_to(
    app: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "REQUESTS_MAX", 5)
    monkeypatch.setattr(limits, "REQUESTS_PER_S", 0)
    answers = [app.ask("GET", "/api/scenarios", address="192.0.2.70") for _ in range(7)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    assert answers[-1].json()["error"]["code"] == "too_fast"
    assert int(answers[-1].headers["retry-after"]) > 0
    assert app.ask("GET", "/api/scenarios", address="192.0.2.71").status_code == 200
    for path in ("/healthz", "/static/css/base.css"):
        assert app.ask("GET", path, address="192.0.2.70").status_code == 200
    machine = [app.ask("GET", "/healthz", address="127.0.0.1") for _ in range(7)]
    assert {answer.status_code for answer in machine} == {200}


def test_tries_to_log_in_run_out_whatever_the_name(
    app: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LOGINS_PER_S", 0)

    def tried(name: str, number: int, password: str = "x") -> int:
        body = {"name": name, "password": password}
        place = f"2001:db8::{number:x}"
        return app.ask("POST", "/api/token", json=body, address=place).status_code

    for number in range(3):
        assert tried("admin", number, PASSWORD) == 200, "whoever gets in isn't counted"
    answers = [tried(f"made up {number}", number) for number in range(limits.LOGINS_MAX + 2)]
    assert answers == [401] * limits.LOGINS_MAX + [429] * 2, "a /64 is one"


# ── join codes ──────────────────────────────────────────────────────────────────────────────────


def test_the_arithmetic_of_join_codes() -> None:
    """That of `new_code`: fourteen days, 3,000 codes in use."""
    share = 3_000 / len(CODE_ALPHABET) ** CODE_LENGTH
    seconds = 14 * 24 * 3600
    one = paces.GUESSES_MAX + paces.GUESSES_PER_S * seconds
    everybody = paces.ALL_GUESSES_MAX + paces.ALL_GUESSES_PER_S * seconds
    assert 1 / (one * share) > 800
    assert 1 / (everybody * share) > 40


def refusals(limit: Limits, address: str, times: int) -> int:
    count = 0
    for _ in range(times):
        try:
            limit.may_guess(address)
        except Refused:
            count += 1
        else:
            limit.guessed_wrong(address)
    return count


def test_guesses_run_out_for_one_and_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paces, "GUESSES_PER_S", 0)
    monkeypatch.setattr(paces, "ALL_GUESSES_PER_S", 0)
    limit = Limits()
    assert refusals(limit, "a", paces.GUESSES_MAX + 3) == 3
    for number in range(9):
        assert refusals(limit, f"b{number}", paces.GUESSES_MAX) == 0
    assert refusals(limit, "c", 3) == 2, "all guesses are used up: one each, then none"
    limit.may_guess("d")


def test_a_right_guess_is_worth_no_more_than_a_wrong_one(
    app: Inside, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paces, "GUESSES_PER_S", 0)
    code = opened(app, token)["code"]
    for _ in range(paces.GUESSES_MAX):
        assert app.ask("GET", "/join/NOSUCHCD", address="192.0.2.80").status_code == 404
    assert app.ask("GET", f"/join/{code}", address="192.0.2.80").status_code == 429
    assert app.ask("GET", f"/qr/{code}.svg", address="192.0.2.80").status_code == 429
    assert app.ask("GET", f"/join/{code}", address="192.0.2.81").status_code == 200


# ── seats that are withdrawn ────────────────────────────────────────────────────────────────────


def seated(app: Inside, code: str) -> dict[str, str]:
    answer = app.ask("POST", f"/api/sessions/{code}/seats", json={"name": "张三"})
    taken: dict[str, str] = answer.json()
    return taken


def test_who_is_removed_is_out(app: Inside, token: str) -> None:
    session = opened(app, token)
    one, two = seated(app, session["code"]), seated(app, session["code"])
    headers = {"authorization": f"Bearer {token}"}
    path = f"/api/sessions/{session['id']}/commands"
    body = {"do": "remove", "seat": one["seat"]}
    unsaid = app.ask("POST", path, json=body, headers=headers)
    assert unsaid.json()["error"]["code"] == "malformed", "in which team?"
    body["run"] = one["run"]
    assert app.ask("POST", path, json=body, headers=headers).status_code == 200
    again = app.ask("POST", path, json=body, headers=headers)
    assert again.json()["error"]["code"] == "left"
    body["seat"] = "s99"
    assert (
        app.ask("POST", path, json=body, headers=headers).json()["error"]["code"] == "unknown_seat"
    )
    gone = app.hear({"type": "hello", "token": one["token"]})
    assert gone is not None
    assert gone["code"] == "seat_needed"
    there = app.hear({"type": "hello", "token": two["token"]})
    assert there is not None
    assert there["type"] == "parts"


def test_a_seat_moves_to_another_phone(app: Inside, token: str) -> None:
    session = opened(app, token)
    taken = seated(app, session["code"])
    desk = Browser(app)
    desk.cookies["login"] = token
    path = f"/seats/{taken['run']}/{taken['seat']}"
    assert "张三" in desk.ask("GET", path).text
    assert desk.send(path).headers["location"] == path
    old = app.hear({"type": "hello", "token": taken["token"]})
    assert old is not None
    assert old["code"] == "seat_needed"
    page = desk.ask("GET", path).text
    link = page.split('class="link-text">https://party.example.cn')[1].split("<")[0]
    phone = Browser(app)
    assert "坐到这里" in phone.ask("GET", link).text
    assert phone.send(link).headers["location"] == "/play"
    assert phone.ask("GET", "/play").status_code == 200
    assert desk.ask("GET", path.replace(taken["seat"], "s9")).status_code == 404
    assert phone.ask("GET", "/seat/nosuchtoken").status_code == 404
