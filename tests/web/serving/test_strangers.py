"""What strangers send fills no disk: however often, it has its line once a minute. The kind: a line, or a
traceback, for each thing that anybody may send."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from tests.faults.intruder import Intruder, frame
from tests.support.server import ROOT, ServerProcess
from web.logs import Strangers

TIMES = 20


async def test_what_cant_be_read_has_one_line_however_often_it_comes(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, scenarios=ROOT / "scenarios", password="七月二十三日")
    server.start()
    for _ in range(TIMES):
        async with Intruder(server.port) as intruder:
            await intruder.send(b"no HTTP at all\r\n\r\n")
            await intruder.rest(60)
        async with Intruder(server.port) as intruder:
            await intruder.upgrade()
            await intruder.send(frame(b"\xff\xfe"))
            await intruder.rest(60)
    server.stop()
    said = server.log.read_text(encoding="utf-8")
    assert said.count("Invalid HTTP request") == 1
    assert said.count("Invalid UTF-8") == 1


def record(name: str, level: int, error: Exception | None = None) -> logging.LogRecord:
    told = (type(error), error, error.__traceback__) if error is not None else None
    return logging.LogRecord(name, level, "", 1, "it failed", (), told)


def raised(kind: type[Exception]) -> Exception:
    try:
        raise kind("x")
    except Exception as error:  # noqa: BLE001
        return error


@pytest.mark.parametrize("name", ["uvicorn.error", "asyncio", "websockets.server"])
def test_another_fault_is_another_line(name: str) -> None:
    said = Strangers()
    assert said.filter(record(name, logging.ERROR))
    assert not said.filter(record(name, logging.ERROR))
    assert said.filter(record(name, logging.ERROR, raised(ValueError)))
    assert not said.filter(record(name, logging.ERROR, raised(ValueError)))
    assert said.filter(record(name, logging.ERROR, raised(KeyError)))


def test_our_own_lines_and_what_is_no_trouble_are_all_said() -> None:
    said = Strangers()
    assert all(said.filter(record("web", logging.ERROR)) for _ in range(TIMES))
    assert all(said.filter(record("uvicorn.error", logging.INFO)) for _ in range(TIMES))
