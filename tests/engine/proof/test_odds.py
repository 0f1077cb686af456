"""Where teams end that don't know: by arithmetic, and by plays."""

from __future__ import annotations

from collections import Counter

import pytest

from engine.author.printed import odds_lines
from engine.proof.dice import random_play
from engine.proof.explore import explore
from engine.proof.fairness import fairness
from engine.proof.odds import LEAVES_MAX, RATES, TEAMS, Odds, Team, _Shares, odds
from engine.proof.playthrough import Playthrough
from engine.proof.prove import prove
from engine.rules.events import TrapSprung
from engine.scenario.model import Scenario
from tests.engine.rules.conftest import HEAD, script
from tests.support.scripts import MINI_TEXT, compile_text

PLAYS = 400
NEAR = 0.08
"""What 400 plays may differ by, three times their deviation at one half."""
ASK = "q: {role: b, ask: 问, choices: [{id: r, text: %s, right: true, fact: f}, {id: w, text: %s, trap: v}]}"


def of(scenario: Scenario, team: Team, rate: int) -> Odds:
    (found,) = [o for o in odds(explore(scenario)) if (o.team, o.rate) == (team, rate)]
    return found


def asking(right: str, wrong: str) -> Scenario:
    """One question that matters; then the small script's way on."""
    own = HEAD.replace("traps:", "traps:\n  v: {belief: 误区四, truth: g, why: 常被混淆}")
    return script(ASK % (right, wrong), head=own)


def test_a_team_that_knows_ends_as_the_fairest_does_and_falls_for_nothing() -> None:
    scenario = compile_text(MINI_TEXT)
    for team in TEAMS:
        found = of(scenario, team, 0)
        assert dict(found.endings) == {fairness(scenario).ending: pytest.approx(1)}
        assert found.falls == 0


def test_the_odds_of_a_coin_are_those_of_a_coin() -> None:
    """Wrong half the time, and asked again: one fall on average."""
    assert of(asking("甲", "乙"), "chance", 100).traps["v"] == pytest.approx(1, abs=0.01)
    tenth = of(asking("甲", "乙"), "chance", 10).traps["v"]
    assert tenth == pytest.approx(0.05 / 0.95, abs=0.01)


def test_who_goes_by_length_falls_once_where_the_wrong_one_is_longer_and_never_else() -> None:
    assert of(asking("甲", "乙乙乙"), "longest", 100).traps["v"] == pytest.approx(1, abs=0.01)
    assert "v" not in of(asking("甲甲甲", "乙"), "longest", 100).traps


def test_who_goes_by_length_takes_nothing_that_can_t_be_paid() -> None:
    """`m` is 0: the longest can't be paid, and the longest of the others is taken."""
    choices = "[{id: x, text: 甲}, {id: y, text: 乙乙乙, cost: {m: -1}}]"
    scenario = script(f"q: {{role: b, ask: 问, choices: {choices}}}")
    for rate in RATES:
        assert sum(of(scenario, "longest", rate).endings.values()) == pytest.approx(1)


@pytest.mark.parametrize("rate", [30, 100])
def test_plays_by_dice_come_to_the_same(rate: int) -> None:
    scenario = compile_text(MINI_TEXT)
    ends, falls = Counter[str](), 0
    for number in range(PLAYS):
        table = Playthrough(scenario, seed=f"odds {number}")
        end = random_play(scenario, table.state.seed, wrong_rate=rate / 100, unrest=0, table=table)
        ends[end.ending] += 1
        falls += sum(isinstance(record.event, TrapSprung) for record in table.records)
    found = of(scenario, "chance", rate)
    assert sum(found.endings.values()) == pytest.approx(1, abs=0.001)
    for name, share in found.endings.items():
        assert ends[name] / PLAYS == pytest.approx(share, abs=NEAR)
    assert falls / PLAYS == pytest.approx(found.falls, rel=0.2, abs=NEAR)


def test_they_are_told_in_lines() -> None:
    scenario = compile_text(MINI_TEXT)
    proof = prove(scenario, advise=True)
    assert len(proof.odds) == len(TEAMS) * len(RATES)
    lines = odds_lines(scenario, proof)
    assert lines[0].startswith("全懂的队：南湖 100%")
    assert len([line for line in lines if "% 不懂" in line]) == len(TEAMS) * (len(RATES) - 1)
    assert odds_lines(scenario, prove(scenario)) == []


def test_a_place_is_left_with_all_who_come_there_by_whatever_way() -> None:
    """Twelve times two ways that meet again: 4,096 ways, and 37 places to leave."""
    ranks = [(number, 0) for number in range(37)]
    here, left = _Shares(ranks), Counter[int]()
    here.come(0, 1.0)
    for place, share in here.left():
        left[place] += 1
        if place % 3:
            here.come(place // 3 * 3 + 3, share)
        elif place < 36:
            here.come(place + 1, share / 2)
            here.come(place + 2, share / 2)
    assert left == Counter(range(37))


def test_who_never_gets_on_is_given_up() -> None:
    here, left = _Shares([(0, 0)]), 0
    here.come(0, 1.0)
    for place, share in here.left():
        left += 1
        here.come(place, share)
    assert left == LEAVES_MAX
