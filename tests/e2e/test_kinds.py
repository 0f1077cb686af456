"""Every kind of task by hand in a browser: what its page offers, filled in, is what the rules take."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route

from engine.proof.playthrough import Playthrough
from engine.rules import commands as cmd
from engine.rules.drawn_ids import read
from engine.views.seat import RunViews
from tests.e2e.answers import OPTIONS
from tests.e2e.driver import PHONE, fill
from tests.engine.rules.conftest import script
from tests.support.examples import EXAMPLES, written
from tests.support.hands import right_of
from tests.support.options import wire
from tests.support.parts import sent
from web.pages import assets
from web.pages.render import render_parts

PLACE = "http://phone.test"
FILES = (*(f"css/{name}.css" for name in assets.STYLES), "forms.js", *assets.BROUGHT)
MESSAGE = "async form => (await import('/static/forms.js')).message(form)"


def answered(route: Route) -> None:
    """What a phone loads: an empty page, and files of ours under their own names."""
    name = urlsplit(route.request.url).path.removeprefix("/static/")
    file = assets.BROUGHT.get(name, assets.FOLDER / name)
    if name == "/":
        route.fulfill(body="<!DOCTYPE html><title>phone</title>", content_type="text/html")
    elif file.is_file():
        route.fulfill(path=file)
    else:
        route.abort()  # a picture of the script's


def shown(page: Page, part: object, lang: Any) -> None:
    """The part, as the views make it, on a page of its own, with the styles and scripts of phones."""
    page.route("**/*", answered)
    page.goto(f"{PLACE}/")
    html = render_parts("seat", {"tasks": [part]}, lang)["tasks"]
    page.set_content(f'<meta name="viewport" content="width=device-width"><main>{html}</main>')
    for name in FILES:
        if name.endswith(".css"):
            page.add_style_tag(url=f"/static/{name}")
        else:
            page.add_script_tag(url=f"/static/{name}", type="module")


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
def test_what_is_filled_in_is_what_is_taken(chromium: Browser, example: dict[str, Any]) -> None:
    table = Playthrough(script(written(example)), drawn=True)
    [made] = (
        one for one in RunViews(table.scenario).seat(table.state, "s1", {}).tasks if one.id == "q"
    )
    part = sent(made)
    task = table.scenario.scenes["one"].tasks["q"]
    right = right_of(task, part)
    if right is None or task.body.least_ms():
        return  # not this seat's, or not yet: there is nothing to fill in
    page = chromium.new_page(viewport=PHONE)  # type: ignore[arg-type]
    shown(page, made, "zh")
    card = page.locator("article")
    fill(card, task, wire(card.evaluate(OPTIONS), task, right))
    if task.body.form.collected != "none":
        said = card.locator("form").evaluate(MESSAGE)
        given = cmd.Submit(
            id="c", at_ms=table.now_ms, by="s1", task="q", answer=tuple(said["answer"]), role="a"
        )
        taken = read(table.scenario, table.state, given)
        assert isinstance(taken, cmd.Submit)
        assert sorted(taken.answer) == sorted(right)
    for size in ("100%", "200%"):
        page.add_style_tag(content=f"html {{ font-size: {size}; }}")
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) <= 0, f"scrolls sideways at {size}"
    named = "form input:not([type=hidden]), form select, form textarea"
    for field in card.locator(named).all():
        assert field.evaluate("one => one.labels.length > 0 || Boolean(one.ariaLabel)")
    page.close()
