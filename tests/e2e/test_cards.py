"""史实 and 误区 as cards: written, changed, undone, taken away without a key typed into YAML."""

from __future__ import annotations

from playwright.sync_api import Browser, Dialog, Locator, Page, Route, expect

from tests.e2e.driver import SCREENSHOTS
from tests.e2e.test_studio import author, begin, write
from tests.support.axe import barriers
from tests.support.server import ServerProcess


def source(page: Page) -> str:
    """The draft as the server has it."""
    answer = page.request.get(f"{page.url.split('?')[0]}/drafts/{number(page)}")
    text: str = answer.json()["text"]
    return text


def number(page: Page) -> str:
    found = page.locator("[data-history] option").nth(1).get_attribute("value")
    assert found is not None
    return found


def saved(page: Page, drafts: int) -> None:
    """So many drafts there are now."""
    expect(page.locator("[data-history] option")).to_have_count(drafts + 1)
    expect(page.locator("[data-says]")).to_contain_text("存好了")


def shot(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"cards-{name}.png")


def undone_and_kept(page: Page, panel: Locator, before: str) -> None:
    """Undone, the draft is as it was; what others name can't be taken away."""
    panel.get_by_role("button", name="撤销").click()
    expect(panel.get_by_role("button", name="示意：人们以为的那一句")).to_have_count(0)
    saved(page, 5)
    assert source(page) == before
    panel.get_by_role("button", name="中国共产党第一次全国代表大会").click()
    page.once("dialog", lambda dialog: dialog.accept())
    panel.get_by_role("button", name="删掉它").click()
    expect(panel.locator("[data-whole]")).to_contain_text("还有别处用着它")


def test_a_fact_and_a_trap_without_yaml(server: ServerProcess, chromium: Browser) -> None:
    page = author(chromium, server.url)
    begin(page, "cards")
    page.get_by_role("tab", name="源文").press("ArrowRight")
    expect(page.get_by_role("tab", name="卡片")).to_be_focused()
    panel = page.locator("#see-cards")
    expect(panel.get_by_role("button", name="七月一日就是开幕日")).to_be_visible()
    shot(page, "list")

    # A fact: what is missing is said at its field, and gone to.
    panel.get_by_role("button", name="添一条史实").click()
    expect(panel.get_by_role("heading", name="添一条史实")).to_be_focused()
    panel.get_by_role("button", name="存下这张卡片").click()
    fact = panel.get_by_label("史实必写")
    expect(fact).to_be_focused()
    expect(panel.locator("#card-text-told")).to_have_text("还空着。写一句话。")
    expect(panel.locator("#card-sources-told")).to_contain_text("加一条")
    shot(page, "missing")
    fact.fill("示意：这一句只为试写。")
    panel.get_by_label("等级必写").select_option(label="说法不一")
    panel.get_by_role("button", name="加一条出处").first.click()
    panel.get_by_label("哪一个出处").first.select_option(label="中共一大纪念馆展陈")
    fact.press("Control+s")
    saved(page, 2)
    card = panel.get_by_role("button", name="示意：这一句只为试写。")
    expect(card).to_be_focused()

    # What is still missing, `check` finds, and it stands at the card.
    expect(page.locator("[data-issues]")).to_contain_text("SC501")
    expect(card).to_contain_text("1 处问题")
    card.press("Enter")
    expect(panel.locator("[data-whole]")).to_contain_text("至少要列两种说法")
    panel.get_by_label("等级必写").select_option(label="通行说法")
    shot(page, "form")
    panel.get_by_role("button", name="存下这张卡片").click()
    expect(page.locator("[data-issues] .issue")).to_have_count(0)

    # A misconception, corrected by that fact, picked by its text.
    panel.get_by_role("button", name="添一条误区").click()
    panel.get_by_label("人们常怎么想必写").fill("示意：人们以为的那一句")
    panel.get_by_label("哪条史实纠正它必写").select_option(label="示意：这一句只为试写。")
    panel.get_by_label("为什么会这样想必写").fill("示意")
    panel.get_by_label("停多久").fill("20秒")
    panel.get_by_role("button", name="存下这张卡片").click()
    expect(panel.get_by_role("button", name="示意：人们以为的那一句")).to_be_focused()
    saved(page, 4)
    added = [
        "  f-2:\n    text: 示意：这一句只为试写。\n    status: accepted\n    sources: [museum]\n",
        "  t-2:\n    belief: 示意：人们以为的那一句\n    truth: f-2\n    why: 示意\n    hold: 20s\n",
    ]
    text = source(page)
    assert [piece for piece in added if piece not in text] == []
    rest = text.replace(added[0], "").replace(added[1], "")
    first = page.request.get(f"{page.url}/drafts/1").json()["text"]
    assert rest == first, "nothing else has moved"
    page.locator('[data-act="prove"]').click()
    expect(page.locator(".verdict")).to_contain_text("发现")

    undone_and_kept(page, panel, text.replace(added[1], ""))
    page.set_viewport_size({"width": 360, "height": 740})
    panel.get_by_label("史实必写").scroll_into_view_if_needed()
    shot(page, "360")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_card_never_overwrites_anothers_draft(server: ServerProcess, chromium: Browser) -> None:
    first, second = author(chromium, server.url), author(chromium, server.url)
    begin(first, "cards-shared")
    second.goto(f"{server.url}/studio/cards-shared")
    expect(second.locator(".phone")).to_have_count(2)
    write(first, "summary:", " 甲改的")
    first.get_by_role("button", name="存一稿").click()
    saved(first, 2)
    second.get_by_role("tab", name="卡片").click()
    panel = second.locator("#see-cards")
    panel.get_by_role("button", name="七月一日就是开幕日").click()
    panel.get_by_label("为什么会这样想必写").fill("乙改的")
    panel.get_by_role("button", name="存下这张卡片").click()
    both = second.locator("[data-conflict] textarea")
    expect(both).to_have_count(2)
    assert "甲改的" in both.nth(0).input_value()
    assert "why: 乙改的" in both.nth(1).input_value()


