"""What is learnt of people: who met a belief, who fell for it, what they had seen, who is weak."""

from __future__ import annotations

from typing import Any

import pytest

from engine.review.compare import compare
from engine.review.heat import heat
from engine.review.learning import Tally, tally
from engine.review.ledger import Played, ledger, paces, read_run, weak_points
from engine.review.lessons import Lessons
from engine.rules import commands as cmd
from tests.engine.rules.conftest import HEAD, script, table
from tests.support.table import Table

P = "p: {role: a, kind: read, ask: 读, story: 文}"
VOTE = """
v: {role: all, kind: vote, ask: 投, choices: [{id: y, text: 是, right: true, fact: f}, {id: n, text: 否, trap: t}]}
"""


def play(played: Table, run: str = "r", **more: Any) -> Played:
    return read_run(Lessons(played.scenario), played.records, run=run, **more)


def met(played: Played) -> list[tuple[str, str, int, tuple[str, ...]]]:
    return [(m.trap, m.role, m.fell, m.warned_by) for m in played.meetings]


def test_a_belief_is_met_by_whoever_answers_its_task() -> None:
    assert met(play(table(P))) == []
    assert met(play(table(P).play("use-t=r"))) == [("t", "a", 0, ())]
    fell = table(P).play("use-t=w", "wait=1m", "use-t=w", "wait=1m", "use-t=r")
    assert met(play(fell)) == [("t", "a", 2, ())]


def test_who_had_been_shown_the_fact_was_warned() -> None:
    warned = play(table(P).play("give-k=k", "use-t=w"))
    assert met(warned) == [("t", "a", 1, ("f",))]


def test_a_vote_is_the_whole_teams_meeting() -> None:
    played = table(VOTE).play("a:v=n", "b:v=n", "c:v=n", "a:v=y", "b:v=y", "c:v=y")
    assert met(play(played)) == [("t", "", 1, ())]
    outcomes = {person.role: person.outcomes["know"] for person in play(played).people}
    assert {role: one.grade for role, one in outcomes.items()} == dict.fromkeys("abc", "learnt")
    assert all(one.mended == 1 for one in outcomes.values())


def test_a_stand_in_meets_nothing() -> None:
    played = table(
        "n: {role: b, ask: 问, choices: [{id: r, text: 对, right: true, fact: f}, {id: w, text: 错, trap: t}]}",
        head=_STAND_IN,
    )
    played.play("leave=b", "wait=2m")
    assert "one.n" in played.state.done
    assert met(play(played)) == []


def test_the_ledger_tells_shares_costs_and_sources() -> None:
    plays = [
        play(table(P).play("use-t=w", "wait=1m", "use-t=r"), "r1", period="2026-06"),
        play(table(P).play("use-t=r"), "r2", period="2026-07"),
        play(table(P).play("use-t=r", "use-u=w"), "r3", period="2026-07"),
    ]
    scenario = script(P)
    by_trap = {belief.trap: belief for belief in ledger(scenario, plays)}
    assert [b.trap for b in ledger(scenario, plays)] == ["u", "t", "d"], "worst first, unmet last"
    t = by_trap["t"]
    assert (t.met, len(t.fell), round(t.share, 2)) == (3, 1, 0.33)
    assert (t.costs, t.held_ms) == ({"m": 1}, 30_000)
    assert t.by_period == (("2026-06", 1, 1), ("2026-07", 2, 0))
    assert t.learnt.text == "史实一。"
    assert t.learnt.sources == ("某书",)
    assert by_trap["d"].met == 0
    assert by_trap["u"].costs == {"m": 2}


MANY = """
q: {role: a, ask: 问, choices: [{id: r, text: 对, right: true, fact: f}, {id: w, text: 错, trap: t}, {id: v, text: 也错, trap: t}, {id: p, text: 别的}]}
"""
ORDER = """
o: {role: a, kind: order, ask: 排, fact: f, items: [{id: x, text: 一}, {id: y, text: 二}, {id: z, text: 三}]}
"""
AGAIN = ("wait=1m",)


@pytest.mark.parametrize(
    ("tasks", "moves", "grade"),
    [
        (P, ["use-t=r"], "once"),
        (P, ["use-t=w", *AGAIN, "use-t=r"], "learnt"),
        (P, ["use-t=w"], "unshown"),
        (P, ["use-t=w", *AGAIN, "use-t=w", *AGAIN, "use-t=r"], "unshown"),
        (P, ["use-t=r", "use-u=w"], "unshown"),
        (P, [], "unshown"),
        (P, ["p="], "unshown"),
        (MANY, ["q=w", *AGAIN, "q=r"], "learnt"),
        (MANY, ["q=w", *AGAIN, "q=v", *AGAIN, "q=r"], "learnt"),
        (MANY, ["q=w", *AGAIN, "q=v", *AGAIN, "q=w", *AGAIN, "q=r"], "unshown"),
        (ORDER, ["o=x,y,z"], "once"),
        (ORDER, ["o=y,x,z", "o=z,x,y", "o=x,y,z"], "learnt"),
        (ORDER, ["o=y,x,z", "o=z,x,y", "o=z,y,x", "o=x,y,z"], "unshown"),
    ],
)
def test_a_grade_says_what_was_shown_and_can_fail(tasks: str, moves: list[str], grade: str) -> None:
    first = play(table(tasks).play(*moves)).people[0]
    assert first.outcomes["know"].grade == grade


