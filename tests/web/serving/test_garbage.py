"""What a server does beside each command is done seldom, or not at all."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Iterator
from pathlib import Path
from socket import socket
from typing import Any

import pytest
import structlog
from fastapi import FastAPI

import server
from tests.support.inside import small
from web import app, garbage, logs


async def _opened(one: FastAPI) -> None:
    async with one.router.lifespan_context(one):
        pass


def _run(serving: Any, sockets: list[socket]) -> None:
    asyncio.run(_opened(serving.config.app))
    for one in sockets:
        one.close()


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How often it was said that what is there stays; the collector of the tests is left alone."""
    said: list[int] = []
    monkeypatch.setattr(garbage, "settle", lambda: said.append(1))
    monkeypatch.setattr(logs, "configure", lambda kind: None)
    yield said
    structlog.reset_defaults()


def test_a_server_that_is_open_looks_for_garbage_seldom(
    settled: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server.Serving, "run", _run)
    monkeypatch.setattr(server, "greet", lambda *args: None)
    server.serve(small(tmp_path, port=0, host="127.0.0.1"))
    assert settled == [1]


def test_so_does_a_worker_among_several(
    settled: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = small(tmp_path)
    monkeypatch.setattr(app, "Settings", lambda: settings)
    asyncio.run(_opened(app.worker()))
    assert settled == [1]


def test_what_was_there_stays_and_the_rest_is_looked_at_seldom() -> None:
    before = gc.get_threshold()
    try:
        garbage.settle()
        assert gc.get_freeze_count() > 0
        assert gc.get_threshold() == (garbage.NEW_MAX, *before[1:])
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


@pytest.mark.parametrize(("kind", "made"), [("console", 0), ("json", 1)])
def test_a_line_that_nobody_reads_is_not_made_up(
    kind: Any, made: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root, calls = logging.getLogger(), 0
    before, level = root.handlers, root.level

    def count(logger: object, name: str, event: Any) -> Any:
        nonlocal calls
        calls += 1
        return event

    monkeypatch.setattr(logs, "_SHARED", [count, *logs._SHARED])
    try:
        logs.configure(kind)
        structlog.get_logger().info("command", do="submit")
        assert calls == made
        structlog.get_logger().warning("redis.away")
        assert calls == made + 1
    finally:
        root.handlers, root.level = before, level
        structlog.reset_defaults()
        structlog.contextvars.clear_contextvars()
