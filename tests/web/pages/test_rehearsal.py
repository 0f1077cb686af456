"""带替身试演: three pages on one, at any pace, and nowhere counted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote

import httpx
import pytest
from websockets.sync.client import connect

from engine.evening import rehearsing
from engine.rules.state import State
from engine.store.sessions.listing import Wanted
from engine.store.sessions.sessions import Session
from tests.support.evenings import admin_of
from tests.support.inside import Inside, inside, small
from tests.support.patience import PATIENCE_S
from tests.support.server import ServerProcess

SCRIPT: Final = "first-congress-demo"


class Facilitator:
    """Logged in, in a browser that keeps its cookies."""

    def __init__(self, app: Inside) -> None:
        self.app, self.seat = app, ""
        self.token: str = app.run(self._login())

    async def _login(self) -> str:
        database = self.app.services.database
        owner = await admin_of(database, "测试密码测试密码")
        return await database.people.create_login(owner, 3600)

    @property
    def headers(self) -> dict[str, str]:
        return {"cookie": f"login={self.token}; seat={self.seat}", "origin": "http://inside"}

    def get(self, path: str) -> httpx.Response:
        return self.app.ask("GET", path, headers=self.headers)

    def post(self, path: str, **form: str) -> httpx.Response:
        data = {"mark": self.app.mark(self.token), **form}
        return self.app.ask("POST", path, headers=self.headers, data=data)

    def rehearse(self, **form: str) -> Session:
        answer = self.post(f"/scenarios/{SCRIPT}/rehearsals", **form)
        assert answer.status_code == 303, answer.text
        self.seat = answer.cookies["seat"]
        found = self.found(answer.headers["location"].split("/")[2])
        assert answer.headers["location"] == f"/sessions/{found.id}/rehearsal"
        return found

    def found(self, name: str) -> Session:
        found = self.app.run(self.app.services.sessions.find_session(name))
        assert found is not None
        return found

    def state(self, session: Session) -> State:
        return self.app.run(self.app.services.host.state(session.runs[0].id))[1]

    def lead(self, session: Session, do: str, **more: Any) -> None:
        path = f"/api/sessions/{session.id}/commands"
        headers = {"authorization": f"Bearer {self.token}"}
        answer = self.app.ask("POST", path, headers=headers, json={"do": do, **more})
        assert answer.status_code == 200, answer.text


@pytest.fixture
def facilitator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Facilitator]:
    with inside(small(tmp_path_factory.mktemp("rehearsal"))) as app:
        yield Facilitator(app)


def policy(answer: httpx.Response) -> dict[str, str]:
    """What the page may do, by directive."""
    found = answer.headers["content-security-policy"].split("; ")
    return {name: rest for name, _, rest in (each.partition(" ") for each in found)}


def test_one_click_and_wall_console_and_phone_are_on_one_page(facilitator: Facilitator) -> None:
    assert "带替身试演" in facilitator.get(f"/scenarios/{SCRIPT}").text
    session = facilitator.rehearse(role="lookout")
    assert (session.kind, len(session.runs)) == ("rehearsal", 1)
    page = facilitator.get(f"/sessions/{session.id}/rehearsal")
    frames = re.findall(r'<iframe[^>]*?src="([^"]+)"', page.text)
    assert sorted(frames) == [
        "/play", f"/sessions/{session.id}/console", f"/sessions/{session.id}/projector",
    ]  # fmt: skip
    assert policy(page)["frame-src"] == "'self'"
    assert policy(page)["frame-ancestors"] == "'none'"
    for each in frames:
        shown = facilitator.get(each)
        assert shown.status_code == 200, each
        assert policy(shown)["frame-ancestors"] == "'self'", each
        assert "frame-src" not in policy(shown)
    (seat,) = facilitator.state(session).seats.values()
    assert seat.role == "lookout", "the one that was picked"


def test_nothing_but_a_rehearsal_is_framed(facilitator: Facilitator) -> None:
    opened = facilitator.post(f"/scenarios/{SCRIPT}/sessions", teams="1")
    name = opened.headers["location"].split("/")[2]
    code = facilitator.found(name).code
    asked = {"name": "张三", "role": "lookout"}
    facilitator.seat = facilitator.app.ask(
        "POST", f"/api/sessions/{code}/seats", json=asked
    ).json()["token"]
    for each in ("console", "projector"):
        assert policy(facilitator.get(f"/sessions/{name}/{each}"))["frame-ancestors"] == "'none'"
    assert policy(facilitator.get("/play"))["frame-ancestors"] == "'none'"
    assert facilitator.get(f"/sessions/{name}/rehearsal").status_code == 409
    for each in ("pace", "wind-on", "rehearsed"):
        refused = facilitator.post(f"/sessions/{name}/{each}", pace="8")
        assert refused.status_code == 409, each


def played(facilitator: Facilitator) -> Session:
    """A rehearsal that came to an end: with nobody there, stand-ins and limits see to that."""
    session = facilitator.rehearse()
    facilitator.lead(session, "start")
    facilitator.post(f"/sessions/{session.id}/wind-on")
    assert facilitator.state(session).ending
    return session


def test_it_stands_in_no_list_and_no_figure(facilitator: Facilitator) -> None:
    session = played(facilitator)
    run, listing = session.runs[0].id, facilitator.app.services.database.listing
    for wanted in (Wanted(), Wanted(evenings=True), Wanted(open=True), Wanted(scenario=SCRIPT)):
        assert facilitator.app.run(listing.count(wanted)) == 0, wanted
        assert facilitator.app.run(listing.scripts(wanted)) == []
    assert session.code not in facilitator.get("/sessions").text
    for trends in ("/review", "/review?threshold=1", f"/review?scenario={SCRIPT}"):
        page = facilitator.get(trends).text
        assert session.id not in page, trends
        assert run not in page, trends
    assert "先试玩一遍" in facilitator.get(f"/scenarios/{SCRIPT}").text, "no evening was led yet"


def test_nothing_of_it_is_filed_or_sent(facilitator: Facilitator) -> None:
    session = played(facilitator)
    path = f"/review/sessions/{session.id}"
    for name in ("主题党日活动记录.docx", "签到与成绩.xlsx", "xapi.json"):
        assert facilitator.get(f"{path}/files/{quote(name)}").status_code == 409, name
    assert facilitator.get(f"{path}/certificates").status_code == 409


def test_it_never_becomes_an_evening(facilitator: Facilitator) -> None:
    session = played(facilitator)
    path = f"/review/sessions/{session.id}"
    assert facilitator.post(f"{path}/activity", kind="evening").status_code == 303
    assert facilitator.found(session.id).kind == "rehearsal"
    listing = facilitator.app.services.database.listing
    assert facilitator.app.run(listing.count(Wanted(evenings=True))) == 0
    assert facilitator.get(f"{path}/certificates").status_code == 409


def test_the_next_one_ends_it_and_so_does_its_button(facilitator: Facilitator) -> None:
    first = facilitator.rehearse()
    second = facilitator.rehearse(role="recorder")
    assert facilitator.state(first).phase == "closed"
    assert facilitator.found(first.id).closed_ms is not None, "its code is free"
    assert facilitator.state(second).phase == "lobby"
    left = facilitator.post(f"/sessions/{second.id}/rehearsed")
    assert left.headers["location"] == f"/scenarios/{SCRIPT}"
    assert facilitator.state(second).phase == "closed"


def test_a_role_that_isnt_there_begins_nothing(facilitator: Facilitator) -> None:
    refused = facilitator.post(f"/scenarios/{SCRIPT}/rehearsals", role="nobody")
    assert refused.status_code >= 400
    left = facilitator.app.run(
        facilitator.app.services.database.listing.count(Wanted(open=True, rehearsals="only"))
    )
    assert left == 0


def test_one_that_nobody_looks_at_ends_by_itself(
    facilitator: Facilitator, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, session = facilitator.app.services, facilitator.rehearse()
    assert facilitator.app.run(rehearsing.end_left(house)) == 0, "it has just begun"
    monkeypatch.setattr(rehearsing, "LEFT_MS", -1)

    async def watched() -> int:
        with house.host.watch(session.runs[0].id):
            return await rehearsing.end_left(house)

    assert facilitator.app.run(watched()) == 0, "somebody looks"
    assert facilitator.app.run(rehearsing.end_left(house)) == 1
    assert facilitator.state(session).phase == "closed"
    assert facilitator.app.run(rehearsing.end_left(house)) == 0


def test_a_pace_is_one_of_four(facilitator: Facilitator) -> None:
    session = facilitator.rehearse()
    for wrong in ("3", "0", "", "-1"):
        refused = facilitator.post(f"/sessions/{session.id}/pace", pace=wrong)
        assert refused.status_code == 422, wrong
    facilitator.post(f"/sessions/{session.id}/pace", pace="4")
    page = facilitator.get(f"/sessions/{session.id}/rehearsal").text
    pressed = re.findall(r'value="(\d)"\s+aria-pressed="true"', page)
    assert pressed == ["4"]


def test_phone_and_wall_are_told_how_fast_it_goes(
    desk: httpx.Client, server: ServerProcess
) -> None:
    """By the clock that they are told, and its pace, countdowns stay right between two messages."""
    token = desk.headers["authorization"].removeprefix("Bearer ")
    browser = httpx.Client(base_url=server.url, timeout=PATIENCE_S, cookies={"login": token})
    mark = browser.get(f"/scenarios/{SCRIPT}").text.split('name="mark" value="')[1].split('"')[0]
    form, origin = {"mark": mark, "role": "lookout"}, {"origin": server.url}
    opened = browser.post(f"/scenarios/{SCRIPT}/rehearsals", data=form, headers=origin)
    path = opened.headers["location"].removesuffix("/rehearsal")
    hellos = (
        {"type": "hello", "token": opened.cookies[f"seat_{httpx.URL(server.url).port}"]},
        {"type": "hello", "token": token, "as": "projector", "session": path.split("/")[2]},
    )
    for press, hello in enumerate(hellos):
        asked = {"mark": mark, "press": str(press)}  # else it is the same form, sent again
        browser.post(f"{path}/pace", data={**asked, "pace": "1"}, headers=origin)
        with connect(server.url.replace("http", "ws") + "/live") as line:
            line.send(json.dumps(hello))
            first = json.loads(line.recv(PATIENCE_S))
            assert "pace" not in first, "the clock's own isn't said"
            browser.post(f"{path}/pace", data={**asked, "pace": "8"}, headers=origin)
            while (told := json.loads(line.recv(PATIENCE_S))).get("pace") != 8:
                assert told["type"] == "parts"
            assert told["now_ms"] >= first["now_ms"]
    browser.close()
