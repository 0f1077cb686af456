"""What is said in styles is something that a browser knows: an unknown word is dropped without a word.

No linter of styles comes through the package index for every system; a browser knows better than a list.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser

from engine.export import certificate
from tests.support.evenings import evening, report_of, yida
from web.pages.assets import FOLDER

RULE: Final = re.compile(r"(?:^|(?<=[{};]))\s*([^{};@][^{};]*?)\s*\{([^{}]*)\}", re.S)
"""A rule and its declarations, of a file without comments; `@media` around it is no part of it."""
STEP: Final = re.compile(r"from|to|\d+%")
OTHERS: Final = {"::-webkit-meter-optimum-value", "::-webkit-meter-bar"}
"""Parts that only some engines have, and that need no other's."""

OBJECTIVES: Final = [f"说清楚第 {n} 次会议为什么在这里开，以及有哪些不同的意见" for n in range(12)]
OVERLAPPING: Final = """() => [...document.querySelectorAll('article')].flatMap(sheet => {
    const boxes = [...sheet.children].map(one => [one, one.getBoundingClientRect()]);
    const end = sheet.getBoundingClientRect().bottom;
    return boxes.filter(([one, box], at) =>
        box.bottom > end || at > 0 && box.top < boxes[at - 1][1].bottom - 1
    ).map(([one]) => one.textContent.trim());
})"""
"""Texts that begin before the one above ends, or end below their sheet."""
KNOWN: Final = """([selectors, said]) => [
    ...selectors.filter(one => !CSS.supports(`selector(${one})`)),
    ...said.filter(([what, value]) => !CSS.supports(what, value)).map(one => one.join(': ')),
]"""


def rules() -> Iterator[tuple[str, str, list[list[str]]]]:
    """File, selector and declarations of every rule."""
    for file in sorted(FOLDER.glob("css/*.css")):
        text = re.sub(r"/\*.*?\*/", "", file.read_text(encoding="utf-8"), flags=re.S)
        for selector, body in RULE.findall(text):
            said = [one.split(":", 1) for one in body.split(";") if one.strip()]
            yield file.name, selector, [[what.strip(), value.strip()] for what, value in said]


def asked(browser: Browser, selectors: list[str], said: list[list[str]]) -> Any:
    """What the browser doesn't know of it."""
    page = browser.new_page()
    plain = [[what, value.replace("!important", "").strip()] for what, value in said]
    try:
        return page.evaluate(KNOWN, [selectors, plain])
    finally:
        page.close()


def test_a_browser_knows_every_word_of_the_styles(chromium: Browser) -> None:
    found = list(rules())
    assert len(found) > 500
    selectors = {
        one.strip() for _, selector, _ in found for one in re.split(r",(?![^(]*\))", selector)
    }
    selectors = {one for one in selectors if not STEP.fullmatch(one)}
    said = [each for _, _, body in found for each in body]
    unknown = set(asked(chromium, sorted(selectors), said))
    assert {one for one in unknown if not any(part in one for part in OTHERS)} == set()


def test_what_a_browser_doesnt_know_is_found(chromium: Browser) -> None:
    assert asked(chromium, ["a:hoover"], [["colour", "red"], ["color", "rde"]]) == [
        "a:hoover", "colour: red", "color: rde",
    ]  # fmt: skip


def test_no_rule_says_the_same_thing_twice_over() -> None:
    """Twice is said only what an older browser doesn't know, and then one after the other."""
    for file, selector, body in rules():
        names = [what for what, _ in body]
        for name, times in Counter(names).items():
            places = [place for place, one in enumerate(names) if one == name]
            assert places == list(range(places[0], places[0] + times)), (file, selector, name)
        assert len({tuple(each) for each in body}) == len(body), (file, selector)
        assert body, (file, selector)


@pytest.mark.parametrize("width", [1200, 360])
def test_no_line_of_a_certificate_lies_over_another(
    chromium: Browser, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much somebody learnt on the way: on a desk, on a phone, on paper."""
    sheets = (0, 1, 5, len(OBJECTIVES))
    sheet = certificates_of(sheets, monkeypatch)
    page = chromium.new_page(viewport={"width": width, "height": 800})
    try:
        page.set_content(sheet)
        for medium in ("screen", "print"):
            page.emulate_media(media=medium)
            assert page.locator("article").count() == len(sheets)
            assert page.evaluate(OVERLAPPING) == [], medium
    finally:
        page.close()


def test_a_certificate_takes_one_sheet_of_paper(
    chromium: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheets = (0, 1, 3)
    page = chromium.new_page()
    try:
        page.set_content(certificates_of(sheets, monkeypatch))
        printed = page.pdf(prefer_css_page_size=True)
    finally:
        page.close()
    assert len(re.findall(rb"/Type /Page\b(?!s)", printed)) == len(sheets)


def certificates_of(learnt: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> str:
    """The page of certificates with so many objectives, at once and on the way."""
    scenario = yida()
    report = report_of(scenario, evening(scenario, "run1"))
    first = certificate.certificates(report)[0]
    much = [
        replace(first, once=tuple(OBJECTIVES[:many]), learnt=tuple(OBJECTIVES[:many]))
        for many in learnt
    ]
    monkeypatch.setattr(certificate, "certificates", lambda _: much)
    return certificate.page(report)
