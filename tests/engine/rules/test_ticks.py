"""A clock that eats: by itself, bounded, standing when the scene's time stands."""

from __future__ import annotations

from engine.proof.prove import prove
from engine.rules import commands as cmd
from engine.rules.codec import encode_event
from engine.rules.events import SceneEntered
from tests.engine.rules.conftest import HEAD, script, table
from tests.support.parts import SentViews
from tests.support.scripts import compile_text
from tests.support.table import Table

HEADS = HEAD.replace(
    "  w: {bool: false}\n",
    "  w: {bool: false}\n  left: {int: [0, 9], start: 9, label: 路, show: true}\n",
)
EATS = "time: {limit: 5m, then: late, every: 1m, set: {left: -2}}"
READ = "q: {role: a, kind: read, ask: 读, story: 文}"


def eating(task: str = READ) -> Table:
    return Table(script(task, head=HEADS, extra=EATS))


def left(played: Table) -> object:
    return played.state.vars["left"]


def test_it_eats_each_time_and_not_before() -> None:
    played = eating()
    played.advance(59_000)
    assert left(played) == 9
    played.advance(1_000)
    assert left(played) == 7
    played.advance(60_000)
    assert left(played) == 5


def test_it_stops_when_the_scene_is_over_and_at_the_end_of_the_number() -> None:
    played = eating()
    played.advance(60_000)
    played.play("q=")
    assert played.at == "z"
    played.advance(600_000)
    assert left(played) == 7
    slow = eating()
    slow.advance(300_000)
    assert (slow.at, left(slow)) == ("late", 1)


def test_a_pause_and_a_detour_hold_it_back() -> None:
    played = eating()
    played.advance(30_000)
    played.desk(cmd.Pause)
    played.advance(300_000)
    played.desk(cmd.Resume)
    played.advance(29_000)
    assert left(played) == 9
    played.advance(1_000)
    assert left(played) == 7
    played.play("use-d=w")
    assert played.at == "side"
    played.advance(600_000)
    assert left(played) == 7
    played.play("think=")
    played.advance(59_000)
    assert left(played) == 7
    played.advance(1_000)
    assert left(played) == 5


def test_more_time_is_no_more_ticks() -> None:
    played = eating()
    played.desk(cmd.Extend, seconds=600)
    played.advance(840_000)
    assert (played.at, left(played)) == ("one", 1)


def test_phone_and_wall_say_what_it_eats_and_when_next() -> None:
    played = eating()
    views = SentViews(played.scenario)
    shown = views.seat(played.state, "s1", {})["scene"]["eats"]
    assert (shown["costs"], shown["every_s"]) == (["路 -2"], 60)
    assert shown["next_ms"] == played.now_ms + 60_000
    played.advance(60_000)
    again = views.seat(played.state, "s1", {})["scene"]["eats"]
    assert again["next_ms"] == played.now_ms + 60_000
    played.advance(180_000)
    assert "eats" not in views.seat(played.state, "s1", {})["scene"]


def test_a_scene_whose_clock_eats_nothing_is_logged_as_before() -> None:
    entered = [r.event for r in table(READ).records if isinstance(r.event, SceneEntered)]
    assert all(b"ticks" not in encode_event(event) for event in entered)


ROW = """\
format: 1
id: row
title: 划
summary: 划。
minutes: 3
roles: {a: {name: 甲, brief: 甲。}, b: {name: 乙, brief: 乙。}}
vars: {left: {int: [0, 3], start: 3}}
sources: {s: {cite: 书}}
start: one
scenes:
  one:
    title: 一
    story: 一。
    time: {limit: 4m, then: bad, every: 1m, set: {left: -1}}
    tasks: {x: {role: a, kind: read, ask: 读, story: 文}, y: {role: b, kind: read, ask: 读, story: 文}}
    next: [{if: left > 0, go: good}, bad]
  good: {ending: good, title: 好, story: 好。}
  bad: {ending: bad, title: 坏, story: 坏。}
"""


def test_the_proof_knows_how_often_it_may_have_eaten() -> None:
    """Whoever takes three minutes comes too late; nobody would know without the clock."""
    assert [issue.code for issue in prove(compile_text(ROW)).issues] == []
    still = ROW.replace(", every: 1m, set: {left: -1}", "")
    assert "SC617" in {issue.code for issue in prove(compile_text(still)).issues}
    never = ROW.replace("every: 1m", "every: 2m")  # one tick: the number never gets to nothing
    assert "SC617" in {issue.code for issue in prove(compile_text(never)).issues}


def test_a_task_that_asks_for_it_is_explored_with_every_tick() -> None:
    text = ROW.replace("y: {role: b, kind", "y: {role: b, if: left > 1, after: [x], kind")
    proof = prove(compile_text(text))
    assert not [issue for issue in proof.issues if issue.code < "SC630"]
    assert ("guard", "one", "y", "no") in proof.seen


TALKED = ROW.replace("x: {role: a, kind", "x: {role: a, talk: 2m, kind")


def test_it_eats_while_answers_are_closed() -> None:
    """A talk is no pause: whoever may answer after two minutes has had two minutes' ticks."""
    played = Table(compile_text(TALKED))
    played.advance(119_999)
    assert left(played) == 2
    with played.refused("talk_first"):
        played.do(cmd.Submit, "s1", task="x", answer=())
    played.do(cmd.Submit, "s2", task="y", answer=())
    played.advance(1)
    assert left(played) == 1
    played.do(cmd.Submit, "s1", task="x", answer=())
    assert played.state.ending == "good"


def test_its_last_tick_may_come_before_anybody_may_answer() -> None:
    played = Table(compile_text(ROW.replace("x: {role: a, kind", "x: {role: a, talk: 210s, kind")))
    played.advance(210_000)
    assert left(played) == 0
    assert played.state.scene is not None
    assert played.state.scene.ticks_left == 0
    played.play("x=", "y=")
    assert played.state.ending == "bad"


def test_the_proof_counts_the_ticks_of_the_talk_that_must_be_over() -> None:
    """As many values are left as ticks may come behind the talk: none of them is the first."""
    more = TALKED.replace("{if: left > 0, go: good}", "{if: left > GIVEN, go: good}")
    assert "SC618" not in codes(more.replace("GIVEN", "0"))
    assert "SC612" not in codes(more.replace("GIVEN", "0"))
    assert "SC612" in codes(more.replace("GIVEN", "1"))
    chain = more.replace("y: {role: b, kind", "y: {role: b, after: [x], talk: 1m, kind")
    assert "SC612" in codes(chain.replace("GIVEN", "0"))


def test_a_tick_behind_a_task_that_was_left_out_is_not_counted_on() -> None:
    out = TALKED.replace("talk: 2m, kind", "if: w, talk: 2m, kind").replace(
        "vars: {", "vars: {w: {bool: false}, "
    )
    found = codes(out.replace("{if: left > 0, go: good}", "{if: left > 2, go: good}"))
    assert "SC612" not in found


def codes(text: str) -> set[str]:
    return {issue.code for issue in prove(compile_text(text)).issues}
