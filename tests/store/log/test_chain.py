"""Whoever has the database and not the secret is told where they changed it; whatever the program
does lawfully keeps the chain."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import delete, insert, select, text

from engine.rules.chain import Append, key_of, link
from engine.rules.codec import encode_event, tag_of
from engine.rules.events import Recorded
from engine.store.backup.backup import backup, restore
from engine.store.backup.copies import copies
from engine.store.backup.verify import verify_database, verify_file
from engine.store.database import Database, make_engine, migrate, open_database, writing
from engine.store.log.sql import logs_of
from engine.store.migrations.versions import r0015_chain
from engine.store.tables import EventTable
from tests.support.clock import Now
from tests.support.evenings import YIDA, admin_of, evening, keep_evening, yida
from tests.support.logs import answered, opened, ready

SECRET: Final = "the installation's own"
LOG: Final = [*opened(), *ready(2, "c2", count=2), *ready(4, "c4"), *ready(5, "c5")]
Rows = list[dict[str, Any]]
OPENED, TWO, FOURTH, LAST = range(4)


def changed(rows: Rows) -> None:
    """Another seat is said to have done it."""
    rows[TWO]["body"] = rows[TWO]["body"].replace(b'"s1"', b'"s2"')


def removed(rows: Rows) -> None:
    """An append is gone."""
    del rows[TWO]


def emptied(rows: Rows) -> None:
    """A record of an append is gone."""
    rows[TWO]["body"] = rows[TWO]["body"].split(b"\n")[0]


def inserted(rows: Rows) -> None:
    """Another is put at the end, with the last one's link."""
    body = rows[LAST]["body"].replace(b'"seq":5', b'"seq":6')
    rows.append(rows[LAST] | {"seq": 6, "last_seq": 6, "body": body})


def swapped(rows: Rows) -> None:
    """Two have changed places, and count right."""
    one, two = rows[FOURTH], rows[LAST]
    one["body"], two["body"] = (
        two["body"].replace(b'"seq":5', b'"seq":4'), one["body"].replace(b'"seq":4', b'"seq":5'),
    )  # fmt: skip
    one["link"], two["link"] = two["link"], one["link"]


def counted_wrong(rows: Rows) -> None:
    """The log is said to go further than it does: the next append would leave a gap."""
    rows[LAST]["last_seq"] = 7


def stripped(rows: Rows) -> None:
    """The links are taken away, as if there never had been any."""
    for row in rows:
        row["link"] = ""


def stripped_at_the_end(rows: Rows) -> None:
    """The last link is."""
    rows[LAST]["link"] = ""


def made_early(rows: Rows) -> None:
    """The links are said to be of the day of an upgrade."""
    for row in rows:
        row["link"] = f"=2026-01-01={row['link']}"


def worked_out_anew(rows: Rows) -> None:
    """All links are, without the secret."""
    changed(rows)
    previous = ""
    for row in rows:
        previous = link(key_of("a guess"), previous, row["run"], row["seq"], row["body"])
        row["link"] = previous


def under_the_true_name(rows: Rows) -> None:
    """They are, and say that they are of the true secret."""
    name = rows[0]["link"][:8]
    worked_out_anew(rows)
    for row in rows:
        row["link"] = name + row["link"][8:]


def moved(rows: Rows) -> None:
    """The log is said to be another run's."""
    for row in rows:
        row["run"] = "other"


def cut_off(rows: Rows) -> None:
    """The last append is gone."""
    del rows[LAST]


EDITS: Final[list[tuple[Callable[[Rows], None], int]]] = [
    (changed, 2), (removed, 4), (emptied, 2), (inserted, 6), (swapped, 4), (counted_wrong, 5),
    (stripped, 1), (stripped_at_the_end, 5), (made_early, 1), (worked_out_anew, 1),
    (under_the_true_name, 1),
]  # fmt: skip
"""Each with the record from which on it is told."""


async def written(url: str) -> str:
    """A log of four appends; its head."""
    database = await open_database(url, secret=SECRET)
    for first, count in ((1, 1), (2, 2), (4, 1), (5, 1)):
        await database.store.append("r", first - 1, LOG[first - 1 : first - 1 + count])
    log = await database.store.appends("r")
    await database.close()
    return log[-1].link


