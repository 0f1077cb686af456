"""Redis hangs and goes on: what was said of it is taken back. The kind: a flag that one path sets and
another one clears."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest
import structlog

from engine.host import relay as relays
from engine.host.clock import SteadyClock
from engine.host.host import Host
from engine.store.log.memory import MemoryStore
from tests.support.patience import until
from tests.support.redis import RedisServer, redis_server

__all__ = ["redis_server"]


async def _no_scenario(run: str) -> None:
    raise AssertionError(run)


async def test_a_redis_that_hung_is_there_again(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relays, "TIMEOUT_S", 0.2)
    monkeypatch.setattr(relays, "RETRY_S", 0.01)
    store = MemoryStore()
    relay = relays.Relay(redis_server.url, Host(store, _no_scenario, SteadyClock()), store)  # type: ignore[arg-type]

    async def comes(connected: bool) -> None:
        await asyncio.to_thread(until, lambda: relay.connected is connected)

    relay.start()
    await comes(True)
    with structlog.testing.capture_logs() as said:
        os.kill(redis_server.pid, signal.SIGSTOP)
        relay.moved("r", 1)
        await comes(False)
        os.kill(redis_server.pid, signal.SIGCONT)
        await comes(True)
    await relay.close()
    assert all(line["why"] for line in said if line["event"] == "redis.away")
    assert any(line["event"] == "redis.away" for line in said)
