"""Forgetting people: one, or a branch's when its time is up; logs stay what they were."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from msgspec.structs import replace
from openpyxl import load_workbook

from engine.export import certificate
from engine.export.bundle import bundle
from engine.export.record import record
from engine.export.report import Report, gather
from engine.export.workbook import workbook
from engine.export.xapi import HOME, statements
from engine.rules.replay import fingerprint, replay
from engine.store.backup.verify import verify_database
from engine.store.database import Database, open_database
from engine.store.people.privacy import GONE
from engine.store.people.retention import DAY_MS, LOOKS, NOTED
from engine.store.sessions.activities import Activity
from engine.store.sessions.sessions import Session
from tests.support.clock import FakeClock, Now
from tests.support.evenings import NAMES, YIDA, admin_of, evening, keep_evening, yida

LOG = evening(yida(), "kept")
PHOTO = b"\x89PNG\r\n\x1a\n"


async def played(database: Database) -> Session:
    """An evening with a record that names somebody."""
    owner = await admin_of(database)
    session = await keep_evening(database, owner, YIDA.read_bytes(), [LOG])
    record = Activity(
        session=session.id, host=NAMES[0], absent=f"{NAMES[0]}(病假)、老吴", photo=PHOTO
    )
    await database.activities.save(record)
    run = session.runs[0].id
    await database.notes.add(run, 3, author="admin", text=f"{NAMES[0]}又问了一遍")
    return session


async def everything(database: Database, session: Session) -> bytes:
    """All that is exported of a session, unpacked where it is packed."""
    report = await gather(database, session)
    plain = {name: body for name, body in bundle(report, HOME).items() if ".do" not in name}
    told = certificate.page(report).encode() + b"".join(plain.values())
    return told + repr(report.runs).encode() + repr(report.activity).encode()


async def test_an_erased_name_is_gone_and_the_log_is_what_it_was(database: Database) -> None:
    session = await played(database)
    run = session.runs[0].id
    _, token = await database.sessions.create_seat(run, "钱多")
    before = fingerprint(replay(run, await database.store.read(run)))
    assert NAMES[0].encode() in await everything(database, session)
    pseudonym = await database.privacy.erase(run, "s1")
    assert pseudonym is not None
    assert await database.privacy.erase(run, "s1") is None, "only once"
    assert await database.privacy.erase(run, "s99") is None
    names = await database.sessions.names(run)
    assert names["s1"] == ""
    assert names["s2"] == NAMES[1]
    assert NAMES[0].encode() not in await everything(database, session)
    kept = await database.activities.get(session.id)
    assert (kept.host, kept.absent) == (GONE, f"{GONE}(病假)、老吴")
    assert kept.photo == PHOTO, "a photo is the facilitator's to take down"
    assert [note.text for note in await database.notes.of_run(run)] == [f"{GONE}又问了一遍"]
    assert fingerprint(replay(run, await database.store.read(run))) == before
    assert await database.sessions.find_seat(token) is not None, "nobody else's"


def figures(report: Report) -> dict[str, Any]:
    """Every number in the documents, but for how many have no name any more."""
    told = [re.findall(r"\d+", cell) for cell in cells(report) if "姓名已经清除" not in cell]
    book = load_workbook(BytesIO(workbook(report)))
    numbers = [
        [[c.value for c in row if isinstance(c.value, int | float)] for row in sheet.iter_rows()]
        for sheet in book
    ]
    # Forgetting breaks the link to other evenings: that who is told of goes by another pseudonym.
    xapi = [{**statement, "actor": None} for statement in statements(report)]
    return {"record": [each for each in told if each], "cells": numbers, "xapi": xapi}


def cells(report: Report) -> list[str]:
    """What stands in the record."""
    (table,) = Document(BytesIO(record(report))).tables
    return [cell.text for row in table.rows for cell in row.cells]


async def test_no_figure_rests_on_what_may_be_forgotten(database: Database, now: Now) -> None:
    branch = await database.people.create_branch("机关第一党支部", 30)
    assert branch is not None
    owner = await admin_of(database)
    script = YIDA.read_bytes()
    session = await keep_evening(database, owner, script, [LOG], branch_id=branch.id)
    filed = Activity(
        session=session.id, branch_written="机关", topic="七一", place="三楼", absent="老吴"
    )
    await database.activities.save(filed)
    report = await gather(database, session)
    before, run = figures(report), session.runs[0].id
    assert {"4 人", "、".join(NAMES[:4])} <= set(cells(report))
    for seat in ("s1", "s2"):
        await database.privacy.erase(run, seat)
        report = await gather(database, session)
        assert figures(report) == before
    assert f"{NAMES[2]}、{NAMES[3]}；另有 2 人的姓名已经清除" in cells(report)
    await database.sessions.close_session(session.id)
    now.ms += 30 * DAY_MS
    assert await database.lapse(await database.privacy.due())
    report = await gather(database, session)
    assert figures(report) == before
    assert {"机关第一党支部", "七一", "三楼", "4 人", "4 人，姓名已经清除"} <= set(cells(report))
    assert not [name for name in NAMES if name in "".join(cells(report))]


async def test_the_token_of_somebody_erased_opens_nothing(database: Database) -> None:
    session = await played(database)
    run = session.runs[0].id
    seat, token = await database.sessions.create_seat(run, "钱多")
    await database.privacy.erase(run, seat)
    assert await database.sessions.find_seat(token) is None
    assert await database.privacy.erased_since(1) == [run]
    assert await database.privacy.erased_since(1 << 50) == []


async def test_an_erased_name_is_gone_from_notes_on_forks_too(database: Database) -> None:
    session = await played(database)
    run = session.runs[0].id
    fork = await _from(database, session, run, 3)
    make_up = await _from(database, session, run, 0)
    again = await _from(database, session, fork, 2)
    other = await keep_evening(database, session.owner, YIDA.read_bytes(), [LOG])
    for each in (fork, make_up, again, other.runs[0].id):
        await database.notes.add(each, 1, author="admin", text=f"{NAMES[0]}这回看出来了")
    await database.privacy.erase(run, "s1")
    for each in (fork, make_up, again):
        assert [note.text for note in await database.notes.of_run(each)] == [f"{GONE}这回看出来了"]
    (kept,) = await database.notes.of_run(other.runs[0].id)
    assert kept.text == f"{NAMES[0]}这回看出来了", "another evening's"


async def _from(database: Database, session: Session, run: str, seq: int) -> str:
    made = await database.sessions.create_session(
        scenario=session.scenario,
        digest=session.digest,
        teams=1,
        owner=session.owner,
        origin=(run, seq),
    )
    return made.runs[0].id


@pytest.mark.parametrize("kind", ["sqlite_url", "postgres_url"])
async def test_a_branchs_names_lapse_when_their_time_is_up(
    kind: str, request: pytest.FixtureRequest
) -> None:
    url, clock = request.getfixturevalue(kind), FakeClock()
    database = await open_database(url, clock=clock.now_ms)
    branch = await database.people.create_branch("机关第一党支部", 30)
    other = await database.people.create_branch("第二党支部")
    assert branch is not None
    assert other is not None
    sessions, owner, digest = [], await admin_of(database), await _text(database)
    for place, whose in enumerate((branch.id, other.id, None)):
        made = await database.sessions.create_session(
            scenario="x", digest=digest, teams=1, owner=owner, branch=whose
        )
        await database.store.append(made.runs[0].id, 0, LOG[:1])
        await database.sessions.create_seat(made.runs[0].id, NAMES[place])
        filed = Activity(
            session=made.id, branch_written="一支部", topic="七一", held="晚上", place="三楼"
        )
        await database.activities.save(replace(filed, host=NAMES[place], photo=PHOTO))
        await database.sessions.close_session(made.id)
        sessions.append(made)
    clock.move(30 * DAY_MS - 1)
    assert await database.privacy.due() == []
    clock.move(1)
    for _ in range(LOOKS):
        assert await database.look() == []
        clock.move(DAY_MS)
    (lapsed,) = await database.look()
    assert (lapsed.session, lapsed.people, lapsed.record) == (sessions[0].id, 1, True)
    names = [await database.sessions.names(each.runs[0].id) for each in sessions]
    assert [[*each.values()] for each in names] == [[""], [NAMES[1]], [NAMES[2]]]
    kept = [await database.activities.get(each.id) for each in sessions]
    assert [each.photo for each in kept] == [None, PHOTO, PHOTO]
    assert kept[0] == Activity(
        session=sessions[0].id,
        branch_written="一支部",
        topic="七一",
        held="晚上",
        place="三楼",
        host=GONE,
    )
    assert await database.look() == [], "once"
    entry, *before = await database.audit.read()
    assert [each.act for each in before] == [NOTED] * LOOKS
    assert (entry.act, entry.branch, entry.target) == ("lapse", branch.id, sessions[0].id)
    await database.close()
    assert not (await verify_database(url)).problems


async def _text(database: Database) -> str:
    scenario, script = yida(), YIDA.read_bytes()
    await database.texts.keep(scenario.digest, scenario.id, scenario.version, script)
    return scenario.digest
