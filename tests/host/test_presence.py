"""Who is connected, where there are several workers and the database is sick."""

from __future__ import annotations

import asyncio
import gc
from typing import Any

import pytest

from engine.errors import Rejection
from engine.host.presence import CHECK_MS, RETURN_MS, Presence
from engine.rules import commands as cmd
from tests.host.test_host import Evening, FailingStore
from tests.host.test_trouble import SlowStore, turns, until


async def test_who_was_called_away_while_nothing_could_be_saved_is_called_back_later() -> None:
    store = FailingStore()
    here, other = Evening(store), Evening(store)
    await here.begin()
    presence = Presence(here.host)
    presence.join(lambda run: None)
    await presence.connected("r", "s1")
    await presence.connected("r", "s2")
    other.count = 1_000
    await other.do(cmd.GoAway, "s1")
    store.failing = True
    await here.host.refresh("r")
    await turns()
    _, state = await here.host.state("r")
    assert not state.seats["s1"].online
    store.failing = False
    with here.host.watch("r"):
        for _ in range(2):
            here.clock.move(RETURN_MS)
            await turns()
    await until(here, lambda state: state.seats["s1"].online)
    await presence.close()


async def test_a_run_is_checked_once_at_a_time_however_often_it_could_not_be_saved() -> None:
    """Two checks at a time would take each other's answers, and call away whoever is elsewhere."""
    store = FailingStore()
    asked: list[str] = []
    evening = Evening(store)
    await evening.begin()
    presence = Presence(evening.host)
    presence.join(asked.append)
    store.failing = True
    with evening.host.watch("r"):
        for _ in range(5):
            await presence.disconnected("r", "s1")
        store.failing = False
        for _ in range(3):
            evening.clock.move(CHECK_MS)
            await turns()
        assert 1 <= len(asked) <= 4
    await presence.close()


async def test_nobody_complains_of_a_refusal_whose_sender_is_gone() -> None:
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, what: complaints.append(what))
    evening = Evening(SlowStore())
    await evening.begin()
    store = evening.store
    assert isinstance(store, SlowStore)
    store.let.clear()
    first = asyncio.create_task(evening.do(cmd.Submit, "s1", task="date", answer=("d23",)))
    await turns()
    second = asyncio.create_task(evening.do(cmd.Submit, "s1", task="date", answer=("d23",)))
    await turns()
    second.cancel()
    await turns()
    store.let.set()
    await first
    with pytest.raises(asyncio.CancelledError):
        await second
    with pytest.raises(Rejection):
        await evening.do(cmd.Submit, "s1", task="date", answer=("d23",))
    await turns()
    gc.collect()
    assert complaints == []
