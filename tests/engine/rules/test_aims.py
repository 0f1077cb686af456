"""Aims: shown to whom they are, judged over the end, told to all in the debrief."""

from __future__ import annotations

import json

from engine.rules import commands as cmd
from engine.rules.aims import aims_met
from engine.rules.deck import deck
from engine.views.debrief import TeamEnd, debrief_card
from tests.engine.rules.conftest import HEAD, script
from tests.support.parts import SentViews
from tests.support.table import Table

AIMS = (
    HEAD
    + """
aims:
  a: {text: 文件不落到别人手里, met: not has.k and m == 0, secret: true}
  b: {text: 让大家都听见, met: w}
"""
)
TASK = "q: {role: b, ask: 问, choices: [{id: y, text: 说, set: {w: true}}, {id: n, text: 不说}]}"


def played(*moves: str) -> Table:
    return Table(script(TASK, head=AIMS)).play(*moves)


def sent(table: Table, seat: str, part: str) -> str:
    views = SentViews(table.scenario)
    return json.dumps(views.seat(table.state, seat, {})[part], ensure_ascii=False)


def test_a_secret_aim_is_shown_to_its_role_alone_and_another_to_the_team() -> None:
    table = played()
    assert "文件不落到别人手里" in sent(table, "s1", "me")
    for seat in ("s1", "s2", "s3"):
        assert "文件不落到别人手里" not in sent(table, seat, "team")
        assert "让大家都听见" in sent(table, seat, "team")
    for part in ("me", "tasks", "scene", "cards", "notice"):
        assert "文件不落到别人手里" not in sent(table, "s2", part)
    assert '"met": null' in sent(table, "s1", "me")


def test_who_covers_a_role_is_not_shown_its_secret() -> None:
    table = played("leave=a")
    assert "文件不落到别人手里" not in sent(table, "s2", "me")


def test_it_is_judged_over_the_end_and_not_before() -> None:
    table = played("q=y")
    assert aims_met(table.scenario, table.state) == {}
    table.play("go-on=")
    assert table.state.phase == "ended"
    assert aims_met(table.scenario, table.state) == {"a": True, "b": True}
    assert '"met": true' in sent(table, "s1", "me")
    missed = played("give-k=k", "q=n", "go-on=")
    assert aims_met(missed.scenario, missed.state) == {"a": False, "b": False}


def test_the_debrief_tells_them_after_the_endings() -> None:
    table = played("q=n", "go-on=")
    cards = deck(table.scenario, [table.state])
    assert cards[:2] == ("ending", "aims")
    table.desk(cmd.OpenDebrief, deck=cards)
    table.desk(cmd.MoveDebrief, step=1)
    card = debrief_card(table.scenario, table.state, [TeamEnd(table.state, {})], "zh")
    assert card.title == "各人的打算"
    assert [(one.role_name, one.met) for one in card.aims] == [("甲", True), ("乙", False)]  # type: ignore[union-attr]


def test_a_script_without_aims_has_no_card_of_them_and_no_word_on_phones() -> None:
    table = Table(script(TASK)).play("q=y", "go-on=")
    assert "aims" not in deck(table.scenario, [table.state])
    assert '"aim"' not in sent(table, "s1", "me") + sent(table, "s1", "team")
