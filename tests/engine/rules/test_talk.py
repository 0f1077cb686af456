"""`talk: 30s`: all see what is asked; answers are taken once it was talked over."""

from __future__ import annotations

import pytest

from engine.errors import Rejection
from engine.proof.explore import explore
from engine.proof.prove import prove
from engine.rules import commands as cmd
from engine.rules.deadlines import next_deadline
from engine.views.parts.task_parts import WatchedTask
from engine.views.seat import RunViews
from tests.engine.rules.conftest import HEAD, script, table
from tests.support.table import Table
from web.pages.render import render_parts

Q = "q: {role: a, talk: 30s, ask: 走水路还是走旱路？, choices: [{id: r, text: 走水路, right: true, fact: f}, {id: w, text: 走旱路}]}"
BUSY = f"{Q}\nown: {{role: b, kind: read, ask: 自己的一项, story: 文}}"


def test_answers_are_taken_once_the_talk_is_over() -> None:
    played = table(Q)
    for after_ms, left in ((0, "30 秒"), (29_001, "1 秒")):
        played.advance(after_ms)
        with pytest.raises(Rejection) as refusal:
            played.do(cmd.Submit, "s1", task="q", answer=("r",))
        assert refusal.value.code == "talk_first"
        assert left in refusal.value.message.zh
    played.advance(999)
    played.do(cmd.Submit, "s1", task="q", answer=("r",))
    assert played.at == "z"


def test_time_stands_in_a_pause() -> None:
    played = table(Q)
    played.desk(cmd.Pause)
    played.advance(60_000)
    assert "先商量" in render(played, "s1")
    played.desk(cmd.Resume)
    with played.refused("talk_first"):
        played.do(cmd.Submit, "s1", task="q", answer=("r",))


def render(played: Table, seat: str) -> str:
    part = RunViews(played.scenario).seat(played.state, seat, {}, "zh")
    return render_parts("seat", {"tasks": part.tasks})["tasks"]


def test_all_see_the_question_even_who_has_one_of_their_own() -> None:
    played = table(BUSY)
    for seat in ("s2", "s3"):
        tasks = RunViews(played.scenario).seat(played.state, seat, {}, "zh").tasks
        (shown,) = (task for task in tasks if task.id == "q")
        assert isinstance(shown, WatchedTask)
        assert shown.talk_until_ms == played.now_ms + 30_000
        _, along = render(played, seat).split('data-task="q"')
        assert "走旱路" not in along.replace("走水路还是走旱路？", "")
    _, mine = render(played, "s1").split('id="task-q-a"')
    assert mine.index("talk-first") < mine.index("<form")


def test_a_stand_in_talks_first_too() -> None:
    head = HEAD.replace("then: share}", "then: stand_in}").replace("60s", "0s")
    played = Table(script(Q, head=head)).play("leave=a")
    begun_ms = played.now_ms
    while played.at == "one":
        due = next_deadline(played.scenario, played.state)
        assert due is not None
        played.advance(due.at_ms - played.now_ms)
    assert played.now_ms == begun_ms + 30_000


def test_it_is_a_clock_to_the_proof_and_no_choice() -> None:
    plain, talked = script(Q.replace("talk: 30s, ", "")), script(Q)
    assert len(explore(plain).nodes) == len(explore(talked).nodes)
    short = script(Q, extra="time: {limit: 20s, then: late}")
    assert "SC606" in {issue.code for issue in prove(short).issues}
    assert "SC606" not in {
        issue.code for issue in prove(script(Q, extra="time: {limit: 40s, then: late}")).issues
    }
