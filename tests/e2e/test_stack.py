"""What lies on a phone, and in which order: one thing at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from engine.proof.playthrough import Playthrough
from engine.views.seat import RunViews
from tests.e2e.answers import load
from tests.e2e.driver import PHONE
from tests.engine.rules.conftest import script
from tests.support.axe import barriers
from tests.support.handset import SCENARIOS, Handset

Shows = Callable[[Playthrough, str], None]


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport=PHONE)  # type: ignore[arg-type]
    made = context.new_page()
    made.add_init_script("window.buzzed = 0; navigator.vibrate = () => { window.buzzed++; };")
    yield made
    context.close()


@pytest.fixture
def shows(page: Page) -> Shows:
    """Shows a seat of a run as it stands."""
    handset = Handset(page, "yida-1921")

    def show(table: Playthrough, seat: str) -> None:
        views = RunViews(table.scenario)
        handset.show(views.seat(table.state, seat, {}), table.now_ms)

    return show


@pytest.fixture
def table() -> Playthrough:
    return Playthrough(load(SCENARIOS / "yida-1921"), drawn=True)


def has_nothing(table: Playthrough, seat: str) -> bool:
    """The seat has tasks in the scene, and none is open yet."""
    tasks = RunViews(table.scenario).seat(table.state, seat, {}).tasks
    return bool(tasks) and all(one.state == "locked" for one in tasks)


def on_top(page: Page, view: str) -> None:
    """It lies there, and keeps nobody out."""
    expect(page.locator("body")).to_have_attribute("data-view", view)
    assert barriers(page) == []


def test_the_story_once_then_the_task_then_what_it_was_then_the_wait(
    page: Page, shows: Shows, table: Playthrough
) -> None:
    shows(table, "s2")
    on_top(page, "story")
    expect(page.locator("[data-scene] h1")).to_be_visible()
    expect(page.locator("article[data-task]").first).to_be_hidden()
    page.get_by_role("button", name="看好了").click()
    on_top(page, "task")
    expect(page.locator("[data-bar]")).to_contain_text("轮到你了")
    assert "轮到你了" in page.title()
    table.move("lodging=apart")
    shows(table, "s2")
    on_top(page, "beat")
    expect(page.locator("[data-beat] .sources")).to_be_visible()
    assert "轮到你了" not in page.title()
    page.get_by_role("button", name="知道了").click()
    on_top(page, "wait")
    expect(page.locator("[data-bar]")).to_contain_text("在等")
    page.reload()
    on_top(page, "wait")
    page.get_by_role("button", name="故事").click()
    on_top(page, "story")
    page.keyboard.press("Escape")
    on_top(page, "wait")


@pytest.mark.parametrize("more", ["", "q: {role: b, kind: read, ask: 读, story: 文, fact: g}"])
def test_how_a_vote_fell_lies_on_top_with_who_explains_first(
    page: Page, shows: Shows, more: str
) -> None:
    """Whether the scene turns with it or not; not while one waits for the other votes."""
    choices = "[{id: i, text: 留下, fact: f}, {id: o, text: 转移}]"
    vote = f"v: {{role: all, kind: vote, ask: 走不走, choices: {choices}}}"
    table = Playthrough(script(f"{vote}\n{more}"), drawn=True)
    shows(table, "s1")
    page.get_by_role("button", name="看好了").click()
    table.move("a:v=i")
    shows(table, "s1")
    expect(page.locator(".tally-list")).to_have_count(0)
    table.move("b:v=i")
    table.move("c:v=o")
    shows(table, "s1")
    on_top(page, "beat")
    told = page.locator("[data-beat]")
    for side in ("留下 2 票", "转移 1 票", "请投“转移”的一边先说说为什么。"):
        expect(told).to_contain_text(side)
    expect(told.locator(".first-side")).to_be_visible()
    page.get_by_role("button", name="知道了").click()
    expect(page.locator("body")).not_to_have_attribute("data-view", "beat")


def test_a_badge_counts_what_its_drawer_holds_and_what_was_learnt_stays(
    page: Page, shows: Shows, table: Playthrough
) -> None:
    def holds_and_knows() -> list[str]:
        shown = {
            seat: RunViews(table.scenario).seat(table.state, seat, {}) for seat in table.state.seats
        }
        return [
            seat
            for seat, view in shown.items()
            if any(card.to for card in view.cards)
            and len(view.learnt) > len([one for one in view.tasks if one.state == "done"])
        ]

    moves = iter(table.scenario.tests[0].play)
    while not (found := holds_and_knows()):
        table.move(next(moves))
    shows(table, found[0])
    for drawer, inside in (("cards", "details.card"), ("learnt", ".had")):
        button = page.locator(f'[data-drawer="{drawer}"]')
        button.click()
        count = page.locator(f'[data-part="{drawer}"] {inside}:visible').count()
        assert count > 0
        expect(button.locator("[data-badge]")).to_have_text(str(count))


def test_what_only_i_know_lies_on_my_task_in_one_line_and_opens(
    page: Page, shows: Shows, table: Playthrough
) -> None:
    assert table.state.scene is not None
    scene = table.scenario.scenes[table.state.scene.id]
    own = scene.story_for[table.state.seats["s1"].role]
    shows(table, "s1")
    page.get_by_role("button", name="看好了").click()
    on_top(page, "task")
    line = page.locator(".knows summary")
    told = page.locator(".knows > .prose")
    expect(line).to_contain_text("只有您知道")
    expect(told).to_be_hidden()
    one_line = line.bounding_box()
    assert one_line is not None
    assert one_line["height"] < 60
    line.click()
    expect(told).to_contain_text(own[:8])
    shows(table, "s1")
    expect(told).to_be_visible()  # a part that comes anew doesn't close it


def test_a_turn_that_comes_while_one_waits_is_felt(
    page: Page, shows: Shows, table: Playthrough
) -> None:
    moves = iter(table.scenario.tests[0].play)
    while not (waiting := [seat for seat in table.state.seats if has_nothing(table, seat)]):
        table.move(next(moves))
    waits = waiting[0]
    shows(table, waits)
    page.get_by_role("button", name="看好了").click()
    on_top(page, "wait")
    before = page.evaluate("window.buzzed")
    for move in moves:
        table.move(move)
        shows(table, waits)
        if page.evaluate("document.body.dataset.view") != "wait":
            break
    assert page.evaluate("window.buzzed") > before


def test_a_fall_is_a_sheet_with_focus_in_it_and_a_rescue_may_wait(
    page: Page, shows: Shows, table: Playthrough
) -> None:
    table.move("lodging=same")
    (fallen,) = table.state.holds
    other = next(seat for seat in table.state.seats if seat != fallen)
    shows(table, other)
    sheet = page.locator("[data-sheet]")
    expect(sheet).to_be_visible()
    assert barriers(page) == []
    assert page.evaluate("document.querySelector('[data-sheet]').contains(document.activeElement)")
    for _ in range(6):
        page.keyboard.press("Tab")
        assert page.evaluate("!!document.activeElement.closest('[data-sheet]')"), (
            "focus stays in it"
        )
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    shows(table, fallen)
    expect(page.locator("section.held")).to_be_visible()
    why = table.scenario.traps[table.state.holds[fallen].trap].why
    expect(page.locator("section.held")).to_contain_text(why)
    assert barriers(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("section.held")).to_be_visible()


def test_who_falls_again_after_a_rescue_was_put_away_is_a_sheet_again(
    shows: Shows, page: Page, table: Playthrough
) -> None:
    before = Playthrough(table.scenario, drawn=True)
    table.move("lodging=same")
    (fallen,) = table.state.holds
    other = next(seat for seat in table.state.seats if seat != fallen)
    shows(table, other)
    page.keyboard.press("Escape")
    expect(page.locator("[data-sheet]")).to_have_count(0)
    shows(before, other)
    shows(table, other)
    expect(page.locator("section.rescue[data-sheet]")).to_be_visible()


def test_all_look_up_as_such_a_scene_begins(page: Page, shows: Shows) -> None:
    page.clock.install()
    text = "q: {role: a, kind: read, ask: 读, story: 一封信。}"
    plain, cued = (Playthrough(script(text, extra=cue)) for cue in ("", "cue: [look-up]"))
    shows(cued, "s1")
    dark = page.locator("[data-dark]")
    expect(dark).to_be_hidden()  # it had begun before the page was opened
    page.evaluate("sessionStorage.clear()")
    lobby = Playthrough(plain.scenario, started=False)
    shows(lobby, "s1")
    shows(cued, "s1")
    expect(dark).to_be_visible()
    expect(dark).to_have_text("抬头看")
    page.clock.run_for(3_100)
    expect(dark).to_be_hidden()


def test_a_place_s_picture_covers_none_of_its_words(page: Page) -> None:
    apart = Playthrough(load(SCENARIOS / "kengdao-1952"), drawn=True)
    handset = Handset(page, "kengdao-1952")
    handset.show(RunViews(apart.scenario).seat(apart.state, "s1", {}), apart.now_ms)
    words = page.locator(".at-place .eyebrow").bounding_box()
    picture = page.locator(".at-place img").bounding_box()
    assert words is not None
    assert picture is not None
    assert words["y"] + words["height"] <= picture["y"]


LINES = """() => Array.from(document.querySelectorAll('.lanterns b')).map(name => {
    const range = document.createRange(), lines = {};
    Array.from(name.firstChild.textContent).forEach((_, at) => {
        range.setStart(name.firstChild, at);
        range.setEnd(name.firstChild, at + 1);
        const { top } = range.getBoundingClientRect();
        lines[top] = (lines[top] || 0) + 1;
    });
    return [name.textContent, Object.values(lines)];
})"""
"""Each name under a lantern, and how many characters stand in each of its lines."""


@pytest.mark.parametrize("script", ["luding-1935", "lianzheng"])
def test_names_of_four_and_five_characters_stand_in_two_lines(page: Page, script: str) -> None:
    table = Playthrough(load(SCENARIOS / script), drawn=True)
    Handset(page, script).show(RunViews(table.scenario).seat(table.state, "s1", {}), table.now_ms)
    for name, lines in page.evaluate(LINES):
        assert len(lines) <= 2, (name, lines)
        assert min(lines) >= 2, (name, lines)
