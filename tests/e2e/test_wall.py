"""Every state of the wall, for one team to twelve, with the longest texts: nothing is cut, nothing
scrolls, nothing lies on anything else, and no type is smaller than 1/36 of the height.

The language sets no limit to a text, so what is too long even in the smallest type ends with an
ellipsis (`web/pages/typeset.py`); what is cut by the edge of the wall is found here.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, Page

from tests.engine.rules.conftest import script
from tests.support.room import LONG_NAMES, NAMES, Room, States, longest, states
from tests.support.walls import SITE, show, wrong

LONGEST = states(longest, LONG_NAMES)
SHORTEST = states(script, NAMES)
SIZES = {"1280": (1280, 720), "1920": (1920, 1080), "1024": (1024, 768), "3840": (3840, 2160)}


@pytest.fixture(scope="module")
def wall(chromium: Browser) -> Iterator[Page]:
    """A page whose states change by a cut."""
    context = chromium.new_context(reduced_motion="reduce")
    yield context.new_page()
    context.close()


def found_on(page: Page, room: Room, picture: str = "gate.svg") -> list[str]:
    parts = room.parts
    parts["story"] = replace(parts["story"], scenario="yida-1921", picture=picture)
    show(page, parts, room.state)
    return wrong(page)


def all_of(page: Page, table: States, size: str, teams: tuple[int, ...]) -> dict[str, list[str]]:
    """What is wrong, by state and teams."""
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    found = {
        f"{name}, {number} teams": found_on(page, make(number))
        for name, make in table.items()
        for number in teams
    }
    return {where: what for where, what in found.items() if what}


@pytest.mark.parametrize(("size", "teams"), [("1280", 12), ("1920", 3)])
def test_every_state_fits(wall: Page, size: str, teams: int) -> None:
    assert all_of(wall, LONGEST, size, (teams,)) == {}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("length", ["longest", "short"])
def test_every_state_fits_every_wall(
    wall: Page, size: str, length: str, request: pytest.FixtureRequest
) -> None:
    """The whole of it takes minutes; without `--long`, one size of each."""
    table = LONGEST if length == "longest" else SHORTEST
    if request.config.getoption("--long"):
        assert all_of(wall, table, size, (1, 2, 3, 4, 5, 6, 7, 12)) == {}
    elif (size, length) == ("1280", "short"):
        assert all_of(wall, table, size, (6,)) == {}


def test_every_state_is_there(wall: Page) -> None:
    shown = {make(1).state for make in SHORTEST.values()}
    assert len(shown) == 16
    wall.set_viewport_size({"width": 1280, "height": 720})
    for name, make in SHORTEST.items():
        found_on(wall, make(1))
        seen = wall.locator("[data-in]:visible").evaluate_all(
            "(all) => all.map((one) => one.dataset.in)"
        )
        assert any(make(1).state in each.split() for each in seen), name


def test_what_is_wrong_would_be_found(wall: Page) -> None:
    wall.set_viewport_size({"width": 1280, "height": 720})
    assert found_on(wall, SHORTEST["play"](3)) == []
    for style, what in (
        (".wall-told, .wall-told .fit { font-size: 19px !important }", "small"),
        (".wall-told { white-space: nowrap } .wall-told .fit { font-size: 20rem }", "off the wall"),
        (".wall-told { position: relative; top: -3rem }", "overlap"),
        ("html, body { overflow: auto !important; height: 110vh !important }", "scrolls"),
    ):
        found_on(wall, SHORTEST["play"](3))
        wall.add_style_tag(content=style)
        assert any(what in each for each in wrong(wall)), what


@pytest.mark.parametrize("teams", [1, 3, 8, 12])
def test_a_vote_that_fell_on_four_fits(wall: Page, teams: int) -> None:
    """More choices than the small script has roles to vote for them."""
    wall.set_viewport_size({"width": 1280, "height": 720})
    room = LONGEST["tally"](teams)
    parts, tally = room.parts, room.stage.tally
    assert tally
    two = tally.teams[0].rows
    rows = (*two, *(replace(row, won=False, first=False) for row in two))
    told = replace(tally, teams=tuple([replace(one, rows=rows) for one in tally.teams]))
    parts["stage"] = replace(room.stage, tally=told)
    show(wall, parts, "tally")
    assert wrong(wall) == []
    for mark in ("won", "first"):
        assert wall.locator(f".wall-counts li.{mark}:visible").count() == teams


DIRECTED = """async ([site, now]) => {
    const { direct } = await import(site + '/static/wall.js');
    const box = document.querySelector('.wall-box');
    direct(box, now);
    return box.dataset.state;
}"""


def test_an_interlude_is_over_by_the_wall_s_own_clock(wall: Page) -> None:
    room = SHORTEST["curtain"](2)
    found_on(wall, room)
    ends = room.stage.until_ms or 0
    shown = [wall.evaluate(DIRECTED, [SITE, ends + after]) for after in (-1, 0)]
    assert shown == ["curtain", "play"]


def test_the_curtain_comes_after_the_tally(wall: Page) -> None:
    room = SHORTEST["tally"](2)
    found_on(wall, room)
    told, curtain = room.stage.until_ms or 0, room.stage.next
    assert curtain
    moments = (told - 1, told, curtain.until_ms - 1, curtain.until_ms)
    shown = [wall.evaluate(DIRECTED, [SITE, at]) for at in moments]
    assert shown == ["tally", "curtain", "curtain", "play"]


LIT = """async ([site, count]) => {
    const { lit } = await import(site + '/static/wall.js');
    lit(count);
    const all = [...document.querySelectorAll('[data-clause]')];
    return [all.length, all.filter(one => one.classList.contains('to-come')).length];
}"""


def test_the_oath_lights_clause_after_clause(wall: Page) -> None:
    found_on(wall, SHORTEST["oath"](2))
    all_, dark = wall.evaluate(LIT, [SITE, 0])
    assert (all_ >= 10, dark) == (True, 0), "nobody leads: the whole stands"
    assert [wall.evaluate(LIT, [SITE, count])[1] for count in (1, 4, all_)] == [
        all_ - 1,
        all_ - 4,
        0,
    ]


def test_what_people_wrote_turns_its_pages(wall: Page) -> None:
    found_on(wall, LONGEST["written"](3))
    pages = set()
    for turn in range(12):
        wall.evaluate(DIRECTED, [SITE, turn * 15_000])
        pages.add(tuple(wall.locator("[data-page]:visible").all_inner_texts()))
        assert wall.evaluate("() => document.querySelectorAll('[data-page]').length") == 9
    assert sum(len(page) for page in pages) == 9, "each is on one page"
