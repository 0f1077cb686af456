"""Where focus is on a phone: on something that is shown, and never under what lies over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from playwright.sync_api import Browser, Page

from engine.proof.playthrough import Playthrough
from engine.rules import commands as cmd
from engine.scenario.compile import compile_scenario
from engine.views.seat import RunViews
from tests.e2e.driver import PHONE
from tests.support.handset import Handset
from tests.support.kinds import KINDS, KINDS_ID

PRESS = """() => {
    const over = document.querySelector('[data-sheet]');
    const stops = Array.from((over || document).querySelectorAll(
        over ? 'button, input' : '[data-top] button, [data-top] input, [data-go]'));
    const last = stops.filter(one => !one.disabled && one.getClientRects().length).pop();
    if (last) last.focus();
}"""
"""Focus goes where one has just pressed."""
LOST = """() => {
    const at = document.activeElement, over = document.querySelector('[data-sheet]');
    if (at === document.body) return 'nowhere';
    if (!at.getClientRects().length) return 'on what is not shown: ' + at.outerHTML.slice(0, 80);
    return over && !over.contains(at) ? 'under a sheet: ' + at.outerHTML.slice(0, 80) : '';
}"""


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport=PHONE)  # type: ignore[arg-type]
    yield context.new_page()
    context.close()


class Hands:
    """A seat whose focus is wherever it has just pressed, whatever comes then."""

    def __init__(self, page: Page, table: Playthrough, script: str, seat: str) -> None:
        self.page, self.table, self.seat = page, table, seat
        self._views = RunViews(table.scenario)
        self._handset = Handset(page, script)
        self.lost = dict[str, str]()
        self._show()

    def _show(self) -> None:
        view = self._views.seat(self.table.state, self.seat, {})
        self._handset.show(view, self.table.now_ms)

    def after(self, moment: str, act: Callable[[], object]) -> None:
        """What it does to focus; then once more, after what can be put away was."""
        self.page.evaluate(PRESS)
        act()
        self._show()
        self._look(moment)
        for name in ("[data-sheet] [data-fold]", "[data-go]:not([hidden])"):
            button = self.page.locator(name)
            if button.count():
                button.press("Enter")
                self._look(f"{moment}, then {name}")

    def _look(self, moment: str) -> None:
        if why := self.page.evaluate(LOST):
            self.lost[f"{moment}, {self.page.evaluate('document.body.dataset.view')}"] = why


@pytest.mark.parametrize("seat", ["s1", "s2"])
def test_focus_is_found_after_every_move_of_an_evening(page: Page, seat: str) -> None:
    table = Playthrough(compile_scenario(KINDS, "scenario.yaml"), drawn=True)
    hands = Hands(page, table, KINDS_ID, seat)

    def told(do: type, **fields: object) -> Callable[[], object]:
        return lambda: table.do(do, cmd.FACILITATOR, **fields)

    hands.after("paused", told(cmd.Pause))
    hands.after("on again", told(cmd.Resume))
    hands.after("nudged", told(cmd.Nudge, seat=seat))
    hands.after("fell", lambda: table.move("date=d1"))
    hands.after("paused on it", told(cmd.Pause))
    hands.after("on again", told(cmd.Resume))
    hands.after("pulled out", lambda: table.move("rescue=y38"))
    for move in table.scenario.tests[0].play:
        hands.after(move, partial(table.move, move))
    assert hands.lost == {}
