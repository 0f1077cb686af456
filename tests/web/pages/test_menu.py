"""Ordering from the menu: theme, length, people."""

from __future__ import annotations

import httpx
import pytest

from engine.author.answers import answers
from engine.evening.choosing import Wish, choices, sizes_of, team_sizes, teams_for
from engine.scenario.model import Scenario
from tests.engine.rules.conftest import HEAD, script

P = "p: {role: a, kind: read, ask: 读, story: 文}"


def small(**changes: str) -> Scenario:
    head = HEAD
    for was, now in changes.items():
        head = head.replace(was, now)
    return script(P, head=head)


def test_a_team_may_be_one_fewer_unless_it_waits() -> None:
    assert team_sizes(small()) == (2, 4)
    assert team_sizes(small(share="wait")) == (3, 4)


@pytest.mark.parametrize(
    ("people", "teams"), [(1, 0), (2, 1), (4, 1), (5, 2), (8, 2), (9, 3), (100, 25)]
)
def test_so_many_people_play_in_so_many_teams(people: int, teams: int) -> None:
    assert teams_for(small(), people) == teams


@pytest.mark.parametrize(
    ("people", "teams", "sizes"),
    [(23, 5, (5, 5, 5, 4, 4)), (20, 5, (4,) * 5), (5, 2, (3, 2)), (3, 1, (3,))],
)
def test_teams_are_as_even_as_it_goes(people: int, teams: int, sizes: tuple[int, ...]) -> None:
    assert sizes_of(people, teams) == sizes


@pytest.mark.parametrize("people", range(2, 120))
def test_no_team_is_too_small_or_too_large(people: int) -> None:
    teams, (fewest, most) = teams_for(small(), people), team_sizes(small())
    sizes = sizes_of(people, teams)
    assert (len(sizes), sum(sizes)) == (teams, people)
    assert fewest <= min(sizes) <= max(sizes) <= most


@pytest.mark.parametrize(
    ("wish", "fits"),
    [
        (Wish(), True),
        (Wish(theme="测试"), True),
        (Wish(theme="长征"), False),
        (Wish(minutes=5), True),
        (Wish(minutes=4), False),
        (Wish(people=1), False),
        (Wish(people=7), True),
        (Wish(level="党校"), False),
    ],
)
def test_what_is_wished_for_is_found(wish: Wish, fits: bool) -> None:
    assert wish.fits(small()) is fits


def test_themes_are_those_of_the_scripts() -> None:
    assert choices([small(), small()]) == (("测试",), ())


def test_the_menu_is_filtered_by_its_address(client: httpx.Client) -> None:
    assert "一大·1921" in client.get("/").text
    assert "一大·1921" in client.get("/?theme=建党&minutes=30&people=3").text
    for none in ("/?theme=长征", "/?minutes=5", "/?level=党校"):
        assert "一大·1921" not in client.get(none).text.split('id="menu"')[1]
    assert client.get("/?minutes=abc&people=-3").status_code == 200


def test_the_answers_are_for_facilitators(client: httpx.Client, desk: httpx.Client) -> None:
    path = "/scenarios/first-congress-demo"
    assert client.get(f"{path}/answers").headers["location"].startswith("/login")
    page = desk.get(f"{path}/answers").text
    assert "七月二十三日" in page
    assert "7月1日就是开幕日" in page
    assert "请不要往下看" in page
    preview = client.get(path).text
    assert "会前预告" in preview
    assert "备课" not in preview
    assert "七月二十三日" not in preview


def test_every_question_has_its_answer() -> None:
    scenario = small()
    told = [task for scene in answers(scenario) for task in scene.tasks]
    asked = {task.ask for task in told}
    assert "问" in asked
    assert all(task.right or task.beliefs for task in told)
    assert {fact.id for task in told for fact in task.facts} <= set(scenario.facts)
