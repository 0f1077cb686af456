"""Whatever is asked of them, the stores answer alike."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import AppError
from engine.rules.events import Recorded
from engine.store.database import Database, open_database
from engine.store.log.contract import EventStore
from engine.store.log.memory import MemoryStore
from tests.support.logs import ready

Ask = tuple[str, int, str, str, int]

ASKS: st.SearchStrategy[Ask] = st.tuples(
    st.sampled_from(["r", "q"]),
    st.integers(-2, 2),
    st.sampled_from(["a", "b", "c", "d", "e"]),
    st.sampled_from(["s1", "s2"]),
    st.integers(1, 3),
)
"""Run, how far from the log's end, command, by whom, how many events."""

NUMBERS = itertools.count()
"""Every play has runs of its own, so that one database serves them all."""


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture
def databases(
    runner: asyncio.Runner, tmp_path: Path, postgres_url: str
) -> Iterator[tuple[Database, ...]]:
    opened = tuple(
        runner.run(open_database(url)) for url in (f"sqlite:///{tmp_path}/x.db", postgres_url)
    )
    yield opened
    for database in opened:
        runner.run(database.close())


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=st.lists(st.lists(ASKS, min_size=1, max_size=4), max_size=8))
def test_the_stores_answer_alike(
    runner: asyncio.Runner, databases: tuple[Database, ...], plan: list[list[Ask]]
) -> None:
    prefix = f"{next(NUMBERS)}."
    stores: list[EventStore] = [MemoryStore(), *(database.store for database in databases)]
    told = [runner.run(_told(store, plan, prefix)) for store in stores]
    assert told[0] == told[1]
    assert told[0] == told[2]


async def _told(store: EventStore, plan: list[list[Ask]], prefix: str) -> list[object]:
    """What a store says to groups of appends sent at once, and its logs in the end."""
    told: list[object] = []
    for group in plan:
        heads = {run: len(await store.read(prefix + run)) for run in ("r", "q")}
        asked = []
        for run, off, command, by, count in group:
            expected = max(0, heads[run] + off)
            batch = ready(expected + 1, command, by=by, count=count)
            asked.append(_ask(store, prefix + run, expected, batch))
        told.append(await asyncio.gather(*asked))
    told += [await store.read(prefix + run) for run in ("r", "q")]
    return told


async def _ask(
    store: EventStore, run: str, expected: int, batch: tuple[Recorded, ...]
) -> tuple[str, object]:
    try:
        await store.append(run, expected, batch)
    except AppError as error:
        return error.code, getattr(error, "actual_seq", None)
    return "written", None
