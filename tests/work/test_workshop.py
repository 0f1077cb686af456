"""The workshop: limits, ends, turns; whatever a job does."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from engine.errors import ScenarioError, Text
from engine.work import workshop
from engine.work.bounds import CODES, Limits, WorkError, work_error
from engine.work.workshop import WAITING_MAX, Workshop
from tests.support.patience import PATIENCE_S, comes, soon, until
from tests.work import jobs

WHAT = Text("试一试", "A trial")
NOBODYS = workshop.Standing(0, 0, 0)


def limits(**other: Any) -> Limits:
    given: dict[str, Any] = {"lane": "long", "wall_s": PATIENCE_S, "memory_mb": 256}
    return Limits(what=WHAT, remedy=Text("改小些。", "Make it smaller."), **given | other)


@pytest.fixture
async def shop() -> AsyncIterator[Workshop]:
    opened = Workshop()
    yield opened
    await opened.close()


def is_alive(pid: int) -> bool:
    """It runs: it isn't merely remembered by whoever started it."""
    try:
        return "(zombie)" not in Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return False


async def test_what_a_job_returns_comes_back(shop: Workshop) -> None:
    assert await shop.do(limits(), jobs.answer, 41, who="a") == 42


async def test_what_a_job_raises_comes_back_whole(shop: Workshop) -> None:
    with pytest.raises(ScenarioError) as told:
        await shop.do(limits(), jobs.refuse, who="a")
    assert (told.value.code, len(told.value.issues), told.value.left) == ("SC1", 1, (jobs.SAID,))
    with pytest.raises(jobs.Odd) as odd:
        await shop.do(limits(), jobs.refuse_oddly, who="a")
    assert (odd.value.number, odd.value.in_("zh")["code"]) == (7, "odd_7")
    with pytest.raises(RuntimeError, match="KeyError: 'a bug'"):
        await shop.do(limits(), jobs.stumble, who="a")


TOO_MUCH: list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any], str]] = [
    (jobs.spin, (), {"wall_s": 0.2}, "work_long"),
    (jobs.hold_the_interpreter, (), {"wall_s": 0.2}, "work_long"),
    (jobs.hoard, (300,), {}, "work_large"),
    (jobs.talk, (3,), {"result_mb": 2}, "work_large"),
    (jobs.fall, (), {}, "work_lost"),
]


@pytest.mark.parametrize(("job", "given", "other", "code"), TOO_MUCH)
async def test_whatever_a_job_does_it_ends_and_the_next_is_done(
    shop: Workshop,
    job: Callable[..., Any],
    given: tuple[Any, ...],
    other: dict[str, Any],
    code: str,
) -> None:
    with pytest.raises(WorkError) as told:
        await shop.do(limits(**other), job, *given, who="a")
    assert told.value.code == code
    assert await shop.do(limits(), jobs.answer, 1, who="a") == 2


def test_every_error_says_what_and_what_to_do() -> None:
    for code in CODES:
        told = work_error(code, limits(wall_s=30))
        assert "试一试" in told.message.zh
        assert "{" not in told.message.zh + told.message.en
        assert told.remedy.zh.endswith("。")
        assert "改小些" in told.remedy.zh or code == "work_waiting"


async def test_what_nobody_waits_for_ends_with_all_it_started(
    shop: Workshop, tmp_path: Path
) -> None:
    note = tmp_path / "pid"
    job = asyncio.create_task(shop.do(limits(), jobs.spin_beside, note, who="a"))
    await comes(lambda: note.exists() and note.read_text(encoding="ascii") != "")
    pid = int(note.read_text(encoding="ascii"))
    assert is_alive(pid)
    job.cancel()
    await asyncio.gather(job, return_exceptions=True)
    await comes(lambda: not is_alive(pid))
    assert shop.standing("a") is None


