"""What a seat is told of its own acts: nothing the team does next swallows it."""

from __future__ import annotations

from typing import Any

import pytest

from engine.rules import commands as cmd
from engine.rules.deck import deck
from tests.engine.rules.conftest import HEAD, script, table
from tests.support.parts import SentViews
from tests.support.table import Table

Q = "q: {role: b, kind: read, ask: 读, story: 文, fact: g}"
NAMES = {"s1": "张伟", "s2": "王芳", "s3": "李娜"}
VOTE = "v: {role: all, kind: vote, rule: majority, ask: 去哪, choices: [{id: i, text: 东}, {id: o, text: 西, fact: f}]}"


def part(played: Table, seat: str, name: str) -> Any:
    """A part as it is shown now, made afresh: it must survive every reload."""
    return SentViews(played.scenario).seat(played.state, seat, NAMES)[name]


def last(played: Table, seat: str) -> Any:
    return part(played, seat, "me")["last"]


def task(played: Table, seat: str, name: str) -> Any:
    return next(one for one in part(played, seat, "tasks") if one["id"] == name)


def test_nobody_has_done_anything_yet() -> None:
    assert last(table(Q), "s1") is None


def test_the_last_to_answer_sees_that_it_was_right_and_why_though_the_scene_turns() -> None:
    played = table(Q).play("q=")
    assert played.at == "z"
    told = last(played, "s2")
    assert (told["here"], told["tone"], told["learnt"]["id"]) == (False, "good", "g")
    assert told["where"] == "第一幕"
    assert last(played, "s1") is None, "it is the answerer's own"


SWALLOW: dict[str, Any] = {
    "a new scene": lambda p: None,
    "a pause": lambda p: p.desk(cmd.Pause),
    "the facilitator jumps": lambda p: p.desk(cmd.Jump, scene="late"),
    "the facilitator goes on": lambda p: p.desk(cmd.OpenBarrier),
    "the end": lambda p: p.desk(cmd.Jump, scene="good"),
    "the debrief": lambda p: (
        p.desk(cmd.Jump, scene="good"),
        p.desk(cmd.OpenDebrief, deck=deck(p.scenario, [p.state])),
    ),
    "away and back": lambda p: p.play("away=b", "back=b"),
    "a teammate's answers": lambda p: p.play("go-on="),
}


@pytest.mark.parametrize("then", SWALLOW.values(), ids=list(SWALLOW))
def test_what_a_seat_did_is_shown_until_it_does_something_else(then: Any) -> None:
    played = table(Q).play("q=")
    before = last(played, "s2")
    then(played)
    assert last(played, "s2") == before
    assert before["learnt"] is not None


def test_while_its_task_still_stands_there_the_task_says_it() -> None:
    played = table(Q).play("give-k=k")
    assert last(played, "s1")["here"]
    assert task(played, "s1", "give-k")["outcome"] == "done"


def test_a_detour_doesnt_swallow_why_it_was_taken() -> None:
    played = table(Q).play("use-d=w")
    told = last(played, "s1")
    assert played.at == "side"
    assert (told["tone"], told["here"]) == ("warn", False)
    assert told["learnt"]["belief"] == "误区三"
    played.play("think=")
    assert last(played, "s1")["here"], "back where the question stands"
    assert task(played, "s1", "use-d")["fell_for"] == "误区三"


def test_a_vote_that_turns_the_scene_is_told_with_what_it_fell_on() -> None:
    played = table(VOTE).play("v=o", "v=o", "v=i")
    assert played.at == "z"
    for seat in ("s1", "s2", "s3"):
        assert last(played, seat)["learnt"]["id"] == "f"


@pytest.mark.parametrize(("answer", "tone"), [("y", "good"), ("n", "warn")])
def test_what_came_of_a_rescue_is_told_to_the_rescuer(answer: str, tone: str) -> None:
    played = table(Q).play("use-t=w")
    played.do(cmd.TryRescue, "s3", answer=(answer,))
    told = last(played, "s3")
    assert told["tone"] == tone
    assert "张伟" in told["text"]


