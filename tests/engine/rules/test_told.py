"""What is told of an outcome is what the log holds, not what the script would have brought about.

The script may plan otherwise than it went: who makes up an evening plays with stand-ins whatever
the script's `absence` is. So every audience is shown the same under a script whose rules are all
others and whose words are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.proof.dice import random_play
from engine.review.reading import read_course
from engine.review.telling import Teller
from engine.rules import commands as cmd
from engine.rules.state import State
from engine.scenario.model import Absence, Scenario, TimeLimit
from engine.values import Map
from engine.views.session import RunInfo, SessionInfo
from tests.engine.rules.conftest import HEAD, script, table
from tests.properties.test_random_play import TASKS
from tests.support.parts import SentViews, desk_sent, wall_sent
from tests.support.table import Table

ABSENCES = ("wait", "share", "stand_in")
HOW_ZH = {"share": "由大家分担", "stand_in": "由替身代行", "seat": "代办"}
NAMES = Map({"s1": "张一", "s2": "王二", "s3": "李三"})
SESSION = SessionInfo("x", "CODE", "http://x/join/CODE")


def ruled_otherwise(scenario: Scenario, then: str) -> Scenario:
    """The same words under other rules: absence, limits, holds, where traps lead, starts."""
    traps = {
        name: replace(trap, hold_ms=trap.hold_ms + 7_000, then="accept", detour=None)
        for name, trap in scenario.traps.items()
    }
    scenes = {
        name: replace(scene, time=TimeLimit(at=scene.at, limit_ms=99_000, then="late"))
        if scene.ending is None
        else scene
        for name, scene in scenario.scenes.items()
    }
    absence = Absence(at=scenario.at, grace_ms=1_000, then=then)  # type: ignore[arg-type]
    return replace(scenario, traps=Map(traps), scenes=Map(scenes), absence=absence)


def shown(scenario: Scenario, state: State) -> Iterator[object]:
    """All that anybody is shown, in both languages."""
    run = RunInfo("r", scenario, state, NAMES)
    for lang in ("zh", "en"):
        for seat in (*state.seats, "nobody"):
            yield SentViews(scenario).seat(state, seat, NAMES, lang)
        yield desk_sent(SESSION, [run], lang)
    yield wall_sent(SESSION, [run])


def reviewed(played: Table, scenario: Scenario, lang: str) -> list[object]:
    course = read_course(scenario, played.records)
    return list(Teller(scenario, course, NAMES, lang).marks())  # type: ignore[arg-type]


@settings(max_examples=25)
@given(
    st.integers(0, 10_000),
    st.sampled_from(ABSENCES),
    st.sampled_from(ABSENCES),
    st.booleans(),
    st.sets(st.sampled_from("abc"), min_size=1),
)
def test_every_audience_is_told_what_the_log_holds(
    seed: int, then: str, other: str, alone: bool, roles: set[str]
) -> None:
    head = HEAD.replace("then: share}", f"then: {then}}}")
    scenario = script(TASKS, extra="time: {limit: 5m, then: late}", head=head)
    lonely = alone or then != "wait"
    seats = dict.fromkeys(sorted(roles) if lonely else "abc", 1)
    played = Table(scenario, seed=str(seed), seats=seats, alone=alone)
    states: list[State] = []
    random_play(
        scenario,
        str(seed),
        unrest=0.4,
        wrong_rate=0.5,
        steps_max=60,
        table=played,
        watch=lambda now: states.append(now.state),
    )
    otherwise = ruled_otherwise(scenario, other)
    for state in (*states[::5], played.state):
        assert [*shown(scenario, state)] == [*shown(otherwise, state)]
    assert reviewed(played, scenario, "zh") == reviewed(played, otherwise, "zh")
    assert reviewed(played, scenario, "en") == reviewed(played, otherwise, "en")


def texts(part: object) -> str:
    """Everything said in a part."""
    if isinstance(part, Mapping):
        return "".join(map(texts, part.values()))
    if isinstance(part, list | tuple):
        return "".join(map(texts, part))
    return str(part)


@pytest.mark.parametrize("then", ABSENCES)
def test_who_makes_up_an_evening_is_told_that_stand_ins_play(then: str) -> None:
    scenario = script(TASKS, head=HEAD.replace("then: share}", f"then: {then}}}"))
    played = Table(scenario, seats={"a": 1}, alone=True)
    notice = texts(SentViews(scenario).seat(played.state, "s1", NAMES)["notice"])
    desk = texts(
        desk_sent(SESSION, [RunInfo("r", scenario, played.state, NAMES)])["runs"][0]["log"]
    )
    marks = texts([mark.text for mark in _marks(played)])
    for told in (notice, desk, marks):
        assert HOW_ZH["stand_in"] in told
        assert HOW_ZH["share"] not in told


def _marks(played: Table) -> list:  # type: ignore[type-arg]
    course = read_course(played.scenario, played.records)
    return Teller(played.scenario, course, NAMES).marks()


@pytest.mark.parametrize("then", ABSENCES)
def test_a_role_that_was_handed_over_is_told_so(then: str) -> None:
    scenario = script(TASKS, head=HEAD.replace("then: share}", f"then: {then}}}"))
    played = Table(scenario)
    played.desk(cmd.HandOver, role="b", seat="s1")
    notice = texts(SentViews(scenario).seat(played.state, "s3", NAMES)["notice"])
    desk = texts(
        desk_sent(SESSION, [RunInfo("r", scenario, played.state, NAMES)])["runs"][0]["log"]
    )
    marks = texts([mark.text for mark in _marks(played)])
    for told in (notice, desk, marks):
        assert HOW_ZH["seat"] in told
        assert "张一" in told


def test_what_ended_a_hold_is_told_of_that_hold() -> None:
    """The same person falls twice for the same thing, and is rescued once."""
    tasks = """
    p: {role: a, ask: 问, choices: [{id: y, text: 是}, {id: n, text: 否, trap: t}]}
    q: {role: b, kind: read, ask: 读, story: 文}
    """
    played = table(tasks).play("p=n", "rescue=y", "p=n", "wait=30s", "p=y")
    held = [mark.text for mark in _marks(played) if mark.kind == "hold"]
    assert ["解救" in text for text in held] == [True, False]


def test_who_is_held_has_not_had_a_try() -> None:
    tasks = """
    p: {role: a, ask: 问, choices: [{id: y, text: 是}, {id: n, text: 否, trap: t}]}
    q: {role: b, ask: 问, choices: [{id: y, text: 是}, {id: n, text: 否, trap: t}]}
    """
    played = table(tasks).play("p=n", "q=n")
    offer = SentViews(played.scenario).seat(played.state, "s1", NAMES)["rescues"][0]
    assert (offer["seat"], offer["tried"], offer["held"]) == ("s2", False, True)
    offer = SentViews(played.scenario).seat(played.state, "s3", NAMES)["rescues"][0]
    assert (offer["tried"], "held" in offer) == (False, False)
