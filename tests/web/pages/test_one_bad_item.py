"""One damaged row of any table is one row: every list shows the others, and the log isn't needed
to see them."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from engine.evening.forgetting import Keeper
from engine.store.audit.trail import Entry
from tests.support.evenings import admin_of, evening, keep_evening
from tests.support.inside import Inside, inside, small
from tests.support.scripts import MINI, compile_text

SICK, WELL = MINI, MINI.replace(b"version: ", b"version: 9")
NEVER_MS = 9 * 10**17

ROWS = {
    "a session's day": f"UPDATE sessions SET created_ms = {NEVER_MS} WHERE id = :session",
    "a session's script id": "UPDATE sessions SET scenario = '../x\u202e' WHERE id = :session",
    "a session's branch": "UPDATE sessions SET branch = 'gone' WHERE id = :session",
    "a session's script": "UPDATE sessions SET digest = 'gone' WHERE id = :session",
    "a session's origin": "UPDATE sessions SET origin_run = 'gone' WHERE id = :session",
    "a session's owner": "UPDATE sessions SET owner = 'gone' WHERE id = :session",
    "a session's runs": "DELETE FROM runs WHERE session = :session",
    "a script that is no text": "UPDATE scenarios SET text = x'fffe00d8' WHERE digest = :digest",
    "a script of an hour's depth": "UPDATE scenarios SET text = CAST(replace(hex(zeroblob(30000)),"
    " '0', '[') AS BLOB) WHERE digest = :digest",
    "an instant of a log": f"UPDATE events SET body = CAST(replace(CAST(body AS TEXT), '\"at_ms\":',"
    f" '\"at_ms\":{NEVER_MS // 10**6}') AS BLOB) WHERE run = :run AND seq > 3",
    "a draft's text": "UPDATE drafts SET text = x'fffe00d8' WHERE name = 'sick'",
    "a draft's depth": "UPDATE drafts SET text = CAST(replace(hex(zeroblob(30000)), '0', '[')"
    " AS BLOB) WHERE name = 'sick'",
    "a draft's day": f"UPDATE drafts SET at_ms = {NEVER_MS} WHERE name = 'sick'",
    "an entry's kind": "UPDATE audit SET kind = 'martian' WHERE seq = 1",
    "an entry's day": f"UPDATE audit SET at_ms = {NEVER_MS} WHERE seq = 1",
    "an entry's act": "UPDATE audit SET act = 'x' || char(0), outcome = 'x' WHERE seq = 1",
    "an account's roles": "UPDATE accounts SET roles = 'martian,' WHERE name = 'sick'",
    "an account's branch": "UPDATE accounts SET branch = 'gone' WHERE name = 'sick'",
    "a login's day": f"UPDATE logins SET last_seen_ms = {NEVER_MS}, created_ms = -{NEVER_MS}"
    " WHERE address = 'sick'",
    "a name": "UPDATE participants SET name = 'x' || char(0) || char(8238) WHERE pseudonym IN"
    " (SELECT pseudonym FROM seats WHERE run = :run)",
    "an activity": "INSERT INTO activities (session, branch_written, topic, held, place, host,"
    " recorder, absent, remarks, photo) VALUES (:session, '', 'x' || char(0), 'x', '', '', '', '',"
    " '', x'00ff')",
    "a note": "INSERT INTO notes (id, run, seq, at_ms, author, text)"
    f" VALUES ('n', :run, 999999, {NEVER_MS}, '', 'x' || char(0))",
    "a branch's days": "UPDATE branches SET retention_days = -999999999999 WHERE name = 'sick'",
    "a name that is no UTF-8": "UPDATE participants SET name = CAST(x'ff00d8' AS TEXT) WHERE"
    " pseudonym IN (SELECT pseudonym FROM seats WHERE run = :run)",
    "a place that is no UTF-8": "UPDATE activities SET place = CAST(x'b5b3d6a7b2bf' AS TEXT)"
    " WHERE session = :session",
    "a session's branch that is no UTF-8": "UPDATE sessions SET branch = CAST(x'b5b3' AS TEXT)"
    " WHERE id = :session",
    "an entry's target that is no UTF-8": "UPDATE audit SET target = CAST(x'b5b3' AS TEXT)"
    " WHERE seq = 1",
    "an account's branch that is no UTF-8": "UPDATE accounts SET branch = CAST(x'b5b3' AS TEXT)"
    " WHERE name = 'sick'",
    "a draft's author that is no UTF-8": "UPDATE drafts SET author = CAST(x'b5b3' AS TEXT)"
    " WHERE name = 'sick'",
    "strings": "INSERT INTO strings (digest, lang, text) VALUES (:digest, 'en', x'ff00')",
}


class House(NamedTuple):
    app: Inside
    file: Path
    token: str
    sick: dict[str, str]
    well: str
    run: str


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("bad")
    settings = small(folder)
    log = evening(compile_text(MINI.decode()), "bad item")
    with inside(settings) as app:

        async def fill() -> House:
            database = app.services.database
            owner = await admin_of(database, "测试密码测试密码")
            sick = await keep_evening(database, owner, SICK, [log], branch="sick")
            well = await keep_evening(database, owner, WELL, [log], branch="well")
            for name in ("sick", "well"):
                made = await database.people.create_account(name, ("author",), None)
                assert made is not None
                await database.people.create_login(made[0].id, 3600, address=name)
                draft = MINI.decode().replace("红船", name).encode()
                await database.drafts.save(name, draft, base=0, author=name)
            for name in ("sick", "well"):
                await database.audit.act(Entry(kind="staff", who=name, act="login"))
            token = await database.people.create_login(owner, 3600)
            broken = {"session": sick.id, "run": sick.runs[0].id, "digest": sick.digest}
            return House(app, folder / "test.db", token, broken, well.id, well.runs[0].id)

        break_folders(folder / "scenarios")
        yield app.run(fill())


def break_folders(place: Path) -> None:
    """Scripts of the menu that can't be read, each in its own way."""
    for name in ("loop", "folder", "bytes", "words", "pipe", "endless", "huge"):
        (place / name).mkdir()
    os.mkfifo(place / "pipe" / "scenario.yaml")
    (place / "endless" / "scenario.yaml").symlink_to("/dev/zero")
    with (place / "huge" / "scenario.yaml").open("wb") as file:
        file.truncate(1 << 40)
    (place / "loop" / "scenario.yaml").symlink_to("scenario.yaml")
    (place / "folder" / "scenario.yaml").mkdir()
    (place / "bytes" / "scenario.yaml").write_bytes(b"\xff\xfe\x00\xd8" + b"[" * 30_000)
    (place / "words" / "scenario.yaml").write_bytes(MINI)
    (place / "words" / "strings.en.yaml").mkdir()