async def edit(url: str, doing: Callable[[Rows], None]) -> None:
    """Put the rows of the log there as they are after `doing`."""
    engine = make_engine(url)
    async with writing(engine).begin() as connection:
        query = select(EventTable.__table__).order_by("seq")  # type: ignore[attr-defined]
        rows = [dict(row) for row in (await connection.execute(query)).mappings()]
        doing(rows)
        await connection.execute(delete(EventTable))
        await connection.execute(insert(EventTable), rows)
    await engine.dispose()


async def told(url: str, *, secret: str = SECRET, head: str = "") -> list[str]:
    """What is wrong with the logs."""
    found = await verify_database(url, head, (secret,))
    return [each for each in found.problems if "不属于任何一场" not in each]


@pytest.mark.parametrize(("doing", "seq"), EDITS)
async def test_an_edit_of_the_database_is_told(
    sqlite_url: str, doing: Callable[[Rows], None], seq: int
) -> None:
    await written(sqlite_url)
    assert await told(sqlite_url) == []
    await edit(sqlite_url, doing)
    problem, *_ = await told(sqlite_url)
    assert problem.startswith("局 r：")
    assert f"第 {seq} 条" in problem


async def test_postgresql_keeps_it_byte_by_byte(postgres_url: str) -> None:
    head = await written(postgres_url)
    assert await told(postgres_url, head=head) == []
    await edit(postgres_url, changed)
    assert len(await told(postgres_url, head=head)) == 1


async def test_a_log_is_not_anothers(sqlite_url: str) -> None:
    await written(sqlite_url)
    await edit(sqlite_url, moved)
    assert ["局 other" in each for each in await told(sqlite_url)] == [True]


async def test_a_tail_cut_off_is_told_by_a_noted_head(sqlite_url: str) -> None:
    head = await written(sqlite_url)
    await edit(sqlite_url, cut_off)
    assert await told(sqlite_url) == []
    [problem] = await told(sqlite_url, head=head)
    assert "链首不在其中" in problem


async def test_another_secrets_chain_is_told(sqlite_url: str) -> None:
    await written(sqlite_url)
    [problem] = await told(sqlite_url, secret="other")
    assert "不是用这里的密钥做的" in problem


async def test_a_log_that_is_gone_is_missed_where_people_sat(sqlite_url: str) -> None:
    database = await open_database(sqlite_url, secret=SECRET)
    owner = await admin_of(database)
    await keep_evening(database, owner, YIDA.read_bytes(), [evening(yida(), "gone")])
    assert await told(sqlite_url) == []
    async with writing(database.engine).begin() as connection:
        await connection.execute(delete(EventTable))
    await database.close()
    [problem] = await told(sqlite_url)
    assert "一条记录也没有" in problem


async def test_what_the_program_does_keeps_the_chain(
    sqlite_url: str, url: str, tmp_path: Path, now: Now
) -> None:
    """Names are erased and lapse, and it is all backed up and restored elsewhere."""
    database = await open_database(sqlite_url, secret=SECRET, clock=now)
    owner = await admin_of(database)
    session = await keep_evening(
        database, owner, YIDA.read_bytes(), [evening(yida(), "kept")], branch="某支部"
    )
    head = (await database.store.appends(session.runs[0].id))[-1].link
    assert await database.privacy.erase(session.runs[0].id, "s1") is not None
    assert await told(sqlite_url, head=head) == []
    await database.close()
    await backup(sqlite_url, tmp_path / "backup", 1)
    found = verify_file(tmp_path / "backup", head, (SECRET,))
    assert (found.problems, found.chained) == ([], 1)
    if url != sqlite_url:
        await restore(url, tmp_path / "backup")
        assert await told(url, head=head) == []


def old_rows(log: list[Recorded], run: str = "r") -> Rows:
    """A log as it was kept before there was a chain."""
    rows: Rows = []
    for one in log:
        first = not rows or (rows[-1]["by"], rows[-1]["command"]) != (one.by, one.command)
        row = {"run": run, "seq": one.seq, "at_ms": one.event.at_ms, "by": one.by,
               "command": one.command, "tag": tag_of(one.event), "version": 1,
               "command_key": f"{one.by}:{one.command}" if first else None,
               "body": encode_event(one.event)}  # fmt: skip
        rows.append(row)
    return rows


