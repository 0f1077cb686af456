"""Whoever takes names out is told of in the audit log, and what is done to a branch is its
auditor's to see. The kind: an audit by verb and actor instead of by what was touched."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from engine.cli import main
from engine.store.audit.entries import EVERY
from engine.store.audit.trail import found_by
from engine.store.database import open_database
from engine.store.people.accounts import Account
from tests.support import patience
from tests.support.evenings import NAMES, YIDA, evening, keep_logs, yida
from tests.support.inside import Inside, inside, small
from tests.support.routes import Way
from tests.web.door.test_once import request_of
from tests.web.door.test_rights import SCRIPT, WAYS, House, filled, furnished

DOCUMENTS = ("主题党日活动记录.docx", "签到与成绩.xlsx", "xapi.json", "第1队.jsonl")
GIVING = [way for way in WAYS if way.door.gives]
ACTING = [
    way
    for way in WAYS
    if way.method != "GET" and way.door.who == "staff" and not way.path.startswith("/account")
]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """With an administrator of the whole organisation, as `administrator`."""
    folder = tmp_path_factory.mktemp("taken")
    settings = small(folder, script=SCRIPT, admin_password="admin password")
    with inside(settings) as app:
        made = app.run(furnished(app.services))
        app.run(_of_the_whole(app))
        yield House(app, app.mark(), **made)


async def _of_the_whole(app: Inside) -> None:
    found = await app.services.people.find_named("administrator")
    assert found is not None
    await app.services.people.change_account(found.id, ("administrator",), None)


def auditor(house: House) -> Account:
    found = house.app.run(house.app.services.people.find_named("auditor"))
    assert found is not None
    assert found.scope is not None
    return found


def told(house: House) -> list[tuple[str, str, str]]:
    """(who, act, outcome) of what the branch's auditor sees, oldest first."""
    audit = house.app.services.database.audit
    found = house.app.run(audit.read(*found_by(branch=auditor(house).scope), limit=1_000))
    return [(each.who, each.act, each.outcome) for each in reversed(found)]


def told_to_all(house: House) -> list[tuple[str, str, str]]:
    audit = house.app.services.database.audit
    found = house.app.run(audit.read(limit=1_000))
    return [(each.who, each.act, each.outcome) for each in found]


def ask(house: House, way: Way, file: str = "", who: str = "administrator") -> Any:
    values = house.app.run(filled(house, way, house.objects["own"]))
    path = way.path.format(**(values | ({"file": file} if file else {})))
    runs = [run.id for run in house.objects["own"].runs]
    params = {"a": runs[0], "b": runs[-1], "seq": "5", "screens": "s1,projector"}
    headers = {"authorization": f"Bearer {house.tokens[who]}"} if who else {}
    return house.app.ask(way.method, path, params=params, headers=headers)


@pytest.mark.parametrize("way", GIVING, ids=lambda way: way.path)
def test_whoever_takes_names_out_is_told_of(house: House, way: Way) -> None:
    wanted = ("administrator", f"GET {way.path}", "ok")
    files = DOCUMENTS if way.path.endswith("{file}") else ("",)
    for number, file in enumerate(files, start=1):
        answer = ask(house, way, file)
        assert answer.status_code == 200, answer.text
        assert told(house).count(wanted) == number, file
    again = ask(house, way, files[0])
    assert again.status_code == 200
    counted = told(house).count(wanted)
    assert counted == len(files) + (way.door.gives == "file"), "each file; who looks on, once"


@pytest.mark.parametrize("way", GIVING, ids=lambda way: way.path)
def test_whoever_may_not_take_them_out_is_told_of_too(house: House, way: Way) -> None:
    assert ask(house, way, who="author").status_code == 403
    refused = ("author", f"GET {way.path}", "no_right")
    assert patience.until(lambda: refused in told_to_all(house))
    assert ask(house, way, who="").status_code == 401


