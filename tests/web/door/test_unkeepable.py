"""Characters and numbers that no database can hold, in any path, query or body: whoever sends them
is told so, on either database; nothing of it is an error of the program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from zlib import crc32

import pytest
from argon2 import PasswordHasher
from fastapi.routing import APIRoute
from sqlalchemy import select
from sqlmodel import SQLModel

from engine.errors import Unkeepable
from engine.store.database import Database
from engine.store.faults import check_keepable
from engine.store.tokens import new_token
from tests.support.depth import depth
from tests.support.inside import inside, small
from tests.support.postgres import postgres as postgres
from tests.support.postgres import postgres_url as postgres_url
from tests.support.routes import Way, routes
from tests.web.door.test_once import admin, request_of
from tests.web.door.test_rights import APP, SCRIPT, WAYS, House, filled, furnished
from web.door.auth import form_mark

NUL, HUGE = "a\x00b", "9" * 30
TEXTS = (NUL, HUGE, "-3000000000", "１２", " 7", "NaN", "1e400", "\u202ea\u2066")
"""The third has more than 32 bits: some columns hold no more. The others are what a number may be
written like, and what turns a line about."""
OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")
PAGE = 15_000
EACH = depth(2, len(TEXTS))
"""So many of them are tried at each place, in turn: over all places each of them is, many times."""
SCRIPTS = ("scenarios", "strings", "drafts")
"""Whole files, as their authors wrote them."""
ENDPOINTS = {
    (method, route.path): route
    for route in routes(APP)
    if isinstance(route, APIRoute)
    for method in route.methods or ()
}


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("unkeepable")
    url = f"sqlite:///{folder}/test.db"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres").create_database()
    # A hash takes half a second otherwise, and here are hundreds.
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    settings = small(folder, script=SCRIPT, database_url=url, admin_password="admin password")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("engine.store.people.passwords._hasher", quick)
        with inside(settings) as app:
            yield House(app, app.mark(), **app.run(furnished(app.services)))


def fields(route: APIRoute) -> tuple[list[str], list[str]]:
    """(in the query, in the form), those of what it depends on too."""
    found: tuple[list[str], list[str]] = ([], [])
    waiting = [route.dependant]
    while waiting:
        one = waiting.pop()
        waiting += one.dependencies
        found[0].extend(field.alias for field in one.query_params)
        found[1].extend(field.alias for field in one.body_params)
    return found


def asked(house: House, way: Way) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(what is spoilt, path, what is sent): every place of the request, with EACH of TEXTS."""
    in_query, in_form = fields(ENDPOINTS[way.method, way.path])
    values = house.app.run(filled(house, way, house.objects["own"]))
    path, more = request_of(house, way) if way.method != "GET" else (way.path.format(**values), {})
    token = house.app.run(house.app.services.people.create_login(admin(house), 3600))
    more.setdefault("headers", {})["authorization"] = f"Bearer {token}"
    names = [name for name in values if f"{{{name}}}" in way.path or f"{{{name}:" in way.path]
    sent = more.get("data") or more.get("json") or {}
    turn = crc32(f"{way.method} {way.path}".encode())
    for text in [TEXTS[(turn + n) % len(TEXTS)] for n in range(min(EACH, len(TEXTS)))]:
        for name in names:
            spoilt = {**values, name: text.replace("\x00", "%00")}
            yield f"{name} in the path", way.path.format(**spoilt), more
        for name in (*in_query, "made-up"):
            yield f"{name} in the query", path, {**more, "params": {name: text}}
        for name in dict.fromkeys((*sent, *in_form)):
            if name != "mark" and (not in_form or name in in_form):
                kind = "data" if way.form else "json"
                yield f"{name} in the body", path, {**more, kind: {**sent, name: text}}
                if kind == "json" and text != NUL:
                    number = {**sent, name: -(10**30)}
                    yield f"{name} in the body, a number", path, {**more, kind: number}


def renewed(house: House, more: dict[str, Any]) -> dict[str, Any]:
    """The same with a key that was never used: else it would be answered as before."""
    if "data" in more:
        mark = form_mark(house.app.services.key, "", new_token())
        return {**more, "data": {**more["data"], "mark": mark}}
    headers = {name: value for name, value in more["headers"].items() if name != "idempotency-key"}
    return {**more, "headers": headers}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way.method} {way.path}")
def test_what_cannot_be_kept_is_nobodys_fault_but_the_askers(house: House, way: Way) -> None:
    failed = {}
    for where, path, more in asked(house, way):
        answer = house.app.ask(way.method, path, **renewed(house, more))
        assert "stale_form" not in answer.text, "it came no further than the door"
        if answer.status_code >= 500:
            failed[where] = answer.text[:300]
    assert not failed


async def kept(database: Database) -> list[str]:
    """Every text in the database, but for scripts."""
    found: list[str] = []
    async with database.sessions._engine.connect() as db:
        for table in SQLModel.metadata.sorted_tables:
            if table.name not in SCRIPTS:
                rows = await db.execute(select(*table.columns))
                found += [value for row in rows for value in row if isinstance(value, str)]
    return found


def test_nothing_is_kept_that_turns_a_line_about_or_fills_a_page(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every field of every form and body, whatever becomes of the rest."""
    monkeypatch.setattr("tests.web.door.test_unkeepable.TEXTS", ("\u202e好\u2066坏", "长" * PAGE))
    taken = 0
    for way in WAYS:
        for where, path, more in asked(house, way):
            if where.endswith("in the body") and "made-up" not in where:
                taken += house.app.ask(way.method, path, **renewed(house, more)).status_code < 400
    texts = house.app.run(kept(house.app.services.database))
    assert taken > 10, "some were taken, and cleaned"
    assert any("好坏" in text for text in texts), "without what would turn the line about"
    assert not [text[:60] for text in texts if OVERRIDES.search(text) or len(text) >= PAGE]


@pytest.mark.parametrize("kind", ["seat", "desk", "wall", "console"])
def test_nor_is_what_a_socket_hears(house: House, kind: str) -> None:
    for text in TEXTS:
        message = house.app.hear({"type": "hello", "as": kind, "token": text, "session": text})
        assert message is not None
        assert message["type"] == "bye"
        assert message["code"] != "failed"


def test_a_note_with_a_nul_is_kept_without_it(house: House) -> None:
    run = house.objects["own"].runs[0].id
    token = house.app.run(house.app.services.people.create_login(admin(house), 3600))
    headers = {"authorization": f"Bearer {token}"}
    body = {"seq": 3, "text": "这里\x00要讲"}
    assert house.app.ask("POST", f"/review/{run}/notes", headers=headers, json=body).is_success
    notes = house.app.run(house.app.services.database.notes.of_run(run))
    assert "这里要讲" in [note.text for note in notes]


@pytest.mark.parametrize("value", ["\x00", "龙\x00", "\ud800", "龙\udfff", 2**63, -(2**63) - 1])
def test_both_databases_refuse_alike_and_go_on(house: House, value: Any) -> None:
    for carried in (value, (1, value), [("a", value)], {"x": [value]}):
        with pytest.raises(Unkeepable):
            check_keepable(carried)
    database: Database = house.app.services.database
    with pytest.raises(Unkeepable):
        house.app.run(
            database.drafts.find("x", value)
            if isinstance(value, int)
            else database.drafts.newest(value)
        )
    assert house.app.run(database.drafts.within(house.branch).newest("draft")) is not None
    check_keepable((2**63 - 1, -(2**63), "龙🐉\x01", b"\x00", None, 1.5, {"x": True}))
