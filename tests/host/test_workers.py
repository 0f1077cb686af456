"""Several workers over one store, and one run's bug beside the others' evenings."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from engine.errors import ConcurrentAppend, RunBroken
from engine.host import loaded
from engine.host.host import IDLE_MS
from engine.host.mailbox import RunStopped
from engine.host.presence import RETURN_MS, Presence
from engine.host.timers import Timers
from engine.rules import commands as cmd
from engine.rules.deadlines import next_deadline
from engine.rules.rejections import reject
from engine.store.log.memory import MemoryStore
from tests.host.test_host import SCENARIO, Evening
from tests.host.test_trouble import turns
from tests.support.clock import FakeClock


async def tags(evening: Evening) -> list[str]:
    return [str(record.event.__struct_config__.tag) for record in await evening.store.read("r")]


# ── a worker that is behind ─────────────────────────────────────────────────────────────────────


@pytest.fixture
async def behind() -> tuple[Evening, Evening]:
    """One worker, and another that has loaded the run and hears nothing of the first."""
    ahead = Evening(MemoryStore())
    await ahead.begin()
    late = Evening(ahead.store, ahead.clock)
    late.count = 1_000
    await late.host.state("r")
    return ahead, late


async def test_a_deadline_met_while_catching_up_comes_before_the_command(
    behind: tuple[Evening, Evening],
) -> None:
    """The late worker learns of the hold only by losing the race; it ends before the answer."""
    ahead, late = behind
    await ahead.do(cmd.Submit, "s1", task="date", answer=("d1",))
    until_ms = ahead.clock.now_ms() + 30_000
    ahead.clock.move(31_000)
    await late.do(cmd.Submit, "s1", task="date", answer=("d23",))
    log = await tags(late)
    assert log.index("hold.ended") < len(log) - 1 - log[::-1].index("task.answered")
    ended = next(
        record.event
        for record in await late.store.read("r")
        if record.event.__struct_config__.tag == "hold.ended"
    )
    assert ended.at_ms == until_ms
    await late.check()


async def test_a_limit_extended_meanwhile_is_not_up(behind: tuple[Evening, Evening]) -> None:
    """The late worker fires the old limit, loses the race, and asks anew what is due."""
    ahead, late = behind
    await ahead.do(cmd.Extend, cmd.FACILITATOR, seconds=60)
    ahead.clock.move(301_000)
    await late.do(cmd.Submit, "s1", task="date", answer=("d23",))
    assert "scene.timed_out" not in await tags(late)
    await late.check()


async def test_two_workers_fire_a_deadline_once(behind: tuple[Evening, Evening]) -> None:
    ahead, late = behind
    ahead.clock.move(301_000)
    await asyncio.gather(ahead.host.state("r"), late.host.state("r"))
    assert (await tags(ahead)).count("scene.timed_out") == 1
    await ahead.check()
    await late.check()


async def test_who_loses_every_race_hears_of_it() -> None:
    class Contested(MemoryStore):
        contested = False

        async def append(self, run: str, expected_seq: int, batch: Any) -> None:
            if self.contested:
                raise ConcurrentAppend(run, expected_seq, expected_seq + 1)
            await super().append(run, expected_seq, batch)

    store = Contested()
    evening = Evening(store)
    await evening.begin()
    store.contested = True
    with pytest.raises(ConcurrentAppend):
        await evening.do(cmd.Nudge, cmd.FACILITATOR, seat="s1")
    evening.clock.move(301_000)
    with pytest.raises(ConcurrentAppend):
        await evening.host.state("r")
    store.contested = False
    await evening.do(cmd.Nudge, cmd.FACILITATOR, seat="s1")
    await evening.check()


# ── one run's bug ───────────────────────────────────────────────────────────────────────────────


def broken_for(team: int) -> Callable[..., Any]:
    """A `next_deadline` with a bug that only this team meets."""

    def broken(scenario: Any, state: Any) -> Any:
        if state.team == team:
            raise ValueError("a bug")
        return next_deadline(scenario, state)

    return broken


async def test_a_run_that_cannot_be_loaded_for_a_bug_leaves_the_others_their_deadlines(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    evening = Evening(MemoryStore())
    await evening.begin()
    await evening.host.open("bad", SCENARIO, seed="x", team=2)
    evening.host.start()
    with monkeypatch.context() as patch:
        patch.setattr(loaded, "next_deadline", broken_for(2))
        for _ in range(2):
            with pytest.raises(RunBroken):
                await evening.host.state("bad")
        await turns()
        evening.clock.move(IDLE_MS)
        await turns()
        assert "scene.timed_out" in await tags(evening)
        evening.clock.move(IDLE_MS)
        await turns()
    await evening.host.state("bad")
    await evening.host.close()


async def test_a_bug_met_at_a_deadline_stops_that_run_only(monkeypatch: pytest.MonkeyPatch) -> None:
    evening = Evening(MemoryStore())
    await evening.begin()
    evening.host.start()
    await evening.host.open("bad", SCENARIO, seed="x", team=2)
    for kind, by in ((cmd.TakeSeat, "s1"), (cmd.TakeSeat, "s2"), (cmd.Start, cmd.FACILITATOR)):
        command = kind(id=f"{kind.__name__}{by}", at_ms=evening.clock.now_ms(), by=by)
        await evening.host.execute("bad", command)
    await turns()
    with monkeypatch.context() as patch:
        patch.setattr(loaded, "next_deadline", broken_for(2))
        evening.clock.move(300_000)
        await turns()
        assert "scene.timed_out" in await tags(evening)
        assert len(await evening.store.read("bad")) > 0
    _, state = await evening.host.state("bad")
    assert state.scene is not None
    assert state.scene.id == "search"
    await evening.host.close()


async def test_rules_that_refuse_their_own_deadline_stop_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody is told "too late" for what they didn't ask."""
    evening = Evening(MemoryStore())
    await evening.begin()
    evening.clock.move(301_000)

    def refuse(*args: object) -> None:
        raise reject("stale")

    with monkeypatch.context() as patch:
        patch.setattr(loaded, "decided", refuse)
        with pytest.raises(RunStopped):
            await evening.do(cmd.Nudge, cmd.FACILITATOR, seat="s1")
    await evening.do(cmd.Nudge, cmd.FACILITATOR, seat="s1")
    await evening.check()


