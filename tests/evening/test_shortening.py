"""So many minutes are left: what is proposed, in which order, and what the evening loses by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.evening.shortening import CARD_S, REFLECT_S, Shortened, shortened
from engine.rules import commands as cmd
from engine.scenario import compile_scenario
from tests.support.room import Q, Room

SCRIPTS = sorted(Path("scenarios").glob("*/scenario.yaml"))
TASKS = f"{Q}\nmore: {{role: c, optional: true, kind: read, ask: 选读, story: {'长' * 800}}}"


def told(room: Room, left_s: int) -> Shortened:
    return shortened(room.one.scenario, [team.state for team in room.teams], left_s)


def kinds(found: Shortened) -> list[str]:
    return [one.kind for one in found.savings]


def test_nothing_is_proposed_where_it_fits() -> None:
    table = {
        "lobby": Room(started=False),
        "playing": Room(),
        "ended": Room().all("q=r", "go-on="),
        "debrief": Room().all("q=r", "go-on=").debrief("ending"),
    }
    for name, room in table.items():
        found = told(room, 0)
        assert found.needs_s > 0, name
        assert told(room, found.needs_s).savings == (), name
        assert kinds(told(room, found.needs_s - 1)), name


def test_what_is_behind_takes_no_more_time() -> None:
    lengths = [
        told(room, 0).play_s for room in (Room(), Room().all("q=r"), Room().all("q=r", "go-on="))
    ]
    assert lengths == sorted(lengths, reverse=True)
    assert len({*lengths}) == 3
    assert lengths[-1] == 0


def test_cards_that_were_turned_take_no_more_time() -> None:
    first = told(Room().all("q=r", "go-on=").debrief("ending"), 0).debrief_s
    last = told(Room().all("q=r", "go-on=").debrief("reflect"), 0).debrief_s
    assert last == REFLECT_S < first


def test_a_closed_evening_needs_nothing() -> None:
    assert told(Room().desk(cmd.Close), 0).needs_s == 0


def test_what_costs_least_comes_first_and_no_more_than_is_needed() -> None:
    room = Room(TASKS)
    every = told(room, 0)
    assert kinds(every) == ["optional", "cards", "scene", "reflect"]
    needs_s, so_far = every.needs_s, 0
    for count, one in enumerate(every.savings):
        found = told(room, needs_s - so_far - 1)
        assert kinds(found) == kinds(every)[: count + 1]
        assert found.still_s == 0
        so_far += one.saves_s
    assert every.still_s == needs_s - so_far > 0


def test_only_so_many_cards_as_are_needed() -> None:
    room = Room().all("q=r", "go-on=")
    needs_s = told(room, 0).needs_s
    assert [one.card for one in told(room, needs_s - 1).savings[0].cards] == ["fact:g"]
    both = told(room, needs_s - CARD_S - 1).savings[0]
    assert [one.card for one in both.cards] == ["fact:g", "discuss:1"]


def test_it_says_what_is_lost() -> None:
    optional, cards, scene, _ = told(Room(TASKS), 0).savings
    assert optional.here
    assert "选读" in optional.asks
    assert "误区一" in optional.beliefs, "nobody meets what an optional task hides"
    assert [one.title for one in cards.cards]
    assert (scene.title, scene.then, scene.here) == ("第一幕", "后一幕", True)
    assert "何时" in scene.asks


def test_it_is_of_the_team_furthest_behind() -> None:
    room = Room(teams=2)
    alone = told(Room(), 0).play_s
    room.one.play("q=r")
    assert told(room, 0).play_s == alone


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.parent.name)
def test_a_shipped_evening_is_as_long_as_it_promises(path: Path) -> None:
    made = compile_scenario(path.read_bytes(), str(path))
    room = Room(made, started=False)
    found = told(room, 0)
    assert abs(found.play_s / 60 - made.minutes) <= 0.5 * made.minutes
    assert found.savings
    titles = {scene.title for scene in made.scenes.values() if scene.ending is None}
    for one in found.savings:
        assert one.saves_s > 0
        assert one.kind not in ("optional", "scene") or one.title in titles
        assert one.then in ({*titles} if one.kind == "scene" else {""})
