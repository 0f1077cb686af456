"""How a socket ends, whose it is, and what a proxy in front of it spoils."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import AppError, ConcurrentAppend, StoreUnavailable
from tests.support.inside import Inside, inside, small
from tests.web.pages.test_people import PASSWORD
from web.door import proxies
from web.door import statuses as errors
from web.door.statuses import web_error
from web.live import socket as live

FINAL = {"seat_needed", "login_needed", "not_found", "other_seat"}
"""After these a page stops, and says so: coming back with the same hello can't help."""
PASSING = {"crowded", "too_fast", "lobby_busy", "locked_out", "not_read", "failed"}
STORE: list[AppError] = [
    StoreUnavailable("locked"),
    ConcurrentAppend("r", 1, 2),
]
KNOWN = [web_error(code, what="x") for code in sorted(errors.CODES)]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    settings = small(tmp_path_factory.mktemp("line"), admin_password=PASSWORD)
    with inside(settings) as opened:
        yield opened


def seat(app: Inside) -> dict[str, str]:
    token = app.ask("POST", "/api/token", json={"name": "admin", "password": PASSWORD})
    bearer = {"authorization": f"Bearer {token.json()['token']}"}
    script = {"scenario": "first-congress-demo"}
    session = app.ask("POST", "/api/sessions", json=script, headers=bearer).json()
    taken = app.ask("POST", f"/api/sessions/{session['code']}/seats", json={"name": "张三"})
    made: dict[str, str] = taken.json()
    return made


# ── an error that passes ends no page ───────────────────────────────────────────────────────────


@pytest.mark.parametrize("error", [*KNOWN, *STORE], ids=lambda error: error.code)
def test_an_error_that_passes_closes_with_1013_and_says_no_bye(
    app: Inside, monkeypatch: pytest.MonkeyPatch, error: AppError
) -> None:
    """Whatever is raised while somebody arrives, of all that can be."""
    one = seat(app)

    async def fails(token: str) -> None:
        raise error

    monkeypatch.setattr(app.services.sessions, "find_seat", fails)
    byes, code = app.ends({"type": "hello", "token": one["token"]})
    if error.code in PASSING or error in STORE:
        assert (byes, code) == ([], 1013)
    else:
        assert (byes, code) == ([error.code], 1008)


def test_a_hello_that_never_comes_is_a_line_that_stalls(
    app: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "HELLO_S", 0)
    assert app.ends({"type": "hello"}) == ([], 1013)


def test_what_is_final_is_final_for_the_page_too() -> None:
    """The page's own list is the server's."""
    script = Path("web/static/line.js").read_text(encoding="utf-8")
    listed = script.split("const FINAL = [")[1].split("]")[0]
    assert {word.strip().strip('"') for word in listed.split(",")} == FINAL
    assert not FINAL & {error.code for error in KNOWN if live.passes(error)}


# ── whose it is ─────────────────────────────────────────────────────────────────────────────────


def test_the_first_parts_tell_whose_they_are(app: Inside) -> None:
    one = seat(app)
    first = app.hear({"type": "hello", "token": one["token"]})
    assert first is not None
    assert (first["run"], first["seat"]) == (one["run"], one["seat"])


@pytest.mark.parametrize("wrong", [{"run": "another"}, {"seat": "s9"}])
def test_a_page_whose_cookie_is_anothers_is_told(app: Inside, wrong: dict[str, str]) -> None:
    """Two sessions in two tabs: the first must not become the other's seat without a word."""
    one = seat(app)
    own = {"type": "hello", "run": one["run"], "seat": one["seat"]}
    heard = app.hear(own, cookie=f"seat={one['token']}")
    assert heard is not None
    assert heard["type"] == "parts"
    assert app.ends({**own, **wrong}, cookie=f"seat={one['token']}") == (["other_seat"], 1008)


# ── proxies ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"origin": "http://inside:8080"}, "proxy_host"),
        ({"origin": "https://p.cn", "sec-fetch-site": "same-origin"}, "proxy_host"),
        ({"origin": "https://p.cn", "x-forwarded-host": "p.cn"}, "proxy_host"),
        ({"origin": "https://p.cn", "sec-fetch-site": "cross-site"}, "foreign_origin"),
        ({"origin": "https://p.cn"}, "foreign_origin"),
        ({"origin": "null"}, "foreign_origin"),
        ({"origin": "http://[::1"}, "foreign_origin"),
    ],
)
def test_a_proxys_mistake_is_told_the_operator(
    app: Inside, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str], code: str
) -> None:
    """Once a minute, with what to set; and the participant isn't told that the phone is at fault."""
    log = Log()
    monkeypatch.setattr(proxies, "log", log)
    app.services.proxies = proxies.ProxyWatch()
    for _ in range(3):
        answer = app.ask("POST", "/api/sessions", headers=headers)
        assert answer.status_code == 403
        assert answer.json()["error"]["code"] == code
    assert log.said == ["proxy.foreign_origin"]
    assert "HONGCHUAN_PUBLIC_URL" in log.remedies[0]


class Log:
    """Remembers what is said to the operator."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.remedies: list[str] = []

    def warning(self, event: str, *, remedy: str, **more: str) -> None:
        self.said.append(event)
        self.remedies.append(remedy)


def test_a_page_without_a_socket_finds_out_why(
    app: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = Log()
    monkeypatch.setattr(proxies, "log", log)
    app.services.proxies = proxies.ProxyWatch()

    def why(at: str = "http://inside", **headers: str) -> str:
        answer = app.ask("GET", "/live", params={"at": at}, headers=headers)
        assert answer.status_code >= 400
        code: str = answer.json()["error"]["code"]
        return code

    assert why() == "socket_blocked"
    assert why("https://evening.example.cn") == "proxy_host"
    assert why(**{"sec-websocket-key": "x"}) == "no_upgrade"
    assert why() == "no_upgrade", "the handshake that came without its headers explains it"
    assert log.said == ["proxy.foreign_origin", "proxy.no_upgrade"]
