"""A keepsake says what the log holds of its seat, and nothing that didn't happen."""

from __future__ import annotations

from engine.review.keepsake import Keepsake, keepsake
from tests.support.scripts import MINI_TEXT, compile_text
from tests.support.table import Table

MINI = compile_text(MINI_TEXT)


def kept(table: Table, role: str) -> Keepsake:
    seat = next(seat for seat, held in table.state.seats.items() if held.role == role)
    return keepsake(table.scenario, table.state, table.records, seat)


def test_who_fell_has_the_belief_and_who_pulled_them_out() -> None:
    table = Table(MINI).play("date=d1", "rescue=y38", "date=d23", "door=report", "compare=王会长")
    card = kept(table, "recorder")
    assert (card.role, card.ending) == ("记录员", "南湖")
    assert card.belief == MINI.traps["july-first"].belief
    assert card.truth == MINI.facts["opened"].text
    assert (table.state.seats[card.helper].role, card.helper_role) == ("lookout", "望风人")
    assert card.said == ""
    other = kept(table, "lookout")
    assert (other.belief, other.truth, other.helper, other.helper_role) == ("", "", "", "")


def test_nobody_is_named_who_didnt_help() -> None:
    table = Table(MINI).play("date=d1", "wait=31s", "date=d23", "door=report", "compare=王会长")
    card = kept(table, "recorder")
    assert card.belief
    assert (card.helper, card.helper_role) == ("", "")


def test_who_never_fell_has_neither() -> None:
    table = Table(MINI).play("date=d23", "door=report", "compare=王会长")
    card = kept(table, "recorder")
    assert (card.belief, card.truth, card.helper) == ("", "", "")
    assert card.ending == "南湖"
