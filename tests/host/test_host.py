"""The live runs: what is acknowledged is in the log, once, whatever happens around it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from engine.errors import Rejection, StoreUnavailable
from engine.host.host import Host
from engine.host.mailbox import RunStopped
from engine.host.presence import Presence
from engine.rules import commands as cmd
from engine.rules.replay import fingerprint, replay
from engine.scenario.model import Scenario
from engine.store.database import open_database
from engine.store.log.contract import EventStore
from engine.store.log.memory import MemoryStore
from tests.support.clock import FakeClock
from tests.support.patience import soon
from tests.support.scripts import MINI_TEXT, compile_text

SCENARIO = compile_text(MINI_TEXT)


async def load(run: str) -> Scenario:
    return SCENARIO


class Evening:
    """A host over a store, with two seats taken in run `r`."""

    def __init__(self, store: EventStore, clock: FakeClock | None = None) -> None:
        self.clock = clock or FakeClock()
        self.store = store
        self.host = Host(store, load, self.clock)
        self.count = 0

    async def begin(self) -> None:
        await self.host.open("r", SCENARIO, seed="x", team=1)
        for seat, role in (("s1", "recorder"), ("s2", "lookout")):
            await self.do(cmd.TakeSeat, seat, role=role)
            await self.do(cmd.ComeBack, seat)
        await self.do(cmd.Start, cmd.FACILITATOR)

    async def do(self, kind: type[Any], by: str, name: str | None = None, **fields: Any) -> int:
        self.count += 1
        command = kind(id=name or f"c{self.count}", at_ms=self.clock.now_ms(), by=by, **fields)
        return await self.host.execute("r", command)

    async def check(self) -> None:
        """The log has no gap and folds to the live state."""
        _, state = await self.host.state("r")
        records = await self.store.read("r")
        assert [record.seq for record in records] == list(range(1, len(records) + 1))
        assert fingerprint(replay("r", records)) == fingerprint(state)


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[EventStore]:
    if request.param == "memory":
        yield MemoryStore()
    else:
        database = await open_database(f"sqlite:///{tmp_path}/a/b.db")
        yield database.store
        await database.close()


async def test_a_run_is_played_to_its_end(store: EventStore) -> None:
    evening = Evening(store)
    await evening.begin()
    await evening.do(cmd.Submit, "s1", task="date", answer=("d23",))
    await evening.do(cmd.Submit, "s2", task="door", answer=("report",))
    await evening.do(cmd.Submit, "s1", task="compare", answer=("王会长",))
    _, state = await evening.host.state("r")
    assert state.ending == "lake"
    await evening.check()


async def test_a_command_sent_again_counts_once_and_is_acknowledged_alike(
    store: EventStore,
) -> None:
    evening = Evening(store)
    await evening.begin()
    seqs = {
        await evening.do(cmd.Submit, "s1", "same", task="date", answer=("d23",)) for _ in range(10)
    }
    assert len(seqs) == 1
    restarted = Evening(store, evening.clock)
    seqs.add(await restarted.do(cmd.Submit, "s1", "same", task="date", answer=("d23",)))
    assert len(seqs) == 1
    await restarted.check()


async def test_a_refusal_is_told_and_changes_nothing(store: EventStore) -> None:
    evening = Evening(store)
    await evening.begin()
    before = len(await store.read("r"))
    with pytest.raises(Rejection) as caught:
        await evening.do(cmd.Submit, "s2", task="date", answer=("d23",))
    assert caught.value.code == "not_your_task"
    assert len(await store.read("r")) == before


async def test_two_hosts_race_over_one_run(store: EventStore) -> None:
    first = Evening(store)
    await first.begin()
    second = Evening(store, first.clock)
    second.count = 1000

    async def nudge(evening: Evening) -> None:
        for _ in range(40):
            await evening.do(cmd.Nudge, cmd.FACILITATOR, seat="s1")

    await asyncio.gather(nudge(first), nudge(second))
    records = await store.read("r")
    assert sum(r.event.__struct_config__.tag == "seat.nudged" for r in records) == 80
    await first.host._mailboxes["r"].refresh()
    await second.host._mailboxes["r"].refresh()
    await first.check()
    await second.check()


async def test_a_command_another_worker_took_counts_once_whatever_is_due_before_it(
    store: EventStore,
) -> None:
    """What is due comes first, loses the race, and takes up the command on the way."""
    first = Evening(store)
    await first.begin()
    second = Evening(store, first.clock)
    await second.host.state("r")
    seq = await first.do(cmd.Nudge, cmd.FACILITATOR, "same", seat="s1")
    first.clock.move(3_600_000)
    assert await second.do(cmd.Nudge, cmd.FACILITATOR, "same", seat="s1") == seq
    records = await store.read("r")
    assert [record.seq for record in records if record.command == "same"] == [seq]
    await second.check()


async def test_deadlines_are_caught_up_at_their_own_instants(store: EventStore) -> None:
    evening = Evening(store)
    await evening.begin()
    began = evening.clock.now_ms()
    evening.clock.move(3_600_000)
    restarted = Evening(store, evening.clock)
    _, state = await restarted.host.state("r")
    assert state.scene is not None
    assert state.scene.id == "search"
    timed_out = [
        r.event for r in await store.read("r") if r.event.__struct_config__.tag == "scene.timed_out"
    ]
    assert [event.at_ms for event in timed_out] == [began + 300_000]


async def test_the_timer_fires_deadlines_and_rings(store: EventStore) -> None:
    evening = Evening(store)
    await evening.begin()
    evening.host.start()
    try:
        with evening.host.watch("r") as watch:
            for _ in range(300):
                evening.clock.move(1_000)
                await asyncio.sleep(0)
            await soon(watch.moved())
        _, state = await evening.host.state("r")
        assert state.scene is not None
        assert state.scene.id == "search"
    finally:
        await evening.host.close()


class FailingStore(MemoryStore):
    failing = False

    async def append(self, run: str, expected_seq: int, batch: Any) -> None:
        if self.failing:
            raise StoreUnavailable("disk full")
        await super().append(run, expected_seq, batch)


async def test_what_is_not_saved_is_not_acknowledged_and_works_again_later() -> None:
    store = FailingStore()
    evening = Evening(store)
    await evening.begin()
    store.failing = True
    with pytest.raises(StoreUnavailable):
        await evening.do(cmd.Submit, "s1", "c", task="date", answer=("d23",))
    store.failing = False
    await evening.do(cmd.Submit, "s1", "c", task="date", answer=("d23",))
    await evening.check()


class LosingStore(MemoryStore):
    """Commits, then fails to say so: a crash between append and publish."""

    losing = False

    async def append(self, run: str, expected_seq: int, batch: Any) -> None:
        await super().append(run, expected_seq, batch)
        if self.losing:
            self.losing = False
            raise StoreUnavailable("connection lost after commit")


async def test_committed_but_not_told_counts_once_when_sent_again() -> None:
    store = LosingStore()
    evening = Evening(store)
    await evening.begin()
    store.losing = True
    with pytest.raises(StoreUnavailable):
        await evening.do(cmd.Submit, "s1", "c", task="date", answer=("d23",))
    seq = await evening.do(cmd.Submit, "s1", "c", task="date", answer=("d23",))
    assert seq == len(await store.read("r"))
    await evening.check()


async def test_a_bug_stops_one_run_and_not_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    store = MemoryStore()
    evening = Evening(store)
    await evening.begin()

    def broken(*args: object) -> None:
        raise AssertionError("a bug")

    with monkeypatch.context() as patch:
        patch.setattr("engine.host.mailbox.decided", broken)
        with pytest.raises(RunStopped):
            await evening.do(cmd.Submit, "s1", task="date", answer=("d23",))
    await evening.do(cmd.Submit, "s1", task="date", answer=("d23",))
    await evening.check()


async def settle() -> None:
    for _ in range(200):
        await asyncio.sleep(0)


async def test_presence_counts_connections(store: EventStore) -> None:
    evening = Evening(store)
    await evening.begin()
    presence = Presence(evening.host)
    await presence.connected("r", "s1")
    await presence.connected("r", "s1")
    await presence.disconnected("r", "s1")
    _, state = await evening.host.state("r")
    assert state.seats["s1"].online
    await presence.disconnected("r", "s1")
    _, state = await evening.host.state("r")
    assert not state.seats["s1"].online
    await presence.close()


async def test_after_a_restart_who_does_not_come_back_is_away() -> None:
    evening = Evening(MemoryStore())
    await evening.begin()
    restarted = Evening(evening.store, evening.clock)
    presence = Presence(restarted.host)
    await presence.connected("r", "s1")
    await settle()
    _, state = await restarted.host.state("r")
    assert state.seats["s2"].online
    restarted.clock.move(10_000)
    await settle()
    _, state = await restarted.host.state("r")
    assert (state.seats["s1"].online, state.seats["s2"].online) == (True, False)
    await presence.close()
