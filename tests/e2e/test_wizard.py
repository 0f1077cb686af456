"""A misconception through the wizard, without one key typed into YAML."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.driver import SCREENSHOTS
from tests.e2e.test_cards import saved, shot, source
from tests.e2e.test_studio import author, begin
from tests.support.axe import barriers
from tests.support.server import ServerProcess

TYPED = {
    "belief": "示意：人们常说的那一句",
    "why": "示意：为什么会信",
    "ask": "示意：您会怎么答？",
    "right": "示意的第一种说法",
    "wrong": "示意的第二种说法",
    "other": "示意的第三种说法",
    "rescue.ask": "示意：拿什么拉他？",
    "rescue.right": "示意的甲",
    "rescue.other": "示意的乙",
}
PICKED = {
    "truth": "中国共产党第一次全国代表大会1921年7月23日在上海开幕。",
    "scene": "会场",
    "role": "望风人",
    "cost": "中：疏漏 +2",
}


class Hand:
    """What somebody types, picks and clicks, counted."""

    def __init__(self, panel: Locator) -> None:
        self.panel = panel
        self.letters = self.clicks = 0

    def field(self, name: str) -> Locator:
        return self.panel.locator(f'[name="{name}"]')

    def types(self, name: str, text: str) -> None:
        """Sent letter by letter: what is said while one types is said of all of them."""
        self.field(name).press_sequentially(text)
        self.letters += len(text)

    def picks(self, name: str, label: str) -> None:
        self.field(name).select_option(label=label)
        self.clicks += 2

    def clicks_on(self, button: str) -> None:
        self.panel.get_by_role("button", name=button).click()
        self.clicks += 1


def missing_is_told(hand: Hand) -> None:
    """At its field; the first is gone to, a fold with one in it opens."""
    panel = hand.panel
    panel.get_by_role("button", name="存下这个误区").click()
    expect(hand.field("belief")).to_be_focused()
    expect(panel.locator("#card-truth-told")).to_contain_text("写一条新的")
    panel.locator("summary").click()
    hand.field("fact.text").fill("示意")
    panel.locator("summary").click()
    panel.get_by_role("button", name="存下这个误区").click()
    expect(panel.locator("#card-fact\\.status-told")).to_contain_text("还没选")
    hand.field("fact.text").fill("")
    panel.locator("summary").click()


def length_is_told(page: Page, hand: Hand) -> None:
    """While one types."""
    panel = hand.panel
    hand.types("right", "示意的第一种说法，写得长了许多")
    hand.types("wrong", "示意的")
    ahead = panel.locator("[data-step]", has=page.locator('[name="right"]')).locator("[data-ahead]")
    expect(ahead).to_contain_text("比别的都长得多")
    expect(ahead).to_contain_text("只有两个选项")
    expect(panel.locator('label[for="card-right"]')).to_contain_text("15 字")
    shot(page, "wizard-told")
    for name in ("right", "wrong"):
        hand.field(name).fill("")
    hand.letters = 0


def test_a_misconception_without_yaml(
    server: ServerProcess, chromium: Browser, record_property: Callable[[str, object], None]
) -> None:
    page = author(chromium, server.url)
    begin(page, "wizard")
    page.get_by_role("tab", name="卡片").click()
    panel = page.locator("#see-cards")
    hand = Hand(panel)
    hand.clicks_on("误区向导")
    expect(panel.get_by_role("heading", name="误区向导")).to_be_focused()
    before = page.request.get(f"{page.url}/drafts/1").json()["text"]

    missing_is_told(hand)
    length_is_told(page, hand)
    for name, text in TYPED.items():
        hand.types(name, text)
    for name, label in PICKED.items():
        hand.picks(name, label)
    ahead = panel.locator("[data-ahead]").nth(4)
    expect(ahead).to_be_empty()
    expect(panel.locator(".card-told:visible")).to_have_count(0)
    assert [told for told in barriers(page) if "landmark" not in told] == []
    page.set_viewport_size({"width": 360, "height": 740})
    for size in ("", "200%"):
        page.evaluate("size => document.documentElement.style.fontSize = size", size)
        hand.field("rescue.right").scroll_into_view_if_needed()
        shot(page, f"wizard-360{size.rstrip('%')}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size({"width": 1280, "height": 900})
    hand.clicks_on("存下这个误区")
    saved(page, 2)
    expect(panel.get_by_role("button", name=TYPED["belief"])).to_be_focused()
    expect(page.locator("[data-issues] .issue")).to_have_count(0)
    shot(page, "wizard-saved")

    # Half of what it has written was never typed; nothing else has moved; one step undoes it.
    after = source(page)
    record_property("letters_typed", hand.letters)
    record_property("clicks", hand.clicks)
    record_property("yaml_written", len(after) - len(before))
    assert len(after) - len(before) > 2 * (hand.letters + hand.clicks)

    # The question is on a phone beside, and its misconception springs.
    lookout = page.locator(".phone").nth(1)
    expect(lookout).to_contain_text(TYPED["ask"])
    lookout.get_by_label(TYPED["wrong"]).check()
    lookout.locator("form", has_text=TYPED["ask"]).get_by_role("button", name="确定").click()
    expect(page.locator(".phone").nth(0)).to_contain_text(TYPED["rescue.ask"])
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "cards-wizard-phone.png")
    hand.clicks_on("撤销")
    saved(page, 3)
    assert source(page) == before
