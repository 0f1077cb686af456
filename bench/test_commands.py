"""How many commands a second one core decides, folds and shows to four seats.

Run with `make bench`. The figure is printed, not asserted: a ratio against plain JSON encoding of the
same views, taken in the same run, tells a slow machine from slow code.
"""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from engine.proof.playthrough import Playthrough
from engine.rules import commands as cmd
from engine.rules.decide import decided
from engine.rules.events import AnyEvent
from engine.rules.evolve import EMPTY, evolve
from engine.rules.state import State
from engine.scenario.model import Scenario
from engine.views.seat import RunViews
from tests.support.parts import sent
from tests.support.scripts import compile_text
from web.live.framing import Parts, beginning, changed_since, parts_frame

ROLES = "abcd"
SCRIPT = (
    "format: 1\nid: bench\nversion: 1.0.0\ntitle: 测速\nsummary: 四个角色,一个场景。\nminutes: 5\n"
    "roles:\n"
    + "".join(f"  {r}: {{name: 角色{r}, brief: 说明。}}\n" for r in ROLES)
    + "vars:\n  m: {int: [0, 100], label: 计数, show: true}\n"
    "sources:\n  s: {cite: 某书}\nfacts:\n  f: {text: 史实。, status: established, sources: [s]}\n"
    "start: one\nscenes:\n  one:\n    title: 一\n    story: 故事。\n    tasks:\n"
    + "".join(
        f"      {r}{n}: {{role: {r}, ask: 问题{n}, choices: [{{id: y, text: 对, right: true, "
        f"fact: f, set: {{m: +1}}}}, {{id: n, text: 否}}]}}\n"
        for r in ROLES
        for n in range(4)
    )
    + "      last: {role: a, kind: read, ask: 读, story: 文, after: [a0]}\n"
    "    next: [{go: end}]\n  end: {ending: good, title: 完, story: 完。}\n"
)
SCENARIO = compile_text(SCRIPT)
HEAD = beginning(1, 1_600_000_000_000)
NAMES = {f"s{number}": f"参与者{number}" for number in range(1, 5)}
MOVES = [(f"s{i + 1}", f"{role}{n}") for n in range(4) for i, role in enumerate(ROLES)]


class Table:
    """Sixteen answers, again and again."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.start = Playthrough(scenario).state
        self.views = RunViews(scenario)
        self.moves = itertools.cycle(range(len(MOVES)))
        self.state = self.start
        self.sent: dict[str, Parts] = {}

    def step(self) -> dict[str, Parts]:
        """One command: decide, evolve, four views."""
        number = next(self.moves)
        state: State = self.start if number == 0 else self.state
        seat, task = MOVES[number]
        command = cmd.Submit(id="c", at_ms=state.now_ms, by=seat, task=task, answer=("y",))
        self.state = decided(self.scenario, state, command).state
        return {name: self.views.shown(self.state, name, NAMES) for name in NAMES}

    def frames(self, *, html: bool) -> list[bytes]:
        """One command, and what each of the four is sent: the parts that changed."""
        found = []
        for name, parts in self.step().items():
            changed = changed_since(self.sent.get(name, {}), parts)
            self.sent[name] = parts
            found.append(parts_frame(HEAD, changed, "seat", "zh", html=html))
        return found


@pytest.mark.benchmark(group="commands")
def test_decide_evolve_and_four_views(benchmark: Any) -> None:
    table = Table(SCENARIO)
    benchmark(table.step)


@pytest.mark.benchmark(group="commands")
def test_yardstick_json_of_four_views(benchmark: Any) -> None:
    table = Table(SCENARIO)
    table.step()
    shown = {name: sent(table.views.seat(table.state, name, NAMES)) for name in NAMES}
    benchmark(json.dumps, shown)


@pytest.mark.benchmark(group="frames")
@pytest.mark.parametrize("form", ["json", "html"])
def test_decide_evolve_and_four_frames(benchmark: Any, form: str) -> None:
    table = Table(SCENARIO)
    benchmark(table.frames, html=form == "html")


@pytest.mark.benchmark(group="fold")
def test_fold_a_log(benchmark: Any) -> None:
    played = Playthrough(SCENARIO)
    for seat, task in MOVES[:15]:
        played.do(cmd.Submit, seat, task=task, answer=("y",))
    events: list[AnyEvent] = [record.event for record in played.records]

    def fold() -> State:
        state = EMPTY
        for event in events:
            state = evolve(state, event)
        return state

    benchmark(fold)
    benchmark.extra_info["events"] = len(events)
