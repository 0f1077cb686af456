"""What went wrong is called by its name: who only looked isn't told that nothing was saved; a code
that no phone can follow isn't shown without a word."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

import server
from engine.errors import StoreUnavailable
from engine.evening import addresses as found
from engine.host import relay as relays
from engine.host.clock import SteadyClock
from engine.host.host import Host
from engine.store.log.memory import MemoryStore
from tests.support.inside import Inside, inside, small
from tests.support.patience import soon
from web.settings import Settings

LOOPBACK = found.Interface(name="lo", address="127.0.0.1", prefix=8)
ROOM = found.Interface(name="wlan0", address="192.168.1.7", wireless=True)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    with inside(small(tmp_path_factory.mktemp("named"))) as app:
        yield app


@pytest.mark.parametrize("path", ["/sessions", "/api/sessions/x"])
def test_who_only_looks_hears_that_it_cant_be_read(
    house: Inside, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object, **__: object) -> None:
        raise StoreUnavailable("OperationalError: disk I/O error")

    monkeypatch.setattr(house.services.people, "find_login", fails)
    answer = house.ask("GET", path, headers={"authorization": "Bearer x"})
    assert answer.status_code == 503
    assert "没有保存" not in answer.text
    assert "读不出来" in answer.text


@pytest.mark.parametrize(
    ("held", "host"),
    [([LOOPBACK], ""), ([LOOPBACK, ROOM], "127.0.0.1")],
    ids=["no network", "HONGCHUAN_HOST is this machine alone"],
)
def test_no_code_is_shown_where_no_phone_can_follow_it(
    held: list[found.Interface],
    host: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(found, "interfaces", lambda: held)
    server.greet(Settings(host=host or "0.0.0.0"), 8000, None)
    said = capsys.readouterr().out
    assert "手机现在连不上" in said
    assert "█" not in said


def test_a_code_is_shown_where_one_can(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(found, "interfaces", lambda: [LOOPBACK, ROOM])
    server.greet(Settings(), 8000, None)
    said = capsys.readouterr().out
    assert "http://192.168.1.7:8000" in said
    assert "手机现在连不上" not in said


async def test_a_poll_goes_on_past_a_run_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever one run brings about: the others are told how far they are, then and ever after."""
    heard: list[tuple[str, int]] = []
    store = MemoryStore()
    host = Host(store, _no_scenario, SteadyClock())  # type: ignore[arg-type]
    asked = asyncio.Event()
    times = 0

    async def heads(_: object) -> dict[str, int]:
        nonlocal times
        times += 1
        if times == 1:
            raise ValueError("a row that is none")
        if times == 3:
            asked.set()
        return {"bad": 1, "good": times}

    def hear(told: dict[str, int]) -> None:
        if "bad" in told:
            raise KeyError("bad")
        heard.extend(told.items())

    monkeypatch.setattr(relays, "POLL_S", 0)
    monkeypatch.setattr(store, "heads", heads)
    monkeypatch.setattr(host, "heard", hear)
    relay = relays.Relay("redis://127.0.0.1:1/0", host, store)
    polling = asyncio.create_task(relay._poll())
    polled = asyncio.create_task(asked.wait())
    await soon(asyncio.wait({polling, polled}, return_when=asyncio.FIRST_COMPLETED))
    assert not polling.done()
    polling.cancel()
    assert ("good", 2) in heard


async def _no_scenario(run: str) -> None:
    raise AssertionError(run)
