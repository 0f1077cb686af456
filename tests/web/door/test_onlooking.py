"""A link to look at the wall: it shows that, and opens nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from engine.evening.onlooking import CURTAIN_MS, looking_link
from engine.store.sessions.sessions import Session
from tests.support.inside import Inside, inside, small

SCRIPT = "first-congress-demo"


class Evening:
    """One in the lobby, with somebody in it."""

    def __init__(self, app: Inside, token: str) -> None:
        self.app, self._staff = app, {"authorization": f"Bearer {token}"}
        made = app.ask("POST", "/api/sessions", headers=self._staff, json={"scenario": SCRIPT})
        self.id, self.code = made.json()["id"], made.json()["code"]
        app.ask("POST", f"/api/sessions/{self.code}/seats", json={"name": "王芳"})

    @property
    def link(self) -> str:
        return looking_link(self.app.services, self.session)

    @property
    def session(self) -> Session:
        found = self.app.run(self.app.services.sessions.find_session(self.id))
        assert found is not None
        return found

    def do(self, do: str) -> None:
        path = f"/api/sessions/{self.id}/commands"
        assert self.app.ask("POST", path, headers=self._staff, json={"do": do}).status_code == 200

    def hear(self, link: str, kind: str = "onlooker", **more: Any) -> dict[str, Any]:
        message = self.app.hear({"type": "hello", "as": kind, "token": link, **more})
        assert message is not None
        return message


@pytest.fixture
def evening(tmp_path: Any) -> Iterator[Evening]:
    with inside(small(tmp_path, script=SCRIPT, admin_password="admin password")) as app:
        told = {"name": "admin", "password": "admin password"}
        yield Evening(app, app.ask("POST", "/api/token", json=told).json()["token"])


def test_the_wall_is_seen_without_how_one_joins(evening: Evening) -> None:
    page = evening.app.ask("GET", f"/wall/{evening.link}")
    assert page.status_code == 200
    assert f'data-link="{evening.link}"' in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    for shape in ("json", "html"):
        seen = evening.hear(evening.link, format=shape)
        assert seen["type"] == "parts"
        assert "王芳" in str(seen["parts"]["session"])
        assert evening.code not in str(seen), "nobody joins by looking on"
        assert evening.code not in page.text


def test_it_opens_nothing_else(evening: Evening) -> None:
    link = evening.link
    for kind, code in (
        ("seat", "seat_needed"), ("projector", "login_needed"), ("console", "login_needed"),
    ):  # fmt: skip
        assert evening.hear(link, kind, session=evening.id)["code"] == code
    headers = {"authorization": f"Bearer {link}", "cookie": f"seat={link}; login={link}"}
    for path in (f"/sessions/{evening.id}/console", f"/sessions/{evening.id}/projector", "/play"):
        answer = evening.app.ask("GET", path, headers=headers)
        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith(("/login", "/join"))
    asked = {"do": "start"}
    path = f"/api/sessions/{evening.id}/commands"
    assert evening.app.ask("POST", path, headers=headers, json=asked).status_code == 401


@pytest.mark.parametrize(
    "change", [lambda link: link[:-1] + "x", lambda link: "x" + link, lambda _: ""]
)
def test_another_link_opens_nothing(evening: Evening, change: Any) -> None:
    wrong = change(evening.link)
    assert evening.hear(wrong)["code"] == "looking_over"
    if wrong:
        assert evening.app.ask("GET", f"/wall/{wrong}").status_code == 404


def test_another_code_takes_it_back(evening: Evening) -> None:
    old = evening.link
    evening.do("renew_code")
    assert evening.hear(old)["code"] == "looking_over"
    assert evening.app.ask("GET", f"/wall/{old}").status_code == 404
    assert evening.link != old
    assert evening.hear(evening.link)["type"] == "parts"


def test_it_ends_with_the_evening(evening: Evening, monkeypatch: pytest.MonkeyPatch) -> None:
    link = evening.link
    evening.do("start")
    evening.do("close")
    assert evening.hear(link)["type"] == "parts", "whoever watched sees the curtain fall"
    clock = evening.app.services.host.clock
    later_ms = clock.now_ms() + CURTAIN_MS
    monkeypatch.setattr(clock, "now_ms", lambda: later_ms)
    assert evening.hear(link)["code"] == "looking_over"
