"""What waits for a run is served in its order: together where it can be, and without a task each."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Any

import pytest

from engine.errors import ConcurrentAppend, Rejection, StoreUnavailable, Unkeepable
from engine.host import loaded
from engine.host.asked import CHAIN_MAX
from engine.rules import commands as cmd
from engine.rules.deadlines import next_deadline
from engine.rules.events import Recorded
from engine.store.log.memory import MemoryStore
from tests.host.test_host import Evening
from tests.host.test_trouble import turns


class Doorkeeper(MemoryStore):
    """Lets one append after the other through when it is told to, or refuses it."""

    def __init__(self) -> None:
        super().__init__()
        self.closed = False
        self.waiting: list[tuple[asyncio.Future[None], str, int, Sequence[Recorded]]] = []
        self.sizes: list[int] = []
        """Commands of each append."""

    def append(self, run: str, expected_seq: int, batch: Sequence[Recorded]) -> Awaitable[None]:
        self.sizes.append(len({(record.by, record.command) for record in batch}))
        if not self.closed:
            return super().append(run, expected_seq, batch)
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append((done, run, expected_seq, batch))
        return done

    async def let(self, error: Exception | None = None) -> None:
        """The first that waits."""
        done, run, expected_seq, batch = self.waiting.pop(0)
        if error is None:
            await super().append(run, expected_seq, batch)
            done.set_result(None)
        else:
            done.set_exception(error)
        await turns()


class Doors:
    """An evening whose appends wait for us."""

    def __init__(self) -> None:
        self.store = Doorkeeper()
        self.evening = Evening(self.store)

    async def begin(self) -> None:
        await self.evening.begin()
        self.store.closed = True
        self.store.sizes.clear()

    async def ask(self, *names: str, **fields: Any) -> list[asyncio.Task[int]]:
        """Nudges; each waits in the row then."""
        asked = [
            asyncio.create_task(
                self.evening.do(cmd.Nudge, cmd.FACILITATOR, name, **{"seat": "s1", **fields})
            )
            for name in names
        ]
        await turns()
        return asked

    async def end(self) -> list[str]:
        """The commands of the log since the start, each once; all agrees."""
        await self.evening.check()
        known = dict.fromkeys(record.command for record in await self.store.read("r"))
        return [name for name in known if name[0] in "abx"]


@pytest.fixture
async def doors() -> Doors:
    found = Doors()
    await found.begin()
    return found


async def test_what_comes_during_a_commit_is_written_in_one_append(doors: Doors) -> None:
    first = await doors.ask("a")
    others = await doors.ask("b1", "b2", "b3")
    assert [len(doors.store.waiting), doors.store.sizes] == [1, [1]]
    await doors.store.let()
    seq = await first[0]
    assert not any(one.done() for one in others), "nothing of it is committed"
    await doors.store.let()
    assert [await one for one in others] == [seq + 1, seq + 2, seq + 3]
    assert doors.store.sizes == [1, 3]
    assert await doors.end() == ["a", "b1", "b2", "b3"]


async def test_a_refusal_in_the_middle_spoils_nobody_and_is_told_with_the_rest(
    doors: Doors,
) -> None:
    first = await doors.ask("a")
    good, bad = await doors.ask("b1"), await doors.ask("b2", seat="nobody")
    last = await doors.ask("b3")
    await doors.store.let()
    assert not bad[0].done(), "what it was judged by isn't committed"
    await doors.store.let()
    assert await first[0] < await good[0] < await last[0]
    with pytest.raises(Rejection):
        await bad[0]
    assert await doors.end() == ["a", "b1", "b3"]


async def test_what_is_not_saved_is_told_to_each(doors: Doors) -> None:
    first = await doors.ask("a")
    others = await doors.ask("b1", "b2")
    bad = await doors.ask("b3", seat="nobody")
    await doors.store.let()
    _, before = await doors.evening.host.state("r")
    await doors.store.let(StoreUnavailable("disk full"))
    assert await first[0] == before.seq
    for one in (*others, *bad):
        with pytest.raises(StoreUnavailable):
            await one
    assert await doors.end() == ["a"]


async def test_what_cannot_be_written_spoils_nobody_else(doors: Doors) -> None:
    first = await doors.ask("a")
    others = await doors.ask("b1", "b2", "b3")
    await doors.store.let()
    await doors.store.let(Unkeepable())  # of the three, in one append
    await doors.store.let()
    await doors.store.let(Unkeepable())
    await doors.store.let()
    assert await first[0] < await others[0] < await others[2]
    with pytest.raises(Unkeepable):
        await others[1]
    assert doors.store.sizes == [1, 3, 1, 1, 1]
    assert await doors.end() == ["a", "b1", "b3"]


async def test_a_command_that_is_sent_twice_meanwhile_counts_once(doors: Doors) -> None:
    await doors.ask("a")
    once, other, twice = await doors.ask("b1", "b2", "b1")
    for _ in range(2):
        await doors.store.let()
    assert await once == await twice < await other
    assert await doors.end() == ["a", "b1", "b2"]


async def test_one_without_effect_that_is_sent_twice_has_none_later(doors: Doors) -> None:
    """A late copy of "come back" doesn't call back who has gone since."""
    await doors.ask("a")
    names = (("back", cmd.ComeBack), ("go", cmd.GoAway), ("back", cmd.ComeBack))
    asked = [asyncio.create_task(doors.evening.do(kind, "s1", name)) for name, kind in names]
    await turns()
    while doors.store.waiting:
        await doors.store.let()
    for one in asked:
        await one
    _, state = await doors.evening.host.state("r")
    assert not state.seats["s1"].online


