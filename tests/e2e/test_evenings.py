"""Whole evenings in a real browser: one that goes well, and one where everything happens."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from playwright.sync_api import Browser, expect

from engine.views.wording import oath_lines
from tests.e2e.answers import AnswerKey
from tests.e2e.conftest import ADMIN_PASSWORD, SCRIPT
from tests.e2e.driver import Facilitator, Phone, Screen, play, take_turns
from tests.support.axe import barriers
from tests.support.server import ServerProcess

Room = tuple[Facilitator, list[Phone]]


RACES = {"done_already", "not_here", "ended"}
"""What a second person may hear who presses for a task that belongs to whoever comes first."""

PRESENTER = [("PageUp", "PageDown"), ("ArrowLeft", "ArrowRight"), ("ArrowUp", " ")]
"""What a presenter sends, and what stands on a keyboard: (back, ahead)."""


@pytest.fixture
def room(server: ServerProcess, chromium: Browser, key: AnswerKey) -> Room:
    """A session of one team: the facilitator at the desk, everybody seated and not yet ready."""
    desk = Facilitator(chromium, server.url)
    desk.log_in(ADMIN_PASSWORD)
    address = desk.open(SCRIPT, 1)
    desk.wall.shot("lobby-wall")
    phones = []
    for number, role in enumerate(key.scenario.roles.values(), 1):
        phone = Phone(chromium, key, f"第{number}位同志")
        phone.join(address, role.id)
        phone.fits()
        expect(desk.wall.page.get_by_text(phone.name)).to_be_visible()
        phones.append(phone)
    return desk, phones


def everybody(room: Room) -> list[Screen]:
    desk, phones = room
    return [*phones, desk.console, desk.wall]


def begin(room: Room) -> None:
    desk, phones = room
    for phone in phones:
        phone.ready()
    desk.press("start")
    for phone in phones:
        expect(phone.page.locator('[data-scene][data-phase="playing"]')).to_be_visible()
    expect(desk.wall.page.locator(".wall-curtain")).to_be_visible()


def turn_a_card(desk: Facilitator, step: int, oaths: Sequence[int]) -> None:
    """The button, then a presenter's keys, at the console and at the wall: back and on and on,
    faster than the server answers. `oaths`: cards where each clause takes a press."""
    if step == 1:
        desk.press("debrief", to="next")
        return
    back, ahead = PRESENTER[step % len(PRESENTER)]
    screen = (desk.console, desk.wall)[step % 2]
    screen.page.locator("main").focus()
    clauses = len(oath_lines("zh"))
    lit = clauses * sum(card in oaths for card in (step - 2, step - 1))
    for key in (back, ahead, ahead, *[ahead] * lit):
        screen.page.keyboard.press(key)
    for shown in (desk.wall, desk.console):
        expect(shown.page.locator(f'[data-step="{step}"]')).to_be_visible()


def debrief(room: Room) -> None:
    """Lead to the last card, draw a speaker on the way; everybody writes a sentence."""
    desk, phones = room
    desk.press("debrief", to="open")
    cards = int(desk.console.page.locator("[data-steps]").get_attribute("data-steps") or 0)
    assert cards > 3
    oaths: list[int] = []
    for step in range(1, cards):
        turn_a_card(desk, step, oaths)
        for screen in everybody(room):
            expect(screen.page.locator(f'[data-step="{step}"]')).to_be_visible()
        kind = desk.console.page.locator("[data-step]").get_attribute("data-card")
        desk.wall.shot(f"debrief-{step}-{kind}-wall")
        oaths += [step] if kind == "oath" else []
        if kind == "discuss":
            desk.press("draw")
            expect(desk.wall.page.locator(".wall-speaker")).to_be_visible()
    for number, phone in enumerate(phones, 1):
        phone.page.get_by_role("textbox").fill(f"第{number}份收获:警觉是学来的。")
        phone.say(phone.page.get_by_role("button", name="写好了").click)
    expect(desk.console.page.locator("main")).to_contain_text(f"还没看的 {len(phones)} 条")
    desk.press("show_reflections")
    for number in range(1, len(phones) + 1):
        expect(desk.wall.page.get_by_text(f"第{number}份收获")).to_be_visible()
    phones[0].shot("debrief-last")
    desk.wall.shot("debrief-last-wall")
    desk.console.shot("debrief-last-console")
    assert [found for screen in everybody(room) for found in barriers(screen.page)] == []


def nothing_went_wrong(room: Room, *expected: str) -> None:
    for screen in everybody(room):
        assert not screen.problems
        assert set(screen.refused) <= {*expected, *RACES}


def test_an_evening_that_ends_well(room: Room, key: AnswerKey) -> None:
    desk, phones = room
    phones[0].shot("lobby")
    desk.console.shot("lobby-console")
    begin(room)
    for number, phone in enumerate(phones, 1):
        phone.shot(f"first-scene-{number}")
        phone.fits()
    desk.console.shot("playing-console")
    desk.wall.shot("playing-wall")
    desk.console.fits()
    desk.wall.fits()

    seen: set[str] = set()

    while not all(phone.ended for phone in phones):
        for phone in phones:
            name = f"scene-{phone.scene}-{phone.role}"
            if name not in seen:
                seen.add(name)
                phone.shot(name)
                phone.fits()
        take_turns(phones)

    for phone in phones:
        ending = phone.page.locator("[data-ending]")
        assert ending.get_attribute("data-ending") == key.ending
    desk.phase("ended")
    phones[0].shot("ended")
    desk.wall.shot("ended-wall")
    desk.console.shot("ended-console")
    debrief(room)
    desk.press("close")
    desk.phase("closed")
    for phone in phones:
        expect(phone.page.locator(".banner", has_text="这一局已经关闭")).to_be_visible()
    nothing_went_wrong(room)


def fall(phones: list[Phone], *known: str) -> tuple[Phone, str]:
    """Somebody falls into a trap, sooner or later, and is held; who, and into which."""
    while not all(phone.ended for phone in phones):
        for phone in phones:
            trap = phone.fall_in(known)
            if trap is not None:
                return phone, trap
        take_turns(phones)
    raise AssertionError("the evening is over, and there was no trap to fall into")


def test_an_evening_where_everything_happens(
    room: Room, server: ServerProcess, key: AnswerKey
) -> None:
    desk, phones = room
    for screen in everybody(room):
        screen.reload()
    begin(room)
    for screen in everybody(room):
        screen.reload()

    fallen, trap = fall(phones)
    fallen.shot("held")
    others = [phone for phone in phones if phone is not fallen]
    belief = key.scenario.traps[trap].belief
    for phone in others:
        expect(phone.page.locator("[data-part=notice]")).to_contain_text(belief)
    rescuer = next(p for p in others if p.page.locator("section.rescue form").count())
    rescuer.shot("rescue")
    desk.wall.shot("trap-wall")
    desk.console.shot("held-console")
    for screen in everybody(room):
        screen.reload()
    rescuer.rescue(trap)
    expect(fallen.held).to_have_count(0)

    desk.press("pause")
    for phone in phones:
        expect(phone.page.locator(".pausing")).to_be_visible()
    phones[0].shot("paused")
    for screen in everybody(room):
        screen.reload()
    desk.press("resume")

    server.kill()
    for screen in everybody(room):
        expect(screen.page.locator("[data-offline]")).to_be_visible()
    phones[0].shot("offline")
    server.start()
    for screen in everybody(room):
        screen.settled()

    again, second = fall(phones, trap)
    desk.press("release", seat=f"s{phones.index(again) + 1}")
    expect(again.held).to_have_count(0)
    assert second != trap

    gone = phones[1]
    gone.close()
    expect(phones[0].page.locator(".team")).to_contain_text("不在线")
    gone.come_back()
    expect(phones[0].page.locator(".team")).not_to_contain_text("不在线")
    tab = Screen(gone.context.new_page())
    tab.goto(gone.page.url)
    tab.shows(gone.shown())

    play(phones)
    tab.shows(gone.shown())
    for screen in everybody(room):
        screen.reload()
    debrief(room)
    for screen in everybody(room):
        screen.reload()
    desk.press("close")
    desk.phase("closed")
    for screen in everybody(room):
        screen.reload()
    nothing_went_wrong(room)
