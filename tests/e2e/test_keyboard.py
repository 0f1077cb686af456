"""A whole evening by keyboard: Tab, Enter, Space and the arrows; and each arrival is told once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import pytest
from playwright.sync_api import Browser, Locator, expect

from engine.kinds.forms import Answer
from engine.scenario.compile import compile_scenario
from engine.scenario.model import Task
from tests.e2e.answers import OPTIONS, AnswerKey
from tests.e2e.driver import Phone, play
from tests.e2e.spoilt import Evening, evening, house
from tests.support.aloud import LISTEN
from tests.support.kinds import KINDS, KINDS_ID
from tests.support.options import chosen, wire

__all__ = ["evening", "house"]

TABS_MAX: Final = 60
AT: Final = """(what) => {
    const at = document.activeElement, over = document.querySelector('[data-sheet]');
    if (over && !over.contains(at)) return 'under a sheet: ' + at.outerHTML.slice(0, 80);
    return at.matches(what) ? 'there' : '';
}"""
LISTENS: Final = f"document.addEventListener('DOMContentLoaded', {LISTEN})"
ON: Final = "[data-go]:not([hidden])"
FOLD: Final = "[data-sheet] [data-fold]"
FALL: Final = {
    "recorder": ["7月1日就是开幕日", "您掉进了这个误区"],
    "lookout": ["踩空了", "七月一日是哪一年定下的", "谢谢您拉了一把"],
}
"""What each is told of the recorder's fall."""


class Typist(Phone):
    """A participant whose screen can't be touched."""

    def __init__(self, browser: Browser, key: AnswerKey, name: str) -> None:
        super().__init__(browser, key, name)
        self.page.add_init_script(LISTENS)

    def press(self, what: str, key: str = "Enter") -> None:
        """Tab to it, and press the key."""
        self.reach(what)
        self.page.keyboard.press(key)

    def join(self, url: str, role: str) -> None:
        """As anybody joins, but for the mouse."""
        self.page.goto(url)
        self.reach("input[name=name]")
        self.page.keyboard.type(self.name)
        self._pick(f'input[name="role"][value="{role}"]', "input[name=role]")
        self.press("form.stack button.primary")
        self.role = role
        self.settled()

    def ready(self) -> None:
        """Say that one is ready."""
        self.say(lambda: self.press("[data-do=ready]"))

    def read_on(self) -> None:
        """Put away what lies over one's task."""
        while any(self.page.locator(what).count() for what in (ON, FOLD)):
            self.press(FOLD if self.page.locator("[data-sheet]").count() else ON)

    def pull(self, trap: str) -> None:
        """Answer a fallen teammate's question."""
        rescue = self.key.scenario.traps[trap].rescue
        assert rescue is not None
        form = self.page.locator("section.rescue form")
        (right,) = chosen(form.evaluate(OPTIONS), rescue.choices, self.key.rescue(trap))
        self._pick(f'input[value="{right}"]', "section.rescue input")
        self.say(lambda: self.press("section.rescue .primary"))

    def _do(self, task: Locator, answer: Answer) -> None:
        self._turn_to(task)
        self.fill_in(task, answer)

    def _turn_to(self, task: Locator) -> None:
        self.read_on()
        name = task.get_attribute("id")
        if self.page.locator(f'[data-turn-to="{name}"][aria-pressed=false]').count():
            self.press(f'[data-turn-to="{name}"]', "Space")

    def fill_in(self, task: Locator, answer: Answer) -> None:
        """The same, without a mouse."""
        known = self.key.task(self.scene, task.get_attribute("data-task") or "")
        if known.body.least_ms():
            expect(task.locator(".talk b")).to_have_text("可以确认了")
        within = f"#{task.get_attribute('id')} "
        said = wire(task.evaluate(OPTIONS), known, answer)
        self._enter(within, known, said)
        if known.body.form.collected == "none" and said:
            self.press(f'{within}button[data-answer="{said[0]}"]')
        else:
            self.press(f"{within}form .primary")

    def _enter(self, within: str, known: Task, said: Sequence[str]) -> None:
        match known.body.form.collected:
            case "checked":
                for one in said:
                    box = f'{within}input[value="{one}"]'
                    if self.page.locator(box).get_attribute("type") == "radio":
                        self._pick(box, f"{within}input")
                    else:
                        self.press(box, "Space")
            case "items":
                for place, one in enumerate(said):
                    while self._stands(within, place) != one:
                        self.press(f'{within}[data-item="{one}"] [data-move="up"]')
            case "pairs":
                for one, _, other in (pair.partition("=") for pair in said):
                    listed = f'{within}select[data-left="{one}"]'
                    self.reach(listed)
                    while self.page.locator(listed).input_value() != other:
                        self.page.keyboard.press("ArrowDown")
            case "text":
                self.reach(f"{within}input[type=text], {within}textarea")
                self.page.keyboard.type(said[0])

    def _stands(self, within: str, place: int) -> str | None:
        return self.page.locator(f"{within}[data-item]").nth(place).get_attribute("data-item")

    def _pick(self, option: str, group: str) -> None:
        """One of several, by the arrows."""
        self.reach(group)
        self.page.keyboard.press("Space")
        for _ in range(TABS_MAX):
            if self.page.locator(option).is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no arrow comes to {option}")

    def reach(self, what: str) -> None:
        """Tab until focus is on such a thing; it is never under a sheet meanwhile."""
        for _ in range(TABS_MAX):
            match self.page.evaluate(AT, what):
                case "there":
                    return
                case "":
                    self.page.keyboard.press("Tab")
                case why:
                    raise AssertionError(why)
        raise AssertionError(f"Tab never comes to {what}")


