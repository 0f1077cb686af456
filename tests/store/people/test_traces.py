"""An erased name is nowhere any more: the bytes of all files are searched. The kind: forgetting by a
list of columns, which the next column isn't on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from engine.store.database import SWEPT, Database, open_database
from engine.store.people.traces import GONE, STAYS, is_text, looked_through
from engine.store.quotas import DAY_MS
from engine.store.sessions.sessions import Session
from engine.store.tables import EventTable
from tests.support.evenings import YIDA, admin_of, evening, keep_evening, yida

METADATA = EventTable.metadata
NAME = "欧阳测试名"


def test_every_text_is_looked_through_or_said_to_stay() -> None:
    """A new column is looked through by itself; a new table without a session has to be named."""
    known = {table.name for table, _, _ in looked_through(METADATA)}
    assert known >= {"activities", "notes"}
    for table in METADATA.sorted_tables:
        if any(is_text(column) for column in table.columns):
            assert table.name in known | STAYS.keys(), f"{table.name}: say why names stay there"
    for stays in STAYS:
        name, _, column = stays.partition(".")
        assert name in METADATA.tables
        assert not column or column in METADATA.tables[name].c
        assert not (name in known and not column), f"{stays} is looked through all the same"


async def filled(database: Database) -> Session:
    """A session with the name in every text that somebody may have typed."""
    owner = await admin_of(database)
    branch = await database.people.create_branch("机关第一党支部", 30)
    assert branch is not None
    log = evening(yida(), "traces")
    session = await keep_evening(database, owner, YIDA.read_bytes(), [log], branch_id=branch.id)
    run = session.runs[0].id
    await database.sessions.create_seat(run, NAME)
    await database.notes.add(run, 1, author="admin", text="")
    async with database.engine.execution_options(writing=True).begin() as db:
        await db.execute(insert(METADATA.tables["activities"]).values(session=session.id))
        for table, by, columns in looked_through(METADATA):
            words = dict.fromkeys(columns, f"同志{NAME}、{NAME}和王五")
            done = await db.execute(update(table).where(by.in_([session.id, run])).values(words))
            assert done.rowcount, table.name
    return session


async def seat_of(database: Database, session: Session) -> tuple[str, str]:
    names = await database.sessions.names(session.runs[0].id)
    return session.runs[0].id, next(seat for seat, name in names.items() if name == NAME)


async def one(database: Database, session: Session) -> None:
    await database.privacy.erase(*await seat_of(database, session))


async def all_of_them(database: Database, session: Session) -> None:
    """The session was long ago, and is over."""
    long_ago = update(METADATA.tables["sessions"]).values(created_ms=-31 * DAY_MS, closed_ms=1)
    async with database.engine.execution_options(writing=True).begin() as db:
        await db.execute(long_ago)
    due = await database.privacy.due()
    assert [one.session for one in due] == [session.id]
    await database.privacy.lapse(due)


@pytest.mark.parametrize("erase", [one, all_of_them])
async def test_no_column_has_the_name_any_more(database: Database, erase: object) -> None:
    session = await filled(database)
    await erase(database, session)  # type: ignore[operator]
    looked = 0
    async with database.engine.connect() as db:
        for table in METADATA.sorted_tables:
            for row in await db.execute(select(table)):
                assert NAME not in repr(tuple(row)), table.name
                looked += 1
        activity = (await db.execute(select(METADATA.tables["activities"]))).one()
    assert looked > 10
    assert GONE in activity.topic
    assert "王五" in activity.topic, "nobody else's"


@pytest.mark.parametrize("whole", [False, True])
async def test_no_file_has_the_bytes_of_the_name_any_more(tmp_path: Path, whole: bool) -> None:
    """The database, its write-ahead log, and whatever lies beside it."""
    folder = tmp_path / "var"
    database = await open_database(f"sqlite:///{folder}/test.db")
    session = await filled(database)
    run = session.runs[0].id
    for number in range(400):  # pages are full and are split, as in a year
        await database.notes.add(run, 1, author="admin", text=f"{number} {NAME} {'字' * 200}")
    assert NAME.encode() in b"".join(file.read_bytes() for file in folder.iterdir())
    await one(database, session)
    assert await database.scrub(whole=whole)
    for file in folder.iterdir():
        assert NAME.encode() not in file.read_bytes(), file.name
    await database.close()
    for file in folder.iterdir():
        assert NAME.encode() not in file.read_bytes(), file.name
    shutil.rmtree(folder)


async def version_of(database: Database) -> int:
    async with database.engine.connect() as db:
        return int((await db.exec_driver_sql("PRAGMA user_version")).scalar_one())


async def test_what_earlier_versions_left_is_swept_once(tmp_path: Path) -> None:
    """On a large file it takes a while, and whoever joins waits for it."""
    database = await open_database(f"sqlite:///{tmp_path}/old.db")
    assert await version_of(database) == SWEPT, "a new file has nothing to sweep"
    assert not await database.unswept()
    async with database.engine.connect() as db:
        await db.exec_driver_sql("PRAGMA user_version=0")  # as an earlier version left it
        await db.commit()
    vacuumed: list[str] = []

    async def looked(sweep: bool) -> int:
        vacuumed.clear()
        async with database.engine.connect() as db:
            held = (await db.get_raw_connection()).driver_connection
            assert held is not None
            await held.set_trace_callback(vacuumed.append)
        assert await database.scrub(whole=sweep)
        return vacuumed.count("VACUUM")

    assert await looked(False) == 0
    assert await database.unswept()
    assert await looked(True) == 1
    assert await looked(True) == 0
    assert not await database.unswept()
    await database.close()
    again = await open_database(f"sqlite:///{tmp_path}/old.db")
    assert not await again.unswept(), "it outlives a restart"
    await again.close()
