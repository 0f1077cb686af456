"""Time that nobody could use counts for nothing, whatever made it useless, and whatever is due."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from engine.errors import StoreUnavailable
from engine.host.presence import ARRIVE_MS, RETURN_MS
from engine.rules import commands as cmd
from engine.rules.codec import decode, encode
from engine.store.place.alive import Life
from tests.host.room import Room, Worker
from tests.host.test_host import SCENARIO
from tests.host.test_trouble import turns

HOUR_MS = 3_600_000
LIMIT_MS = 300_000


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    made = await Room().begin()
    yield made
    await made.worker.die()


# ── what makes time useless, and what is due ────────────────────────────────────────────────────


async def nobody(room: Room) -> None:
    """All phones are gone for an hour, and come back."""
    here = room.worker.presence.here("r")
    await room.worker.go(*here)
    await room.live(60_000)
    room.clock.move(HOUR_MS)
    await turns()
    await room.worker.arrive(*here)


async def killed(room: Room) -> None:
    """The server is started an hour later; the desk looks first, and phones come one by one."""
    here = room.worker.presence.here("r")
    await room.worker.die()
    room.clock.move(HOUR_MS)
    room.worker = room.another()
    await room.state()
    room.worker.presence.expect("r")
    await room.live(3_000)
    for seat in here:
        await room.worker.arrive(seat)
        await room.live(1_000)


async def restarted_twice(room: Room) -> None:
    """It is started, nobody comes, and it is killed again."""
    here = room.worker.presence.here("r")
    for _ in range(2):
        await room.worker.die()
        room.clock.move(HOUR_MS)
        room.worker = room.another()
        await room.live(60_000)
    await room.worker.arrive(*here)


async def asleep(room: Room) -> None:
    """The laptop's lid was closed; the phones' lines outlived it."""
    room.clock.move(HOUR_MS)
    await turns()


async def asleep_and_cut(room: Room) -> None:
    """The phones find out first, and come again."""
    here = room.worker.presence.here("r")
    room.clock.move(HOUR_MS)
    await room.worker.go(*here)
    await room.live(5_000)
    await room.worker.arrive(*here)


async def limit(room: Room) -> int:
    return LIMIT_MS


async def hold(room: Room) -> int:
    await room.worker.do(cmd.Submit, "s1", task="date", answer=("d1",))
    return 30_000


async def absence(room: Room) -> int:
    await room.worker.go("s2")
    return 60_000


Act = Callable[[Room], Awaitable[None]]
Due = Callable[[Room], Awaitable[int]]


@pytest.mark.parametrize("due", [limit, hold, absence])
@pytest.mark.parametrize("useless", [nobody, killed, restarted_twice, asleep, asleep_and_cut])
async def test_as_much_is_left_as_there_was(room: Room, useless: Act, due: Due) -> None:
    after_ms = await due(room)
    await room.live(10_000)
    await useless(room)
    left_ms = await room.left_ms()
    # A mark is five seconds old at most: so much too much is given, and hardly anything taken.
    assert after_ms - 12_000 <= left_ms <= after_ms - 10_000 + 6_000
    assert "scene.timed_out" not in await room.tags()
    assert await room.stood_ms() >= HOUR_MS
    await room.worker.check()


async def test_a_life_told_by_a_clock_that_was_wrong_covers_nothing(room: Room) -> None:
    """Somebody had set the clock ahead by a day for a while."""
    begins_ms = room.clock.now_ms() + 24 * HOUR_MS
    await room.marks.mark(Life("wrong", begins_ms, begins_ms + HOUR_MS))
    await room.live(10_000)
    await killed(room)
    assert LIMIT_MS - 12_000 <= await room.left_ms() <= LIMIT_MS - 4_000


async def test_what_was_due_before_came_at_its_own_time(room: Room) -> None:
    """A hold ended before everybody went; the limit is due long after."""
    fell_ms = room.clock.now_ms()
    await hold(room)
    await room.live(40_000)
    await killed(room)
    ends = [r.event for r in await room.store.read("r")]
    ended = [e.at_ms for e in ends if e.__struct_config__.tag == "hold.ended"]
    assert ended == [fell_ms + 30_000]


async def test_what_was_due_before_the_server_was_killed_and_was_not_written(room: Room) -> None:
    """Its last mark is later than the hold's end; the store failed in between."""
    fell_ms = room.clock.now_ms()
    await hold(room)
    await room.live(28_000)
    await room.worker.presence.close()
    room.worker.host._timers._task.cancel()  # type: ignore[union-attr]
    await room.live(10_000)
    await killed(room)
    ends = [r.event for r in await room.store.read("r")]
    ended = [e.at_ms for e in ends if e.__struct_config__.tag == "hold.ended"]
    assert ended == [fell_ms + 30_000]


