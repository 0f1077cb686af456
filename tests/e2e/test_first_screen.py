"""Whatever a phone has to say is on its first screen: no scrolling before one knows what is asked.

Every script's own tests are played; whenever a task opens for somebody it is looked at on a phone of
360×740, in large type, and at 200 %: there half of everything is all there is. So are the sheets of
who fell and of who may help.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page

from engine.proof.playthrough import Playthrough
from engine.scenario.model import Scenario
from engine.views.parts.seat_parts import SeatView
from engine.views.seat import RunViews
from tests.e2e.answers import load
from tests.e2e.driver import READ_ON, TURN_TO
from tests.support.depth import depth
from tests.support.handset import SCENARIOS, Handset

SCREENS: Final = {"plain": (360, 740, 1), "large": (360, 740, 1), "double": (180, 370, 2)}
"""Width and height as the page has them, and how many points each of its pixels is."""
SCRIPTS: Final = sorted(file.parent.name for file in SCENARIOS.glob("*/scenario.yaml"))

LOOKS: Final = [
    (script, size)
    for turn, script in enumerate(SCRIPTS)
    for size in [*SCREENS, *SCREENS][turn % len(SCREENS) :][: depth(1, len(SCREENS))]
]
"""Each script on each screen in the long form; else each on one, in turn."""

TO_DO: Final = """() => Array.from(
    document.querySelectorAll('article[data-task][data-state="open"]:has(form)'), one => one.id)"""
LAID: Final = """(double) => {
    const wrong = [];
    const task = document.querySelector('[data-top]');
    if (!task) return ['no task lies on top'];
    const box = one => one.getBoundingClientRect();
    const bar = box(document.querySelector('[data-bar]'));
    const head = document.querySelector('.topbar');
    const sticks = getComputedStyle(head).position === 'sticky';
    const top = sticks ? box(head).bottom : 0;
    const look = (name, one) => {
        if (!one) return;
        const at = box(one);
        if (!at.width || at.top < top - 1 || at.bottom > bar.top + 1) {
            wrong.push(`${name}: ${Math.round(at.top)}–${Math.round(at.bottom)} of `
                + `${Math.round(top)}–${Math.round(bar.top)}`);
        }
    };
    const talks = task.querySelector('.talk-first:not(.passed)');
    look('question', task.querySelector('h2'));
    const options = 'label.option, [data-item], select, label.place, .pick, input[type=text], textarea';
    if (!double && !talks) look('first option', task.querySelector(options));
    const button = task.querySelector('form > fieldset > button');
    if (button && !talks) {
        const at = box(button);
        if (at.top < bar.top - 1 || at.bottom > innerHeight + 1) wrong.push('the button is not in the bar');
    }
    if (bar.bottom > innerHeight + 1 || bar.height > innerHeight * .3) {
        wrong.push(`the bar is ${Math.round(bar.height)} high`);
    }
    const doc = document.documentElement;
    if (doc.scrollWidth > doc.clientWidth) wrong.push('sticks out sideways');
    return wrong;
}"""
SHEET: Final = """() => {
    const sheet = document.querySelector('[data-sheet]');
    if (!sheet) return ['no sheet'];
    const at = sheet.getBoundingClientRect();
    if (at.top < -1 || at.bottom > innerHeight + 1) return ['off the screen'];
    return sheet.scrollHeight > sheet.clientHeight + 1
        ? [`${sheet.scrollHeight} high in ${sheet.clientHeight}`] : [];
}"""


@pytest.fixture
def screen(size: str, chromium: Browser) -> Iterator[Page]:
    width, height, points = SCREENS[size]
    context = chromium.new_context(
        viewport={"width": width, "height": height}, device_scale_factor=points
    )
    if size == "large":
        context.add_init_script("localStorage.setItem('large', '1')")
    yield context.new_page()
    context.close()


class Looker:
    """Looks at what is new for whoever has it, on one phone."""

    def __init__(self, scenario: Scenario, page: Page, size: str) -> None:
        self.scenario, self.page, self.size = scenario, page, size
        self.views = RunViews(scenario)
        self.handset: Handset | None = None
        self.seen: set[tuple[Any, ...]] = set()
        self.wrong: list[str] = []

    def look(self, table: Playthrough) -> None:
        """At each seat that has something it hadn't in any state before."""
        for seat in table.state.seats:
            view = self.views.seat(table.state, seat, dict.fromkeys(table.state.seats, "欧阳建国"))
            here = view.scene.id
            tasks = {(here, one.id, one.slot) for one in view.tasks if one.state == "open"}
            sheets = {("fell", view.me.held_by)} if view.me.held_by else set()
            sheets |= {("rescue", one.trap) for one in view.rescues if not one.tried}
            if tasks - self.seen or sheets - self.seen:
                self._shown(view, table.now_ms)
                if sheets - self.seen:
                    self._note(f"{here} {sorted(sheets)}", self.page.evaluate(SHEET))
                for name in self.page.evaluate(TO_DO) if tasks - self.seen else ():
                    self._task(here, name)
                self.seen |= tasks | sheets

    def _shown(self, view: SeatView, now_ms: int) -> None:
        if self.handset is None:
            self.handset = Handset(self.page, self.scenario.id)
        self.handset.show(view, now_ms)

    def _task(self, scene: str, name: str) -> None:
        self.page.evaluate(READ_ON)
        self.page.locator(f"#{name}").evaluate(TURN_TO)
        self._note(f"{scene} {name}", self.page.evaluate(LAID, self.size == "double"))

    def _note(self, where: str, wrong: list[str]) -> None:
        self.wrong += [f"{where}: {what}" for what in wrong]


@pytest.mark.parametrize(("name", "size"), LOOKS)
def test_what_is_asked_is_on_the_first_screen(name: str, size: str, screen: Page) -> None:
    """Without `--long`, the first of each script's tests."""
    scenario = load(SCENARIOS / name)
    looker = Looker(scenario, screen, size)
    for played in scenario.tests[: depth(2, len(scenario.tests))]:
        table = Playthrough(scenario, drawn=True)
        looker.look(table)
        for move in played.play:
            table.move(move)
            looker.look(table)
    assert looker.seen
    assert not looker.wrong, "\n".join(looker.wrong)
