"""P15: a backup taken while players write restores, with equal fingerprints up to the snapshot."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import sqlite3
import sys
import time
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert
from typer.testing import CliRunner

from engine.cli import main
from engine.host.host import Host
from engine.rules.replay import fingerprint, replay
from engine.store.backup.archive import LINE_MAX, BackupError, Part, open_archive
from engine.store.backup.backup import backup, restore
from engine.store.backup.verify import verify_database, verify_file
from engine.store.database import make_engine, migrate, open_database, writing
from engine.store.place.unopened import CantOpen
from engine.store.tables import RunTable, SessionTable
from tests.faults.conftest import postgres, postgres_url
from tests.faults.figures import Figures
from tests.faults.player import RUNS, SCENARIO, load
from tests.support.evenings import admin_of
from tests.support.patience import PATIENCE_S
from tests.support.scripts import MINI_TEXT

__all__ = ["postgres", "postgres_url"]
ROOT = Path(__file__).resolve().parents[2]
WRITTEN = 300
"""Acknowledgements before the backup begins, and again while it is taken."""


async def prepared(url: str) -> None:
    """What stands around the logs that the player writes: a session, its runs, its script."""
    database = await open_database(url)
    owner = await admin_of(database)
    digest = SCENARIO.digest
    await database.texts.keep(digest, SCENARIO.id, SCENARIO.version, MINI_TEXT.encode())
    session = {
        "id": "evening", "code": "ABCDEF", "scenario": SCENARIO.id, "digest": digest,
        "owner": owner, "created_ms": 1, "address": "",
    }  # fmt: skip
    runs = [{"id": f"r{n}", "session": "evening", "team": n, "seed": "x"} for n in range(RUNS)]
    async with writing(database.engine).begin() as db:
        await db.execute(insert(SessionTable), [session])
        await db.execute(insert(RunTable), runs)
    host = Host(database.store, load)
    for run in (f"r{n}" for n in range(RUNS)):
        await host.open(run, SCENARIO, seed="x", team=1)
        await database.sessions.create_seat(run, "赵春兰")
    await database.close()


class Players:
    """The process of `player.py`, read so that it never waits for us."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.acks = 0
        self._more = asyncio.Event()

    async def __aenter__(self) -> Players:
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.faults.player", self._url, "1"),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
        )
        self._reading = asyncio.create_task(self._read())
        return self

    async def _read(self) -> None:
        assert self._process.stdout is not None
        while await self._process.stdout.readline():
            self.acks += 1
            self._more.set()

    async def reach(self, acks: int) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while self.acks < acks:
                self._more.clear()
                await self._more.wait()

    async def __aexit__(self, *_: object) -> None:
        self._process.kill()
        await self._process.wait()
        await self._reading


async def heads_in(path: Path) -> dict[str, int]:
    """The last seq of each run in a backup."""
    heads: dict[str, int] = {}
    part = Part("", (), ())
    with open_archive(path) as reader:
        for found in reader:
            if isinstance(found, Part):
                part = found
            elif part.part == "events":
                heads[found[0]] = found[part.columns.index("last_seq")]
    return heads


async def fingerprints(url: str, heads: dict[str, int]) -> dict[str, str]:
    database = await open_database(url)
    logs = {run: await database.store.read(run) for run in heads}
    await database.close()
    return {run: fingerprint(replay(run, logs[run][: heads[run]])) for run in heads}


