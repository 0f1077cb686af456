"""Spots on the scene's picture: circles that stand for the buttons below, each of which says something."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import html  # type: ignore[import-untyped]

from engine.errors import ScenarioError
from engine.proof.sight import sight
from engine.rules import commands as cmd
from engine.views.seat import RunViews
from tests.engine.rules.conftest import script
from tests.support.table import Table
from web.pages.render import render_parts

SAYS = "窗台上放着一盆花，花盆底下空空的。"
LOOK = f"""
q: {{role: a, kind: search, ask: 找, points: 4, spots: [{{id: desk, text: 抽屉, at: [30, 62, 8], card: k}}, {{id: window, text: 窗台, at: [72, 5, 5], says: {SAYS}}}, {{id: door, text: 门后}}]}}
"""
PICTURE = "picture: room.svg"


def page(table: Table) -> Any:
    tasks = RunViews(table.scenario).seat(table.state, "s1", {}, "zh").tasks
    shown = tuple(task for task in tasks if task.id == "q")
    return html.fromstring(render_parts("seat", {"tasks": shown})["tasks"])


def test_each_place_on_the_picture_presses_its_button() -> None:
    table = Table(script(LOOK, extra=PICTURE), drawn=True)
    shown = page(table)
    assert shown.xpath("//*[@class='look-into']/img/@src") == ["/scenarios/small/pictures/room.svg"]
    places = shown.xpath("//label[contains(@class, 'place')]")
    assert len(places) == 2
    for place in places:
        (button,) = shown.xpath(f"//button[@id='{place.get('for')}']")
        assert button.get("data-do") == "submit"
        assert place.text_content() == button.xpath("i")[0].text
    assert [tuple(one.get(f"data-{name}") for name in ("x", "xx", "y", "yy", "r", "rr")) for one in places] in (
        [("3", "0", "6", "2", "0", "8"), ("7", "2", "0", "5", "0", "5")],
        [("7", "2", "0", "5", "0", "5"), ("3", "0", "6", "2", "0", "8")],
    )  # fmt: skip


def test_what_was_looked_into_says_what_it_says() -> None:
    table = Table(script(LOOK, extra=PICTURE))
    assert SAYS not in html.tostring(page(table), encoding="unicode")
    table.do(cmd.Submit, "s1", task="q", answer=("window",))
    shown = page(table)
    assert shown.xpath("//p[@class='says']")[0].text_content().strip() == SAYS
    assert [one.get("for") for one in shown.xpath("//label[contains(@class, 'found')]")] == [None]
    table.do(cmd.Submit, "s1", task="q", answer=())
    assert (
        SAYS in [seen.text for seen in sight(table.scenario, table.state, "a")] or table.at != "one"
    )


@pytest.mark.parametrize(
    "at",
    ["[0, 50, 8]", "[50, 96, 8]", "[50, 50]", "[50, 50, 0]", "[a, 5, 5]", "[50.5, 50, 8]", "here"],
)
def test_what_lies_beside_the_picture_is_refused(at: str) -> None:
    with pytest.raises(ScenarioError) as found:
        script(LOOK.replace("[30, 62, 8]", at), extra=PICTURE)
    assert [issue.code for issue in found.value.issues] == ["SC441"]


def test_without_a_picture_there_is_nothing_to_lie_on() -> None:
    with pytest.raises(ScenarioError) as found:
        script(LOOK)
    assert [issue.code for issue in found.value.issues] == ["SC442", "SC442"]