async def upgraded(
    url: str, log: list[Recorded], damage: str = "", runs: Sequence[str] = ("r",)
) -> Database:
    """A database from before there was a chain, opened now."""
    engine = make_engine(url)
    async with writing(engine).begin() as connection:
        await connection.run_sync(migrate, r0015_chain.down_revision)
        names = ", ".join(old_rows(log)[0])
        values = ", ".join(f":{name}" for name in old_rows(log)[0])
        statement = f"INSERT INTO events ({names}) VALUES ({values})"
        for run in runs:
            await connection.execute(text(statement), old_rows(log, run))
        if damage:
            await connection.execute(text(damage))
    await engine.dispose()
    return await open_database(url, secret=SECRET)


async def test_logs_from_before_say_since_when_they_are_chained(url: str, tmp_path: Path) -> None:
    log = [*opened(), *answered(2), *ready(4, "c4")]
    database = await upgraded(url, log)
    assert await database.store.read("r") == log, "and nothing of them was changed"
    assert await database.store.read("r", 2) == log[2:]
    kept = await database.store.appends("r")
    assert [append.seq for append in kept] == [1, 2, 4], "a row a command"
    await database.store.append("r", 4, ready(5, "c5"))
    await database.close()
    found = await verify_database(url, secrets=(SECRET,))
    [line] = found.told_links
    assert re.fullmatch(r"1 局：早先的记录那时还没有链，20\d\d-\d\d-\d\d 才接上.*", line)
    assert await told(url, head=kept[-1].link) == []
    await edit(url, changed)
    [problem] = await told(url)
    assert "第 2 条" in problem


async def test_a_backup_from_before_is_not_chained_and_not_wrong(
    sqlite_url: str, tmp_path: Path
) -> None:
    """Upgrading makes one by itself, of what was there before."""
    await (await upgraded(sqlite_url, [*opened(), *ready(2, "c2")])).close()
    [made] = (tmp_path / "var").glob("*.backup")
    found = verify_file(made, secrets=(SECRET,))
    assert [each for each in found.problems if "不属于" not in each] == []
    assert found.told_links == ["1 局：没有链：改没改过，查不出来"]


SPOILT: Final = {
    "a row is gone": "DELETE FROM events WHERE run = 'r' AND seq = 2",
    "a body is none": "UPDATE events SET body = x'00' WHERE run = 'r' AND seq = 2",
    "a body is cut in two": "UPDATE events SET body = x'7b0a7d' WHERE run = 'r' AND seq = 2",
    "a body is a text": "UPDATE events SET body = '{' WHERE run = 'r' AND seq = 2",
    "a version that is none": "UPDATE events SET version = 'x' WHERE run = 'r' AND seq = 2",
}


@pytest.mark.parametrize("damage", SPOILT)
async def test_a_broken_log_from_before_keeps_no_other_from_being_chained(
    sqlite_url: str, damage: str, tmp_path: Path
) -> None:
    """What was before lies there, even where a value can't be put into a backup."""
    log = [*opened(), *answered(2), *ready(4, "c4")]
    database = await upgraded(sqlite_url, log, SPOILT[damage], runs=("r", "sister"))
    [made] = [name for name in os.listdir(tmp_path / "var") if ".before-" in name]
    assert [one.path.name for one in copies(sqlite_url)] == [made], "names stand in it, too"
    broken: dict[str, Exception] = {}
    logs = logs_of(await database.store.appends_of(["r", "sister"]), broken)
    assert (logs, [*broken]) == ({"sister": log}, ["r"])
    await database.store.append("sister", 4, ready(5, "c5"))
    await database.close()
    found = await verify_database(sqlite_url, secrets=(SECRET,))
    assert [each for each in found.problems if "sister：从" in each] == []
    assert any(each.startswith("局 r：") and "不属于" not in each for each in found.problems)


async def test_an_upgrade_that_is_cut_short_changed_nothing(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = [*opened(), *answered(2)]

    def killed(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as dying:
        dying.setattr("alembic.op.rename_table", killed)
        with pytest.raises(ZeroDivisionError):
            await upgraded(url, log)
    database = await open_database(url, secret=SECRET)
    assert await database.store.read("r") == log
    await database.close()
    assert await told(url) == []


def test_an_append_counts_its_records() -> None:
    assert Append("r", 4, b"{}\n{}", "").last_seq == 5
