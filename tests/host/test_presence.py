"""Who is there: what the log says of phones, while the store, the network and crowds get in the way."""

from __future__ import annotations

import pytest

from engine.errors import StoreUnavailable
from engine.host.presence import ANSWER_MS, LOOK_MS, RETURN_MS, Presence
from engine.rules import commands as cmd
from engine.store.log.memory import MemoryStore
from tests.host.test_host import Evening, FailingStore
from tests.host.test_trouble import turns, until


async def test_a_leaving_that_could_not_be_saved_is_noticed_later() -> None:
    store = FailingStore()
    evening = Evening(store)
    await evening.begin()
    presence = Presence(evening.host)
    await presence.connected("r", "s1")
    await presence.connected("r", "s2")
    await turns()
    evening.clock.move(RETURN_MS)
    await turns()
    store.failing = True
    await presence.disconnected("r", "s2")
    await turns()
    evening.clock.move(RETURN_MS)
    await turns()
    _, state = await evening.host.state("r")
    assert state.seats["s2"].online
    store.failing = False
    evening.clock.move(RETURN_MS)
    state = await until(evening, lambda state: not state.seats["s2"].online)
    assert state.seats["s1"].online
    await presence.close()


async def test_a_connection_that_could_not_be_saved_counts_for_nothing() -> None:
    store = FailingStore()
    evening = Evening(store)
    await evening.begin()
    presence = Presence(evening.host)
    await evening.do(cmd.GoAway, "s1")
    store.failing = True
    with pytest.raises(StoreUnavailable):
        await presence.connected("r", "s1")
    assert not presence.online("r", "s1")
    store.failing = False
    await presence.connected("r", "s1")
    await presence.disconnected("r", "s1")
    assert not presence.online("r", "s1")
    await presence.close()


async def test_who_never_returns_is_noticed_though_nobody_connects() -> None:
    """The facilitator looks at the console after a restart, before any phone is back."""
    evening = Evening(MemoryStore())
    await evening.begin()
    restarted = Evening(evening.store, evening.clock)
    presence = Presence(restarted.host)
    presence.expect("r")
    _, state = await restarted.host.state("r")
    assert state.seats["s1"].online
    await turns()
    restarted.clock.move(RETURN_MS)
    await until(restarted, lambda state: not any(seat.online for seat in state.seats.values()))
    await presence.close()


async def test_nobody_is_missed_while_a_crowd_waits_to_be_let_in() -> None:
    """A thousand phones are back at once, and whoever is missed may be among those that wait."""
    evening = Evening(MemoryStore())
    await evening.begin()
    restarted = Evening(evening.store, evening.clock)
    presence = Presence(restarted.host)
    presence.arriving = 1
    presence.expect("r")
    await turns()
    restarted.clock.move(RETURN_MS)
    await turns()
    _, state = await restarted.host.state("r")
    assert state.seats["s1"].online
    presence.arriving = 0
    restarted.clock.move(LOOK_MS)
    await until(restarted, lambda state: not any(seat.online for seat in state.seats.values()))
    await presence.close()


async def test_who_has_left_stays_away_although_the_page_is_open() -> None:
    evening = Evening(MemoryStore())
    await evening.begin()
    presence = Presence(evening.host)
    await presence.connected("r", "s1")
    await evening.do(cmd.LeaveSeat, "s1")
    await presence.disconnected("r", "s1")
    _, state = await evening.host.state("r")
    assert state.seats["s1"].left
    await presence.connected("r", "s1")
    _, state = await evening.host.state("r")
    assert (state.seats["s1"].left, state.seats["s1"].online) == (False, True)
    await presence.close()


async def test_who_is_on_the_way_to_another_worker_is_not_called_away() -> None:
    """Nobody has the phone when all are asked for the first time; another worker has it a moment later."""
    evening = Evening(MemoryStore())
    await evening.begin()
    presence = Presence(evening.host)
    asked: list[str] = []
    presence.join(asked.append)
    await presence.connected("r", "s1")
    await turns()
    evening.clock.move(RETURN_MS - ANSWER_MS)
    await turns()
    assert asked == ["r"]
    evening.clock.move(ANSWER_MS // 2)
    await turns()
    assert asked == ["r", "r"]
    presence.elsewhere("r", ("s2",))
    evening.clock.move(ANSWER_MS)
    await turns()
    _, state = await evening.host.state("r")
    assert all(state.seats[seat].online for seat in ("s1", "s2"))
    await presence.close()
