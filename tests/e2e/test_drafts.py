"""Nothing typed is lost, and what is new is told to those who don't see it."""

from __future__ import annotations

from unittest.mock import ANY

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.driver import PHONE, READ_ON, SCREENSHOTS, TURN_TO
from tests.e2e.spoilt import LIVE, Evening, Line, closes, evening, house, phone
from tests.support.aloud import listen

__all__ = ["evening", "house", "phone"]


# ── nothing typed is lost ───────────────────────────────────────────────────────────────────────

TAKEN = """() => Array.from(document.querySelectorAll(
        '[data-part] form[data-do]:not([data-collect=none])')).map(form => [
    form.dataset.do, form.dataset.task || '',
    Array.from(form.querySelectorAll('input[type=text], textarea')).map(one => one.value),
    Array.from(form.querySelectorAll('input:checked')).map(one => one.value),
    Array.from(form.querySelectorAll('select')).map(one => one.value),
    Array.from(form.querySelectorAll('[data-item]')).map(one => one.dataset.item)])"""
"""What stands in every form of a phone."""

FILL = """() => document.querySelectorAll('[data-part] form[data-do]').forEach(form => {
    const tell = (one, how) => one.dispatchEvent(new Event(how, { bubbles: true }));
    form.querySelectorAll('input[type=text], textarea').forEach(one => { one.value = '半句话'; tell(one, 'input'); });
    const options = form.querySelectorAll('input[type=radio], input[type=checkbox]');
    if (options.length) options[options.length - 1].click();
    form.querySelectorAll('select').forEach(one => { one.selectedIndex = 2; tell(one, 'change'); });
    const down = form.querySelector('[data-move=down]');
    if (down) down.click();
})"""
"""Half an answer in every form there is."""


@pytest.mark.parametrize("role", ["recorder", "lookout"])
@pytest.mark.parametrize("scene", ["house", "boat"])
def test_half_an_answer_of_every_kind_is_there_after_a_reload_and_a_morph(
    evening: Evening, phone: Page, role: str, scene: str
) -> None:
    evening.do(do="start")
    evening.do(do="jump", scene=scene)
    evening.sit(phone, role)
    expect(phone.locator("form[data-do]").first).to_be_visible()
    phone.evaluate(FILL)
    before = phone.evaluate(TAKEN)
    assert any(any(form[2:]) for form in before)
    phone.reload()
    expect(phone.locator(LIVE)).to_be_visible()
    assert phone.evaluate(TAKEN) == before
    evening.do(do="pause")
    expect(phone.locator(".pausing")).to_be_visible()
    evening.do(do="resume")
    expect(phone.locator(".pausing")).to_have_count(0)
    assert phone.evaluate(TAKEN) == before
    evening.do(do="jump", scene="boat" if scene == "house" else "house")
    expect(phone.locator(f'[data-scene="{scene}"]')).to_have_count(0)
    evening.do(do="jump", scene=scene)
    expect(phone.locator(f'[data-scene="{scene}"]')).to_have_count(1)
    assert phone.evaluate(TAKEN) == before, "a form that was gone for a while is as it was"


def test_a_draft_is_its_seats_own_and_ends_when_it_is_sent(evening: Evening, phone: Page) -> None:
    evening.do(do="start")
    evening.do(do="jump", scene="boat")
    evening.sit(phone, "recorder")
    box = phone.locator('form[data-task="day"] input[type=text]')
    box.fill("王会长")
    evening.sit(phone, "lookout")
    kept = "() => Object.keys(localStorage).filter(name => name.startsWith('draft:')).length"
    assert phone.evaluate(kept) == 1
    evening.sit(phone, "recorder")
    expect(box).to_have_value("王会长")
    phone.locator('form[data-task="day"] button').click()
    expect(phone.locator('[data-task="day"][data-state="done"]')).to_have_count(1)
    assert phone.evaluate(kept) == 0