async def test_an_answer_pressed_before_the_limit_is_taken_though_the_server_slept(
    room: Room,
) -> None:
    await room.live(LIMIT_MS - 39_000)
    room.clock.move(HOUR_MS)
    await room.worker.do(cmd.Submit, "s1", task="date", answer=("d23",))
    tags = await room.tags()
    assert tags[-1] != "scene.timed_out"
    assert tags.index("clock.stood") < tags.index("task.answered")
    assert room.store._logs["r"][-1].event.at_ms == room.clock.now_ms(), "times are right again"


async def test_no_deadline_is_fired_nor_looked_at_again_and_again(room: Room) -> None:
    await room.worker.go()
    before = await room.tags()
    assert room.worker.host._mailboxes["r"].due() is None
    await room.live(2 * LIMIT_MS)
    await room.state()
    assert await room.tags() == before


async def test_the_desk_goes_on_from_where_time_stood(room: Room) -> None:
    """A command of the facilitator's is dated right, and nothing is lost before or after it."""
    await room.live(10_000)
    await room.worker.go()
    await room.live(60_000)
    await room.worker.do(cmd.Nudge, cmd.FACILITATOR, seat="s1")
    await room.live(60_000)
    await room.worker.arrive()
    assert await room.left_ms() == LIMIT_MS - 10_000
    assert await room.stood_ms() == 120_000


async def test_a_pause_counts_once(room: Room) -> None:
    await room.live(10_000)
    await room.worker.do(cmd.Pause, cmd.FACILITATOR)
    await killed(room)
    await room.worker.do(cmd.Resume, cmd.FACILITATOR)
    assert await room.left_ms() == LIMIT_MS - 10_000
    assert await room.stood_ms() == 0


async def test_nobody_is_called_away_because_the_server_was_away(room: Room) -> None:
    await room.live(10_000)
    await killed(room)
    await room.live(RETURN_MS + 120_000)
    assert "role.covered" not in await room.tags()
    assert "seat.away" not in await room.tags()


async def test_after_a_start_the_desk_sees_what_is_left_before_anybody_comes(room: Room) -> None:
    await room.live(10_000)
    await room.worker.die()
    room.clock.move(HOUR_MS)
    room.worker = room.another()
    for _ in range(3):
        assert LIMIT_MS - 10_000 <= await room.left_ms() <= LIMIT_MS - 4_000
        await turns()
    assert (await room.tags()).count("clock.stood") == 1, "looking again says no more"


# ── what phones are given time for ──────────────────────────────────────────────────────────────


async def taken(room: Room) -> Callable[[], Awaitable[bool]]:
    """Somebody took a seat, and the phone that shall come for it hasn't come yet."""
    freed = []

    async def free(run: str, seat: str) -> None:
        freed.append(seat)

    async def is_free() -> bool:
        return freed == ["s3"]

    await room.worker.do(cmd.LeaveSeat, "s2")
    await room.worker.do(cmd.TakeSeat, "s3", role="lookout")
    room.worker.presence.await_phone("r", "s3", free)
    return is_free


async def restarted(room: Room) -> Callable[[], Awaitable[bool]]:
    """The log says who was there, and they may come back."""

    async def called_away() -> bool:
        return "seat.away" in await room.tags()

    await room.worker.die()
    room.clock.move(2_000)
    room.worker = room.another()
    room.worker.presence.expect("r")
    return called_away


