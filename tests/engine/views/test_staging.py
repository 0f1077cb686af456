"""Which state the wall is in, and about whom: a table of moments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from engine.rules import commands as cmd
from engine.views import staging
from tests.engine.rules.conftest import text_of
from tests.support.room import LINE, SPEAK, TALK, VOTE, Q, Room
from tests.support.scripts import compile_text

TWO: Final = TALK.replace("[a, b, c]", "[a, b]")


def ended(teams: int = 1) -> Room:
    return Room(teams=teams).all("q=r", "go-on=")


FELL: Final = ("a:v=r", "b:v=w", "c:v=r")
SOME: Final = VOTE.replace("[a, b, c]", "[a, b]")
INTO_A_TRAP: Final = VOTE.replace("right: true, fact: g", "trap: t")
LAST: Final = compile_text(
    text_of(Q).replace("go-on: {role: a, kind: read, ask: 读, story: 完了。}", VOTE)
)


def voted(teams: int = 1) -> Room:
    return Room(VOTE, teams).later().all(*FELL)


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
    "it is decided": (lambda: voted(), "tally", "play"),
    "and told": (lambda: voted().all("wait=11s"), "curtain", "play"),
    "and the scene goes on": (lambda: voted().all("wait=27s"), "play", "play"),
    "one of two has decided": (lambda: Room(VOTE, 2).later().first(*FELL), "play", "play"),
    "both have": (lambda: voted(2), "tally", "play"),
    "not all were asked": (lambda: Room(SOME).later().all("v=r", "v=r"), "curtain", "play"),
    "it decides the end": (lambda: Room(LAST).all("q=r").later().all(*FELL), "tally", "ending"),
    "and the end": (
        lambda: Room(LAST).all("q=r").later().all(*FELL, "wait=11s"),
        "fallen",
        "ending",
    ),
    "it fell on a trap": (lambda: Room(INTO_A_TRAP).later().all(*FELL), "trap", "vote"),
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


def test_a_tally_says_how_many_of_a_team_and_whose_side_explains_first() -> None:
    room = voted(2)
    tally = room.stage.tally
    assert tally
    assert (tally.ask, [one.team for one in tally.teams]) == ("走还是留?", [1, 2])
    told = [(row.text, row.votes, row.won, row.first) for row in tally.teams[0].rows]
    assert told == [("留", 1, False, True), ("走", 2, True, False)]
    others = Room(VOTE, 2).later().all("c:v=r", "b:v=r", "a:v=w").stage.tally
    assert others == tally, "whoever voted what"


def test_of_one_mind_nobody_is_asked_first() -> None:
    room = Room(VOTE).later().all("v=r", "v=r", "v=r")
    assert room.stage.tally
    (row,) = room.stage.tally.teams[0].rows
    assert (row.votes, row.first) == (3, False)


def test_the_curtain_waits_for_the_tally_and_is_whole() -> None:
    room = voted()
    told, curtain = room.stage.until_ms or 0, room.stage.next
    assert told - room.one.now_ms == staging.TALLY_MS
    assert curtain
    assert (curtain.state, curtain.until_ms) == ("curtain", told + staging.CURTAIN_MS)
    room.all("wait=11s", "away=c")
    assert room.stage.until_ms == curtain.until_ms
    assert not room.stage.tally
    assert not room.stage.next


def test_no_team_reads_how_another_voted_before_it_has() -> None:
    room = Room(VOTE, 2).later().first(*FELL, "wait=2s")
    assert not room.stage.tally
    room.last.play("wait=2s", *FELL)
    assert room.stage.tally


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
