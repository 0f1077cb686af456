"""The host when something goes wrong at a bad moment: nothing jams, nothing stays untold."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from engine.errors import StoreUnavailable
from engine.host.host import IDLE_MS
from engine.host.mailbox import RunStopped
from engine.host.timers import Timers
from engine.rules import commands as cmd
from engine.rules.state import State
from engine.store.database import open_database
from engine.store.log.memory import MemoryStore
from tests.host.test_host import Evening, FailingStore
from tests.support.clock import FakeClock
from tests.support.patience import soon


class SlowStore(MemoryStore):
    """Writes only once it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.let = asyncio.Event()
        self.let.set()
        self.asked = asyncio.Event()

    async def append(self, run: str, expected_seq: int, batch: Any) -> None:
        self.asked.set()
        await self.let.wait()
        await super().append(run, expected_seq, batch)


class StuckStore(MemoryStore):
    """While it is stuck, it says after a while that it couldn't write."""

    def __init__(self) -> None:
        super().__init__()
        self.stuck = False
        self.asked = 0
        self.give_up = asyncio.Event()

    async def append(self, run: str, expected_seq: int, batch: Any) -> None:
        if self.stuck:
            self.asked += 1
            await self.give_up.wait()
            raise StoreUnavailable("locked")
        await super().append(run, expected_seq, batch)


async def until(evening: Evening, condition: Any) -> State:
    """The run's state, once `condition` holds of it."""
    for _ in range(2_000):
        _, state = await evening.host.state("r")
        if condition(state):
            return state
        await asyncio.sleep(0)
    raise AssertionError("it never came to that")


async def turns() -> None:
    """Let every task that can go on do so."""
    for _ in range(50):
        await asyncio.sleep(0)


# ── deadlines ───────────────────────────────────────────────────────────────────────────────────


async def test_a_deadline_that_comes_round_again_is_fired_again() -> None:
    """Handing a role back to people who are still away makes the same absence due once more."""
    evening = Evening(MemoryStore())
    await evening.begin()
    await evening.do(cmd.GoAway, "s2")
    evening.clock.move(61_000)
    _, state = await evening.host.state("r")
    assert state.covers["lookout"].how == "share"
    await evening.do(cmd.HandBack, cmd.FACILITATOR, role="lookout")
    _, state = await evening.host.state("r")
    assert state.covers["lookout"].how == "share"
    await evening.check()


async def test_what_is_due_comes_before_a_command_that_was_asked_earlier_and_waited() -> None:
    """The command counts as of the run's time, which has gone by its own meanwhile."""
    evening = Evening(MemoryStore())
    await evening.begin()
    await evening.do(cmd.GoAway, "s2")
    await evening.do(cmd.HandOver, cmd.FACILITATOR, role="lookout", seat="s1")
    evening.clock.move(50_000)
    waited = cmd.Nudge(id="n", at_ms=evening.clock.now_ms(), by=cmd.FACILITATOR, seat="s1")
    evening.clock.move(20_000)
    await evening.do(cmd.HandBack, cmd.FACILITATOR, role="lookout")
    await evening.host.execute("r", waited)
    tags = [str(r.event.__struct_config__.tag) for r in await evening.store.read("r")]
    assert tags[-3:] == ["role.uncovered", "role.covered", "seat.nudged"]


async def test_a_clock_turned_back_between_two_starts_makes_nobody_wait() -> None:
    """A hold of 30 s is over 30 s later, though the new process lives an hour earlier."""
    evening = Evening(MemoryStore())
    await evening.begin()
    await evening.do(cmd.Submit, "s1", task="date", answer=("d1",))
    early = Evening(evening.store, FakeClock(evening.clock.now_ms() - 3_600_000))
    early.count = 100
    _, state = await early.host.state("r")
    assert "s1" in state.holds
    assert early.host.now_ms("r") == evening.clock.now_ms()
    early.clock.move(29_000)
    _, state = await early.host.state("r")
    assert "s1" in state.holds
    early.clock.move(1_000)
    _, state = await early.host.state("r")
    assert "s1" not in state.holds
    await early.do(cmd.Submit, "s1", task="date", answer=("d23",))
    await early.check()


async def test_a_command_asks_no_other_run_for_its_deadline() -> None:
    evening = Evening(MemoryStore())
    await evening.begin()
    mailbox = evening.host._mailboxes["r"]
    asked = 0

    def count() -> int | None:
        nonlocal asked
        asked += 1
        return None

    mailbox.due = count  # type: ignore[method-assign]
    evening.host.start()
    await turns()
    before = asked
    for number in range(20):
        await evening.host.open(f"q{number}", mailbox.scenario, seed="x", team=1)
        await evening.host.state(f"q{number}")
        await turns()
    assert asked == before
    await evening.host.close()


async def test_runs_that_nobody_touches_and_that_wait_for_nothing_are_dropped() -> None:
    evening = Evening(MemoryStore())
    await evening.begin()
    await evening.host.open("lobby", evening.host._mailboxes["r"].scenario, seed="x", team=2)
    await evening.host.state("lobby")
    evening.host.start()
    await turns()
    evening.clock.move(IDLE_MS)
    await turns()
    assert set(evening.host._mailboxes) == {"r"}, "its deadlines are caught up first"
    await evening.do(cmd.Close, cmd.FACILITATOR)
    evening.clock.move(IDLE_MS)
    await turns()
    evening.clock.move(IDLE_MS)
    await turns()
    assert evening.host._mailboxes == {}
    await evening.check()
    await evening.host.close()