def test_who_helped_is_named_to_everybody() -> None:
    played = table(Q).play("use-t=w")
    played.do(cmd.TryRescue, "s2", answer=("y",))
    said = {seat: part(played, seat, "notice")[-1]["text"] for seat in NAMES}
    assert "王芳" in said["s1"]
    assert "您" in said["s1"]
    assert "王芳" in said["s3"]
    assert "张伟" in said["s3"]


def test_what_was_handed_over_is_told_to_whoever_gave_it() -> None:
    played = table(Q).play("give-k=k")
    played.do(cmd.HandCard, "s1", card="k", to="b")
    assert (last(played, "s1")["kind"], last(played, "s1")["tone"]) == ("hand", "good")
    assert "卡一" in last(played, "s1")["text"]


# ── wrong answers ───────────────────────────────────────────────────────────────────────────────

WRONG: dict[str, tuple[str, str]] = {
    "select": (
        "w: {role: a, kind: select, ask: 选, choices: [{id: p, text: 甲, right: true, fact: f}, {id: q, text: 乙, right: true, fact: f}, {id: r, text: 丙}]}",
        "p,r",
    ),
    "order": (
        "w: {role: a, fact: f, kind: order, ask: 排, items: [{id: p, text: 甲}, {id: q, text: 乙}, {id: r, text: 丙}]}",
        "p,r,q",
    ),
    "match": (
        "w: {role: a, fact: f, kind: match, ask: 连, pairs: [{id: p, left: 甲, right: 一}, {id: q, left: 乙, right: 二}, {id: r, left: 丙, right: 三}]}",
        "p=p,q=r,r=q",
    ),
    "enter": ("w: {role: a, fact: f, kind: enter, ask: 填, accept: [七月]}", "八月"),
    "choose": (
        "w: {role: a, ask: 问, choices: [{id: r, text: 对, right: true, fact: f}, {id: x, text: 错, trap: t}]}",
        "x",
    ),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_answer_stays_in_the_form_and_is_marked_as_tried(kind: str) -> None:
    tasks, answer = WRONG[kind]
    played = table(tasks).play(f"w={answer}")
    given = answer.split(",")
    shown = task(played, "s1", "w")
    assert shown["state"] != "done"
    assert shown["answer"] == given
    assert shown["tried"] == [given]
    assert shown["missed"] or shown["fell_for"], "and what was wrong is said there"
    if kind == "order":
        assert [item["id"] for item in shown["items"]] == given


def test_what_was_tried_belongs_to_one_visit_of_the_scene() -> None:
    played = table(WRONG["enter"][0]).play("w=八月", "w=九月")
    assert task(played, "s1", "w")["tried"] == [["八月"], ["九月"]]
    played.desk(cmd.Jump, scene="one")
    assert task(played, "s1", "w")["tried"] == []


def test_a_spot_with_nothing_says_so() -> None:
    spots = "[{id: one, text: 桌下, card: k}, {id: two, text: 门后}, {id: three, text: 灶台, set: {m: +1}}]"
    played = table(f"w: {{role: a, kind: search, ask: 找, points: 3, spots: {spots}}}")
    assert [spot["gave"] for spot in task(played, "s1", "w")["spots"]] == [None] * 3
    for spot in ("one", "two"):
        played.do(cmd.Submit, "s1", task="w", answer=(spot,))
    gave = [spot["gave"] for spot in task(played, "s1", "w")["spots"]]
    assert gave[0] == {"card": {"id": "k", "title": "卡一"}, "nothing": False}
    assert gave[1] == {"card": None, "nothing": True}
    assert gave[2] is None, "not looked at: nothing is said of it"


# ── what was done, and how ──────────────────────────────────────────────────────────────────────


def test_over_is_not_the_same_as_right() -> None:
    played = table(Q)
    played.play("use-u=w", "give-k=k")
    played.desk(cmd.SkipTask, task="for-b")
    came = {name: task(played, "s1", name)["outcome"] for name in ("use-u", "give-k", "use-t")}
    assert came == {"use-u": "believed", "give-k": "done", "use-t": None}
    assert task(played, "s1", "use-u")["learnt"]["belief"] == "误区二"
    assert task(played, "s2", "for-b")["outcome"] == "skipped"


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("ask: 问, choices: [{id: r, text: 对, right: true, fact: f}, {id: w, text: 错, trap: u}]", "w"),
        ("kind: select, ask: 选, choices: [{id: r, text: 对, right: true, fact: f}, {id: w, text: 错, trap: u}]", "r,w"),
        ("kind: order, fact: f, trap: u, ask: 排, items: [{id: p, text: 甲}, {id: q, text: 乙}]", "q,p"),
        ("kind: match, fact: f, trap: u, ask: 连, pairs: [{id: p, left: 甲, right: 一}, {id: q, left: 乙, right: 二}]", "p=q,q=p"),
        ("kind: enter, fact: f, trap: u, ask: 填, accept: [七月]", "八月"),
    ],
)  # fmt: skip
def test_a_wrong_belief_let_pass_is_never_shown_as_success(kind: str, answer: str) -> None:
    played = table(f"w: {{role: a, {kind}}}\nmore: {{role: b, kind: read, ask: 读, story: 文}}")
    played.play(f"w={answer}")
    shown = task(played, "s1", "w")
    assert (shown["state"], shown["outcome"]) == ("done", "believed")
    assert shown["learnt"]["id"] == "g"
    played.play("more=")
    assert (last(played, "s1")["tone"], last(played, "s1")["learnt"]["id"]) == ("warn", "g")


