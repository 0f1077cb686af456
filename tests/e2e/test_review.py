"""A trainer's hour: replay an evening, go back to a mistake, do it better, see both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from engine.rules.events import Recorded, TrapSprung
from engine.scenario import compile_scenario
from tests.e2e.answers import AnswerKey
from tests.e2e.conftest import ADMIN_PASSWORD, SCRIPT
from tests.e2e.driver import Facilitator, Phone, Screen
from tests.support.evenings import evening, keep_logs
from tests.support.server import ServerProcess

MOMENTS = 24
SHOW = """async seq => {
    const script = document.querySelector('script[src$="/stage.js"]');
    (await import(script.src)).stages[0].show(seq);
}"""
"""Moments of the long run that are timed."""


@pytest.fixture
def trainer(server: ServerProcess, chromium: Browser) -> Facilitator:
    """Somebody logged in."""
    somebody = Facilitator(chromium, server.url)
    somebody.log_in(ADMIN_PASSWORD)
    return somebody


def script_of(scripts: Path) -> bytes:
    """The script that is played."""
    return (scripts / SCRIPT / "scenario.yaml").read_bytes()


def kept(server: ServerProcess, script: bytes, *logs: list[Recorded]) -> tuple[str, ...]:
    """The runs of a session with these logs."""
    session = keep_logs(server.database_url, script, *logs, password=ADMIN_PASSWORD)
    return tuple(run.id for run in session.runs)


def shown(page: Page, number: int = 0) -> int:
    """Wait until the stage shows the moment it stands at; its seq."""
    page.wait_for_function(
        "n => { const s = document.querySelectorAll('[data-stage]')[n].dataset;"
        " return s.shown && s.shown === s.seq; }",
        arg=number,
    )
    return int(page.locator("[data-stage]").nth(number).get_attribute("data-seq") or 0)


def first_trap(records: list[Recorded]) -> Recorded:
    """The first trap that sprang for somebody."""
    return next(r for r in records if isinstance(r.event, TrapSprung) and r.event.seat)


def test_a_trainers_hour(
    trainer: Facilitator, server: ServerProcess, chromium: Browser, scripts: Path, key: AnswerKey
) -> None:
    script = script_of(scripts)
    records = evening(compile_scenario(script, "s"), "muddled", wrong_rate=0.9)
    (run,) = kept(server, script, records)
    page = trainer.console.page
    _replay(trainer.console, server.url, run, records)
    _note(page)
    trap = first_trap(records)
    phone = _fork(trainer, chromium, key, run, trap)
    _play_on(trainer, phone)
    _side_by_side(trainer.console, key)
    assert not trainer.console.problems
    assert not phone.problems


def _replay(screen: Screen, url: str, run: str, records: list[Recorded]) -> None:
    """Scrub, step, switch seats; the address leads back to the moment."""
    page = screen.page
    page.goto(f"{url}/review/{run}")
    shown(page)
    screen.shot("review")
    frames = page.locator("[data-phone]")
    expect(frames).to_have_count(4)
    page.locator("[data-scrub]").focus()
    page.keyboard.press("End")
    assert shown(page) == len(records)
    expect(page.locator("[data-phone] [data-ending]")).to_have_count(4)
    page.keyboard.press("Home")
    assert shown(page) == 1
    page.keyboard.press("}")
    trap = first_trap(records)
    assert shown(page) == trap.seq
    assert isinstance(trap.event, TrapSprung)
    page.locator(f'[data-pick="{trap.event.seat}"]').click()
    expect(frames).to_have_count(1)
    expect(page.locator('[data-phone] [data-kind="trap"]').first).to_be_visible()
    assert page.locator("[data-phone] button:enabled").count() == 0, "nothing can be pressed"
    page.locator('[data-pick="projector"]').click()
    expect(page.locator(".wall-frame")).to_contain_text("1921")
    screen.shot("review-wall")
    page.keyboard.press("ArrowRight")
    assert shown(page) == trap.seq + 1
    page.reload()
    assert shown(page) == trap.seq + 1, "the address names the moment"
    expect(page.locator('[data-pick="projector"]')).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("ArrowLeft")
    _plays(page)
    page.set_viewport_size({"width": 360, "height": 740})
    screen.fits()
    screen.shot("review")
    page.set_viewport_size({"width": 1280, "height": 800})


def _plays(page: Page) -> None:
    """At sixty times the speed the moment moves by itself, and stands when told to."""
    here = shown(page)
    page.locator("[data-speed]").select_option("60")
    page.keyboard.press("Escape")
    page.locator("[data-play]").click()
    page.wait_for_function(
        "here => Number(document.querySelector('[data-stage]').dataset.seq) > here + 3", arg=here
    )
    page.locator("[data-play]").click()
    page.keyboard.press("Home")
    page.keyboard.press("}")
    assert shown(page) == here


def _note(page: Page) -> None:
    """A note is there after a reload; taken away, it can be had back."""
    page.get_by_label("给这一步写一句").fill("这里讲一讲会期")
    page.get_by_role("button", name="记下").click()
    note = page.locator("[data-note-id]")
    expect(note).to_contain_text("这里讲一讲会期")
    page.reload()
    shown(page)
    expect(note).to_contain_text("这里讲一讲会期")
    note.get_by_role("button", name="删").click()
    expect(note).to_have_count(0)
    page.get_by_role("button", name="撤销").click()
    expect(note).to_contain_text("这里讲一讲会期")


def _fork(
    trainer: Facilitator, chromium: Browser, key: AnswerKey, run: str, trap: Recorded
) -> Phone:
    """Go back before the mistake, and take the part of whoever made it."""
    page = trainer.console.page
    page.get_by_role("button", name="从这一步之前重来").click()
    expect(page.locator(".practice")).to_be_visible()
    trainer.phase("paused")
    trainer.console.shot("practice")
    assert isinstance(trap.event, TrapSprung)
    role = next(
        name for place, name in enumerate(key.scenario.roles, 1) if f"s{place}" == trap.event.seat
    )
    phone = Phone(chromium, key, "教员")
    href = page.get_by_role("link", name="我来演").get_attribute("href")
    phone.join(f"{trainer.url}{href}", role)
    trainer.press("resume")
    trainer.phase("playing")
    return phone


def _play_on(trainer: Facilitator, phone: Phone) -> None:
    """One person plays, rightly; stand-ins do the rest at once."""
    page = trainer.console.page
    for _ in range(80):
        while phone.act():
            pass
        if phone.ended:
            return
        page.get_by_role("button", name="快进").click()
        trainer.console.settled()
        expect(phone.page.locator("body.is-live")).to_be_visible()
        phone.page.wait_for_function(
            "() => document.querySelector('[data-ending]') || "
            "document.querySelector('article[data-task][data-state=\"open\"] form')"
        )
    raise AssertionError("the practice run doesn't end")


def _side_by_side(screen: Screen, key: AnswerKey) -> None:
    page = screen.page
    page.get_by_role("link", name="与原来那局并排看").click()
    expect(page.locator("[data-stage]")).to_have_count(2)
    shown(page, 0)
    shown(page, 1)
    endings = page.locator("[data-ending-of] b").all_inner_texts()
    assert endings[0] != endings[1], "another ending was reached"
    assert endings[1] == key.scenario.scenes[key.ending].title
    expect(page.get_by_text("步两局相同")).to_be_visible()
    page.locator("[data-scrub]").first.focus()
    page.keyboard.press("End")
    shown(page, 0)
    shown(page, 1)
    page.set_viewport_size({"width": 1920, "height": 1080})
    screen.shot("compare")
    page.set_viewport_size({"width": 360, "height": 740})
    screen.fits()


def test_any_moment_of_a_long_run_is_there_at_once(
    trainer: Facilitator,
    server: ServerProcess,
    scripts: Path,
    record_property: Any,
) -> None:
    """Printed, as the machine decides it: the slowest of moments all over a thousand events."""
    script = script_of(scripts)
    records = evening(compile_scenario(script, "s"), "long", wrong_rate=0.3, unrest=0.96)
    assert len(records) >= 1_000
    (run,) = kept(server, script, records)
    page = trainer.console.page
    page.goto(f"{server.url}/review/{run}")
    shown(page)
    took_ms = []
    for place in range(1, MOMENTS + 1):
        seq = (place * 389) % len(records) + 1
        page.evaluate(SHOW, seq)
        assert shown(page) == seq
        took_ms.append(int(page.locator("[data-stage]").get_attribute("data-took-ms") or 0))
    record_property("moment_ms_max", max(took_ms))
    record_property("moment_ms_median", sorted(took_ms)[MOMENTS // 2])
    page.keyboard.press("End")
    expect(page.locator("[data-phone] [data-ending]")).to_have_count(4)
