"""How much of a wrong answer was right: what is told, and that it never gives the rest away."""

from __future__ import annotations

from collections import Counter
from itertools import product

import msgspec
import pytest
from msgspec import UNSET

from engine.kinds.counting import MANY, Space, told
from engine.proof.playthrough import Playthrough
from engine.rules import commands as cmd
from engine.scenario.compile import compile_scenario
from engine.views.seat import RunViews
from tests.support.kinds import KINDS_TEXT

FOUR = Space(places=4, things=tuple("abcd"), once=True)
SPACES = {
    "two in order": Space(places=2, things=tuple("ab"), once=True),
    "three in order": Space(places=3, things=tuple("abc"), once=True),
    "three, as they began": Space(places=3, things=tuple("abc"), once=True, not_so=(tuple("bca"),)),
    "four in order": FOUR,
    "two for two groups": Space(places=2, things=tuple("ab"), once=False),
    "three for two groups": Space(places=3, things=tuple("ab"), once=False),
    "one for three groups": Space(places=1, things=tuple("abc"), once=False),
    "three for three groups": Space(places=3, things=tuple("abc"), once=False),
}


@pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)
def test_whoever_goes_by_the_numbers_never_knows_the_rest(space: Space) -> None:
    """For whatever is answered, and whatever is right: each number leaves two answers at least, and
    whether there is one is the same for all that may be right still."""
    every = [one for one in space.answers() if one not in space.not_so]
    for wrong in (*((one,) for one in every), *product(every, repeat=2)):
        heard = [_heard(space, key, wrong) for key in every if key not in wrong]
        for (*_, last), left in Counter(heard).items():
            assert last is UNSET or left >= 2, (wrong, last)
        for before in {one[:-1] for one in heard}:
            told_now = {one[-1] is not UNSET for one in heard if one[:-1] == before}
            assert len(told_now) == 1, (wrong, before)


def _heard(
    space: Space, key: tuple[str, ...], wrong: tuple[tuple[str, ...], ...]
) -> tuple[object, ...]:
    return tuple(told(space, key, wrong[: end + 1]) for end in range(len(wrong)))


def test_it_is_told_for_the_first_wrong_answers_only() -> None:
    abcd = tuple("abcd")
    assert told(FOUR, abcd, ()) is UNSET
    assert told(FOUR, abcd, (tuple("abdc"),)) == 2
    assert told(FOUR, abcd, (tuple("badc"),)) == 0
    assert told(FOUR, abcd, (tuple("badc"),) * 2) == 0
    assert told(FOUR, abcd, (tuple("badc"),) * 3) is UNSET
    assert told(SPACES["two in order"], tuple("ab"), (tuple("ba"),)) is UNSET


def test_of_very_many_answers_the_first_number_alone_is_told() -> None:
    many = Space(places=13, things=tuple("abc"), once=False)
    key, wrong = ("a",) * 13, ("a",) * 12 + ("b",)
    assert many.size() > MANY
    assert told(many, key, (wrong,)) == 12
    assert told(many, key, (wrong, wrong)) is UNSET


def test_a_phone_is_told_it_until_the_answer_is_right() -> None:
    table = Playthrough(compile_scenario(FOUR_LINES.encode(), "scenario.yaml"), drawn=True)
    asked = {
        "sequence": ["open", "move", "close", "end"],
        "names": ["sh=sh", "wh=wh", "cs=cs"],
    }
    assert _right(table) == {"sequence": None, "names": None}
    seat = table.seats_of("lookout")[0]
    first, second, *rest = asked["sequence"]
    table.do(cmd.Submit, seat, task="sequence", answer=(second, first, *rest))
    table.do(cmd.Submit, seat, task="names", answer=("sh=wh", "wh=sh", "cs=cs"))
    assert _right(table) == {"sequence": 2, "names": 1}
    table.do(cmd.Submit, seat, task="sequence", answer=tuple(asked["sequence"]))
    assert _right(table) == {"sequence": None, "names": 1}


FOUR_LINES = (
    KINDS_TEXT.replace(
        "{id: close, text: 闭幕}]", "{id: close, text: 闭幕}, {id: end, text: 返沪}]"
    )
    .replace("right: 从武汉来}]", "right: 从武汉来}, {id: cs, left: 毛泽东, right: 从长沙来}]")
    .split("\ntests:")[0]
)


def _right(table: Playthrough) -> dict[str, int | None]:
    seat = table.seats_of("lookout")[0]
    tasks = RunViews(table.scenario).seat(table.state, seat, {}).tasks
    told_of = {one.id: msgspec.to_builtins(one).get("right_so_far") for one in tasks}
    return {name: told_of[name] for name in ("sequence", "names")}
