"""What is written on a page and not saved: the browser asks before it is left, in the way that old
engines understand as well; and it is put back where nobody was asked (an iPhone, a flat battery)."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.spoilt import Evening, evening, house
from tests.e2e.test_studio import author, begin

__all__ = ["evening", "house"]

TEMPLATES = Path(__file__).resolve().parents[2] / "web" / "templates"

ASKED = """() => {
    const leaving = new Event('beforeunload', { cancelable: true });
    Object.defineProperty(leaving, 'returnValue', { value: null, writable: true });
    window.dispatchEvent(leaving);
    return [leaving.defaultPrevented, leaving.returnValue];
}"""
"""What a page answers when it is about to be left: [the way of today, the way before it]."""


class Writing:
    """A page on which something is written: where, how it is read, how it is saved."""

    def __init__(self, path: str, field: str, save: str, saved: str) -> None:
        self.path, self.field, self.save, self.saved = path, field, save, saved

    def write(self, page: Page, text: str) -> None:
        page.locator(self.field).first.click()
        page.keyboard.press("End")
        page.keyboard.type(text)

    def text(self, page: Page) -> str:
        return str(
            page.locator(self.field).first.evaluate(
                "one => one.value === undefined ? one.textContent : one.value"
            )
        )


def studio(page: Page, evening: Evening) -> Writing:
    page.goto(f"{evening.url}/studio")
    name = f"kept-{evening.session['id']}".lower()
    begin(page, name)
    expect(page.locator(".phone")).to_have_count(2)
    page.get_by_role("button", name="存一稿").click()
    expect(page.locator("[data-says]")).to_contain_text("存好了")
    return Writing(f"/studio/{name}", '.cm-line:has-text("summary:")', "存一稿", "存好了")


def activity(page: Page, evening: Evening) -> Writing:
    path = f"/review/sessions/{evening.session['id']}"
    return Writing(path, "#a-remarks", "存下活动信息", "活动信息记下了")


def note(page: Page, evening: Evening) -> Writing:
    return Writing(f"/review/{evening.session['runs'][0]}", "#note", "记下", "记下了")


@pytest.fixture
def desk(evening: Evening, chromium: Browser) -> Page:
    """A facilitator's browser after an evening."""
    evening.do(do="start")
    evening.do(do="close")
    return author(chromium, evening.url)


def come_back(browser: BrowserContext, url: str) -> Page:
    page = browser.new_page()
    page.goto(url)
    return page


@pytest.mark.parametrize("of", [studio, activity, note])
def test_what_is_unsaved_is_asked_about_and_put_back(
    evening: Evening, desk: Page, of: Callable[[Page, Evening], Writing]
) -> None:
    writing, context = of(desk, evening), desk.context
    url = f"{evening.url}{writing.path}"
    desk.goto(url)
    expect(desk.locator(writing.field).first).to_be_visible()
    before = writing.text(desk)
    assert desk.evaluate(ASKED) == [False, None], "nothing is written yet"
    writing.write(desk, "半句话")
    assert desk.evaluate(ASKED) == [True, ""]

    desk.close(run_before_unload=False)
    page = come_back(context, url)
    expect(page.locator(".kept")).to_be_visible()
    assert writing.text(page) == f"{before}半句话"
    page.get_by_role("button", name="不要了").click()
    assert writing.text(page) == before
    assert page.evaluate(ASKED) == [False, None]

    writing.write(page, "整句话")
    page.get_by_role("button", name=writing.save).click()
    expect(page.locator("main, header").filter(has_text=writing.saved).first).to_be_visible()
    page.close(run_before_unload=False)
    page = come_back(context, url)
    expect(page.locator(writing.field).first).to_be_visible()
    expect(page.locator(".kept")).to_have_count(0)


def test_others_have_saved_since(evening: Evening, desk: Page, chromium: Browser) -> None:
    writing, context = studio(desk, evening), desk.context
    url = f"{evening.url}{writing.path}"
    writing.write(desk, "甲写的")
    expect(desk.locator("[data-says]")).to_contain_text("还没存")
    desk.close(run_before_unload=False)
    other = author(chromium, evening.url)
    other.goto(url)
    writing.write(other, "乙写的")
    other.get_by_role("button", name="存一稿").click()
    expect(other.locator("[data-says]")).to_contain_text("存好了")

    page = come_back(context, url)
    expect(page.locator(".kept")).to_contain_text("别人后来存过")
    page.get_by_role("button", name="存一稿").click()
    both = page.locator("[data-conflict] textarea")
    expect(both).to_have_count(2)
    assert "乙写的" in both.nth(0).input_value()
    assert "甲写的" in both.nth(1).input_value()


def test_an_edited_note_stays_open_until_the_server_has_it(evening: Evening, desk: Page) -> None:
    desk.goto(f"{evening.url}/review/{evening.session['runs'][0]}")
    desk.fill("#note", "第一句")
    desk.get_by_role("button", name="记下").click()
    desk.get_by_role("button", name="改", exact=True).click()
    edited = desk.locator("[data-notes] input")
    edited.fill("改过的一句")
    desk.route("**/notes/*", lambda route: route.abort())
    edited.press("Enter")
    expect(desk.locator("[data-answer]")).to_contain_text("没有记下")
    expect(edited).to_have_value("改过的一句")
    desk.unroute("**/notes/*")
    edited.press("Enter")
    expect(desk.locator("[data-text]")).to_have_text("改过的一句")


def test_every_form_for_long_text_keeps_it() -> None:
    """Outside the live parts, which `watch` keeps, and the editor, which keeps its own."""
    forms = {
        f"{page.name}: {form[:80]}": form
        for page in TEMPLATES.glob("*.html")
        for form in re.findall(r"<form\b.*?</form>", page.read_text(encoding="utf-8"), re.S)
        if "<textarea" in form or 'maxlength="500"' in form
    }
    assert forms
    assert [name for name, form in forms.items() if "data-kept=" not in form.split(">")[0]] == []