async def test_a_log_that_cannot_be_read_is_told_to_each_who_asks() -> None:
    store = MemoryStore()
    evening = Evening(store)
    await evening.begin()
    del store._logs["r"][3]
    restarted = Evening(store, evening.clock)
    presence = Presence(restarted.host)
    for _ in range(2):
        with pytest.raises(RunBroken):
            await restarted.host.state("r")
        with pytest.raises(RunBroken):
            await presence.connected("r", "s1")
    restarted.clock.move(RETURN_MS)
    await turns()
    await presence.disconnected("r", "s1")
    await presence.close()


async def test_many_who_touch_a_run_at_once_load_it_once() -> None:
    class Counting(MemoryStore):
        reads = 0

        async def read(self, run: str, after_seq: int = 0) -> list[Any]:
            self.reads += 1
            await asyncio.sleep(0)
            return await super().read(run, after_seq)

    store = Counting()
    evening = Evening(store)
    await evening.host.open("r", SCENARIO, seed="x", team=1)
    first = asyncio.create_task(evening.host.state("r"))
    await asyncio.sleep(0)
    others = [asyncio.create_task(evening.host.state("r")) for _ in range(20)]
    first.cancel()
    await asyncio.gather(*others)
    assert store.reads == 1
    with pytest.raises(asyncio.CancelledError):
        await first
    assert evening.host._loading == {}


async def test_a_timer_that_fails_stops_no_other() -> None:
    clock, fired = FakeClock(), []

    async def fire(run: str) -> None:
        fired.append(run)
        assert run != "bad"

    timers = Timers(clock, fire)
    timers.start()
    for number, run in enumerate(("bad", "good", "bad", "last"), start=1):
        timers.arm(run, clock.now_ms() + number)
        await turns()
        clock.move(number)
        await turns()
    assert fired == ["bad", "good", "bad", "last"]
    await timers.close()
