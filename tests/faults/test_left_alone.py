"""A worker that dies while PostgreSQL is away: its replacement waits, and who serves goes on serving.

The kind: a supervisor that gives up on a passing error.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import httpx

from tests.faults.test_drain import children
from tests.support.patience import PATIENCE_S, until
from tests.support.postgres import Cluster
from tests.support.server import ServerProcess

ASKED = 20
"""So often that each of two workers was asked."""


def lines(server: ServerProcess, event: str) -> int:
    return server.log.read_text(encoding="utf-8").count(f'"event": "{event}"')


def kill_one(server: ServerProcess) -> set[int]:
    """Kills a worker, and waits until its replacement waits for the database; who is left."""
    waited, running = lines(server, "worker.waits"), children(server.pid)
    victim = running.pop()
    os.kill(victim, signal.SIGKILL)
    until(
        lambda: lines(server, "worker.waits") > waited,
        lambda: server.log.read_text(encoding="utf-8")[-3000:],
    )
    assert running < children(server.pid), "its sibling was stopped"
    return running


def test_a_replacement_waits_for_the_database_and_nobody_is_stopped(
    server_of_two: ServerProcess, postgres: Cluster, size: Callable[[int, int], int]
) -> None:
    server = server_of_two
    for _ in range(size(1, 5)):
        postgres.stop()
        try:
            left = kill_one(server)
            assert httpx.get(f"{server.url}/healthz", timeout=PATIENCE_S).status_code == 200
        finally:
            postgres.start()

        def ready() -> bool:
            asked = [httpx.get(f"{server.url}/readyz", timeout=PATIENCE_S) for _ in range(ASKED)]
            return all(answer.status_code == 200 for answer in asked)

        until(ready)
        assert left < children(server.pid)
    postgres.stop()
    try:
        kill_one(server)
        server.stop()  # a replacement that waits is no reason to wait for it
    finally:
        postgres.start()
