"""No page keeps anybody out: nothing that axe calls moderate or worse, on any page or state."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.e2e.answers import AnswerKey
from tests.e2e.conftest import ADMIN_PASSWORD, SCRIPT
from tests.e2e.driver import Facilitator, Phone, take_turns
from tests.e2e.test_wall import SHORTEST, found_on
from tests.support.axe import barriers
from tests.support.server import ServerProcess

PAGES = (
    "/", "/account", "/audit", "/people", "/people/branches", "/review", f"/scenarios/{SCRIPT}",
    "/sessions", "/studio", f"/studio/{SCRIPT}", f"/studio/{SCRIPT}/files", "/nowhere",
)  # fmt: skip


def test_what_is_wrong_is_found(chromium: Browser) -> None:
    """Else the rest of this page proves nothing."""
    page = chromium.new_page()
    page.set_content("<img src=x><button></button>")
    rules = {one.partition(":")[0] for one in barriers(page)}
    assert {"image-alt", "button-name", "html-has-lang"} <= rules
    page.close()


def test_no_page_of_the_staff_keeps_anybody_out(server: ServerProcess, chromium: Browser) -> None:
    desk = Facilitator(chromium, server.url)
    page = desk.console.page
    page.goto(f"{server.url}/login")
    assert barriers(page) == []
    desk.log_in(ADMIN_PASSWORD)
    found = {path: _at(page, server.url + path) for path in PAGES}
    assert {path: what for path, what in found.items() if what} == {}


def _at(page: Page, url: str) -> list[str]:
    page.goto(url)
    return barriers(page)


def test_nobody_is_kept_out_of_an_evening(
    server: ServerProcess, chromium: Browser, key: AnswerKey
) -> None:
    """From the door to a trap; how it ends is looked at in `test_evenings.py`."""
    desk = Facilitator(chromium, server.url)
    desk.log_in(ADMIN_PASSWORD)
    address = desk.open(SCRIPT, 1)
    found = dict[str, list[str]]()
    phones = list[Phone]()

    def look(moment: str) -> None:
        shown = {f"phone {phone.role}": phone.page for phone in phones}
        for name, page in ({"console": desk.console.page, "wall": desk.wall.page} | shown).items():
            if what := barriers(page):
                found[f"{moment}, {name}"] = what

    for number, role in enumerate(key.scenario.roles):
        phone = Phone(chromium, key, f"第{number}位同志")
        phone.page.goto(address)
        found["door"] = barriers(phone.page)
        phone.join(address, role)
        phones.append(phone)
    look("lobby")
    for phone in phones:
        phone.ready()
    desk.press("start")
    expect(phones[0].page.locator('[data-phase="playing"]')).to_be_visible()
    look("first scene")
    while not any(phone.fall_in() for phone in phones):
        take_turns(phones)
    look("trap")
    desk.press("pause")
    expect(phones[0].page.get_by_role("heading", name="暂停中")).to_be_visible()
    look("paused")
    assert {moment: what for moment, what in found.items() if what} == {}


def test_no_state_of_the_wall_keeps_anybody_out(chromium: Browser) -> None:
    context = chromium.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.set_viewport_size({"width": 1280, "height": 720})
    found = dict[str, list[str]]()
    for name, make in SHORTEST.items():
        found_on(page, make(3))
        found[name] = barriers(page)
    context.close()
    assert {name: what for name, what in found.items() if what} == {}
