"""One world, from its seed to what came of it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from unittest.mock import patch

from structlog.testing import capture_logs

from engine.evening.addresses import Address
from tests.sim.loop import run, virtual_loop
from tests.sim.world import World

HERE = Address("http://hongchuan", "", likely=True)
BUGS = {"run.stopped", "timer.failed", "deadline.failed"}
"""What the program logs of its own bugs."""


@contextmanager
def _outside_replaced(seed: int) -> Iterator[None]:
    """What the program asks of the machine comes from the seed."""
    chance = random.Random(f"ids {seed}")

    def drawn(size: int) -> str:
        return f"{chance.getrandbits(8 * size):0{2 * size}x}"

    ids = SimpleNamespace(token_hex=drawn, token_urlsafe=drawn)
    clock = SimpleNamespace(monotonic=lambda: virtual_loop().time())
    with ExitStack() as stack:
        stack.enter_context(patch("engine.store.tokens.secrets", ids))
        stack.enter_context(patch("engine.evening.paces.time", clock))
        stack.enter_context(patch("engine.evening.house.addresses", lambda *_: [HERE]))
        yield


class Report:
    """What came of a world."""

    def __init__(self, world: World, seconds: float) -> None:
        self.digest = world.trace.digest()
        self.seconds = seconds
        self.lines = world.trace.lines
        self.events = world.truth.state.seq
        self.ending = world.truth.state.ending


def play(seed: int, *, keep_trace: bool = False) -> Report:
    """Run the world of a seed. Raises AssertionError where something doesn't hold."""
    made: list[World] = []

    async def all_of_it() -> float:
        world = World(seed, keep_trace=keep_trace)
        made.append(world)
        try:
            await world.run()
        except BaseException as error:
            if world.found.done() and error is not world.found.exception():
                error.add_note(f"before that: {world.found.exception()}")
            error.add_note("\n".join(world.trace.lines))
            error.add_note(f"python -m tests.sim {seed} --trace")
            await world.end()
            raise
        for context in virtual_loop().trouble:
            raise AssertionError(f"nobody caught: {context}") from context.get("exception")
        return virtual_loop().time()

    with _outside_replaced(seed), capture_logs() as logs:
        seconds = run(all_of_it())
    bugs = [entry for entry in logs if entry["event"] in BUGS]
    assert not bugs, f"python -m tests.sim {seed} --trace: {bugs}"
    return Report(made[0], seconds)
