"""坑道·1952 whole: two places at once, what is read aloud, a secret each, an apple that is voted on."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.answers import AnswerKey, load
from tests.e2e.conftest import ADMIN_PASSWORD, ROOT
from tests.e2e.driver import Facilitator, Phone, take_turns
from tests.support.server import ServerProcess

SCRIPT = "kengdao-1952"
CARDS_MOST = 12


@pytest.fixture(scope="module")
def tunnel() -> AnswerKey:
    return AnswerKey(load(ROOT / "scenarios" / SCRIPT))


@pytest.fixture
def desk(server: ServerProcess, chromium: Browser) -> Facilitator:
    desk = Facilitator(chromium, server.url)
    desk.log_in(ADMIN_PASSWORD)
    return desk


@pytest.fixture
def team(desk: Facilitator, chromium: Browser, tunnel: AnswerKey) -> list[Phone]:
    """Three at their phones, and the evening begun."""
    address = desk.open(SCRIPT, 1)
    phones = []
    for number, role in enumerate(tunnel.scenario.roles, 1):
        phone = Phone(chromium, tunnel, f"第{number}位同志")
        phone.join(address, role)
        phones.append(phone)
    for phone in phones:
        phone.ready()
    desk.press("start")
    for phone in phones:
        expect(phone.page.locator('[data-scene="dark"][data-phase="playing"]')).to_be_visible()
    return phones


def test_an_evening_in_the_tunnel(desk: Facilitator, team: list[Phone], tunnel: AnswerKey) -> None:
    scenario = tunnel.scenario
    radio, medic, carrier = team
    hole, rear = scenario.scenes["dark"].places.values()
    for phone, here, there in ((medic, hole, rear), (radio, hole, rear), (carrier, rear, hole)):
        expect(phone.page.get_by_text(here.story)).to_be_visible()
        expect(phone.page.get_by_text(there.story)).to_have_count(0)
        own, aim = scenario.scenes["dark"].story_for[phone.role], scenario.aims[phone.role].text
        expect(phone.page.locator("[data-scene]").get_by_text(own)).to_be_visible()
        for other in team:
            knows = other.page.get_by_text(own).count()
            assert bool(knows) is (other is phone)
            expect(other.page.get_by_text(aim)).to_have_count(int(other is phone))
    for place in (hole, rear):
        expect(desk.wall.page.locator(".wall-story h2", has_text=place.title)).to_be_visible()

    seen: set[str] = set()
    while not all(phone.ended for phone in team):
        for phone in team:
            name = f"tunnel-{phone.scene}-{phone.role}"
            if name not in seen:
                seen.add(name)
                phone.shot(name)
                phone.fits()
        take_turns(team)
    assert {name.split("-")[1] for name in seen} >= {"dark", "night", "apple", "papers"}
    for phone in team:
        assert phone.page.locator("[data-ending]").get_attribute("data-ending") == tunnel.ending

    desk.press("debrief", to="open")
    steps = desk.console.page.locator("[data-steps]").get_attribute("data-steps")
    assert int(steps or 0) <= CARDS_MOST
    desk.press("debrief", to="next")
    for told in scenario.aims.values():
        expect(desk.wall.page.get_by_text(told.text)).to_be_visible()
    assert not any(screen.problems for screen in (*team, desk.wall, desk.console))