async def test_an_account_has_one_at_a_time_and_others_do_not_stand_behind_it(
    shop: Workshop,
) -> None:
    heap = [asyncio.create_task(shop.do(limits(), jobs.spin, who="a")) for _ in range(4)]
    await comes(lambda: (shop.standing("a") or NOBODYS).since_s)
    assert await soon(shop.do(limits(), jobs.answer, 1, who="b")) == 2
    for one in heap:
        one.cancel()
    await asyncio.gather(*heap, return_exceptions=True)
    spans = [shop.do(limits(), jobs.span, 0.02, who="a") for _ in range(4)]
    own = sorted(await asyncio.gather(*spans))
    assert all(before[1] <= after[0] for before, after in zip(own, own[1:], strict=False))


async def test_only_so_many_of_one_account_wait(shop: Workshop) -> None:
    heap = [asyncio.create_task(shop.do(limits(), jobs.spin, who="a")) for _ in range(WAITING_MAX)]
    await asyncio.sleep(0)
    with pytest.raises(WorkError) as told:
        await shop.do(limits(), jobs.answer, 1, who="a")
    assert told.value.code == "work_waiting"
    assert await shop.do(limits(), jobs.answer, 1, who="b") == 2
    for one in heap:
        one.cancel()
    await asyncio.gather(*heap, return_exceptions=True)
    assert await shop.do(limits(), jobs.answer, 1, who="a") == 2


async def test_whoever_waits_is_told_how_many_are_before(shop: Workshop) -> None:
    asked = [asyncio.create_task(shop.do(limits(), jobs.spin, who=who)) for who in "abcd"]
    await comes(lambda: all((shop.standing(who) or NOBODYS).since_s for who in "ab"))
    found = {who: shop.standing(who) for who in "abcde"}
    assert [one.ahead if one else None for one in found.values()] == [0, 0, 1, 2, None]
    for one in asked:
        one.cancel()
    await asyncio.gather(*asked, return_exceptions=True)
    assert shop.standing("d") is None


async def test_a_hand_knows_no_secret_and_stands_back(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HONGCHUAN_DATABASE_URL", "postgresql://u:secret@h/d")
    monkeypatch.setenv("HONGCHUAN_SECRET", "secret")
    with (tmp_path / "kept.db").open("w") as opened:
        os.set_inheritable(opened.fileno(), True)
        found = await shop.do(limits(), jobs.seen, who="a")
    assert not [name for name in found["names"] if name.startswith("HONGCHUAN")]
    assert found["nice"] >= 10 or os.nice(0) >= 10
    assert len(found["files"]) == 1, "its line to the server, and nothing else"
    assert found["files"][0].startswith("socket:")


async def test_hands_are_kept_for_the_next_and_go_home_when_nobody_needs_them(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await shop.do(limits(), jobs.seen, who="a")
    monkeypatch.setattr(workshop, "IDLE_S", 0.05)
    second = await shop.do(limits(), jobs.seen, who="b")
    assert first["pid"] == second["pid"]
    await comes(lambda: not is_alive(first["pid"]))
    third = await shop.do(limits(), jobs.seen, who="a")
    assert third["pid"] != first["pid"]


async def test_a_hand_that_died_meanwhile_is_not_given_a_job(shop: Workshop) -> None:
    first = await shop.do(limits(), jobs.seen, who="a")
    os.kill(first["pid"], signal.SIGKILL)
    await comes(lambda: not is_alive(first["pid"]))
    assert await shop.do(limits(), jobs.answer, 1, who="a") == 2


SERVER = """
import asyncio, signal, sys
from pathlib import Path
from tests.work.jobs import spin_noted
from tests.work.test_workshop import limits
from engine.work.workshop import Workshop

async def main():
    job = Workshop().do(limits(), spin_noted, Path(sys.argv[1]), who="a")
    await job

signal.signal(signal.SIGINT, signal.default_int_handler)  # tests in the background ignore it
asyncio.run(main())
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nobody_is_left_when_the_server_ends(tmp_path: Path, how: signal.Signals) -> None:
    note = tmp_path / "pid"
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(note)], env=environment, stderr=subprocess.DEVNULL
    )
    try:
        until(lambda: note.exists() and note.read_text(encoding="ascii") != "")
        pid = int(note.read_text(encoding="ascii"))
        assert is_alive(pid)
        server.send_signal(how)
        until(lambda: not is_alive(pid))
    finally:
        server.kill()
        server.wait()
