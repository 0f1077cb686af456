"""Time stands while nothing can be saved: a full disk or a lock takes nobody's time. The kind: a limit
that runs on when nothing can be done within it."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from engine.errors import StoreUnavailable
from engine.rules import commands as cmd
from tests.host.room import Room, Worker
from tests.host.test_stands import LIMIT_MS, pair, room

__all__ = ["pair", "room"]


async def test_time_stands_while_nothing_can_be_saved(room: Room) -> None:
    """A scene's limit gives nobody less time because a disk was full."""
    await room.live(10_000)
    room.store.failing = room.marks.gone = True
    for _ in range(40):
        with pytest.raises(StoreUnavailable):
            await room.worker.do(cmd.Submit, "s1", task="date", answer=("d23",))
        await room.live(10_000)
    room.store.failing = room.marks.gone = False
    await room.live(2_000)
    assert "scene.timed_out" not in await room.tags()
    assert await room.left_ms() >= LIMIT_MS - 14_000
    assert 398_000 <= await room.stood_ms() <= 403_000


async def test_what_comes_due_while_nothing_can_be_saved_waits(room: Room) -> None:
    """Nobody does anything meanwhile: only the server finds out."""
    await room.live(10_000)
    room.store.failing = room.marks.gone = True
    await room.live(2 * LIMIT_MS)
    room.store.failing = room.marks.gone = False
    await room.live(7_000)
    assert "scene.timed_out" not in await room.tags()
    assert await room.left_ms() >= LIMIT_MS - 24_000


async def test_a_hiccup_of_the_store_is_no_time_that_stood(room: Room) -> None:
    await room.live(10_000)
    room.store.failing = True
    with pytest.raises(StoreUnavailable):
        await room.worker.do(cmd.Submit, "s1", task="date", answer=("d23",))
    room.store.failing = False
    await room.worker.do(cmd.Submit, "s1", task="date", answer=("d23",))
    assert await room.stood_ms() == 0


async def test_one_that_is_cut_off_takes_no_time_from_the_others(
    pair: tuple[Room, Worker, Worker],
) -> None:
    room, one, other = pair
    room.marks.cut_off = one.pulse._name
    await room.live(60_000)
    room.marks.cut_off = ""
    await room.live(7_000)
    await other.do(cmd.Nudge, cmd.FACILITATOR, seat="s1")
    await one.host.refresh("r")
    assert await room.stood_ms() == 0
    assert await room.left_ms() == LIMIT_MS - 87_000


async def test_the_log_says_once_why_nothing_can_be_saved(room: Room) -> None:
    """It tried each second, and said of each only that it wasn't saved."""
    for why in ("gone", "gone again"):
        with capture_logs() as said:
            room.marks.gone = True
            await room.live(60_000)
            room.marks.gone = False
            await room.live(7_000)
        told = [line["why"] for line in said if line["event"] == "mark.failed"]
        assert told == ["not_saved: gone"], why