def damage(file: Path, statement: str, asked: dict[str, str]) -> None:
    """Beside the running app: between two questions its loop stands still, and what it was writing
    just then by itself would hold the file for as long."""
    with closing(sqlite3.connect(file)) as db, db:  # which minds no foreign keys
        assert db.execute(statement, asked).rowcount, "nothing was damaged"


def pages(house: House) -> dict[str, str]:
    """Path → what of the healthy ones must be in its answer."""
    return {
        "/": "",
        "/api/scenarios": "first-congress-demo",
        "/sessions": house.well,
        "/sessions?branch=-": "",
        "/review": "",
        "/review/heat.svg?scenario=first-congress-demo": "",
        f"/review/sessions/{house.well}": "",
        f"/review/sessions/{house.well}/certificates": "",
        f"/review/{house.run}": "",
        f"/sessions/{house.well}/console": "",
        f"/api/sessions/{house.well}": house.run,
        "/studio": "well",
        "/studio/well": "",
        "/audit": "well",
        "/audit/log.jsonl": "well",
        "/people": "well",
        "/account": "",
        "/metrics": "hongchuan_",
        "/readyz": "",
    }


@pytest.mark.parametrize("kind", ["none", *ROWS])
def test_every_list_shows_the_others(house: House, kind: str) -> None:
    """Damages add up: what stands above is broken too."""
    app = house.app
    if kind != "none":
        asked = {name: value for name, value in house.sick.items() if f":{name}" in ROWS[kind]}
        app.run(asyncio.to_thread(damage, house.file, ROWS[kind], asked))
    headers = {"authorization": f"Bearer {house.token}"}
    for path, mark in pages(house).items():
        answer = app.ask("GET", path, headers=headers, address="127.0.0.1")
        assert answer.status_code == 200, (kind, path, answer.text[:300])
        assert mark in answer.text, (kind, path)
    for path in (
        f"/sessions/{house.sick['session']}/console",
        f"/review/sessions/{house.sick['session']}",
        f"/review/{house.sick['run']}",
        f"/api/sessions/{house.sick['session']}",
        "/studio/sick",
    ):
        assert app.ask("GET", path, headers=headers).status_code < 500, (kind, path)


def test_what_runs_by_itself_goes_on(house: House) -> None:
    keeper = Keeper(house.app.services)
    house.app.run(keeper.lapse())
    house.app.run(keeper.hear())
    house.app.run(house.app.services.database.damage())
