"""The lobby, the facilitator's hand, the debrief; every refusal there is."""

from __future__ import annotations

from typing import get_args

from msgspec.structs import replace

from engine.errors import Lang
from engine.rules import commands as cmd
from engine.rules.deck import deck
from engine.rules.rejections import CATALOGUE, reject
from engine.rules.replay import fingerprint
from tests.engine.rules.conftest import script, table
from tests.support.table import Table

P = "p: {role: a, kind: read, ask: 读, story: 文}"
TWO = P + "\nq: {role: b, after: [p], kind: read, ask: 读, story: 文}"


def lobby() -> Table:
    return Table(script(P), seats={}, started=False)


def test_seats_fill_the_roles_that_need_somebody() -> None:
    played = lobby()
    for _ in range(4):
        played.seat()
    assert [seat.role for seat in played.state.seats.values()] == ["a", "b", "c", "c"]
    with played.refused("team_full"):
        played.do(cmd.TakeSeat, "s9")
    with played.refused("role_taken"):
        played.do(cmd.TakeSeat, "s9", role="a")
    with played.refused("unknown_role"):
        played.do(cmd.TakeSeat, "s9", role="nobody")
    with played.refused("seat_taken"):
        played.do(cmd.TakeSeat, "s1")


def test_changing_roles_and_getting_ready_in_the_lobby() -> None:
    played = lobby()
    played.seat("a")
    played.do(cmd.GetReady, "s1")
    assert played.do(cmd.GetReady, "s1") == ()
    played.do(cmd.ChangeRole, "s1", role="b")
    assert (played.state.seats["s1"].role, played.state.seats["s1"].ready) == ("b", False)
    with played.refused("unknown_seat"):
        played.do(cmd.GetReady, "s9")
    played.desk(cmd.Start)
    with played.refused("started"):
        played.do(cmd.ChangeRole, "s1", role="a")


def test_who_leaves_the_lobby_makes_room() -> None:
    played = lobby()
    played.seat("a")
    played.do(cmd.LeaveSeat, "s1")
    late = played.seat("a")
    assert played.state.seats[late].role == "a"


def test_starting() -> None:
    played = lobby()
    with played.refused("nobody_here"):
        played.desk(cmd.Start)
    with played.refused("not_started"):
        played.desk(cmd.Pause)
    seat = played.seat()
    with played.refused("not_started"):
        played.do(cmd.Submit, seat, task="p")
    played.desk(cmd.Start)
    with played.refused("started"):
        played.desk(cmd.Start)


def test_presence_that_changes_nothing_is_not_logged() -> None:
    played = table(P)
    seq = played.state.seq
    assert played.do(cmd.ComeBack, "s1") == ()
    played.do(cmd.GoAway, "s1")
    assert played.do(cmd.GoAway, "s1") == ()
    assert played.state.seq == seq + 1


def test_pausing_twice_and_resuming_what_runs() -> None:
    played = table(P)
    with played.refused("not_paused"):
        played.desk(cmd.Resume)
    played.desk(cmd.Pause)
    with played.refused("paused"):
        played.desk(cmd.Pause)
    played.desk(cmd.Resume)
    assert played.play("p=").at == "z"


def test_extending() -> None:
    with (played := table(P)).refused("no_limit"):
        played.desk(cmd.Extend, seconds=60)
    for seconds in (0, 3601):
        with played.refused("bad_seconds"):
            played.desk(cmd.Extend, seconds=seconds)


def test_opening_the_barrier_skipping_and_jumping() -> None:
    played = table(TWO)
    played.desk(cmd.OpenBarrier)
    assert played.at == "z"
    played = table(TWO)
    played.desk(cmd.SkipTask, task="p")
    assert (played.status("p"), played.status("q")) == ("skipped", "open")
    with played.refused("done_already"):
        played.desk(cmd.SkipTask, task="p")
    with played.refused("not_here"):
        played.desk(cmd.SkipTask, task="nope")
    played.desk(cmd.SkipTask, task="q")
    assert played.at == "z"
    with played.refused("unknown_scene"):
        played.desk(cmd.Jump, scene="nope")
    played.desk(cmd.Jump, scene="one")
    assert played.status("p") == "open"
    played.desk(cmd.Jump, scene="bad")
    assert (played.state.phase, played.state.ending) == ("ended", "bad")


def test_jumping_into_a_detour_leads_out_of_it_again() -> None:
    played = table(P)
    played.desk(cmd.Jump, scene="side")
    assert played.play("think=").at == "one"


def test_nudging() -> None:
    played = table(P)
    played.desk(cmd.Nudge, seat="s1")
    assert (played.state.news[-1].kind, played.state.news[-1].role) == ("nudged", "a")
    with played.refused("unknown_seat"):
        played.desk(cmd.Nudge, seat="s9")


