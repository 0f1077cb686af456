"""What can't be undone is asked first, in the pages: by the server, or by the browser. The kind: an act
for good on one key. Every route and every command of the desk is in one of these tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.evening.commanding import KINDS, SEAT_KINDS
from engine.store.backup.copies import copies
from engine.store.people.accounts import Branch
from tests.support.inside import inside, small
from tests.support.routes import Way
from tests.web.door.test_once import request_of, rows
from tests.web.door.test_rights import SCRIPT, WAYS, House, furnished

TEMPLATES = Path(__file__).resolve().parents[3] / "web" / "templates"
ACTING = {f"{way.method} {way.path}" for way in WAYS if way.method != "GET"}

ASKED = {
    "POST /review/sessions/{name}/erase": "before-erase-1.backup",
    "POST /people/branches/{branch}": "before-lapse-1.backup",
}
"""The server asks, on a page that says what will happen; and what that page says besides."""
CONFIRMED = {
    "POST /people/accounts/{person}/password": "/password",
    "POST /people/accounts/{person}/disable": "/disable",
    "POST /people/accounts/{person}/logins/end": "/logins/end",
    "POST /people/accounts/{person}/codes/drop": "/codes/drop",
    "POST /seats/{run}/{seat}": "",
}
"""The browser asks (`data-sure`, or a page of its own): it can be given again, only not the same."""
UNDONE = {
    "POST /review/sessions/{name}/activity": "what is typed can be typed again; a photo goes by a"
    " box of its own",
    "DELETE /review/{run}/notes/{name}": "the author's own words, on a button that says so",
    "POST /review/sessions/{name}/strike": "restored by the same button",
    "POST /studio/{name}/save": "another draft: those before stay",
    "POST /studio/{name}/files": "what is laid aside can be brought back",
    "POST /studio/{name}/menu": "drafts stay, and what was in the menu is told of",
    "POST /studio/{name}/menu/taken": "put there again; evenings go on",
    "POST /studio/import": "another draft: those before stay",
    "POST /people/accounts/{person}": "changed back",
    "POST /people/accounts/{person}/enable": "disabled again",
    "POST /account/password": "asks for the old one",
    "POST /account/codes": "asks for the password",
    "POST /account/codes/confirm": "asks for a code",
    "POST /account/codes/drop": "asks for the password",
    "POST /account/logins/end": "one logs in again",
    "POST /review/{run}/notes/{name}": "the author's own words",
    "POST /review/sessions/{name}/push": "sent again, it is the same",
    "POST /logout": "one logs in again",
    "POST /sessions/{name}/rehearsed": "another is begun as easily, and it counted nowhere",
}
"""Why these needn't ask."""
ADDS = (
    "POST /api/sessions", "POST /api/sessions/{code}/seats", "POST /api/token", "POST /login",
    "POST /join/{code}", "POST /join/{code}/claim", "POST /move/{link}", "POST /people",
    "POST /people/branches", "POST /review/sessions/{name}/make-up", "POST /review/{run}/fork",
    "POST /review/{run}/notes", "POST /review/{run}/wind-on", "POST /scenarios/{name}/sessions",
    "POST /scenarios/{name}/rehearsals", "POST /scenarios/{name}/copy",
    "POST /studio/{name}/copy", "POST /sessions/{name}/pace",
    "POST /sessions/{name}/wind-on", "POST /studio/new", "POST /studio/{name}/cards", "POST /studio/{name}/check", "POST /studio/{name}/graph",
    "POST /studio/{name}/play", "POST /studio/{name}/prove", "POST /api/sessions/{name}/commands",
)  # fmt: skip
"""They add or compute something, and take nothing away. The desk's commands are below."""

DESK = {
    "start": True, "close": True, "skip": True, "remove": True, "open_barrier": True, "jump": True,
    "renew_code": True, "remove_absent": True,
    "agree": False, "decline": False,
    "pause": False, "resume": False, "extend": False, "release": False, "nudge": False,
    "hand_over": False, "hand_back": False, "debrief": False, "draw": False, "add_team": False,
    "address": False, "lock": False, "unlock": False, "hide_reflection": False,
    "show_reflection": False, "show_reflections": False, "name_team": False, "add_seat": False,
}  # fmt: skip
"""What the desk may `do`: True, the evening can't go back behind it, and the desk asks. `agree` is
itself the answer to a question."""


