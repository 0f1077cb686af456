"""The real clock, and what a watcher of several runs hears."""

from __future__ import annotations

import asyncio
import time

import pytest

from engine.errors import StoreUnavailable
from engine.host.clock import SteadyClock, sleepless
from engine.host.presence import RETURN_MS, Presence
from engine.store.log.memory import MemoryStore
from tests.host.test_host import SCENARIO, Evening, FailingStore
from tests.host.test_trouble import turns, until
from tests.support.patience import soon


async def test_the_clock_goes_on_when_the_wall_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    began_s = time.monotonic()
    first_ms = time.time_ns() // 1_000_000
    clock = SteadyClock()
    before = clock.now_ms()
    assert first_ms <= before <= time.time_ns() // 1_000_000 + 1
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    assert 0 <= clock.now_ms() - before <= (time.monotonic() - began_s) * 1000 + 1
    await soon(clock.sleep_until(clock.now_ms() + 5))
    assert clock.now_ms() >= before + 5
    await soon(clock.sleep_until(0))


async def test_the_clock_counts_what_the_machine_slept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lid was closed for an hour: the monotonic clock stood, as Linux' does, and the wall's and
    the one that counts sleep went on."""
    source = sleepless()
    assert source is not None, "this system has such a clock"
    true_ns, slept_ns = time.clock_gettime_ns, 0
    monkeypatch.setattr(
        time, "clock_gettime_ns", lambda which: true_ns(which) + slept_ns * (which == source)
    )
    clock = SteadyClock()
    before = clock.now_ms()
    woken = asyncio.create_task(clock.sleep_until(before + 1_800_000))
    await turns()
    slept_ns = 3_600 * 1_000_000_000
    assert 3_600_000 <= clock.now_ms() - before < 3_660_000
    await soon(woken)


async def test_one_watcher_hears_of_several_runs_and_only_of_those() -> None:
    evening = Evening(MemoryStore())
    for run in ("p", "q", "r"):
        await evening.host.open(run, SCENARIO, seed="x", team=1)
    with evening.host.watch("p", "q") as watch, evening.host.watch("p") as other:
        evening.host.ring("q")
        await soon(watch.moved())
        evening.host.ring("r")
        waiting = asyncio.create_task(watch.moved())
        await turns()
        assert not waiting.done()
        evening.host.ring("p")
        await soon(waiting)
        await soon(other.moved())
    assert evening.host.now_ms("p") == evening.clock.now_ms()


async def test_a_run_that_cannot_be_read_is_looked_at_again_for_those_who_are_gone() -> None:
    class Unreadable(FailingStore):
        async def read(self, run: str, after_seq: int = 0) -> list:  # type: ignore[type-arg]
            if self.failing:
                raise StoreUnavailable("gone")
            return await super().read(run, after_seq)

    store = Unreadable()
    evening = Evening(store)
    await evening.begin()
    restarted = Evening(store, evening.clock)
    presence = Presence(restarted.host)
    store.failing = True
    presence.expect("r")
    await turns()
    restarted.clock.move(RETURN_MS)
    await turns()
    store.failing = False
    restarted.clock.move(RETURN_MS)
    await until(restarted, lambda state: not any(seat.online for seat in state.seats.values()))
    await presence.close()
