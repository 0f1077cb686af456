"""Who reads no text plays no better than chance, whatever else they go by; and no worse.

`make cheat` prints how often which trick was right, before options were drawn and now.
"""

from __future__ import annotations

from collections import defaultdict

import pytest

from tests.scenarios.test_scenarios import SCENARIOS
from tests.support.cheat import PAIRINGS, TRICKS
from tests.support.cheated import GROUPS, Score, Scores, cheated
from tests.support.depth import depth
from tests.support.kinds import KINDS_TEXT
from tests.support.scripts import compile_text

EVENINGS = depth(8, 60)
UNLIKELY = 1e-6
"""What chance alone does so seldom isn't chance, of some thousand figures either."""
PIECES_OFF = 5.0


def far_off(scores: Scores) -> list[str]:
    """The tricks that do better than chance, or worse."""
    return [
        f"{group}: {trick} {score.right} of {score.asked}, by chance {score.chances:.1f}"
        for (group, trick), score in scores.items()
        if score.unlikely() < UNLIKELY or abs(score.pieces_off(group)) > PIECES_OFF
    ]


@pytest.fixture(scope="module")
def played() -> dict[str, Scores]:
    """All six scripts."""
    return {name: cheated(script, EVENINGS, drawn=True) for name, script in SCENARIOS.items()}


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_no_trick_does_better_than_chance(name: str, played: dict[str, Scores]) -> None:
    assert far_off(played[name]) == []


def test_none_does_over_all_scripts_either(played: dict[str, Scores]) -> None:
    total: Scores = defaultdict(Score)
    for scores in played.values():
        for key, score in scores.items():
            total[key].take(score)
    assert {group for group, _ in total} == set(GROUPS)
    assert {trick for _, trick in total if not trick.startswith("page: ")} == {
        *TRICKS, *PAIRINGS, "ids as last time", "places as last time",
    }  # fmt: skip
    assert min(score.asked for (group, _), score in total.items() if group == "matches") > 50
    assert far_off(total) == []


def test_the_client_does_cheat_where_nothing_was_drawn() -> None:
    """As phones were shown it before: every pair, every order, by what things are called."""
    scores = cheated(SCENARIOS["yida-1921"], 2, drawn=False)
    for group in ("matches", "orders", "choices", "ticks", "spots"):
        mine = [score for (of, _), score in scores.items() if of == group]
        assert max(score.right / score.asked for score in mine) == 1.0, group
    assert scores["matches", "left = right"].right == scores["matches", "left = right"].asked
    assert far_off(scores)


def test_a_script_that_gives_itself_away_gives_nothing_away() -> None:
    """Right ones first, named so, and pairs, orders, traps by their names."""
    told = KINDS_TEXT.replace("id: d1,", "id: trap1,").replace("id: d23", "id: right")
    told = told.replace("date=d23", "date=right")
    for old, new in (("open", "a1"), ("move", "a2"), ("close", "a3")):
        told = told.replace(f"id: {old},", f"id: {new},")
    script = compile_text(told.split("\ntests:")[0])
    assert far_off(cheated(script, 40, drawn=False))
    assert far_off(cheated(script, 40, drawn=True)) == []