@pytest.mark.parametrize(("act", "after_ms"), [(taken, ARRIVE_MS), (restarted, RETURN_MS)])
async def test_a_phone_has_its_time_to_come_though_the_laptop_slept(
    room: Room, act: Callable[[Room], Awaitable[Callable[[], Awaitable[bool]]]], after_ms: int
) -> None:
    given_up = await act(room)
    await room.live(2_000)
    room.clock.move(HOUR_MS)
    await room.live(after_ms - 3_000)
    assert not await given_up()
    await room.live(6_000)  # a beat or two may be taken for sleep
    assert await given_up()


async def test_alone_it_needs_to_ask_nobody_who_ran(room: Room) -> None:
    room.marks.gone = True
    room.clock.move(HOUR_MS)
    await room.worker.do(cmd.Nudge, cmd.FACILITATOR, seat="s1")
    assert await room.stood_ms() >= HOUR_MS
    room.marks.gone = False


async def test_in_an_evening_of_before_nothing_stands() -> None:
    room = Room()
    await room.worker.host.open("r", SCENARIO, seed="x", team=1)
    first = room.store._logs["r"][0]
    line = encode(first).replace(b',"stands":true', b"")
    room.store._logs["r"][0] = decode(line)
    await room.begin()
    room.clock.move(HOUR_MS)
    await room.state()
    assert "scene.timed_out" in await room.tags()
    assert "clock.stood" not in await room.tags()
    await room.worker.die()


# ── several workers ─────────────────────────────────────────────────────────────────────────────


@pytest.fixture
async def pair() -> AsyncIterator[tuple[Room, Worker, Worker]]:
    room = Room()
    await room.worker.die()
    room.worker = one = room.another(alone=False)
    other = room.another(alone=False)
    await room.begin()
    await room.live(20_000)
    yield room, one, other
    for worker in (one, other):
        await worker.die()


async def test_what_one_sees_counts_for_all(pair: tuple[Room, Worker, Worker]) -> None:
    """All phones are with one worker; the other takes none of their time, and fires in time."""
    room, _, other = pair
    await other.host.state("r")
    await room.live(60_000)
    await other.do(cmd.Nudge, cmd.FACILITATOR, seat="s1")
    assert await room.stood_ms() == 0
    assert await room.left_ms() == LIMIT_MS - 80_000


async def test_with_nobody_at_either_time_stands_for_both(
    pair: tuple[Room, Worker, Worker],
) -> None:
    room, one, other = pair
    await one.go()
    await other.host.refresh("r")
    await room.live(HOUR_MS // 10)
    await other.arrive()
    await one.host.refresh("r")
    assert await room.left_ms() == LIMIT_MS - 20_000
    assert await room.stood_ms() == HOUR_MS // 10


async def test_one_that_is_started_while_another_runs_takes_no_time(
    pair: tuple[Room, Worker, Worker],
) -> None:
    room, _, other = pair
    await other.die()
    await room.live(60_000)
    third = room.another(alone=False)
    await third.do(cmd.Nudge, cmd.FACILITATOR, seat="s1")
    assert await room.stood_ms() == 0
    await third.die()


async def test_when_the_machine_slept_they_find_out_though_one_wakes_first(
    pair: tuple[Room, Worker, Worker],
) -> None:
    room, one, other = pair
    room.clock.move(HOUR_MS)
    await one.do(cmd.Submit, "s1", task="date", answer=("d23",))
    await other.do(cmd.Nudge, cmd.FACILITATOR, seat="s1")
    await turns()
    assert "scene.timed_out" not in await room.tags()
    assert HOUR_MS <= await room.stood_ms() <= HOUR_MS + 2_000


async def test_while_it_cannot_be_asked_who_ran_nothing_is_decided(
    pair: tuple[Room, Worker, Worker],
) -> None:
    room, one, _ = pair
    room.marks.gone = True
    room.clock.move(HOUR_MS)
    with pytest.raises(StoreUnavailable):
        await one.do(cmd.Nudge, cmd.FACILITATOR, seat="s1")
    room.marks.gone = False
    await one.do(cmd.Nudge, cmd.FACILITATOR, seat="s1")
    assert "scene.timed_out" not in await room.tags()
