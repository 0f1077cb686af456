"""An author's hour in a real browser: begin, err, mend, play four phones, step back, hand on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import ADMIN_PASSWORD
from tests.e2e.driver import DESK, SCREENSHOTS
from tests.support.server import ServerProcess

WATCH = """() => {
    const box = document.querySelector('[data-issues]');
    document.addEventListener('keydown', () => { window.typed = performance.now(); }, true);
    new MutationObserver(() => { window.shown = window.shown || performance.now(); })
        .observe(box, { childList: true });
}"""
"""Notes when the last key went down and when the first issue came up."""


def author(chromium: Browser, url: str) -> Page:
    """A logged-in author's page, on the shelf."""
    page = chromium.new_context(
        viewport={"width": DESK["width"], "height": DESK["height"]}
    ).new_page()
    page.on("pageerror", lambda error: (_ for _ in ()).throw(AssertionError(str(error))))
    page.goto(f"{url}/login?next=/studio")
    page.fill("[name=name]", "admin")
    page.fill("[name=password]", ADMIN_PASSWORD)
    page.click("main button")
    expect(page.get_by_role("heading", name="剧本工坊")).to_be_visible()
    return page


def begin(page: Page, name: str) -> None:
    page.fill("#new-name", name)
    page.fill("#new-title", "试写一晚")
    page.get_by_role("button", name="从一个能玩的样本开始").click()
    expect(page.locator(".phone")).to_have_count(2)
    expect(page.locator("[data-says]")).to_contain_text("没有问题")


def write(page: Page, line: str, text: str) -> None:
    """Go to the end of the line that begins so, and type."""
    page.locator(".cm-line", has_text=line).first.click()
    page.keyboard.press("End")
    page.keyboard.type(text)


def test_an_authors_hour(
    server: ServerProcess,
    chromium: Browser,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    page = author(chromium, server.url)
    begin(page, "trial")

    # A mistake is shown at its line while one types; mended, it is gone.
    page.evaluate(WATCH)
    write(page, "format: 1", "x")
    issue = page.locator(".issue").first
    expect(issue).to_contain_text("第 3 行 SC111")
    took_ms = page.evaluate("window.shown - window.typed")
    record_property("issue_shown_ms", round(took_ms))
    expect(page.locator(".cm-lint-marker-error")).to_have_count(1)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "studio-issue.png")
    issue.click()
    page.keyboard.press("End")
    page.keyboard.press("Backspace")
    expect(page.locator(".issue")).to_have_count(0)

    # All phones play the edited text at once; stepping back undoes one move everywhere.
    recorder, lookout = page.locator(".phone").nth(0), page.locator(".phone").nth(1)
    recorder.get_by_label("七月一日").check()
    recorder.get_by_role("button", name="确定").first.click()
    expect(page.locator("[data-moves]")).to_have_text("走了 1 步")
    expect(lookout).to_contain_text("七月一日就是开幕日")
    lookout.get_by_label("后来定下的建党纪念日").check()
    lookout.locator("form[data-do=rescue] button").click()
    expect(page.locator("[data-moves]")).to_have_text("走了 2 步")
    page.screenshot(path=SCREENSHOTS / "studio-phones.png")
    page.get_by_role("button", name="撤一步").click()
    expect(page.locator("[data-moves]")).to_have_text("走了 1 步")
    expect(lookout.locator("form[data-do=rescue]")).to_be_visible()
    page.get_by_role("button", name="从头来").click()
    expect(page.locator("[data-moves]")).to_have_text("还没有走")

    # The picture and the proof.
    page.get_by_role("tab", name="看图").click()
    expect(page.locator("[data-drawing] svg")).to_be_visible()
    page.get_by_role("tab", name="看图").press("ArrowRight")
    expect(page.get_by_role("tab", name="证明")).to_be_focused()
    page.locator('[data-act="prove"]').click()
    expect(page.locator(".verdict.good")).to_be_visible()
    page.screenshot(path=SCREENSHOTS / "studio-proof.png")

    # Saved, handed on, taken in: the same script.
    page.keyboard.press("Control+s")
    expect(page.locator("[data-says]")).to_contain_text("存好了")
    with page.expect_download() as download:
        page.get_by_role("link", name="导出").click()
    package = tmp_path / "trial.zip"
    download.value.save_as(package)
    page.goto(f"{server.url}/studio")
    page.set_input_files("#package", package)
    page.get_by_role("button", name="导入").click()
    expect(page.locator(".phone")).to_have_count(2)
    with page.expect_download() as again:
        page.get_by_role("link", name="导出").click()
    assert Path(again.value.path()).read_bytes() == package.read_bytes()

    page.set_viewport_size({"width": 360, "height": 740})
    page.screenshot(path=SCREENSHOTS / "studio-360.png", full_page=True)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360


def test_two_authors_at_once(server: ServerProcess, chromium: Browser) -> None:
    first, second = author(chromium, server.url), author(chromium, server.url)
    begin(first, "shared")
    second.goto(f"{server.url}/studio/shared")
    expect(second.locator(".phone")).to_have_count(2)
    write(first, "summary:", " 甲改的")
    first.get_by_role("button", name="存一稿").click()
    expect(first.locator("[data-says]")).to_contain_text("存好了")
    write(second, "summary:", " 乙改的")
    second.get_by_role("button", name="存一稿").click()
    expect(second.locator("[data-conflict] textarea")).to_have_count(2)
    assert "甲改的" in second.locator("[data-conflict] textarea").nth(0).input_value()
    assert "乙改的" in second.locator("[data-conflict] textarea").nth(1).input_value()
    second.get_by_role("button", name="我合好了").click()
    expect(second.locator("[data-says]")).to_contain_text("存好了")
    # Nothing is lost: the first author's draft is in the history.
    expect(second.locator("[data-history] option")).to_have_count(3)
