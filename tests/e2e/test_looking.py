"""On a phone: circles on a picture are hit with a finger, and a talk keeps its answers back."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from engine.proof.playthrough import Playthrough
from engine.views.seat import RunViews
from tests.e2e.test_kinds import shown
from tests.engine.rules.conftest import script

FINGER_PX = 44
LOOK = """
q: {role: a, kind: search, ask: 找, points: 4, spots: [{id: desk, text: 抽屉, at: [30, 62, 1], card: k}, {id: window, text: 窗台, at: [72, 20, 14], says: 一盆花。}]}
"""
TALK = "q: {role: a, talk: 30s, hint: 想想路程。, ask: 走哪里, choices: [{id: r, text: 水路, right: true, fact: f}, {id: w, text: 旱路}]}"
PRESSED = """() => {
  window.pressed = [];
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) window.pressed.push(button.dataset.answer || "");
  });
  const picture = document.querySelector(".look-into img");
  picture.removeAttribute("src");
  picture.style.height = "180px";
}"""


def phone(chromium: Browser, text: str, extra: str = "") -> Page:
    table = Playthrough(script(text, extra=extra), drawn=True)
    tasks: Any = RunViews(table.scenario).seat(table.state, "s1", {}).tasks
    page = chromium.new_page(viewport={"width": 360, "height": 640})
    shown(page, next(one for one in tasks if one.id == "q"), "zh")
    return page


@pytest.mark.parametrize("size", ["100%", "150%"])
def test_a_circle_is_hit_with_a_finger_and_presses_its_button(chromium: Browser, size: str) -> None:
    page = phone(chromium, LOOK, "picture: room.svg")
    page.add_style_tag(content=f"html {{ font-size: {size}; }}")
    page.evaluate(PRESSED)
    circles = page.locator("label.place")
    expect(circles).to_have_count(2)
    image = page.locator(".look-into img").bounding_box()
    assert image is not None
    middles = []
    for circle in circles.all():
        box = circle.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= FINGER_PX
        across = (box["x"] + box["width"] / 2 - image["x"]) / image["width"]
        down = (box["y"] + box["height"] / 2 - image["y"]) / image["height"]
        middles.append((round(across, 2), round(down, 2)))
        circle.click()
    assert sorted(middles) == [(0.30, 0.62), (0.72, 0.20)]
    offered = page.locator("button[data-answer]").evaluate_all(
        "all => all.map((one) => one.dataset.answer)"
    )
    assert sorted(page.evaluate("window.pressed")) == sorted(offered)
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0
    page.close()


def test_what_may_be_answered_comes_out_once_it_was_talked_over(chromium: Browser) -> None:
    page = phone(chromium, TALK)
    clock = page.locator(".talk-first")
    expect(clock).to_be_visible()
    expect(page.locator("form")).to_be_hidden()
    expect(page.get_by_text("看提示")).to_be_visible()
    clock.evaluate("one => one.classList.add('passed')")  # as live.js does when the time is over
    expect(page.locator("form")).to_be_visible()
    page.close()