@pytest.mark.parametrize("source", ["sqlite", "postgres"])
async def test_a_backup_taken_under_load_restores(
    source: str, tmp_path: Path, postgres_url: str, figures: Figures
) -> None:
    """From SQLite into SQLite and PostgreSQL, and the other way."""
    url = {"sqlite": f"sqlite:///{tmp_path}/live.db", "postgres": postgres_url}[source]
    targets = [f"sqlite:///{tmp_path}/restored.db", *([postgres_url] if source == "sqlite" else [])]
    file = tmp_path / "evening.backup"
    await prepared(url)
    async with Players(url) as players:
        await players.reach(WRITTEN)
        before, began = players.acks, time.monotonic()
        manifest = await backup(url, file, 1)
        took_s, meanwhile = time.monotonic() - began, players.acks - before
        await players.reach(players.acks + WRITTEN)
    assert file.stat().st_mode & 0o777 == 0o600
    heads = await heads_in(file)
    assert len(heads) == RUNS
    assert sum(heads.values()) >= manifest.parts["events"].rows >= RUNS
    then = await fingerprints(url, heads)
    live = await fingerprints(url, dict.fromkeys(heads, 1_000_000))
    assert live != then, "nobody wrote after the snapshot"
    in_file = verify_file(file)
    for target in targets:
        await restore(target, file)
        assert await fingerprints(target, heads) == then
        there = await verify_database(target)
        assert not there.problems + in_file.problems
        assert there.fingerprint == in_file.fingerprint
        assert there.runs == RUNS
        database = await open_database(target)
        assert [*(await database.sessions.names("r0")).values()] == ["赵春兰"]
        await database.close()
    events = manifest.parts["events"].rows
    figures.at_least("P15", f"{source}: events, restored to equal prints", events, 100, "")
    figures.at_least("P15", f"{source}: acknowledged meanwhile", meanwhile, 1, "")
    figures.at_most("P15", f"{source}: backup took", took_s, 10, "s")


# ── what is refused ─────────────────────────────────────────────────────────────────────────────


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    """A small backup."""
    url = f"sqlite:///{tmp_path}/small.db"
    await prepared(url)
    made = tmp_path / "small.backup"
    await backup(url, made, 1)
    return made


def contents(path: Path) -> bytes:
    return path.read_bytes()


async def refusal(path: Path, tmp_path: Path) -> tuple[str, float]:
    """The code it is refused with, and how long that took; nothing was written."""
    target = tmp_path / "target.db"
    began = time.monotonic()
    with pytest.raises(BackupError) as caught:
        await restore(f"sqlite:///{target}", path)
    assert not target.exists(), "refused before anything was written"
    assert caught.value.message.zh
    assert caught.value.remedy.zh
    return caught.value.code, time.monotonic() - began


def still_whole(whole: bytes, flipped: bytes) -> bool:
    """The bit says nothing: a stream of bits is filled up to its last byte."""
    try:
        return gzip.decompress(flipped) == gzip.decompress(whole)
    except (OSError, EOFError, zlib.error):
        return False


