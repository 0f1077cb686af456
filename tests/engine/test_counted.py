"""How much is done for an answer, counted: what hasn't changed is not built, compared, encoded."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.proof.playthrough import Playthrough
from engine.rules import commands as cmd
from engine.values import Map
from engine.views.kept import Kept
from engine.views.seat import RunViews
from tests.support.counted import calls
from tests.support.scripts import compile_text

ROLES = "abcd"
SCRIPT = (
    "format: 1\nid: counted\nversion: 1.0.0\ntitle: 计\nsummary: 数一数。\nminutes: 5\nroles:\n"
    + "".join(f"  {role}: {{name: 角色{role}, brief: 说明。, seats: 3}}\n" for role in ROLES)
    + "vars: {m: {int: [0, 100], label: 计数, show: true}}\n"
    "sources: {s: {cite: 某书}}\n"
    "facts: {f: {text: 史实。, status: established, sources: [s]}}\n"
    "start: one\nscenes:\n  one:\n    title: 一\n    story: 故事。\n    tasks:\n"
    + "".join(
        f"      {role}{n}: {{role: {role}, ask: 问, choices: [{{id: y, text: 对, right: true, "
        f"fact: f, set: {{m: +1}}}}, {{id: n, text: 否}}]}}\n"
        for role in ROLES
        for n in range(4)
    )
    + "    next: [{go: end}]\n  end: {ending: good, title: 完, story: 完。}\n"
)
SCENARIO = compile_text(SCRIPT)


class Team:
    """Phones of a team, that were shown how it stands."""

    def __init__(self, seats: int) -> None:
        self.played = Playthrough(SCENARIO, seats=dict.fromkeys(ROLES, seats))
        self.views = RunViews(SCENARIO)
        self.names: Map[str, str] = Map()
        self.shown: dict[str, Mapping[str, Kept]] = {}
        self.look()

    def look(self) -> set[Kept]:
        """What every phone is sent now, encoded; the parts that are not what they were."""
        before, found = self.shown, set()
        for seat in self.played.state.seats:
            self.shown = {
                **self.shown,
                seat: self.views.shown(self.played.state, seat, self.names),
            }
            new = {*self.shown[seat].values()} - {*before.get(seat, {}).values()}
            found |= new
            for kept in new:
                kept.json()
        return found

    def answer(self) -> None:
        self.played.do(cmd.Submit, "s1", task="a0", answer=("y",))


def counted(team: Team, name: str = "") -> int:
    return calls(team.look, name=name)


def test_what_is_shown_again_is_neither_built_nor_encoded() -> None:
    team = Team(1)
    assert team.look() == set()
    for name in ("_json", "_look", "same", "keep"):
        assert counted(team, name) == 0, name


def test_an_answer_is_built_and_encoded_once_for_all_who_are_shown_it() -> None:
    team = Team(3)
    team.answer()
    encoded = counted(team, "_json")
    # Its seat's `me`, the meters, the team and the three rows of its role, the task that the three
    # of its role are shown, which is another for who answered it; their tasks, and for whom all
    # wait: for those who owe the same it is another, since they are themselves among these. And
    # what the three of its role have learnt until now.
    parts = 1 + 1 + 1 + 3 + 2 + 3 + 3 + len(team.played.state.seats)
    assert encoded == parts


def test_a_teammate_whom_an_answer_does_not_concern_costs_little() -> None:
    small, large = Team(1), Team(3)
    few, many = counted_answer(small), counted_answer(large)
    more = len(large.played.state.seats) - len(small.played.state.seats)
    assert (many - few) / more < few / 3, "who has not acted costs as much as who has"


def counted_answer(team: Team) -> int:
    team.answer()
    work: Callable[[], object] = team.look
    return calls(work)