def test_no_route_gives_names_unsaid(house: House) -> None:
    """Every answer that isn't a page for people is searched for the participants' names."""
    names = set(NAMES)
    for run in house.objects["own"].runs:
        names |= set(house.app.run(house.app.services.sessions.names(run.id)).values())
    assert names
    silent = [way for way in WAYS if way.method == "GET" and not way.door.page]
    found = set()
    for way in silent:
        answer = ask(house, way, "xapi.json" if "review" in way.path else "")
        if any(name in answer.text or json.dumps(name) in answer.text for name in names if name):
            found.add(way.path)
            assert way.door.gives, f"{way.path} gives names, and nobody hears of it"
    assert found >= {"/review/sessions/{name}/certificates", "/api/sessions/{name}"}


@pytest.mark.parametrize("way", ACTING, ids=lambda way: f"{way.method} {way.path}")
def test_what_an_administrator_does_to_a_branch_its_auditor_sees(house: House, way: Way) -> None:
    if way.path.startswith("/studio") or way.path.endswith(("/rehearsals", "/copy")):
        return  # scripts are everybody's who writes; a rehearsal is of no branch's evenings
    before = len(told(house))
    path, more = request_of(house, way)
    if way.path in BODIES:
        more["json"] = BODIES[way.path] | {"branch": house.branch}
    if way.path.startswith("/people/accounts"):
        path = path.replace(house.person, auditor(house).id)
    answer = house.app.ask(way.method, path, **more)
    assert answer.status_code < 500 or "学习记录库" in answer.text, answer.text

    def heard() -> bool:
        """Refusals trail by a moment."""
        return any(who == "administrator" for who, *_ in told(house)[before:])

    if way.path != "/people/branches":  # nobody is in that branch yet
        assert patience.until(heard, lambda: f"{way.path}: nobody in the branch hears of it")


BODIES: dict[str, dict[str, Any]] = {"/api/sessions": {"scenario": SCRIPT, "teams": 1}}


def test_a_branchs_first_entry_is_its_making(house: House) -> None:
    form = {"mark": house.app.mark(house.tokens["administrator"]), "name": "新支部"}
    headers = {"cookie": f"login={house.tokens['administrator']}"}
    made = house.app.ask("POST", "/people/branches", data=form, headers=headers)
    assert made.status_code == 303, made.text
    branches = house.app.run(house.app.services.people.list_branches())
    new = next(each.id for each in branches if each.name == "新支部")
    audit = house.app.services.database.audit
    acts = [each.act for each in house.app.run(audit.read(*found_by(branch=new)))]
    assert "POST /people/branches" in acts


def test_both_branches_hear_of_what_moves(house: House) -> None:
    people = house.app.services.people
    other = next(each for each in house.app.run(people.list_branches()) if each.id != house.branch)
    made = house.app.run(people.create_account("移动的", ("trainer",), house.branch))
    assert made is not None
    form = {"mark": house.app.mark(), "roles": "trainer", "branch": other.id}
    headers = {"cookie": f"login={house.tokens['administrator']}"}
    form["mark"] = house.app.mark(house.tokens["administrator"])
    moved = house.app.ask("POST", f"/people/accounts/{made[0].id}", data=form, headers=headers)
    assert moved.status_code == 303, moved.text
    audit = house.app.services.database.audit
    for branch in (house.branch, other.id):
        newest = house.app.run(audit.read(*found_by(branch=branch), limit=1))[0]
        assert newest.act == "POST /people/accounts/{person}"


# ── at the terminal ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("command", ["report", "export", "erase", "backup"])
def test_what_is_taken_out_at_the_terminal_is_told_of(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path}/a.db"
    monkeypatch.setenv("HONGCHUAN_DATABASE_URL", url)
    monkeypatch.chdir(tmp_path)
    session = keep_logs(url, YIDA.read_bytes(), evening(yida(), "taken"))
    words = [command, str(tmp_path / "x.backup") if command == "backup" else session.id]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output

    async def read() -> list[tuple[str, str | None]]:
        database = await open_database(url)
        found = [(each.act, each.branch) for each in await database.audit.read()]
        await database.close()
        return found

    act = "names" if command == "erase" else command
    branch = EVERY if command == "backup" else session.branch
    assert asyncio.run(read()) == [(f"console {act}", branch)]
