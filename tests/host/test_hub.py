"""Who is told that a run has moved, and how often."""

from __future__ import annotations

import asyncio

from engine.host.hub import Hub
from tests.support.patience import soon

PHONES = 4


async def _a_turn() -> None:
    await asyncio.sleep(0)


async def test_all_of_a_run_are_called_in_one_turn_however_often_it_moved() -> None:
    hub, called = Hub(), list[int]()
    for number in range(PHONES):
        hub.call(lambda number=number: called.append(number), "r")  # type: ignore[misc]
    hub.call(lambda: called.append(-1), "another")
    for _ in range(3):
        hub.publish("r")
    assert called == []
    await _a_turn()
    assert called == list(range(PHONES))
    hub.publish("r")
    await _a_turn()
    assert called == [*range(PHONES), *range(PHONES)]


async def test_who_has_gone_meanwhile_is_not_called() -> None:
    hub, called = Hub(), list[str]()
    gone, stays = hub.call(lambda: called.append("gone"), "r"), "stays"
    hub.call(lambda: called.append(stays), "r")
    hub.publish("r")
    gone.end()
    await _a_turn()
    assert called == [stays]


async def test_a_bell_rings_at_once() -> None:
    hub = Hub()
    with hub.watch("r") as bell:
        hub.publish("r")
        await soon(bell.moved())