def test_what_was_sent_before_a_reload_is_not_sent_twice(evening: Evening, phone: Page) -> None:
    evening.do(do="start")
    evening.do(do="jump", scene="boat")
    line = Line(phone)
    evening.sit(phone, "recorder")
    phone.locator('form[data-task="day"] input[type=text]').fill("王会长")
    line.waiting = [closes(1011)] * 1000
    line.cut()
    expect(phone.locator("[data-offline]")).to_be_visible()
    phone.locator('form[data-task="day"] button').click()
    line.waiting = []
    phone.reload()
    expect(phone.locator('[data-task="day"][data-state="done"]')).to_have_count(1)
    answered = [one for one in evening.log() if one["event"].get("task") == "day"]
    assert len([one for one in answered if one["event"]["tag"] == "task.answered"]) == 1


def test_a_sentence_is_written_through_the_whole_debrief(evening: Evening, phone: Page) -> None:
    evening.do(do="start")
    evening.do(do="jump", scene="lake")
    evening.sit(phone, "recorder")
    evening.do(do="debrief", to="open")
    text = phone.locator("#reflect-text")
    text.press_sequentially("半句")
    for step in range(1, 5):
        evening.do(do="debrief", to="next")
        expect(phone.locator(f'[data-step="{step}"]')).to_be_visible()
        expect(text).to_have_value("半句" + "话" * (step - 1))
        expect(text).to_be_focused()
        phone.keyboard.type("话")
    phone.reload()
    expect(text).to_have_value("半句话话话话")
    phone.locator("#reflection button").click()
    expect(phone.get_by_text("已记录，还可以再改。")).to_be_visible()


# ── for who doesn't see it ──────────────────────────────────────────────────────────────────────


def test_a_new_scene_is_told_politely_and_focus_goes_to_what_came(
    evening: Evening, phone: Page
) -> None:
    evening.sit(phone, "lookout")
    polite = phone.locator('[aria-live="polite"], [role="status"]:not([data-offline])')
    expect(polite).to_have_count(1)
    evening.do(do="start")
    expect(polite).to_contain_text("望志路")
    expect(polite).to_contain_text("按先后排好。")
    phone.evaluate(READ_ON)
    phone.locator('article[data-kind="read"]').evaluate(TURN_TO)
    button = phone.get_by_role("button", name="读完了")
    button.focus()
    phone.keyboard.press("Enter")
    expect(button).to_have_count(0)
    focused = "() => [document.activeElement.tagName, document.activeElement.textContent]"
    assert phone.evaluate(focused) == ["H2", "按先后排好。"]
    expect(polite).to_have_count(1)


def test_a_nudge_is_a_sheet_above_the_keyboard_and_told_once(evening: Evening, phone: Page) -> None:
    """As on an iPhone: the keyboard covers the page's foot, and the page is as long as before."""
    evening.do(do="start")
    evening.sit(phone, "recorder")
    phone.evaluate(
        """() => {
            Object.defineProperty(visualViewport, 'height', { get: () => innerHeight - 300 });
            visualViewport.dispatchEvent(new Event('resize'));
        }"""
    )
    listen(phone)
    nudge = {"run": evening.session["runs"][0], "seat": evening.seats["recorder"]["seat"]}
    sheet = phone.locator("section.nudge[data-sheet]")
    for times in (1, 2):
        evening.do(do="nudge", **nudge)
        expect(sheet).to_be_visible()
        box = sheet.bounding_box()
        assert box is not None
        assert 0 <= box["y"] < box["y"] + box["height"] <= PHONE["height"] - 300
        assert [said for said in phone.evaluate("heard") if "大家在等您" in said] == [ANY] * times
        sheet.get_by_role("button").click()
        expect(sheet).to_have_count(0)
    phone.reload()
    expect(phone.locator(LIVE)).to_be_visible()
    expect(sheet).to_have_count(0)  # what was put away stays away


def test_very_large_type_leaves_room_to_read(evening: Evening, chromium: Browser) -> None:
    """200 % zoom at 360 px with large type: the bar scrolls away."""
    context: BrowserContext = chromium.new_context(viewport={"width": 180, "height": 320})
    context.add_init_script("localStorage.setItem('large', '1')")
    page = context.new_page()
    evening.sit(page, "recorder")
    expect(page.locator(".topbar")).to_have_css("position", "static")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "large-180.png")
    context.close()
