"""Two teams of a small script, and what their phones, the desk and the wall show, as HTML."""

from __future__ import annotations

from typing import Any

from lxml import etree, html  # type: ignore[import-untyped]
from msgspec.structs import asdict, replace

from engine.rules import commands as cmd
from engine.rules.deck import deck
from engine.scenario.model import Scenario
from engine.views.console import console
from engine.views.seat import RunViews
from engine.views.session import RunInfo, SessionInfo, projector
from tests.engine.rules.conftest import script
from tests.support.table import Table
from web.pages.render import render_parts

SESSION = SessionInfo("x", "CODE", "http://h/join/CODE")
NAMES = {"s1": "张伟", "s2": "王芳", "s3": "李娜"}
Q = "q: {role: b, ask: 何时, choices: [{id: r, text: 七月, right: true, fact: g}, {id: w, text: 八月}]}"
SMALL = script(Q)
LIMITED = script(Q, extra="time: {limit: 5m, then: late}")


@etree.FunctionNamespace(None)("is")  # type: ignore[untyped-decorator]
def _is(found: Any, name: str) -> bool:
    return name in found.context_node.get("class", "").split()


class Screen:
    """A page's parts as they are shown."""

    def __init__(self, kind: str, parts: dict[str, Any]) -> None:
        fragments = render_parts(kind, parts)
        self.html = html.fromstring(f"<main>{''.join(fragments.values())}</main>")
        self.text = "".join(self.html.text_content().split())

    def has(self, path: str, text: str = "") -> bool:
        """Something at this XPath says `text`; `is('tag')`: it has that class."""
        return any(text in "".join(e.text_content().split()) for e in self.html.xpath(path))

    def do(self, name: str, **data: str) -> bool:
        """There is a button for it that can be pressed."""
        marks = "".join(f"[@data-{key}='{value}']" for key, value in data.items())
        found = self.html.xpath(f"//button[@data-do='{name}']{marks}")
        return any(button.get("disabled") is None for button in found)


class Evening:
    """Two teams of three, and what everybody sees."""

    def __init__(self, script: Scenario = SMALL, *, started: bool = True) -> None:
        self.teams = [Table(script, started=started), Table(script, started=started)]
        self.one, self.two = self.teams

    def all(self, kind: type[Any], **fields: Any) -> None:
        for team in self.teams:
            team.desk(kind, **fields)

    def to_the_end(self) -> None:
        for team in self.teams:
            team.play("q=r", "go-on=")

    def debrief(self, card: str = "ending") -> None:
        """To the first card of this kind."""
        cards = deck(self.one.scenario, [team.state for team in self.teams])
        self.all(cmd.OpenDebrief, deck=cards, moderated=True)
        step = next(n for n, name in enumerate(cards) if name.startswith(card))
        if step:
            self.all(cmd.MoveDebrief, step=step)

    def _runs(self) -> list[RunInfo]:
        return [
            RunInfo(f"r{n}", team.scenario, replace(team.state, team=n), NAMES)
            for n, team in enumerate(self.teams, 1)
        ]

    @property
    def desk(self) -> Screen:
        return Screen("console", asdict(console(SESSION, self._runs())))

    @property
    def wall(self) -> Screen:
        return Screen("projector", asdict(projector(SESSION, self._runs())))

    def phone(self, seat: str = "s1") -> Screen:
        views = RunViews(self.one.scenario)
        return Screen("seat", asdict(views.seat(self.one.state, seat, NAMES)))
