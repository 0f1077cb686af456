"""One audience's knowledge isn't shown to another that is still asked for it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from engine.rules import commands as cmd
from engine.rules.state import State
from engine.views.session import RunInfo, SessionInfo
from tests.engine.rules.conftest import script
from tests.support.parts import SentViews, wall_sent
from tests.support.table import Table

Q = "q: {role: b, kind: read, ask: 读, story: 文}"
NAMES = {"s1": "张伟", "s2": "王芳", "s3": "李娜"}
SMALL = script(Q)
SESSION = SessionInfo("x", "CODE", "http://h/join/CODE")
SAID = {"t": ("误区一", "史实一。"), "u": ("误区二", "史实二。"), "d": ("误区三", "史实二。")}
ANSWERS = {"t": "use-t", "u": "use-u", "d": "use-d"}


def team(**kwargs: Any) -> Table:
    return Table(SMALL, **kwargs)


def wall(*teams: Table) -> Any:
    runs = [
        RunInfo(f"r{number}", one.scenario, one.state, NAMES)
        for number, one in enumerate(teams, start=1)
    ]
    return wall_sent(SESSION, runs)


def shown(name: str, *teams: Table) -> bool:
    """The wall prints what is believed, or what is so."""
    sent = json.dumps(wall(*teams)["traps"], ensure_ascii=False)
    return any(word in sent for word in SAID[name])


@pytest.mark.parametrize("name", SAID)
def test_the_wall_tells_no_belief_while_another_team_is_still_asked(name: str) -> None:
    one, two = team().play(f"{ANSWERS[name]}=w"), team()
    told = wall(one, two)["traps"]
    assert [(item["team"], item["open"]) for item in told] == [(1, False)]
    assert not shown(name, one, two)
    for table in (one, two):
        if table.at == "side":
            table.play("think=")
        if name != "u" or table is two:
            table.play("wait=30s", f"{ANSWERS[name]}=r")
    assert shown(name, one, two), "everybody has it behind them"


@pytest.mark.parametrize("way", ["q=", "the end", "gone", "nobody"])
def test_a_team_has_a_question_behind_it_once_no_way_leads_there(way: str) -> None:
    one, two = team().play("use-u=w"), team(seats={} if way == "nobody" else None, started=False)
    if way != "nobody":
        assert not shown("u", one, two), "they are still to begin"
        two.desk(cmd.Start)
        assert not shown("u", one, two)
    if way == "q=":
        two.play("q=")
    elif way == "the end":
        two.desk(cmd.Jump, scene="bad")
    elif way == "gone":
        two.desk(cmd.Close)
    assert shown("u", one, two)


def test_a_skipped_or_dropped_question_is_behind_the_team() -> None:
    one, two = team().play("use-u=w"), team()
    two.desk(cmd.SkipTask, task="use-u")
    assert shown("u", one, two)


def test_a_trap_stands_once_with_all_its_teams() -> None:
    one, two = team().play("use-u=w"), team().play("use-u=w")
    two.state = _team(two, 2)
    told = wall(one, two)["traps"]
    assert [(item["trap"], item["teams"]) for item in told] == [("u", [1, 2])]


def _team(table: Table, number: int) -> State:
    return replace(table.state, team=number)


def test_an_endings_name_is_told_when_nobody_plays_any_more() -> None:
    one, two = team().play("q=", "go-on="), team()
    assert one.state.ending == "good"
    first = wall(one, two)["progress"]["teams"][0]
    assert (first["title"], first["ending_title"], first["ending_kind"]) == ("", None, None)
    two.play("q=", "go-on=")
    assert wall(one, two)["progress"]["teams"][0]["ending_title"] == "好"
    assert wall(one)["progress"]["teams"][0]["ending_title"] == "好", "a single team spoils nobody"


PLACES = {
    "ahead": ([], ["q="], ("one", [1]), [("z", [2], "")]),
    "on ways that part": (["q="], ["wait=5m"], ("late", [2]), [("z", [1], "后来。")]),
    "at the end": ([], ["q=", "go-on="], ("one", [1]), []),
}
"""How the two teams got where they are; the scene whose story the wall tells, and its teams; where
it says the others are, and what it tells of that."""


@pytest.mark.parametrize("place", PLACES)
def test_the_wall_says_where_every_team_is_and_tells_nobody_what_comes(place: str) -> None:
    first, second, told, others = PLACES[place]
    fork = script(Q, extra="time: {limit: 5m, then: late}")
    one, two = Table(fork).play(*first), Table(fork).play(*second)
    two.state = _team(two, 2)
    sent = wall(one, two)["story"]
    assert (sent["scene"], sent["teams"], sent["elsewhere"]) == (*told, 1)
    assert [(o["scene"], o["teams"], o["story"]) for o in sent["others"]] == others


@pytest.mark.parametrize("first", ["round", "straight"])
def test_the_wall_doesnt_tell_a_way_round_that_another_team_may_still_take(first: str) -> None:
    fork = script(Q, extra="time: {limit: 5m, then: late}")
    ways = {"round": Table(fork).play("wait=5m"), "straight": Table(fork)}
    teams = [ways.pop(first), *ways.values()]
    teams[1].state = _team(teams[1], 2)
    sent = wall(*teams)["story"]
    assert sent["scene"] == "one"
    assert [(o["scene"], o["story"]) for o in sent["others"]] == [("late", "")]


def test_when_all_have_ended_the_wall_tells_every_ending() -> None:
    fork = script(Q, extra="time: {limit: 5m, then: late}")
    one, two = Table(fork).play("q=", "go-on="), Table(fork).play("wait=5m", "hurry=")
    two.state = _team(two, 2)
    sent = wall(one, two)["story"]
    assert (sent["story"], [o["story"] for o in sent["others"]]) == ("好。", ["坏。"])


def test_a_detours_story_and_name_stay_with_the_team_on_it() -> None:
    one, two = team().play("use-d=w"), team().play("q=")
    two.state = _team(two, 2)
    sent = wall(one, two)
    assert sent["story"]["scene"] == "one"
    assert (sent["story"]["teams"], sent["story"]["elsewhere"]) == ([1], 1)
    assert "岔路" not in json.dumps([sent["story"], sent["progress"]["teams"]], ensure_ascii=False)


# ── inside a team ───────────────────────────────────────────────────────────────────────────────


def part(played: Table, seat: str, name: str) -> Any:
    return SentViews(played.scenario).seat(played.state, seat, NAMES)[name]


def test_a_teammates_fall_answers_neither_the_question_nor_the_rescue() -> None:
    played = team().play("use-t=w")
    fell, other = (part(played, seat, "notice")[-1] for seat in ("s1", "s2"))
    assert fell["learnt"]["text"] == "史实一。"
    assert other["kind"] == "trap"
    assert (other["detail"], other["learnt"]) == ("误区一", None), "the belief, not what is so"
    played.do(cmd.TryRescue, "s2", answer=("y",))
    assert "史实一。" not in json.dumps(part(played, "s2", "me"), ensure_ascii=False)
    played.play("use-t=r")
    assert part(played, "s2", "notice")[0]["learnt"]["text"] == "史实一。"
    assert part(played, "s2", "me")["last"]["learnt"]["text"] == "史实一。"


def test_whoever_is_asked_the_same_isnt_told_the_belief_either() -> None:
    same = "w: {role: all, ask: 问, choices: [{id: r, text: 对, right: true, fact: f}, {id: x, text: 错, trap: u}]}"
    played = Table(script(f"{Q}\n{same}"))
    played.do(cmd.Submit, "s1", task="w", answer=("x",))
    other = part(played, "s2", "notice")[-1]
    assert (other["kind"], other["detail"], other["learnt"]) == ("trap", "", None)
    played.do(cmd.Submit, "s2", task="w", answer=("r",))
    assert part(played, "s2", "notice")[-1]["learnt"] is None, "a teammate is still asked"
    played.do(cmd.Submit, "s3", task="w", answer=("r",))
    played.play("use-u=r")
    assert part(played, "s2", "notice")[-1]["learnt"]["text"] == "史实二。"


def test_what_was_tried_at_a_rescue_is_not_said_of_who_is_held_as_well() -> None:
    two = "two: {role: b, optional: true, ask: 问, choices: [{id: r, text: 对}, {id: w, text: 错, trap: t}]}"
    played = Table(script(f"{Q}\n{two}")).play("use-t=w", "two=w")
    (offer,) = part(played, "s2", "rescues")
    assert (offer["tried"], offer["held"]) == (False, True)