def test_a_skipped_task_teaches_what_it_would_have_taught() -> None:
    played = table(Q)
    played.desk(cmd.SkipTask, task="use-t")
    assert task(played, "s1", "use-t")["learnt"]["id"] == "f"


def test_a_stand_ins_answer_and_a_teammates_are_told_as_theirs() -> None:
    stand_in = script(Q, head=HEAD.replace("then: share", "then: stand_in"))
    played = Table(stand_in, seats={"a": 1, "c": 2}).play("wait=10m")
    played.seat("b")
    done = [one for one in part(played, "s4", "tasks") if one["state"] == "done"]
    assert {one["outcome"] for one in done} <= {"stand_in"}
    played = Table(script(Q), seats={"a": 1, "b": 1, "c": 2})
    played.do(cmd.Submit, "s3", task="for-c")
    own = next(one for one in part(played, "s3", "tasks") if one["id"] == "for-c")
    other = next(one for one in part(played, "s4", "tasks") if one["id"] == "for-c")
    assert (own["outcome"], other["outcome"]) == ("done", "teammate")


# ── who covers, who waits ───────────────────────────────────────────────────────────────────────


def test_whoever_covers_a_role_gets_its_cards_and_its_secrets_and_may_hand_them() -> None:
    head = HEAD.replace("{id: k, text: 一, give: {k: a}}", "")
    secret = script(f"{Q}\nto-b: {{role: a, ask: 问, choices: [{{id: y, text: 一, give: {{l: b}}, tell: {{b: 乙的密令}}}}, {{id: n, text: 二}}]}}", extra="story_for: {b: 只有乙知道的事}", head=head)  # fmt: skip
    played = Table(secret).play("to-b=y")
    for name, text in (
        ("scene", "只有乙知道的事"),
        ("notice", "乙的密令"),
        ("cards", "卡二的正文"),
    ):
        assert text not in str(part(played, "s3", name)), name
    played.desk(cmd.HandOver, role="b", seat="s3")
    for name, text in (
        ("scene", "只有乙知道的事"),
        ("notice", "乙的密令"),
        ("cards", "卡二的正文"),
    ):
        assert text in str(part(played, "s3", name)), name
    played.do(cmd.HandCard, "s3", card="l", to="a")
    assert played.state.holders["l"] == ("a",)


def test_a_locked_task_waits_for_nobody_who_is_done_and_never_for_oneself() -> None:
    tasks = """
    first: {role: a, kind: read, ask: 读, story: 文}
    other: {role: b, kind: read, ask: 读, story: 文}
    then: {role: a, kind: read, ask: 读, story: 文, after: [first, other]}
    """
    played = table(tasks)
    shown = task(played, "s1", "then")
    assert (shown["waits_for"], shown["waits_for_own"]) == (["乙"], True)
    played.play("other=")
    shown = task(played, "s1", "then")
    assert (shown["waits_for"], shown["waits_for_own"]) == ([], True)