async def test_a_flipped_byte_is_refused_wherever_it_is(
    file: Path, tmp_path: Path, figures: Figures
) -> None:
    whole, bad = contents(file), tmp_path / "bad"
    places = [*range(10, len(whole), max(1, len(whole) // 60)), len(whole) - 1]
    slowest_s = 0.0
    for place in places:
        data = bytearray(whole)
        data[place] ^= 0x10
        if still_whole(whole, bytes(data)):
            continue
        bad.write_bytes(data)
        code, took_s = await refusal(bad, tmp_path)
        assert code in ("damaged", "cut", "not_backup"), (place, code)
        slowest_s = max(slowest_s, took_s)
    figures.at_least("P15", "places of a flipped byte", len(places), 20, "")
    figures.at_most("P15", "damage told in", slowest_s, 1, "s")


async def test_a_cut_file_is_refused_wherever_it_ends(file: Path, tmp_path: Path) -> None:
    whole, bad = contents(file), tmp_path / "bad"
    for length in [*range(0, len(whole), max(1, len(whole) // 30)), len(whole) - 1]:
        bad.write_bytes(whole[:length])
        code, _ = await refusal(bad, tmp_path)
        assert code in ("cut", "not_backup"), (length, code)


def lines(*rows: bytes) -> bytes:
    header = b'{"format":"hongchuan.backup","version":1,"revision":"0006","made_ms":1}\n'
    return header + b"".join(row + b"\n" for row in rows)


def bomb() -> bytes:
    """A thousand times as large as it looks."""
    part = b'{"part":"scenarios","columns":["digest","id","version","text"],"binary":[]}\n'
    return gzip.compress(lines() + part + b'["' + b"a" * (LINE_MAX + 1_000_000), mtime=0)


ATTACKS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "text": ("not_backup", lambda: b"hello"),
    "nothing": ("not_backup", lambda: b""),
    "another gzip": ("not_backup", lambda: gzip.compress(b"hello\n")),
    "nested": ("not_backup", lambda: gzip.compress(b"[" * 900 + b"\n")),
    "bomb": ("too_large", bomb),
    "of another format": ("newer", lambda: gzip.compress(lines().replace(b":1,", b":9,", 1))),
    "nested part": ("damaged", lambda: gzip.compress(lines(b"[" * 100_000))),
    "row of another length": (
        "damaged",
        lambda: gzip.compress(lines(b'{"part":"a","columns":["b"],"binary":[]}', b"[1,2]")),
    ),
    "no manifest": ("cut", lambda: gzip.compress(lines())),
    "another manifest": (
        "damaged",
        lambda: gzip.compress(lines(b'{"parts":{"a":{"rows":1,"sha256":""}}}')),
    ),
    "more behind": ("damaged", lambda: gzip.compress(lines(b'{"parts":{}}', b"{}"))),
}


@pytest.mark.parametrize("name", ATTACKS)
async def test_what_is_no_backup_is_refused_clearly(
    name: str, tmp_path: Path, figures: Figures
) -> None:
    code, made = ATTACKS[name]
    path = tmp_path / "attack"
    path.write_bytes(made())
    found, took_s = await refusal(path, tmp_path)
    assert found == code
    figures.at_most("P15", f"{name}: refused in", took_s, 1, "s")


async def test_a_table_of_nobodys_and_a_later_revision_are_refused(tmp_path: Path) -> None:
    path, target = tmp_path / "file", f"sqlite:///{tmp_path}/target.db"
    for data, code in (
        (lines(b'{"parts":{}}').replace(b"0006", b"9999"), "newer"),
        (_empty_part("sqlite_master"), "damaged"),
        (_empty_part("logins"), "damaged"),
    ):
        path.write_bytes(gzip.compress(data))
        with pytest.raises(BackupError) as caught:
            await restore(target, path)
        assert caught.value.code == code
        opened = await open_database(target)
        await opened.close()


def _empty_part(name: str) -> bytes:
    first = f'{{"part":"{name}","columns":["a"],"binary":[]}}'.encode()
    digest = hashlib.sha256(first + b"\n").hexdigest()
    end = f'{{"rows":0,"sha256":"{digest}"}}'
    manifest = f'{{"parts":{{"{name}":{end}}}}}'
    return lines(first, end.encode(), manifest.encode())


async def test_a_backup_is_restored_into_an_empty_database_only(file: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/other.db"
    opened = await open_database(url)
    await opened.people.ensure_admin("密码")
    await opened.close()
    with pytest.raises(BackupError) as caught:
        await restore(url, file)
    assert caught.value.code == "not_empty"
    empty = f"sqlite:///{tmp_path}/empty.db"
    await (await open_database(empty)).close()
    await restore(empty, file)
    assert not (await verify_database(empty)).problems


async def test_nothing_is_restored_under_a_server_that_runs(file: Path, postgres_url: str) -> None:
    """On PostgreSQL too, where no lock says whose the database is."""
    serving = await open_database(postgres_url)
    await serving.people.ensure_admin("密码")
    with pytest.raises(CantOpen, match="in_use"):
        await restore(postgres_url, file, over=True)
    assert await serving.people.find_named("admin") is not None
    await serving.close()
    await restore(postgres_url, file, over=True)
    assert not (await verify_database(postgres_url)).problems


async def test_an_older_revisions_backup_is_migrated(file: Path, tmp_path: Path) -> None:
    """One of before names moved out of the seats."""
    old = tmp_path / "old.db"
    await _old_database(f"sqlite:///{old}", file)
    made = tmp_path / "old.backup"
    manifest = await backup(f"sqlite:///{old}", made, 1)
    assert "participants" not in manifest.parts
    target = f"sqlite:///{tmp_path}/new.db"
    await restore(target, made)
    database = await open_database(target)
    assert [*(await database.sessions.names("r1")).values()] == ["赵春兰"]
    await database.close()


async def _old_database(url: str, file: Path) -> None:
    engine = make_engine(url)
    async with writing(engine).begin() as db:
        await db.run_sync(migrate, "0004")
        for statement in (
            "INSERT INTO accounts VALUES ('a', 'admin', 'x')",
            f"INSERT INTO scenarios VALUES ('{SCENARIO.digest}', 'x', '1', x'00')",
            "INSERT INTO sessions (id, code, scenario, digest, owner, created_ms, address)"
            f" VALUES ('s', 'C', 'x', '{SCENARIO.digest}', 'a', 1, '')",
            "INSERT INTO runs VALUES ('r1', 's', 1, 'x')",
            "INSERT INTO seats VALUES ('r1', 's1', '赵春兰', 'hash')",
        ):
            await db.exec_driver_sql(statement)
    await engine.dispose()


# ── verify ──────────────────────────────────────────────────────────────────────────────────────


BROKEN = {
    "DELETE FROM events WHERE run = 'r1' AND seq = 2": "局 r1：第 3 条记录",
    "UPDATE events SET body = x'7b7d' WHERE run = 'r2' AND seq = 1": "局 r2：第 1 条记录",
    "UPDATE scenarios SET text = x'00'": "剧本 first-congress-demo：正文与摘要",
    "DELETE FROM runs WHERE id = 'r0'": "局 r0：有记录，却不属于任何一场",
}


async def test_verify_finds_what_is_broken_and_says_where(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    await prepared(f"sqlite:///{path}")
    async with Players(f"sqlite:///{path}") as players:
        await players.reach(40)
    assert not (await verify_database(f"sqlite:///{path}")).problems
    for number, (statement, place) in enumerate(BROKEN.items()):
        copy = tmp_path / f"{number}.db"
        with closing(sqlite3.connect(path)) as whole, closing(sqlite3.connect(copy)) as broken:
            whole.backup(broken)
            broken.execute(statement)
            broken.commit()
        (problem,) = (await verify_database(f"sqlite:///{copy}")).problems
        assert problem.startswith(place)


def test_the_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their exit codes: 0 done, 1 refused or unsound, 2 not there."""
    runner, url = CliRunner(), f"sqlite:///{tmp_path}/x.db"
    asyncio.run(prepared(url))
    monkeypatch.setenv("HONGCHUAN_DATABASE_URL", url)
    monkeypatch.setenv("HONGCHUAN_SECRET_FILE", str(tmp_path / "no secret here"))
    file = str(tmp_path / "x.backup")
    codes = [
        runner.invoke(main, words).exit_code
        for words in (["backup", file], ["backup", file], ["verify"], ["verify", file],
                      ["restore", file], ["verify", "--head", "f" * 64], ["verify", "missing"])
    ]  # fmt: skip
    assert codes == [0, 1, 0, 0, 1, 1, 2]
    monkeypatch.setenv("HONGCHUAN_DATABASE_URL", f"sqlite:///{tmp_path}/y.db")
    assert runner.invoke(main, ["verify"]).exit_code == 2
    assert not (tmp_path / "y.db").exists()
    told = runner.invoke(main, ["restore", file])
    assert told.exit_code == 0, told.output
    assert "指纹" in runner.invoke(main, ["verify"]).output