async def test_who_loses_a_race_is_decided_again_with_all_behind_it(doors: Doors) -> None:
    other = Evening(doors.store, doors.evening.clock)
    other.count = 1_000
    first = await doors.ask("a")
    others = await doors.ask("b1", "b2")
    await doors.store.let()
    doors.store.closed = False
    await other.do(cmd.Nudge, cmd.FACILITATOR, "x", seat="s2")
    seq = await other.do(cmd.Nudge, cmd.FACILITATOR, "b2", seat="s1")  # by another way
    await doors.store.let(ConcurrentAppend("r", 0, 0))
    assert await first[0] == seq - 2
    assert [await one for one in others] == [seq + 1, seq]
    assert await doors.end() == ["a", "x", "b2", "b1"]


async def test_what_falls_due_between_two_comes_between_them(doors: Doors) -> None:
    await doors.ask("a")
    before = await doors.ask("b1")
    doors.evening.clock.move(301_000)  # the scene's limit
    after = await doors.ask("b2")
    while doors.store.waiting:
        await doors.store.let()
    assert await before[0] < await after[0]
    log = dict.fromkeys(record.command.split(":")[0] for record in await doors.store.read("r"))
    names = [name for name in log if name in ("b1", "limit", "b2")]
    assert names == ["b1", "limit", "b2"]
    await doors.evening.check()


async def test_a_row_is_served_in_pieces_and_a_sender_who_goes_takes_nothing_back(
    doors: Doors,
) -> None:
    await doors.ask("a")
    asked = await doors.ask(*(f"b{number}" for number in range(CHAIN_MAX + 2)))
    asked[0].cancel()
    while doors.store.waiting:
        await doors.store.let()
    assert doors.store.sizes == [1, CHAIN_MAX, 2]
    assert len(await doors.end()) == CHAIN_MAX + 3


async def test_a_command_and_a_look_need_no_task() -> None:
    evening = Evening(MemoryStore())
    await evening.begin()
    begun: list[str] = []
    loop = asyncio.get_running_loop()

    def noted(loop: Any, doing: Any, **given: Any) -> Any:
        begun.append(doing.__qualname__)
        return asyncio.Task(doing, loop=loop, **given)

    loop.set_task_factory(noted)
    try:
        for _ in range(20):
            await evening.do(cmd.Nudge, cmd.FACILITATOR, seat="s1")
            await evening.host.state("r")
    finally:
        loop.set_task_factory(None)
    assert begun == []


async def test_a_deadline_is_looked_for_once_a_state(monkeypatch: pytest.MonkeyPatch) -> None:
    evening = Evening(MemoryStore())
    await evening.begin()
    looked = 0

    def counted(*asked: Any) -> Any:
        nonlocal looked
        looked += 1
        return next_deadline(*asked)

    monkeypatch.setattr(loaded, "next_deadline", counted)
    for _ in range(20):
        await evening.do(cmd.Nudge, cmd.FACILITATOR, seat="s1")
        for _ in range(4):
            await evening.host.state("r")
    assert looked == 20