def test_who_is_removed_has_left_and_holds_nobody_up() -> None:
    played = table(P)
    played.desk(cmd.RemoveSeat, seat="s1")
    assert played.state.seats["s1"].left
    assert played.state.covers["a"].how == "share"
    with played.refused("left"):
        played.desk(cmd.RemoveSeat, seat="s1")
    with played.refused("unknown_seat"):
        played.desk(cmd.RemoveSeat, seat="s9")


def test_the_debrief_is_led_card_by_card() -> None:
    played = table(P).play("use-t=w")
    with played.refused("not_ended"):
        played.desk(cmd.OpenDebrief, deck=("ending",))
    with played.refused("no_debrief"):
        played.desk(cmd.MoveDebrief, step=0)
    played.play("wait=30s", "p=", "go-on=")
    cards = deck(played.scenario, [played.state])
    assert cards == ("ending", "trap:t", "fact:g", "discuss:0", "discuss:1", "oath", "reflect")
    played.desk(cmd.OpenDebrief, deck=cards)
    assert played.desk(cmd.OpenDebrief, deck=cards) == ()
    played.desk(cmd.MoveDebrief, step=6)
    assert played.state.step == 6
    with played.refused("no_card"):
        played.desk(cmd.MoveDebrief, step=7)
    played.do(cmd.Submit, "s1", task="reflect", answer=("懂了。",))
    played.do(cmd.Submit, "s1", task="reflect", answer=("更懂了。",))
    assert played.state.reflections == {"s1": "更懂了。"}
    with played.refused("empty_text"):
        played.do(cmd.Submit, "s2", task="reflect")
    with played.refused("ended"):
        played.do(cmd.Submit, "s2", task="p")


def test_everybody_speaks_once_before_anybody_twice() -> None:
    played = table(P).play("p=", "go-on=")
    played.desk(cmd.OpenDebrief, deck=("ending",))
    for _ in range(6):
        played.desk(cmd.DrawSpeaker)
    assert (
        sorted(played.state.speakers[:3]) == sorted(played.state.speakers[3:]) == ["s1", "s2", "s3"]
    )


def test_a_closed_run_takes_nothing_more() -> None:
    played = table(P)
    played.desk(cmd.Close)
    with played.refused("closed"):
        played.desk(cmd.Close)
    with played.refused("closed"):
        played.do(cmd.Submit, "s1", task="p")
    assert played.do(cmd.GoAway, "s1") == played.do(cmd.ComeBack, "s1") == ()


def test_every_refusal_speaks_two_languages() -> None:
    for code in CATALOGUE:
        refusal = reject(code, role="甲", seconds=3, most=5)
        for lang in get_args(Lang):
            shape = refusal.in_(lang)
            assert shape["code"] == code
            assert all(shape.values())
            assert "{" not in "".join(shape.values())


def test_a_team_has_a_name_and_an_older_log_reads_as_before() -> None:
    played = lobby()
    before = played.state
    played.desk(cmd.NameTeam, name="赶考队")
    assert (before.aside.called, played.state.aside.called) == ("", "赶考队")
    as_then = replace(played.state, seq=before.seq, now_ms=before.now_ms)
    assert fingerprint(as_then) == fingerprint(before), "nothing is decided by it"
    assert played.desk(cmd.NameTeam, name="赶考队") == ()
    played.desk(cmd.NameTeam, name="")
    assert played.state.aside.called == ""


def test_one_more_may_play_a_role_before_the_start() -> None:
    played = lobby()
    played.seat("a")
    with played.refused("role_taken"):
        played.do(cmd.TakeSeat, "s9", role="a")
    played.desk(cmd.AddSeat, role="a")
    more = played.seat("a")
    assert played.state.seats[more].role == "a"
    with played.refused("role_taken"):
        played.do(cmd.TakeSeat, "s9", role="a")
    with played.refused("unknown_role"):
        played.desk(cmd.AddSeat, role="nobody")
    for _ in range(3):
        played.desk(cmd.AddSeat, role="a")
    with played.refused("seats_enough"):
        played.desk(cmd.AddSeat, role="a")
    played.desk(cmd.Start)
    with played.refused("started"):
        played.desk(cmd.AddSeat, role="b")


def test_either_of_two_who_play_a_role_does_its_task() -> None:
    played = lobby()
    played.desk(cmd.AddSeat, role="a")
    first, second = played.seat("a"), played.seat("a")
    for role in ("b", "c"):
        played.seat(role)
    played.desk(cmd.Start)
    assert played.status("p") == "open"
    played.do(cmd.Submit, second, task="p")
    assert played.state.seats[first].role == "a"
    assert [name.rpartition(".")[2] for name in played.state.done] == ["p"]