def test_whoever_waits_hears_for_whom_and_not_what_they_are_asked() -> None:
    played = table(Q)
    who = part(played, "s1", "waiting")["who"]
    assert who == [{"seat": "s2", "name": "王芳", "role_name": "乙", "why": "working"}]
    assert "读" not in str(who)
    played.do(cmd.GoAway, "s2")
    assert part(played, "s1", "waiting")["who"][0]["why"] == "away"


def test_ready_is_said_before_the_start_only() -> None:
    before = Table(script(Q), started=False)
    before.do(cmd.GetReady, "s1")
    assert part(before, "s1", "team")[0]["ready"]
    before.desk(cmd.Start)
    assert not part(before, "s1", "team")[0]["ready"]


def test_whoever_left_is_shown_nothing_of_what_the_team_goes_on_with() -> None:
    played = table(Q).play("give-k=k", "leave=a", "use-t=w")
    assert part(played, "s1", "cards") == []
    assert part(played, "s1", "rescues") == []
    assert part(played, "s1", "tasks") == []


def test_the_speaker_is_asked_until_the_card_turns() -> None:
    played = table(Q).play("q=", "go-on=")
    played.desk(cmd.OpenDebrief, deck=deck(played.scenario, [played.state]))
    played.desk(cmd.DrawSpeaker)
    asked = part(played, "s1", "debrief")["speaker"]
    assert asked["name"] in NAMES.values()
    assert asked["role_name"]
    played.desk(cmd.MoveDebrief, step=1)
    assert part(played, "s1", "debrief")["speaker"] is None
    played.desk(cmd.MoveDebrief, step=0)
    assert part(played, "s1", "debrief")["speaker"] is None


def had(played: Table, seat: str) -> list[str]:
    """The facts a seat has learnt, oldest first."""
    return [one["learnt"]["id"] for one in part(played, seat, "learnt")]


def test_what_was_learnt_is_kept_over_scenes_to_the_end() -> None:
    played = table(Q).play("q=")
    assert had(played, "s2") == ["g"]
    assert [one["where"] for one in part(played, "s2", "learnt")] == ["第一幕"]
    assert had(played, "s1") == [], "another role's task"
    for then in SWALLOW.values():
        then(kept := table(Q).play("q="))
        assert had(kept, "s2")[:1] == ["g"]


def test_a_vote_teaches_whoever_voted_and_a_fall_whoever_fell() -> None:
    played = table(VOTE).play("v=o", "v=o", "v=i")
    assert {seat: had(played, seat) for seat in NAMES} == dict.fromkeys(NAMES, ["f"])
    fell = table(Q).play("use-d=w")
    (told,) = part(fell, "s1", "learnt")
    assert told["learnt"]["belief"] == "误区三"
    assert had(fell, "s2") == []


def test_a_skipped_task_teaches_as_well() -> None:
    played = table(Q).play("give-k=k")
    before = had(played, "s2")
    played.desk(cmd.SkipTask, task="q")
    assert had(played, "s2") == [*before, "g"]


def thanks(played: Table, seat: str) -> str | None:
    """Whom a seat may thank."""
    offered = [one.get("thank") for one in part(played, seat, "notice")]
    return next((one for one in offered if one), None)


def test_who_was_pulled_out_may_thank_who_did_it_once_and_that_is_told() -> None:
    played = table(Q).play("use-t=w")
    with played.refused("not_helped"):
        played.do(cmd.Thank, "s1", seat="s2")
    played.do(cmd.TryRescue, "s2", answer=("y",))
    assert {seat: thanks(played, seat) for seat in NAMES} == {"s1": "s2", "s2": None, "s3": None}
    with played.refused("not_helped"):
        played.do(cmd.Thank, "s3", seat="s2")
    for _ in range(2):
        played.do(cmd.Thank, "s1", seat="s2")
    assert thanks(played, "s1") is None
    told = {seat: [one["kind"] for one in part(played, seat, "notice")] for seat in NAMES}
    assert [kinds.count("thanked") for kinds in told.values()] == [0, 1, 0]
    assert "张伟" in part(played, "s2", "notice")[-1]["text"]
