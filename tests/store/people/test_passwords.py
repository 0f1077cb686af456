"""Whose password is looked at next: by turns of those who ask, and not many wait."""

from __future__ import annotations

import asyncio

import pytest

from engine.store.people.passwords import AT_ONCE, EACH_MAX, WAITING_MAX, Line, LineFull


class Gate:
    """Work that is done when it is let go on; whose it was, in order."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self._open = asyncio.Event()
        self.line = Line()
        self.refused: list[str] = []

    async def ask(self, whose: str, known: bool = False) -> None:
        try:
            async with self.line.turn(whose, known=known):
                await self._open.wait()
                self.done.append(whose)
        except LineFull:
            self.refused.append(whose)

    def begin(self, whose: str, times: int = 1, *, known: bool = False) -> list[asyncio.Task[None]]:
        return [asyncio.ensure_future(self.ask(whose, known)) for _ in range(times)]

    def go_on(self) -> None:
        self._open.set()


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.mark.parametrize("addresses", [1, 12, 40])
@pytest.mark.parametrize("known", [False, True])
async def test_many_tries_delay_anybody_else_by_one_of_each(
    gate: Gate, addresses: int, known: bool
) -> None:
    tries = [task for n in range(addresses) for task in gate.begin(f"198.51.100.{n}", 20)]
    await asyncio.sleep(0)
    tries += gate.begin("the right one", known=known)
    await asyncio.sleep(0)
    gate.go_on()
    await asyncio.gather(*tries)
    assert not {"the right one"} & {*gate.refused}
    most = AT_ONCE + (1 if known else addresses) + AT_ONCE
    assert gate.done.index("the right one") <= most
    assert len(gate.done) <= WAITING_MAX + AT_ONCE + 1


async def test_an_office_logs_in_together_and_one_more_than_that_waits_for_nothing(
    gate: Gate,
) -> None:
    tries = gate.begin("office", EACH_MAX + AT_ONCE + 1)
    await asyncio.sleep(0)
    assert gate.refused == ["office"], "and it hears so at once"
    gate.go_on()
    await asyncio.gather(*tries)
    assert len(gate.done) == EACH_MAX + AT_ONCE


async def test_who_gives_up_leaves_the_line(gate: Gate) -> None:
    running = gate.begin("x", AT_ONCE)
    given_up = gate.begin("gone", 5)
    last = gate.begin("y", 3)
    await asyncio.sleep(0)
    for task in given_up:
        task.cancel()
    await asyncio.sleep(0)
    gate.go_on()
    await asyncio.gather(*running, *last)
    assert gate.done.count("gone") == 0
    assert gate.done.count("y") == 3
    await gate.ask("z")
    assert gate.line._running == 0