async def test_deadlines_of_many_runs_fire_in_time_though_rearmed_often() -> None:
    clock, fired = FakeClock(), []

    async def fire(run: str) -> None:
        fired.append((run, clock.now_ms()))

    timers, start = Timers(clock, fire), clock.now_ms()
    for number in range(100):
        for run in ("a", "b", "c"):
            timers.arm(run, start + 1_000 + number)
    timers.arm("b", start + 10)
    timers.arm("c", None)
    timers.start()
    await turns()
    for _ in range(2_000):
        clock.move(1)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    timers.arm("d", clock.now_ms() - 5)
    await turns()
    assert [run for run, _ in fired] == ["b", "a", "d"]
    assert abs(fired[0][1] - start - 10) <= 2
    assert abs(fired[1][1] - start - 1_099) <= 2
    assert len(timers._heap) == 0
    await timers.close()


async def test_the_timer_tries_again_when_nothing_could_be_saved() -> None:
    store = FailingStore()
    evening = Evening(store)
    await evening.begin()
    evening.host.start()
    try:
        with evening.host.watch("r") as watch:
            store.failing = True
            evening.clock.move(300_000)
            for _ in range(50):
                await asyncio.sleep(0)
            store.failing = False
            evening.clock.move(1_000)
            await soon(watch.moved())
        tags = [record.event.__struct_config__.tag for record in await store.read("r")]
        assert "scene.timed_out" in tags
    finally:
        await evening.host.close()


# ── senders ─────────────────────────────────────────────────────────────────────────────────────


async def test_a_sender_that_goes_leaves_the_command_to_be_told() -> None:
    """The phone drops after its command arrived: teammates hear of it all the same."""
    store = SlowStore()
    evening = Evening(store)
    await evening.begin()
    store.let.clear()
    store.asked.clear()
    with evening.host.watch("r") as watch:
        sender = asyncio.create_task(
            evening.do(cmd.Submit, "s1", "c", task="date", answer=("d23",))
        )
        await store.asked.wait()
        sender.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sender
        store.let.set()
        await soon(watch.moved())
    _, state = await evening.host.state("r")
    assert "shanghai.date" in state.done
    await evening.host.close()


async def test_closing_waits_for_what_is_being_written() -> None:
    store = SlowStore()
    evening = Evening(store)
    await evening.begin()
    store.let.clear()
    store.asked.clear()
    sender = asyncio.create_task(evening.do(cmd.Submit, "s1", task="date", answer=("d23",)))
    await store.asked.wait()
    sender.cancel()
    closing = asyncio.create_task(evening.host.close())
    await asyncio.sleep(0)
    store.let.set()
    await closing
    tags = [record.event.__struct_config__.tag for record in await store.read("r")]
    assert "task.answered" in tags


async def test_who_waits_behind_what_was_not_saved_hears_of_it_at_once() -> None:
    """A database that is locked lets one wait for five seconds; the next don't wait as long again,
    one after the other."""
    store = StuckStore()
    evening = Evening(store)
    await evening.begin()
    store.stuck = True
    asked = [
        asyncio.create_task(evening.do(cmd.Nudge, cmd.FACILITATOR, seat="s1")) for _ in range(4)
    ]
    await turns()
    assert store.asked == 1
    store.give_up.set()
    for outcome in await asyncio.gather(*asked, return_exceptions=True):
        assert isinstance(outcome, StoreUnavailable)
    assert store.asked == 1
    store.stuck = False
    await evening.check()


async def test_who_waits_behind_a_bug_hears_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody goes on with the state a bug left; the run is read anew for the next command."""
    store = SlowStore()
    evening = Evening(store)
    await evening.begin()
    before = evening.host._mailboxes["r"]

    def broken(*args: object) -> None:
        raise RuntimeError("a bug")

    with monkeypatch.context() as patch:
        patch.setattr("engine.host.mailbox.decided", broken)
        outcomes = await asyncio.gather(
            *(evening.do(cmd.Nudge, cmd.FACILITATOR, seat="s1") for _ in range(3)),
            return_exceptions=True,
        )
    assert [type(outcome) for outcome in outcomes] == [RunStopped] * 3
    await evening.do(cmd.Nudge, cmd.FACILITATOR, seat="s1")
    assert evening.host._mailboxes["r"] is not before
    await evening.check()


# ── two workers ─────────────────────────────────────────────────────────────────────────────────


async def test_two_workers_race_over_runs_in_postgresql(postgres_url: str) -> None:
    """No gap, no command lost or doubled, the same state from the log as live."""
    databases = [await open_database(postgres_url) for _ in range(2)]
    evenings = [Evening(database.store) for database in databases]
    await evenings[0].begin()
    evenings[1].count = 1_000

    async def nudge(evening: Evening) -> None:
        for _ in range(10):
            await asyncio.gather(
                *(evening.do(cmd.Nudge, cmd.FACILITATOR, seat="s1") for _ in range(3))
            )

    await asyncio.gather(*(nudge(evening) for evening in evenings))
    records = await databases[0].store.read("r")
    assert sum(r.event.__struct_config__.tag == "seat.nudged" for r in records) == 60
    for evening, database in zip(evenings, databases, strict=True):
        await evening.host._mailboxes["r"].refresh()
        await evening.check()
        await evening.host.close()
        await database.close()