def test_every_route_is_in_one_table() -> None:
    tables = [*ASKED, *CONFIRMED, *UNDONE, *ADDS]
    assert len(tables) == len(set(tables))
    assert set(tables) >= ACTING, "does it take something away for good? then it asks first"
    assert ACTING >= {*ASKED, *CONFIRMED, *UNDONE}


def test_the_desk_asks_before_what_cant_be_undone() -> None:
    assert DESK.keys() == KINDS - SEAT_KINDS.keys()
    found: dict[str, list[bool]] = {}
    for file in TEMPLATES.rglob("*.html"):
        for tag in re.findall(
            r"<(?:button|form)\b(?:[^<>{]|\{\{.*?\}\}|\{%.*?%\})*>", file.read_text(), re.S
        ):
            if name := re.search(r'data-do="(\w+)"', tag):
                found.setdefault(name[1], []).append("data-confirm=" in tag)
    for do, asks in DESK.items():
        if asks:
            assert found[do], do
            assert all(found[do]), f"{do} is done on one key"


def test_the_browser_asks_where_the_server_needs_not() -> None:
    people = (TEMPLATES / "people.html").read_text(encoding="utf-8")
    for end in filter(None, CONFIRMED.values()):
        call = re.search(rf"act\(path ~ '{end}', '\S+',\s+'(.+?)'", people)
        assert call, end


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    settings = small(tmp_path, script=SCRIPT, admin_password="admin password")
    with inside(settings) as app:
        yield House(app, app.mark(), **app.run(furnished(app.services)))


async def _long_ago(house: House) -> None:
    """The branch's evenings are over, and were long ago."""
    services = house.app.services
    await services.sessions.close_session(house.objects["own"].id)
    async with services.database.engine.execution_options(writing=True).begin() as db:
        await db.exec_driver_sql("UPDATE sessions SET created_ms = 86400000")


@pytest.mark.parametrize(("act", "says"), ASKED.items())
def test_the_server_asks_first(house: House, act: str, says: str) -> None:
    house.app.run(_long_ago(house))
    (way,) = [each for each in WAYS if f"{each.method} {each.path}" == act]
    path, more = request_of(house, Way(*way))
    more["data"] |= {"retention_days": "30"}
    sure = more["data"].pop("sure")
    before = house.app.run(rows(house.app))
    asked = house.app.ask("POST", path, **more)
    assert asked.status_code == 422, asked.text
    assert house.app.run(rows(house.app)) == before, "not yet"
    assert says in asked.text
    form = re.search(rf'<form method="post" action="{path}".*?</form>', asked.text, re.S)
    assert form
    again = dict(re.findall(r'name="(\w+)" value="(.*?)"', form[0]))
    assert again["sure"] == sure
    done = house.app.ask("POST", path, headers=more["headers"], data=again)
    assert done.status_code == 303, done.text
    assert house.app.run(rows(house.app)) != before
    if "erase" in act:
        (kept,) = copies(house.app.services.settings.database_url)
        assert kept.path.name.endswith(says)


def test_the_desk_is_told_days_before_names_lapse(house: House) -> None:
    house.app.run(_long_ago(house))
    headers = {"authorization": f"Bearer {house.tokens['facilitator']}"}
    branch = Branch(house.branch, "一支部", 30)
    assert "姓名到期" not in house.app.ask("GET", "/sessions", headers=headers).text
    house.app.run(house.app.services.people.change_branch(branch))
    told = house.app.ask("GET", "/sessions", headers=headers).text
    assert "姓名到期" in told
    assert "1970年01月02日那一场" in told
    headers = {"authorization": f"Bearer {house.tokens['auditor']}"}
    assert "姓名到期" not in house.app.ask("GET", "/sessions", headers=headers).text