def test_what_a_search_finds_shows_nothing_unless_a_trap_lay_in_it() -> None:
    spots = "[{id: x, text: 甲, card: k}, {id: y, text: 乙TRAP}]"
    search = f"s: {{role: a, kind: search, ask: 找, fact: f, points: 1, spots: {spots}}}"
    plain = table(search.replace("TRAP", "")).play("s=x")
    assert play(plain).people[0].outcomes["know"].grade == "unshown"
    trapped = search.replace("TRAP", ", trap: t")
    assert play(table(trapped).play("s=x")).people[0].outcomes["know"].grade == "once"
    assert play(table(trapped).play("s=y")).people[0].outcomes["know"].grade == "unshown"


def test_objectives_are_counted_by_people() -> None:
    played = play(table(P).play("use-t=r", "use-u=w"))
    outcomes = played.people[0].outcomes
    assert outcomes["know"].grade == "unshown", "use-u is about both, and was wrong for good"
    assert (played.people[0].clean, played.people[0].graded) == (1, 2)
    fine = play(table(P).play("use-t=r"))
    found = tally(script(P).objectives, [*played.people, *fine.people])
    assert found["know"] == Tally(once=1, learnt=0, unshown=5, unasked=4)
    assert found["care"] == Tally(once=0, learnt=0, unshown=6, unasked=5)


def test_a_weak_branch_is_told_from_the_threshold_on() -> None:
    slips = "use-t=w", "wait=1m", "use-t=r", "use-u=w", "use-d=w", "think=", "use-d=r"
    plays = [
        play(table(P).play(*slips), "r1", branch="一支部"),
        play(table(P).play("use-t=r", "use-u=r", "use-d=r"), "r2", branch="二支部"),
    ]
    scenario = script(P)
    found = weak_points(scenario, plays, 0.5)
    assert {weak.branch for weak in found} == {"一支部"}
    assert found[0].text in ("知道", "当心")
    assert {weak.branch for weak in weak_points(scenario, plays, 0.0)} == {"一支部", "二支部"}
    few = [play(table(P).play("use-t=w"), "r3", branch="三支部")]
    assert weak_points(scenario, few, 0.1) == [], "one answer tells nothing of a branch"


def test_a_scene_drags_that_keeps_people_waiting_or_runs_out() -> None:
    two = (
        "p: {role: a, kind: read, ask: 读, story: 文}\nq: {role: b, kind: read, ask: 读, story: 文}"
    )
    slow = play(table(two).play("wait=10s", "p=", "wait=50s", "q=", "go-on="))
    first, last = paces(script(two), [slow])
    assert (first.scene, first.median_ms, first.waited_ms, first.drags) == (
        "one",
        60_000,
        60_000,
        True,
    )
    assert ("a", "b", 50_000) in first.waits
    assert (last.scene, last.drags) == ("z", False)
    late = table(P, extra="time: {limit: 1m, then: late}")
    out = play(late.play("wait=2m"), "r2")
    assert paces(late.scenario, [out])[0].timed_out == 1


def test_traffic_counts_what_was_walked() -> None:
    went = heat([play(table(P).play("use-d=w", "think=", "p=", "go-on="))])
    assert dict(went.scenes) == {"one": 2, "side": 1, "z": 1, "good": 1}
    assert went.ways["one", "side"] == 1
    assert went.traps["d"] == 1


def test_two_runs_are_told_apart_where_they_differ() -> None:
    one = play(
        table(P).play("wait=5s", "use-t=w", "wait=1m", "use-t=r", "use-u=r", "p=", "go-on="), "r1"
    )
    two = play(table(P).play("use-t=r", "use-u=r", "p=", "go-on="), "r2")
    found = compare(script(P), one, two)
    assert found.endings == ("好", "好")
    assert [(row.ask, row.tries) for row in found.answers] == [
        ("问", ((("错", "trap"), ("对", "right")), (("对", "right"),)))
    ]
    assert found.traps == (("误区一", 1, 0),)
    assert found.scenes[0].ms == (65_000, 0)
    assert found.common_seq == 0


def test_a_vote_skipped_by_the_desk_is_nobodys_meeting() -> None:
    played = table(VOTE).play("a:v=n")
    played.desk(cmd.SkipTask, task="v")
    assert met(play(played)) == []


_STAND_IN = HEAD.replace("then: share", "then: stand_in")