@pytest.fixture
def team(evening: Evening, chromium: Browser) -> Iterator[list[Typist]]:
    """The two of them, at seats they took themselves."""
    evening.session = evening.client.post("/api/sessions", json={"scenario": KINDS_ID}).json()
    key = AnswerKey(compile_scenario(KINDS, "scenario.yaml"))
    made = []
    for role in ("recorder", "lookout"):
        one = Typist(chromium, key, f"{role}同志")
        one.join(f"{evening.url}/join/{evening.session['code']}", role)
        made.append(one)
    yield made
    for one in made:
        one.context.close()


def heard(phone: Phone) -> str:
    """All that its live regions have said."""
    return str(phone.page.evaluate("heard.join('\\n')"))


def test_a_whole_evening_by_keyboard_and_each_arrival_told_once(
    evening: Evening, team: list[Typist]
) -> None:
    recorder, lookout = team
    for one in team:
        one.ready()
    evening.do(do="start")
    for one in team:
        expect(one.page.locator('[data-scene="house"]')).to_be_attached()
    assert recorder.fall_in() == "july-first"
    lookout.pull("july-first")
    expect(recorder.held).to_have_count(0)
    expect(recorder.page.locator("section.thanks[data-sheet]")).to_be_visible()
    recorder.say(lambda: recorder.press("[data-sheet] [data-do=thank]"))
    expect(recorder.page.locator("[data-sheet]")).to_have_count(0)
    expect(lookout.page.locator(".thanked")).to_have_text("recorder同志（记录员）谢谢您拉了一把")
    wrongly(lookout)
    wrongly(lookout)
    play(team)
    evening.do(do="debrief", to="open")
    while not recorder.page.locator("#reflect-text").count():
        evening.do(do="debrief", to="next")
    recorder.reach("#reflect-text")
    recorder.page.keyboard.type("警觉是学来的。")
    recorder.say(lambda: recorder.press("#reflection .primary"))
    expect(recorder.page.get_by_text("已记录，还可以再改。")).to_be_visible()
    recorder.reach('a[href="/play/keepsake"]')
    for one in team:
        once = dict.fromkeys([*arrivals(one), *FALL[one.role]], 1)
        assert {what: heard(one).count(what) for what in once} == once, one.role
    assert heard(lookout).count("再想想") == 2


def arrivals(phone: Typist) -> Iterator[str]:
    """What came to a phone: scenes, and questions that are its seat's."""
    for scene in phone.key.scenario.scenes.values():
        yield scene.title
        for task in scene.tasks.values():
            if phone.role in task.who.roles:
                yield task.ask


def wrongly(phone: Typist) -> None:
    """Put the lines into an order that isn't theirs, and hand it in."""
    phone.read_on()
    task = phone.page.locator('article[data-task="sequence"]')
    before = phone.page.locator("[data-did]").get_attribute("data-did")
    first, *later = phone.key.known(phone.scene, "sequence", phone.role)[-1]
    phone.say(lambda: phone.fill_in(task, (*later, first)))
    expect(phone.page.locator("[data-did]")).not_to_have_attribute("data-did", before or "")
    expect(task.locator(".missed")).to_be_visible()
