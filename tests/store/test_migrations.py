"""The migrations make the tables that `tables.py` describes."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from engine.store.database import Database, make_engine, migrate, open_database, writing
from engine.store.people.accounts import People
from engine.store.sessions.listing import Wanted
from engine.store.tables import EventTable


async def test_nothing_is_missing_between_migrations_and_tables(database: Database) -> None:
    def compare(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, EventTable.metadata))

    async with database.engine.connect() as connection:
        assert await connection.run_sync(compare) == []


async def test_opening_again_changes_nothing(database: Database, url: str) -> None:
    await database.texts.keep("d", "s", "1", b"text")
    again = await open_database(url)
    assert await again.texts.find("d") == b"text"
    await again.close()


async def test_accounts_and_sessions_from_before_there_were_roles(url: str) -> None:
    engine = make_engine(url)
    async with writing(engine).begin() as connection:
        await connection.run_sync(migrate, "0004")
        for name in ("admin", "other"):
            row = f"INSERT INTO accounts (id, name, password_hash) VALUES ('{name}', '{name}', 'x')"
            await connection.execute(text(row))
        await connection.execute(text("INSERT INTO logins VALUES ('t', 'admin', 9999999999999)"))
        await connection.execute(text("INSERT INTO scenarios VALUES ('d', 's', '1', '')"))
        await connection.execute(
            text(
                "INSERT INTO sessions (id, code, scenario, digest, owner, created_ms, address)"
                " VALUES ('s', 'OLDONE', 's', 'd', 'admin', 1, '')"
            )
        )
    await engine.dispose()
    database = await open_database(url)
    people: People = database.people
    assert {one.name: one.roles for one in await people.list_accounts()} == {
        "admin": ("administrator",),
        "other": ("facilitator",),
    }
    assert await people.list_logins("admin") == []
    [session] = await database.listing.every(Wanted())
    assert (session.id, session.branch) == ("s", None)
    await database.close()


async def test_what_was_typed_for_a_branch_is_kept_where_it_says_something_else(url: str) -> None:
    engine = make_engine(url)
    async with writing(engine).begin() as connection:
        await connection.run_sync(migrate, "0007")
        for statement in (
            "INSERT INTO branches (id, name) VALUES ('b', '一支部')",
            "INSERT INTO accounts (id, name, password_hash, roles, totp_confirmed, totp_step)"
            " VALUES ('a', 'admin', 'x', 'administrator', false, 0)",
            "INSERT INTO scenarios VALUES ('d', 's', '1', '')",
        ):
            await connection.execute(text(statement))
        for name, branch, typed in (
            ("same", "'b'", "一支部"),
            ("other", "'b'", "第一支部"),
            ("none", "NULL", "一支部"),
        ):
            await connection.execute(
                text(
                    "INSERT INTO sessions (id, code, scenario, digest, owner, branch, created_ms,"
                    f" address) VALUES ('{name}', '{name}', 's', 'd', 'a', {branch}, 1, '')"
                )
            )
            await connection.execute(
                text(
                    "INSERT INTO activities (session, branch, topic, held, place, host, recorder,"
                    f" absent, remarks) VALUES ('{name}', '{typed}', '', '', '', '', '', '', '')"
                )
            )
    await engine.dispose()
    database = await open_database(url)
    kept = {
        name: (await database.activities.get(name)).branch_written
        for name in ("same", "other", "none")
    }
    assert kept == {"same": "", "other": "第一支部", "none": "一支部"}
    assert not any(session.trial for session in await database.listing.every(Wanted()))
    await database.close()
