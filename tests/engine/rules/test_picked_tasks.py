"""Some tasks of a longer list, as each run draws; each draw is proved."""

from __future__ import annotations

from collections import Counter

import pytest

from engine.errors import ScenarioError
from engine.proof.explore import explore
from engine.proof.play_graph import endings, hopeless
from engine.proof.playthrough import Playthrough
from engine.proof.prove import prove
from engine.rules.events import RunOpened
from engine.views.seat import RunViews
from tests.engine.rules.conftest import HEAD, script, text_of
from tests.support.scripts import compile_text
from tests.support.table import Table

TASKS = """
t1: {role: a, optional: true, kind: read, ask: 井边, story: 文}
t2: {role: a, kind: read, ask: 墙根, story: 文}
t3: {role: b, kind: read, ask: 门口, story: 文, set: {w: true}}
"""
PICK = "pick: {count: 2, of: [t1, t2, t3]}"


def test_a_run_plays_as_many_as_it_draws_and_the_log_says_which() -> None:
    small, drawn = script(TASKS, extra=PICK), Counter[str]()
    for seed in range(30):
        played = Table(small, seed=f"s{seed}")
        assert played.state.scene is not None
        status = {name: played.state.scene.tasks[name].status for name in ("t1", "t2", "t3")}
        assert sorted(status.values()) == ["open", "open", "out"]
        said = str(played.state.vars["pick.one"])
        assert said == "+".join(name for name, one in status.items() if one == "open")
        opened = played.records[0].event
        assert isinstance(opened, RunOpened)
        assert opened.vars["pick.one"] == said
        drawn[said] += 1
    assert len(drawn) == 3


def test_phones_show_the_tasks_drawn_and_the_scene_is_over_without_the_others() -> None:
    small = script(TASKS, extra=PICK)
    played = Playthrough(small, draws={"pick.one": "t1+t2"})
    views = RunViews(small)
    assert {"t1", "t2"} == {
        one.id for one in views.seat(played.state, "s1", {}).tasks if one.id[0] == "t"
    }
    assert not [one for one in views.seat(played.state, "s2", {}).tasks if one.id == "t3"]
    played.move("t2=")
    assert played.state.scene is not None
    assert played.state.scene.id == "z"


def test_a_tasks_own_condition_counts_besides() -> None:
    small = script(TASKS.replace("t3: {role: b,", "t3: {role: b, if: w,"), extra=PICK)
    played = Playthrough(small, draws={"pick.one": "t2+t3"})
    assert played.state.scene is not None
    assert [played.state.scene.tasks[name].status for name in ("t2", "t3")] == ["open", "out"]


def test_each_draw_is_proved_as_a_script_of_its_own() -> None:
    """The whole is what its three draws are, one by one."""
    graph = explore(script(TASKS, extra=PICK))
    each = []
    for left_out in ("t1", "t2", "t3"):
        lines = [line for line in TASKS.strip().split("\n") if not line.startswith(left_out)]
        each.append(explore(script("\n".join(lines))))
    assert graph.complete
    assert {graph.nodes[n].state.ending for n in endings(graph)} == {
        one.nodes[n].state.ending for one in each for n in endings(one)
    }
    seen = set[tuple[str, ...]]().union(*(one.seen for one in each))
    assert {item for item in graph.seen if item[0] != "guard"} == {
        item for item in seen if item[0] != "guard"
    }


NEEDS = """
t1: {role: a, kind: read, ask: 井边, story: 文, give: {q: a}}
t2: {role: a, kind: read, ask: 墙根, story: 文}
h: {role: a, kind: hand, ask: 交, card: q, to: b}
"""


def test_a_card_that_is_not_drawn_jams_and_the_proof_says_in_which_draw() -> None:
    head = HEAD.replace("cards:\n", "cards:\n  q: {title: 卡三, text: 卡三的正文。}\n")
    assert not hopeless(explore(script(NEEDS, head=head)))
    small = script(NEEDS, head=head, extra="pick: {count: 1, of: [t1, t2]}")
    (found,) = [one for one in prove(small).issues if one.code in ("SC601", "SC603")]
    assert found.play is not None
    assert found.play[0] == "draw=pick.one:t2"


def test_a_scripts_test_says_what_is_drawn() -> None:
    text = text_of(TASKS, extra=PICK) + (
        "\ntests:\n  - {name: 抽, play: ['draw=pick.one:t2+t3', 't2=', 't3='], expect: {scene: z}}\n"
    )
    assert compile_text(text).tests[0].play[0] == "draw=pick.one:t2+t3"
    with pytest.raises(ScenarioError) as caught:
        compile_text(text.replace("t2+t3'", "t2+t9'"))
    assert [issue.code for issue in caught.value.issues] == ["SC204"]