def test_what_is_typed_in_a_card_is_never_lost(server: ServerProcess, chromium: Browser) -> None:
    """Saved by the button above, undone beside it, sent slowly: the words stay."""
    page = author(chromium, server.url)
    begin(page, "cards-kept")
    expect(page.locator(".phone")).to_have_count(2)
    page.get_by_role("tab", name="卡片").click()
    panel = page.locator("#see-cards")
    asked: list[str] = []

    def no(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", no)
    for number, words in enumerate(("甲", "乙")):
        panel.get_by_role("button", name="七月一日就是开幕日").click()
        panel.get_by_label("为什么会这样想必写").fill(words)
        # The button above says 存一稿: what is being written is meant.
        page.locator('[data-act="save"]').click()
        saved(page, number + 2)

    # Undo takes no card away that is being written.
    panel.get_by_role("button", name="七月一日就是开幕日").click()
    why = panel.get_by_label("为什么会这样想必写")
    why.fill("丙")
    panel.get_by_role("button", name="撤销").click()
    expect(why).to_have_value("丙")
    assert asked == ["这张卡片改过，还没存。不要了吗？"]

    # On its way it takes no more letters: they would be gone with the answer.
    held: list[Route] = []
    page.route("**/cards", lambda route: held.append(route))
    with page.expect_request("**/cards"):
        panel.get_by_role("button", name="存下这张卡片").click()
    expect(why).not_to_be_editable()
    page.unroute("**/cards")


def test_undone_twice_at_once_is_no_conflict_with_oneself(
    server: ServerProcess, chromium: Browser
) -> None:
    page = author(chromium, server.url)
    begin(page, "cards-twice")
    expect(page.locator(".phone")).to_have_count(2)
    assert [told for told in barriers(page) if "landmark" in told] == []
    page.get_by_role("tab", name="卡片").click()
    panel = page.locator("#see-cards")
    for count, words in enumerate(("甲", "乙")):
        panel.get_by_role("button", name="七月一日就是开幕日").click()
        panel.get_by_label("为什么会这样想必写").fill(words)
        panel.get_by_role("button", name="存下这张卡片").click()
        saved(page, count + 2)
    panel.get_by_role("button", name="撤销").dblclick()
    saved(page, 5)
    expect(page.locator("[data-conflict]")).to_be_hidden()
    assert source(page) == page.request.get(f"{page.url}/drafts/1").json()["text"]
