"""What a seat is told of a vote: how it fell, whose side explains first, never who voted what."""

from __future__ import annotations

from tests.engine.rules.conftest import table
from tests.engine.rules.test_feedback import VOTE, Q, last, part, task


def test_a_vote_that_is_decided_is_told_with_its_tally_and_who_explains_first() -> None:
    """Where the scene turns with it, by what each did last; where it doesn't, by the task too."""
    turned, stays = table(VOTE), table(f"{VOTE}\n{Q}")
    for played in (turned, stays):
        played.play("v=o", "v=o", "v=i")
        for seat in ("s1", "s2", "s3"):
            shown = last(played, seat)
            assert shown["votes"] == [
                {"text": "东", "votes": 1, "won": False},
                {"text": "西", "votes": 2, "won": True},
            ]
            assert shown["first"] == "东"
    shown = task(stays, "s1", "v")
    assert shown["tally"] == [{"id": "i", "votes": 1}, {"id": "o", "votes": 2}]
    assert (shown["decided"], shown["first"]) == ("o", "i")


def test_nobody_is_asked_to_explain_what_all_voted_for() -> None:
    played = table(f"{VOTE}\n{Q}").play("v=o", "v=o", "v=o")
    assert "first" not in last(played, "s1")
    assert last(played, "s1")["votes"] == [{"text": "西", "votes": 3, "won": True}]
    assert "first" not in task(played, "s1", "v")


def test_who_voted_what_is_nowhere_in_what_a_teammate_is_sent() -> None:
    """Two rounds that fell alike by other people's votes look alike, whoever didn't change theirs."""
    shown = []
    for moves in (("a:v=i", "b:v=o", "c:v=o"), ("b:v=i", "a:v=o", "c:v=o")):
        played = table(f"{VOTE}\n{Q}").play(*moves)
        me, tasks = part(played, "s3", "me"), part(played, "s3", "tasks")
        shown.append((me["last"]["votes"], me["last"]["first"], task(played, "s3", "v"), tasks))
    assert shown[0] == shown[1]


def test_a_vote_into_a_trap_is_told_as_a_round_that_decided_nothing() -> None:
    fell = VOTE.replace("{id: o, text: 西, fact: f}", "{id: o, text: 西, trap: t}")
    played = table(fell).play("v=o", "v=o", "v=i")
    for seat, own in (("s1", "o"), ("s2", "o"), ("s3", "i")):
        shown = task(played, seat, "v")
        assert shown["tally"] == [{"id": "i", "votes": 1}, {"id": "o", "votes": 2}]
        assert (shown["tried"], shown["decided"]) == ([[own]], None)
        assert "first" not in shown, "they vote again: nobody's is explained"
    played.play("v=i")
    voted = task(played, "s1", "v")
    assert (voted["state"], voted["decided"], voted["outcome"]) == ("done", None, "done")
    assert voted["learnt"] is None, "what the round before fell for is told by the notice"


def test_a_tie_is_told_with_its_tally_and_each_with_its_own_vote() -> None:
    tied = VOTE.replace("role: all", "role: [a, b]")
    played = table(tied).play("v=i", "v=o")
    for seat, own in (("s1", "i"), ("s2", "o")):
        shown = task(played, seat, "v")
        assert shown["tally"] == [{"id": "i", "votes": 1}, {"id": "o", "votes": 1}]
        assert shown["tried"] == [[own]]
    played.play("v=i", "v=i")
    assert task(table(tied), "s1", "v")["tally"] is None
