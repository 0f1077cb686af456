"""What whoever leads is told to say: the script's own words where it has them, and never history of
ours."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from msgspec.structs import replace

from engine.errors import Lang
from engine.rules import commands as cmd
from engine.rules.deck import deck
from engine.scenario import compile_scenario
from engine.views.parts.desk_parts import PromptCard
from engine.views.prompting import act, debriefing, prompted, prompts
from engine.views.session import session_phase
from engine.views.wording import PROMPTS
from tests.engine.rules.conftest import script
from tests.support.room import TALK, VOTE, Q, Room

SCRIPTS = sorted(Path("scenarios").glob("*/scenario.yaml"))
BELIEF, TRUTH = "误区一", "史实一。"


def shown(room: Room) -> tuple[PromptCard, str, bool]:
    """The card of now, what goes on, whether it can be pressed."""
    runs = [(team.scenario, replace(team.state, team=n)) for n, team in enumerate(room.teams, 1)]
    found = prompted(runs, session_phase([state for _, state in runs]))
    return found.card, found.go, found.ready


def test_one_button_goes_on() -> None:
    table = {
        "lobby": (Room(started=False), "start"),
        "playing": (Room(), ""),
        "paused": (Room().desk(cmd.Pause), "resume"),
        "ended": (Room().all("q=r", "go-on="), "debrief"),
        "debrief": (Room().all("q=r", "go-on=").debrief("oath"), ""),
        "closed": (Room().desk(cmd.Close), ""),
    }
    assert {name: shown(room)[1] for name, (room, _) in table.items()} == {
        name: go for name, (_, go) in table.items()
    }


def test_nobody_starts_an_empty_lobby() -> None:
    room = Room(started=False)
    assert shown(room)[2]
    for team in room.teams:
        for seat in team.state.seats:
            team.do(cmd.LeaveSeat, seat)
    assert not shown(room)[2]


def test_an_act_tells_its_story_and_what_may_be_fallen_for() -> None:
    card, _, _ = shown(Room(teams=2))
    assert (card.moment, card.title, card.story) == ("act", "第一幕", "开始。")
    assert card.says == (), "the script has no `say`, and nothing is made up"
    assert (card.traps[0].belief, card.traps[0].truth, card.traps[0].teams) == (BELIEF, TRUTH, ())
    assert "后一幕" in card.next


def test_the_script_s_own_words_come_first() -> None:
    own = script(Q, extra="say: 请大家放下手机，听。\ncue: look-up")
    card = act(own, own.scenes[own.start])
    assert card.says == ("请大家放下手机，听。",)
    assert PROMPTS["act_look_up"].zh in card.does


def test_it_is_of_the_team_furthest_behind_and_names_who_fell() -> None:
    room = Room(teams=2)
    room.one.play("q=r")
    room.last.play("use-t=w")
    card, _, _ = shown(room)
    assert card.title == "第一幕"
    assert [trap.teams for trap in card.traps if trap.belief == BELIEF] == [(2,)]


@pytest.mark.parametrize(("tasks", "key"), [(TALK, "act_talk"), (VOTE, "act_vote")])
def test_what_is_done_together_is_said_before(tasks: str, key: str) -> None:
    card, _, _ = shown(Room(tasks))
    begins = PROMPTS[key].zh.partition("“")[0]
    assert any(one.startswith(begins) for one in card.does)


def test_every_card_of_a_debrief_has_something_to_say_and_names_the_next() -> None:
    room = Room(teams=2).all("use-t=w", "rescue=y", "use-t=r", "q=r", "wait=20s", "go-on=")
    cards = deck(room.one.scenario, [team.state for team in room.teams])
    room.desk(cmd.OpenDebrief, deck=cards)
    for step in range(len(cards)):
        if step:
            room.desk(cmd.MoveDebrief, step=step)
        card, _, _ = shown(room)
        assert card.says, cards[step]
        assert len(card.next) == 1, cards[step]


def test_who_stands_and_who_swears() -> None:
    card = debriefing(Room().one.scenario, "oath")
    assert "起立" in card.says[0]
    assert any("党员" in one for one in card.does)


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.parent.name)
@pytest.mark.parametrize("lang", get_args(Lang))
def test_every_script_has_its_sheet(file: Path, lang: Lang) -> None:
    """Each scene once; and of history nothing that the script doesn't say."""
    scenario = compile_scenario(file.read_bytes(), file.name)
    cards = list(prompts(scenario, lang))
    moments = [card.moment for card in cards]
    assert moments[0] == "opening"
    assert moments[-1] == "close"
    told = [card.title for card in cards if card.moment in ("act", "ending")]
    assert sorted(told) == sorted(scene.title for scene in scenario.scenes.values())
    beliefs = {trap.belief for card in cards for trap in card.traps}
    assert beliefs <= {trap.belief for trap in scenario.traps.values()}
    assert all(card.story for card in cards if card.moment == "act" and not card.places)
