"""教一遍玩法: how one plays, gone through once in the lobby of any evening, on the smallest phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.answers import AnswerKey, load
from tests.e2e.conftest import ADMIN_PASSWORD, ROOT
from tests.e2e.driver import Facilitator, Phone
from tests.support.server import ServerProcess

SCRIPT = "kengdao-1952"
NARROW = {"width": 360, "height": 740}
FITS = """(book) => book.scrollWidth <= book.clientWidth
  && [...book.querySelectorAll('button')].filter((one) => one.checkVisibility())
    .every((one) => one.getBoundingClientRect().bottom <= innerHeight)"""


@pytest.fixture
def desk(server: ServerProcess, chromium: Browser) -> Facilitator:
    desk = Facilitator(chromium, server.url)
    desk.log_in(ADMIN_PASSWORD)
    return desk


@pytest.fixture
def phone(desk: Facilitator, chromium: Browser) -> Phone:
    """Somebody in the lobby, in large type."""
    key = AnswerKey(load(ROOT / "scenarios" / SCRIPT))
    phone = Phone(chromium, key, "王芳")
    phone.page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    phone.join(desk.open(SCRIPT, 1), next(iter(key.scenario.roles)))
    phone.page.evaluate("document.documentElement.classList.add('large')")
    return phone


def lesson(page: Page, name: str) -> Locator:
    """It stands there, and all of it that can be pressed is on the screen."""
    found = page.locator(f'[data-lesson="{name}"]')
    expect(found).to_be_visible()
    assert page.locator("[data-prologue]").evaluate(FITS), name
    return found


def test_how_one_plays_once_through(phone: Phone) -> None:
    page = phone.page
    seen = page.evaluate("document.body.dataset.seq")
    page.get_by_role("button", name="教一遍玩法").click()
    first = lesson(page, "choose")
    expect(page.get_by_role("button", name="准备好了")).to_have_count(0)
    first.get_by_role("button", name="先不告诉他").click()
    expect(first.get_by_text("还不对")).to_be_visible()
    first.get_by_role("button", name="把手机递给他看").click()
    fall = lesson(page, "fall")
    expect(fall.get_by_text("把您拉了上来")).to_be_visible()
    fall.get_by_role("button", name="接着").click()
    rescue = lesson(page, "rescue")
    rescue.get_by_role("button", name="有一个人做完就行").click()
    expect(rescue.get_by_text("还不对")).to_be_visible()
    rescue.get_by_role("button", name="各人做完各人的一份").click()
    rescue.get_by_role("button", name="接着").click()
    wait = lesson(page, "wait")
    expect(wait.get_by_text("您会玩了")).to_be_visible()
    wait.get_by_role("button", name="接着").click()
    expect(page.locator("[data-prologue]")).to_be_hidden()
    expect(page.get_by_role("button", name="教一遍玩法")).to_be_focused()
    assert page.evaluate("document.body.dataset.seq") == seen, "nothing was sent"
    phone.ready()


def test_it_can_be_left_and_the_start_puts_it_away(desk: Facilitator, phone: Phone) -> None:
    page = phone.page
    learn, book = page.get_by_role("button", name="教一遍玩法"), page.locator("[data-prologue]")
    learn.click()
    page.get_by_role("button", name="念给他听").click()
    page.get_by_role("button", name="不看了").click()
    expect(book).to_be_hidden()
    learn.click()
    expect(page.get_by_role("button", name="念给他听")).to_be_visible()
    page.keyboard.press("Escape")
    expect(book).to_be_hidden()
    learn.click()
    desk.press("start")
    expect(page.locator("[data-scene]")).to_be_visible()
    expect(book).to_be_hidden()
    expect(learn).to_have_count(0)
