"""P2 over several workers: a command is written once, though no key of the database says so. It rests on
the seq alone that an append expects, and on the look for the command before it."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial

import pytest

from engine.errors import ConcurrentAppend, StoreUnavailable
from engine.host.host import Host
from engine.host.mailbox import Mailbox
from engine.rules import commands as cmd
from tests.sim.loop import Process, pause, run
from tests.sim.ports import Database, StorePort, Trouble, WallClock
from tests.sim.rows import RUN, Shelf
from tests.support.depth import depth
from tests.support.scripts import MINI_TEXT, compile_text

WORLDS = depth(20, 400)
COMMANDS = 30
TIMES = 3
"""Each command is sent so often, by as many ways, at any time."""
SCENARIO = compile_text(MINI_TEXT)


async def contended(seed: int) -> tuple[Counter[str], dict[str, set[int]]]:
    """(how often each command is in the log, the seqs that it was acknowledged with). Each of them
    has an effect whenever it is decided; who isn't answered, or is told that nothing was saved,
    sends it again, to any worker."""
    chance = random.Random(f"once {seed}")
    trouble = Trouble()
    trouble.slow_s = chance.choice((0.002, 0.05, 0.5))
    trouble.refused, trouble.unknown, trouble.unread = (
        chance.choice((0.0, 0.1, 0.3)) for _ in range(3)
    )
    database, shelf = Database(chance, trouble), Shelf(SCENARIO)
    hosts = [
        Host(StorePort(database, Process(f"w{n}")), shelf.scenario_of_run, WallClock(wrong_ms))
        for n, wrong_ms in enumerate((0, 0, 400))
    ]
    acks: dict[str, set[int]] = {}

    async def tell(command: Callable[[int], cmd.AnyCommand], wait_s: float) -> None:
        await pause(wait_s)
        while True:
            host = chance.choice(hosts)
            asked = command(host.clock.now_ms())
            try:
                seq = await host.execute(RUN, asked)
            except (StoreUnavailable, ConcurrentAppend):
                await pause(chance.random())
                continue
            acks.setdefault(asked.id, set()).add(seq)
            return

    def nudge(name: str) -> Callable[[int], cmd.AnyCommand]:
        return lambda at_ms: cmd.Nudge(id=name, at_ms=at_ms, by=cmd.FACILITATOR, seat="s1")

    await at_last(lambda: hosts[0].open(RUN, SCENARIO, seed="seed", team=1))
    for begin in (
        lambda at_ms: cmd.TakeSeat(id="sit", at_ms=at_ms, by="s1", role="recorder"),
        lambda at_ms: cmd.Start(id="go", at_ms=at_ms, by=cmd.FACILITATOR),
    ):
        await tell(begin, 0)
        for host in hosts:  # nobody tells them of each other here
            await at_last(partial(host.refresh, RUN))
    within_s = chance.choice((0.1, 2.0))
    sent = [nudge(f"n{number}") for number in range(COMMANDS) for _ in range(TIMES)]
    await asyncio.gather(*(tell(each, chance.random() * within_s) for each in sent))
    for host in hosts:
        await host.close()
    log = await database.log.read(RUN)
    assert [record.seq for record in log] == list(range(1, len(log) + 1))
    return Counter(record.command for record in log if record.command[0] == "n"), acks


async def at_last(do: Callable[[], Awaitable[None]]) -> None:
    """Do it again until it is saved."""
    while True:
        try:
            return await do()
        except StoreUnavailable:
            await pause(0.1)


def twice(seed: int) -> list[str]:
    """The commands that weren't written once, or were acknowledged by more than one seq."""
    written, acks = run(contended(seed))
    names = [f"n{number}" for number in range(COMMANDS)]
    return [name for name in names if written[name] != 1 or len(acks[name]) != 1]


@pytest.mark.parametrize("first", range(0, WORLDS, 10))
def test_a_command_sent_to_several_workers_is_written_once(first: int) -> None:
    assert [twice(seed) for seed in range(first, first + 10)] == [[]] * 10


def test_a_mailbox_that_knows_no_command_of_others_is_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What it takes up, having lost a race, it doesn't look at."""
    honest = Mailbox.load

    async def blind(self: Mailbox) -> None:
        known, first = dict(self._seq_by_command), not self.state.seq
        await honest(self)
        if not first:
            self._seq_by_command = known

    monkeypatch.setattr(Mailbox, "load", blind)
    assert any(twice(seed) for seed in range(WORLDS))
