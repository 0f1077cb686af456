"""Which state the wall is in, and about whom: a table of moments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from engine.rules import commands as cmd
from engine.views import staging
from tests.support.room import LINE, SPEAK, TALK, VOTE, Room

TWO: Final = TALK.replace("[a, b, c]", "[a, b]")


def ended(teams: int = 1) -> Room:
    return Room(teams=teams).all("q=r", "go-on=")


MOMENTS: Final[dict[str, tuple[Callable[[], Room], str, str]]] = {
    "nobody plays yet": (lambda: Room(started=False), "lobby", "lobby"),
    "a scene begins": (Room, "curtain", "play"),
    "the curtain is up": (lambda: Room().later(), "play", "play"),
    "one of two has gone on": (lambda: Room(teams=2).later().first("q=r"), "play", "play"),
    "both have gone on": (lambda: Room(teams=2).later().all("q=r"), "curtain", "play"),
    "somebody falls": (lambda: Room().later().all("use-t=w"), "trap", "play"),
    "one of two falls": (lambda: Room(teams=2).later().first("use-t=w"), "trap", "play"),
    "the hold is over": (lambda: Room().later().all("use-t=w", "wait=31s"), "play", "play"),
    "a fall keeps nobody": (lambda: Room().later().all("use-u=w"), "trap", "play"),
    "and is over": (lambda: Room().later().all("use-u=w", "wait=8s"), "play", "play"),
    "somebody is pulled out": (
        lambda: Room().later().all("use-t=w", "rescue=y"),
        "rescue",
        "play",
    ),
    "and goes on": (
        lambda: Room().later().all("use-t=w", "rescue=y", "wait=8s"),
        "play",
        "play",
    ),
    "they talk": (lambda: Room(TALK).later().all("q=r"), "talk", "talk"),
    "two of three talk": (lambda: Room(TWO).later().all("q=r"), "play", "play"),
    "not all talk": (lambda: Room(TALK, 2).later().first("q=r"), "play", "play"),
    "they vote": (lambda: Room(VOTE).later(), "vote", "vote"),
    "the curtain is over the vote": (lambda: Room(VOTE), "curtain", "vote"),
    "one after the other": (lambda: Room(SPEAK).later(), "turn", "turn"),
    "a pause": (lambda: Room().desk(cmd.Pause), "paused", "paused"),
    "one of two pauses": (lambda: _paused(Room(teams=2).later()), "play", "play"),
    "the end": (ended, "fallen", "ending"),
    "the papers": (lambda: ended().all("wait=9s"), "ending", "ending"),
    "one of two has ended": (
        lambda: Room(teams=2).later().first("q=r", "wait=20s", "go-on="),
        "play",
        "play",
    ),
    "the endings' card": (lambda: ended(2).debrief("ending"), "ending", "ending"),
    "a card": (lambda: ended(2).debrief("fact"), "card", "card"),
    "a question": (lambda: ended().debrief("discuss"), "card", "card"),
    "the oath": (lambda: ended().debrief("oath"), "oath", "oath"),
    "what people take home": (lambda: ended().debrief("reflect"), "written", "written"),
    "it is closed": (lambda: ended().desk(cmd.Close), "thanks", "thanks"),
    "closed before its time": (lambda: Room().desk(cmd.Close), "thanks", "thanks"),
}


def _paused(room: Room) -> Room:
    room.one.desk(cmd.Pause)
    return room


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_state_of_a_moment(moment: str) -> None:
    made, state, then = MOMENTS[moment]
    room = made()
    assert (room.state, room.stage.then) == (state, then)


def test_a_fall_says_team_and_role_and_neither_name_nor_belief() -> None:
    room = Room(teams=2).later()
    room.last.play("use-t=w")
    fall = room.stage.fall
    assert fall is not None
    assert (fall.team, fall.fell) == (2, ("甲",))
    assert [(one.role_name, one.lit, one.now) for one in fall.roles] == [
        ("甲", False, True),
        ("乙", True, False),
        ("丙", True, False),
    ]
    assert "误区一" not in str(room.stage)
    assert "张伟" not in str(room.stage)


def test_a_fall_among_several_gives_the_wall_back_before_the_hold_is_over() -> None:
    alone, two = Room().later(), Room(teams=2).later()
    for room in (alone, two):
        room.one.play("use-t=w")
    lengths = [(room.stage.until_ms or 0) - room.one.now_ms for room in (alone, two)]
    assert lengths == [30_000, staging.FALL_MS]
    fall = two.stage.fall
    assert fall is not None
    assert fall.until_ms == two.one.now_ms + 30_000, "the clock is the hold's"


def test_the_helper_is_said_first() -> None:
    pull = Room().later().all("use-t=w", "rescue=y").stage.pull
    assert pull is not None
    assert (pull.helper, pull.helped) == ("乙", "甲")


def test_lanterns_say_who_has_voted_and_never_what() -> None:
    room = Room(VOTE).later()
    room.one.play("a:v=w")
    asked = room.stage.asked
    assert asked is not None
    (team,) = asked.teams
    assert [one.lit for one in team.lights] == [True, False, False]
    other = Room(VOTE).later()
    other.one.play("a:v=r")
    assert other.stage == room.stage


def test_whose_turn_it_is_burns() -> None:
    room = Room(SPEAK).later()
    asked = room.stage.asked
    assert asked is not None
    assert (asked.label, asked.ask) == ("轮流说", "各说一句")
    assert [one.now for one in asked.teams[0].lights] == [True, False, False]


def test_a_paper_has_the_team_s_own_sentence_unless_it_is_kept_off() -> None:
    room = Room(LINE).later()
    room.one.do(cmd.Submit, "s1", task="line", answer=("我们没有先走。",))
    room.one.play("go-on=")
    (paper,) = room.stage.papers
    assert (paper.title, paper.says, paper.by) == ("好", "", "")
    room = Room(LINE).later()
    room.one.do(cmd.Submit, "s2", task="line", answer=("我们没有先走。",))
    room.one.play("go-on=")
    (paper,) = room.stage.papers
    assert (paper.says, paper.by) == ("我们没有先走。", "乙")
