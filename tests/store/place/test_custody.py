"""The data are there, the same, and one server's: or nothing is acknowledged (P17). The kind: identity
and ownership that are taken for granted. One family over whatever may happen to the files."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from engine.errors import StoreUnavailable
from engine.store.backup.backup import backup, restore
from engine.store.database import open_database
from engine.store.log.file import FileWriter
from engine.store.place.alive import Life
from engine.store.place.custody import holding, lock_of
from engine.store.place.unopened import CantOpen
from tests.support.logs import ready
from tests.support.server import ROOT

LOSSES: dict[str, Callable[[Path], object]] = {
    "deleted": lambda file: file.unlink(),
    "moved": lambda file: file.rename(file.with_name("other.db")),
    "its folder moved": lambda file: file.parent.rename(file.parent.with_name("other")),
    "replaced": lambda file: (
        shutil.copy(file, file.with_name("copy")),
        file.with_name("copy").replace(file),
    ),
    "its log deleted": lambda file: file.with_name(f"{file.name}-wal").unlink(),
    "the index of its log deleted": lambda file: file.with_name(f"{file.name}-shm").unlink(),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a database is to be."""
    return tmp_path / "var" / "test.db"


@pytest.mark.parametrize("lose", LOSSES.values(), ids=LOSSES)
async def test_what_isnt_the_open_file_any_more_takes_nothing(
    lose: Callable[[Path], object], file: Path
) -> None:
    database = await open_database(f"sqlite:///{file}")
    await database.alive.mark(Life("p", 1, 2))
    await database.store.append("r", 0, ready(1, "a"))
    lose(file)
    for _ in range(7):  # more than the pool has connections, which would open another file
        with pytest.raises(StoreUnavailable, match="saved"):
            await database.alive.mark(Life("p", 1, 3))
        with pytest.raises(StoreUnavailable, match="saved"):
            await database.store.append("r", 1, ready(2, "b"))
    await database.close()


@pytest.mark.parametrize("lose", LOSSES.values(), ids=LOSSES)
@pytest.mark.parametrize("looks", [0, 1, 2])
async def test_what_is_lost_while_it_is_written_is_not_acknowledged(
    lose: Callable[[Path], object], looks: int, file: Path
) -> None:
    """Before the transaction, in it, and before its commit."""
    database = await open_database(f"sqlite:///{file}")
    await database.store.append("r", 0, ready(1, "a"))
    writer = database.store._writer
    assert isinstance(writer, FileWriter)
    place, looked = writer._place, 0

    def check() -> None:
        nonlocal looked
        if looked == looks:
            lose(file)
        looked += 1
        place.check()

    writer._place = replace(place, check=check)
    with pytest.raises(StoreUnavailable, match="saved"):
        await database.store.append("r", 1, ready(2, "b"))
    assert looked == looks + 1
    await database.close()


async def test_what_is_put_back_works_again(file: Path) -> None:
    database = await open_database(f"sqlite:///{file}")
    aside = file.parent.with_name("aside")
    os.rename(file.parent, aside)
    with pytest.raises(StoreUnavailable):
        await database.alive.mark(Life("p", 1, 2))
    assert file.parent.name not in os.listdir(aside.parent)
    os.rename(aside, file.parent)
    await database.alive.mark(Life("p", 1, 3))
    assert await database.alive.lives() == [Life("p", 1, 3)]
    await database.close()


@pytest.mark.parametrize("empty", [True, False], ids=["empty", "gone"])
def test_a_log_whose_database_is_empty_or_gone_is_kept(file: Path, *, empty: bool) -> None:
    """SQLite would take it for nobody's, and delete it with all that only it holds."""
    file.parent.mkdir()
    log = file.with_name(f"{file.name}-wal")
    log.write_bytes(b"kept")
    if empty:
        file.touch()
    with pytest.raises(CantOpen) as told:
        asyncio.run(open_database(f"sqlite:///{file}"))
    assert told.value.code == "emptied"
    assert log.read_bytes() == b"kept"


HOLDER = """
import sys
from engine.store.place.custody import holding
with holding(sys.argv[1]) as custody:
    custody.note("http://192.0.2.1:8000")
    print("held", flush=True)
    sys.stdin.read()
"""


async def made_backup(url: str, path: Path) -> None:
    database = await open_database(url)
    await database.close()
    await backup(url, path, time.time_ns() // 1_000_000)


def test_a_database_is_one_servers(file: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{file}"
    made = tmp_path / "a.backup"
    asyncio.run(made_backup(url, made))
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, url], cwd=ROOT, stdin=pipe, stdout=pipe
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(CantOpen) as told, holding(url):
            pass
        assert told.value.code == "held"
        assert "http://192.0.2.1:8000" in told.value.message.zh
        # Moved aside as the guide says, the lock stays where it is.
        file.rename(file.with_name("old.db"))
        with pytest.raises(CantOpen, match="held"):
            asyncio.run(restore(url, made))
        assert not file.exists()
        other.kill()
    asyncio.run(restore(url, made))  # a killed holder holds nothing
    assert lock_of(file).exists()


def test_a_lock_asked_for_by_its_holder_is_no_others(file: Path) -> None:
    url = f"sqlite:///{file}"
    with holding(url) as one, holding(url) as again:
        assert one is again
    with holding(url), pytest.raises(ZeroDivisionError), holding(url):
        raise ZeroDivisionError
