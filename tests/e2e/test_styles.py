"""What is said in styles is something that a browser knows: an unknown word is dropped without a word.

No linter of styles comes through the package index for every system; a browser knows better than a list.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from playwright.sync_api import Browser

from web.pages.assets import FOLDER

RULE: Final = re.compile(r"(?:^|(?<=[{};]))\s*([^{};@][^{};]*?)\s*\{([^{}]*)\}", re.S)
"""A rule and its declarations, of a file without comments; `@media` around it is no part of it."""
STEP: Final = re.compile(r"from|to|\d+%")
OTHERS: Final = {"::-webkit-meter-optimum-value", "::-webkit-meter-bar"}
"""Parts that only some engines have, and that need no other's."""

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
