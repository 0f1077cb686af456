"""Practice runs in the host: forked, taken up, wound on to where a person is needed."""

from __future__ import annotations

from typing import Final

import pytest

from engine.errors import ConcurrentAppend
from engine.host.host import Host
from engine.review.fork import forked
from engine.rules import commands as cmd
from engine.rules.replay import replay
from engine.rules.state import State
from engine.store.log.memory import MemoryStore
from tests.host.test_host import Evening
from tests.support.clock import FakeClock

WEEK_MS: Final = 7 * 86_400_000


async def practice() -> tuple[Evening, Host, FakeClock]:
    """Run `f` continues run `r` from before its mistake, a week later."""
    evening = Evening(MemoryStore())
    await evening.begin()
    await evening.do(cmd.Submit, "s1", task="date", answer=("d1",))
    records = await evening.store.read("r")
    evening.clock.move(WEEK_MS)
    await evening.host.fork("f", forked("r", records, len(records), evening.clock.now_ms()))
    return evening, evening.host, evening.clock


async def ask(host: Host, kind: type, by: str, at_ms: int, **fields: object) -> State:
    await host.execute("f", kind(id=f"{kind.__name__}{at_ms}", at_ms=at_ms, by=by, **fields))
    return (await host.state("f"))[1]


async def test_a_fork_is_there_once_and_the_origin_is_as_it_was() -> None:
    evening, host, clock = await practice()
    _, origin = await host.state("r")
    assert origin.sprung
    _, state = await host.state("f")
    assert (state.paused_at_ms, dict(state.sprung)) == (clock.now_ms(), {})
    records = await evening.store.read("f")
    with pytest.raises(ConcurrentAppend):
        await host.fork("f", records)


async def test_stand_ins_are_wound_on_without_waiting() -> None:
    evening, host, clock = await practice()
    await ask(host, cmd.ComeBack, "s1", clock.now_ms())
    await ask(host, cmd.Resume, cmd.FACILITATOR, clock.now_ms())
    before_ms = clock.now_ms()
    state = await host.wind_on("f")
    assert clock.now_ms() == before_ms, "nobody waited"
    assert state.covers["lookout"].how == "stand_in"
    assert "shanghai.door" in state.done, "what is the absent one's is done"
    assert state.phase == "playing", "and what is s1's is waited for: the limit isn't wound on to"
    assert host.now_ms("f") > clock.now_ms(), "the run is ahead of the clock"
    records = await evening.store.read("f")
    assert replay("f", records).seq == len(records)


async def test_with_nobody_there_it_goes_on_to_an_end() -> None:
    _, host, clock = await practice()
    await ask(host, cmd.Resume, cmd.FACILITATOR, clock.now_ms())
    state = await host.wind_on("f")
    assert state.ending, "limits come like everything else"


async def test_a_paused_run_is_not_wound_on() -> None:
    _, host, _ = await practice()
    before = (await host.state("f"))[1]
    assert await host.wind_on("f") == before


async def test_at_eight_times_a_limit_of_five_minutes_is_over_in_thirty_eight_seconds() -> None:
    evening = Evening(MemoryStore())
    await evening.begin()
    host, clock = evening.host, evening.clock
    _, state = await host.state("r")
    assert state.scene is not None
    assert state.scene.limit_at_ms == clock.now_ms() + 300_000
    with host.watch("r") as bell:
        await host.go("r", 8)
        await bell.moved()  # whoever is shown a countdown is told at once
    clock.move(37_000)
    assert host.now_ms("r") == state.now_ms + 8 * 37_000
    assert (await host.state("r"))[1].scene == state.scene
    await host.go("r", 1)
    clock.move(3_000)
    assert (await host.state("r"))[1].scene == state.scene, "the pace of before is over"
    await host.go("r", 8)
    clock.move(500)
    assert (await host.state("r"))[1].scene != state.scene
    await evening.check()
