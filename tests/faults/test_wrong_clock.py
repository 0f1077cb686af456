"""P19: no clock erases anybody. A real server is started again and again with a clock that is wrong, on
evenings whose branch keeps names for a month; then with the right one. The rules as a table:
tests/store/people/test_retention.py."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path

from engine.store.database import open_database
from engine.store.people.accounts import Branch
from tests.faults.figures import Figures
from tests.faults.test_clock_jumps import DAY_S, FakedServer
from tests.support.evenings import YIDA, evening, keep_logs, yida
from tests.support.patience import until

KEPT = 30
OFFS_DAYS = (366, -2_200, 31, 61, 3_650, -31, 730, 9_000)
"""How far the wrong clocks are ahead; those that did harm first."""


def _kept(url: str) -> None:
    """Two evenings of a branch that keeps names for a month: one is over, one goes on."""

    async def settle(ended: str) -> None:
        database = await open_database(url)
        (branch,) = await database.people.list_branches()
        await database.people.change_branch(Branch(branch.id, branch.name, KEPT))
        await database.sessions.close_session(ended)
        await database.close()

    over = keep_logs(url, YIDA.read_bytes(), evening(yida(), "over"))
    keep_logs(url, YIDA.read_bytes(), evening(yida(), "goes on"))
    asyncio.run(settle(over.id))


def _count(file: Path, query: str) -> int:
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as db:
        found: int = db.execute(query).fetchone()[0]
    return found


def test_no_start_with_a_wrong_clock_erases_anybody(
    tmp_path: Path, size: Callable[[int, int], int], figures: Figures
) -> None:
    server, file = FakedServer(tmp_path, tmp_path / "scenarios"), tmp_path / "test.db"
    (tmp_path / "scenarios").mkdir()
    _kept(server.database_url)
    named = "SELECT count(*) FROM participants WHERE name <> ''"
    looked = "SELECT count(*) FROM audit WHERE act LIKE 'lapse%'"
    before, starts = _count(file, named), 0
    assert before
    for days in OFFS_DAYS[: size(2, len(OFFS_DAYS))]:
        for again, off_days in enumerate([days] * size(1, 5) + [0]):
            told = _count(file, looked)
            server.set_clock(off_days * DAY_S)
            server.start()
            if off_days > KEPT and not again:  # it finds something due, and leaves word of it
                until(lambda told=told: _count(file, looked) > told or _count(file, named) < before)  # type: ignore[misc]
            server.stop()
            starts += 1
    figures.at_least("P19", "starts with a clock that is wrong, or right again", starts, 4, "")
    figures.exactly("P19", "names erased by them", before - _count(file, named), 0)
