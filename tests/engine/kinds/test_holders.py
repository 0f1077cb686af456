"""A task that takes what another role has: that role is shown it, and nobody else is."""

from __future__ import annotations

from typing import Any

import pytest

from engine.rules import commands as cmd
from engine.views.seat import RunViews
from tests.engine.rules.conftest import HEAD, script
from tests.support.secrets import secrets_of
from tests.support.table import Table

TEXT = "信上写着：八点在码头见，不见不散。"
HEARD = f"""
q: {{role: a, kind: relay, from: b, text: {TEXT}, ask: 几点？, choices: [{{id: r, text: 八点, right: true, fact: f}}, {{id: o, text: 九点}}]}}
stay: {{role: b, kind: read, ask: 等, story: 还有一项。}}
"""


def shown(table: Table, seat: str) -> Any:
    parts = RunViews(table.scenario).seat(table.state, seat, {}, "zh")
    return next((task for task in parts.tasks if task.id == "q"), None)


@pytest.fixture
def table() -> Table:
    return Table(script(HEARD))


def test_who_reads_has_the_text_and_who_answers_the_choices(table: Table) -> None:
    reads, hears = shown(table, "s2"), shown(table, "s1")
    assert (reads.text, reads.choices, reads.listeners) == (TEXT, (), ("甲",))
    assert not reads.mine
    assert not reads.ask
    assert hears.text is None
    assert [one.text for one in hears.choices] == ["八点", "九点"]
    assert hears.reader.name == "乙"
    assert shown(table, "s3") is None
    assert TEXT in secrets_of(table.scenario, table.state, "s1")
    assert TEXT not in secrets_of(table.scenario, table.state, "s2")
    assert TEXT in secrets_of(table.scenario, table.state, "s3")


def test_it_goes_from_who_reads_once_it_was_answered(table: Table) -> None:
    table.do(cmd.Submit, "s1", task="q", answer=("r",))
    assert shown(table, "s2") is None
    assert shown(table, "s1").text is None


@pytest.mark.parametrize("how", ["share", "stand_in"])
def test_whose_reader_is_gone_reads_alone(how: str) -> None:
    """No listener waits for a voice that isn't there."""
    head = HEAD.replace("then: share}", f"then: {how}}}")
    table = Table(script(HEARD, head=head))
    assert shown(table, "s1").text is None
    table.play("leave=b")
    assert shown(table, "s1").text == TEXT
    assert TEXT not in secrets_of(table.scenario, table.state, "s1")


def test_who_has_heard_it_is_not_sent_it_when_the_reader_goes(table: Table) -> None:
    table.do(cmd.Submit, "s1", task="q", answer=("r",))
    table.play("leave=b")
    assert shown(table, "s1").text is None
