"""What every store must do. Each kind of store subclasses this with a fixture `store`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

import pytest

from engine.errors import ConcurrentAppend, StoreUnavailable
from engine.store.log.contract import EventStore
from tests.support.logs import answered, opened, ready
from tests.support.patience import PATIENCE_S


class StoreContract:
    """The suite."""

    async def test_what_was_appended_is_read_as_it_was(self, store: EventStore) -> None:
        await store.append("r", 0, opened())
        await store.append("r", 1, answered(2))
        assert await store.read("r") == [*opened(), *answered(2)]

    async def test_an_unknown_run_is_empty(self, store: EventStore) -> None:
        assert await store.read("nobody") == []

    async def test_reading_goes_on_after_a_seq(self, store: EventStore) -> None:
        await store.append("r", 0, ready(1, "a", count=5))
        assert [r.seq for r in await store.read("r", 3)] == [4, 5]
        assert await store.read("r", 5) == []
        assert await store.read("r", 99) == []

    async def test_heads_tell_how_far_runs_have_come(self, store: EventStore) -> None:
        await store.append("r", 0, ready(1, "a", count=5))
        await store.append("q", 0, opened())
        assert await store.heads(["r", "q", "nobody"]) == {"r": 5, "q": 1}
        assert await store.heads([]) == {}

    async def test_runs_do_not_see_each_other(self, store: EventStore) -> None:
        await store.append("r", 0, ready(1, "a"))
        await store.append("q", 0, ready(1, "a", count=2))
        assert len(await store.read("r")) == 1
        assert len(await store.read("q")) == 2

    @pytest.mark.parametrize("expected", [0, 1, 3, 50])
    async def test_a_wrong_place_is_a_conflict(self, store: EventStore, expected: int) -> None:
        await store.append("r", 0, ready(1, "a", count=2))
        with pytest.raises(ConcurrentAppend) as caught:
            await store.append("r", expected, ready(expected + 1, "b"))
        assert (caught.value.expected_seq, caught.value.actual_seq) == (expected, 2)
        assert len(await store.read("r")) == 2

    async def test_a_log_begins_at_1(self, store: EventStore) -> None:
        with pytest.raises(ConcurrentAppend) as caught:
            await store.append("r", 3, ready(4, "a"))
        assert caught.value.actual_seq == 0
        assert await store.read("r") == []

    async def test_a_command_that_another_wrote_is_found_by_reading_on(
        self, store: EventStore
    ) -> None:
        """So it is written once, though no store looks for it."""
        await store.append("r", 0, ready(1, "a", count=2))
        for expected in (0, 1, 7):
            with pytest.raises(ConcurrentAppend):
                await store.append("r", expected, ready(expected + 1, "a"))
        assert {r.command for r in await store.read("r")} == {"a"}

    @pytest.mark.parametrize("after", range(9))
    async def test_reading_begins_anywhere_in_an_append(
        self, store: EventStore, after: int
    ) -> None:
        await store.append("r", 0, ready(1, "a", count=3))
        await store.append("r", 3, ready(4, "b"))
        await store.append("r", 4, ready(5, "c", count=3))
        assert [r.seq for r in await store.read("r", after)] == list(range(after + 1, 8))

    async def test_the_same_id_of_another_seat_or_run_is_another_command(
        self, store: EventStore
    ) -> None:
        await store.append("r", 0, ready(1, "a", by="s1"))
        await store.append("r", 1, ready(2, "a", by="s2"))
        await store.append("q", 0, ready(1, "a", by="s1"))
        assert [r.by for r in await store.read("r")] == ["s1", "s2"]

    async def test_a_refused_append_leaves_nothing_and_spoils_nothing(
        self, store: EventStore
    ) -> None:
        await store.append("r", 0, ready(1, "a"))
        with pytest.raises(ConcurrentAppend):
            await store.append("r", 0, ready(1, "b", count=3))
        await store.append("r", 1, ready(2, "b", count=3))
        assert [r.seq for r in await store.read("r")] == [1, 2, 3, 4]

    async def test_of_a_group_each_is_judged_alone(self, store: EventStore) -> None:
        """Whether or not they share a transaction: the good ones are in, the others hear why."""
        outcomes = await _outcomes(
            store.append("first", 0, ready(1, "x")),
            store.append("late", 4, ready(5, "x")),
            store.append("first", 1, ready(2, "y", count=2)),
            store.append("first", 1, ready(2, "z")),
            store.append("last", 0, ready(1, "x")),
        )
        late = ConcurrentAppend
        assert outcomes == [None, late, None, late, None]
        assert [r.command for r in await store.read("first")] == ["x", "y", "y"]
        assert await store.read("late") == []
        assert len(await store.read("last")) == 1

    async def test_of_many_who_race_for_a_place_one_gets_it(self, store: EventStore) -> None:
        outcomes = await _outcomes(
            *(store.append("r", 0, ready(1, f"c{n}", count=2)) for n in range(30))
        )
        assert outcomes.count(None) == 1
        assert outcomes.count(ConcurrentAppend) == 29
        log = await store.read("r")
        assert [r.seq for r in log] == [1, 2]
        assert len({r.command for r in log}) == 1

    async def test_of_one_command_sent_many_times_one_is_written(self, store: EventStore) -> None:
        outcomes = await _outcomes(*(store.append("r", 0, ready(1, "same")) for _ in range(20)))
        assert outcomes.count(None) == 1
        assert outcomes.count(ConcurrentAppend) == 19
        assert len(await store.read("r")) == 1

    async def test_writers_that_race_make_a_log_without_gaps(self, store: EventStore) -> None:
        async def write(writer: int) -> None:
            for number in range(10):
                while True:
                    seq = len(await store.read("r"))
                    try:
                        await store.append("r", seq, ready(seq + 1, f"{writer}.{number}"))
                        break
                    except ConcurrentAppend:
                        continue

        async with asyncio.timeout(PATIENCE_S):
            await asyncio.gather(*(write(writer) for writer in range(4)))
        log = await store.read("r")
        assert [r.seq for r in log] == list(range(1, 41))
        for writer in range(4):
            own = [r.command for r in log if r.command.startswith(f"{writer}.")]
            assert own == [f"{writer}.{number}" for number in range(10)]

    async def test_many_runs_are_written_together(self, store: EventStore) -> None:
        await asyncio.gather(*(store.append(f"r{n}", 0, ready(1, "a")) for n in range(600)))
        assert [len(await store.read(f"r{n}")) for n in (0, 255, 256, 599)] == [1, 1, 1, 1]

    async def test_closing_writes_what_waits_and_takes_no_more(self, store: EventStore) -> None:
        waiting = [asyncio.ensure_future(store.append(f"r{n}", 0, ready(1, "a"))) for n in range(9)]
        await asyncio.sleep(0)
        await store.close()
        await asyncio.gather(*waiting)
        with pytest.raises(StoreUnavailable):
            await store.append("r", 0, ready(1, "a"))
        assert len(await store.read("r8")) == 1

    async def test_a_batch_of_several_commands_is_written_whole_or_not_at_all(
        self, store: EventStore
    ) -> None:
        """So a practice run begins with all that was copied from its origin."""
        await store.append("r", 0, (*ready(1, "a", count=2), *ready(3, "b")))
        assert [r.command for r in await store.read("r")] == ["a", "a", "b"]
        with pytest.raises(ConcurrentAppend):
            await store.append("r", 2, (*ready(3, "c"), *ready(4, "d")))
        assert len(await store.read("r")) == 3

    async def test_a_batch_that_is_not_whole_commands_is_a_bug(self, store: EventStore) -> None:
        torn = (*ready(1, "a"), *ready(2, "b"), *ready(3, "a"))
        for wrong in ((), ready(3, "a"), torn):
            with pytest.raises(AssertionError):
                await store.append("r", 0, wrong)
        assert await store.read("r") == []


async def _outcomes(*appends: Awaitable[None]) -> list[type[BaseException] | None]:
    """How each ended, in order: None for written, else the class of its error."""
    results = await asyncio.gather(*appends, return_exceptions=True)
    return [None if result is None else type(result) for result in results]
