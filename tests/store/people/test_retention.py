"""P19: no start with a wrong clock erases anybody. The kind: what can't be undone, done by a clock."""

from __future__ import annotations

import pytest

from engine.store.database import Database
from engine.store.people.retention import (
    AHEAD_MS,
    APART_MS,
    DAY_MS,
    LOOKS,
    NOTED,
    PUT_OFF,
    SLACK_MS,
    counted,
    doubt,
)
from tests.support.clock import Now
from tests.support.evenings import YIDA, admin_of, yida

KEPT = 30
NEWEST = 1_000 * DAY_MS


@pytest.mark.parametrize(
    ("now_ms", "newest_ms", "why"),
    [
        (NEWEST, NEWEST, ""),
        (NEWEST - SLACK_MS, NEWEST, ""),
        (NEWEST - SLACK_MS - 1, NEWEST, "behind"),
        (0, NEWEST, "behind"),
        (NEWEST + AHEAD_MS, NEWEST, ""),
        (NEWEST + AHEAD_MS + 1, NEWEST, "ahead"),
        (NEWEST, 0, ""),
    ],
)
def test_a_clock_is_believed_beside_what_is_kept(now_ms: int, newest_ms: int, why: str) -> None:
    assert doubt(now_ms, newest_ms) == why


@pytest.mark.parametrize(
    ("noted", "now_ms", "expected"),
    [
        ([], NEWEST, (0, True)),
        ([NEWEST], NEWEST, (1, False)),
        ([NEWEST, NEWEST + 1, NEWEST + 2], NEWEST + DAY_MS, (1, True)),
        ([NEWEST, NEWEST + APART_MS], NEWEST + 2 * APART_MS, (2, True)),
        ([NEWEST, NEWEST + APART_MS - 1], NEWEST + APART_MS, (1, True)),
        ([NEWEST + DAY_MS, NEWEST], NEWEST + 2 * DAY_MS, (2, True)),
        ([NEWEST + 1], NEWEST, (0, True)),
    ],
)
def test_looks_count_that_are_days_apart(
    noted: list[int], now_ms: int, expected: tuple[int, bool]
) -> None:
    assert counted(noted, now_ms) == expected


async def _met(database: Database, *, ended: bool) -> str:
    """The run of a session that somebody came to."""
    branch = await database.people.create_branch("机关第一党支部", KEPT)
    assert branch is not None
    owner, scenario = await admin_of(database), yida()
    await database.texts.keep(scenario.digest, scenario.id, scenario.version, YIDA.read_bytes())
    made = await database.sessions.create_session(
        scenario="x", digest=scenario.digest, teams=1, owner=owner, branch=branch.id
    )
    await database.sessions.create_seat(made.runs[0].id, "王芳")
    if ended:
        await database.sessions.close_session(made.id)
    return made.runs[0].id


async def _acts(database: Database) -> list[str]:
    return [entry.act for entry in reversed(await database.audit.read())]


@pytest.mark.parametrize("off_days", [KEPT, 59, 61, 366, 3_650, 26_000, -3_650])
async def test_no_start_with_a_wrong_clock_erases_anybody(
    database: Database, now: Now, off_days: int
) -> None:
    now.ms = 20_000 * DAY_MS
    run = await _met(database, ended=True)
    for _ in range(5):
        now.ms += off_days * DAY_MS
        for _ in range(3):
            assert await database.look() == []
            now.ms += 60_000
        now.ms -= off_days * DAY_MS
        assert await database.look() == [], "the clock is right again"
    assert await database.sessions.names(run) == {"s1": "王芳"}
    told = await _acts(database)
    assert off_days < 0 or set(told) & {NOTED, PUT_OFF}, "and it is told"


async def test_an_open_session_never_lapses(database: Database, now: Now) -> None:
    run = await _met(database, ended=False)
    for _ in range(3 * KEPT):
        now.ms += DAY_MS
        assert await database.look() == []
    assert await database.sessions.names(run) == {"s1": "王芳"}
    assert await _acts(database) == []


async def test_a_right_clock_erases_after_days_of_grace(database: Database, now: Now) -> None:
    run = await _met(database, ended=True)
    now.ms += 200 * DAY_MS
    for _ in range(1 + LOOKS):
        assert await database.look() == []
        now.ms += DAY_MS
    assert await database.look()
    assert await database.sessions.names(run) == {"s1": ""}
    assert await _acts(database) == [PUT_OFF, *[NOTED] * LOOKS, "lapse"]


async def test_without_a_backup_nothing_lapses_and_it_is_tried_again(
    database: Database, now: Now, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await _met(database, ended=True)
    now.ms += 200 * DAY_MS
    for _ in range(1 + LOOKS):
        await database.look()
        now.ms += DAY_MS
    with monkeypatch.context() as full:
        full.setattr("engine.atomic.os.fsync", _full)
        assert await database.look() == []
    assert await database.sessions.names(run) == {"s1": "王芳"}
    assert (await _acts(database))[-1] == PUT_OFF
    assert await database.look()
    assert await database.sessions.names(run) == {"s1": ""}


def _full(handle: int) -> None:
    raise OSError(28, "No space left on device")
