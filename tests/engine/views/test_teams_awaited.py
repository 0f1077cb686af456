"""同幕: what phones, wall and console show of a team that is through with its act and waits."""

from __future__ import annotations

import re
from typing import Any, Final

from msgspec.structs import asdict, replace

from engine.errors import Lang
from engine.review.reading import read_course
from engine.review.telling import Teller
from engine.rules import commands as cmd
from engine.values import RunId
from engine.views.console import console
from engine.views.seat import RunViews
from engine.views.session import RunInfo, projector
from tests.engine.rules.conftest import script
from tests.properties.test_remembered import Watched
from tests.support.room import NAMES, SESSION
from tests.support.table import Table
from web.pages.render import render_parts

Q = "q: {role: b, ask: 何时, choices: [{id: r, text: 七月, right: true, fact: g}, {id: w, text: 八月}]}"
SMALL: Final = script(Q, extra="time: {limit: 5m, then: late}")


def told(team: Table, *teams: int) -> None:
    assert team.state.waits
    team.do(cmd.AwaitTeams, cmd.HOST, seq=team.state.waits.seq, teams=teams)


def read(kind: str, parts: dict[str, Any], lang: Lang = "zh") -> str:
    """What stands there."""
    pages = " ".join(render_parts(kind, parts, lang).values())
    return " ".join(re.sub(r"<[^>]+>", " ", pages).split())


def test_a_phone_that_was_there_shows_what_a_fresh_page_shows() -> None:
    """`Watched` compares at each step: a card, somebody held, open tasks, a pause on top of it."""
    played = Watched(SMALL, abreast=True)
    played.play("give-k=k", "use-t=w", "q=r")
    assert played.state.holds
    phone = played.remembered.seat(played.state, "s1", played.names)
    assert (phone["tasks"], phone["rescues"], phone["me"]["held_by"]) == ([], [], None)
    assert phone["scene"]["ends_at_ms"] is None, "its clock stands"
    assert phone["waiting"]["others"] == {"teams": []}
    told(played, 2, 3)
    played.desk(cmd.Pause)
    assert "others" not in played.remembered.seat(played.state, "s1", played.names)["waiting"]
    played.advance(60_000)
    played.desk(cmd.Resume)
    told(played, 3)
    played.desk(cmd.OpenBarrier)
    assert played.at == "z"


def test_everybody_is_told_for_whom_it_waits() -> None:
    teams = [Table(SMALL, abreast=True) for _ in range(3)]
    teams[0].play("q=r")
    told(teams[0], 2, 3)
    states = [replace(team.state, team=number) for number, team in enumerate(teams, 1)]
    languages: tuple[tuple[Lang, str], ...] = (("zh", "第 2、3 队"), ("en", "Team 2, 3"))
    for lang, words in languages:
        waiting = RunViews(SMALL).seat(states[0], "s1", NAMES, lang).waiting
        assert words in read("seat", {"waiting": waiting}, lang)
    runs = [RunInfo(RunId(f"r{state.team}"), SMALL, state, NAMES) for state in states]
    assert "在等另外 2 队" in read("projector", asdict(projector(SESSION, runs)))
    desk = read("console", asdict(console(SESSION, runs)))
    assert "让大家往下走" in desk
    assert "各队一起进下一幕" in desk


def test_a_trainer_reads_for_whom_it_waited_and_how_long() -> None:
    played = Table(SMALL, abreast=True).play("q=r")
    told(played, 2)
    played.advance(90_000)
    played.desk(cmd.OpenBarrier)
    marks = Teller(SMALL, read_course(SMALL, played.records), NAMES).marks()
    assert [one.text for one in marks if "队" in one.text] == [
        "等别的队",
        "在等第 2 队",
        "等别的队等了1分30秒，组织者放行",
    ]
