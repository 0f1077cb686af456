"""What a fact rests on: sources with where and in which words, and whether anybody looked."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import ScenarioError
from engine.scenario.model import Scenario
from engine.scenario.strings import strings_of
from engine.scenario.truth import is_unchecked
from engine.views.learnt import learnt, marks_of
from tests.engine.rules.conftest import HEAD, script

ACCOUNTS = (
    "accounts: [{says: 甲说, basis: 回忆, sources: [s]}, {says: 乙说, basis: 档案, sources: %s}]"
)
QUOTED = "[{source: s, where: 第3页, quote: 原话。}]"


def with_g(status: str, sources: str, account: str = "[s]", source: str = "") -> Scenario:
    """The small script with another fact g, and its source said more of."""
    was = "g: {text: 史实二。, status: accepted, sources: [s], objective: care}"
    assert was in HEAD
    more = "statute" if status == "statute" else ""
    now = f"g: {{text: 史实二。, status: {status}, sources: {sources}, {ACCOUNTS % account}}}"
    head = HEAD.replace(was, now).replace("kind: book}", f"kind: book{more}{source}}}")
    return script("p: {role: a, kind: read, ask: 读, story: 文}", head=head)


def codes(status: str, sources: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        with_g(status, sources)
    return [issue.code for issue in caught.value.issues]


def test_sources_are_names_or_say_where_and_in_which_words() -> None:
    def cited(sources: str) -> list[tuple[str, str, str]]:
        found = with_g("accepted", sources).facts["g"].sources
        return [(one.source, one.where, one.quote) for one in found]

    assert cited("s") == cited("[s]") == cited("{source: s}") == [("s", "", "")]
    assert cited(QUOTED) == cited(QUOTED[1:-1]) == [("s", "第3页", "原话。")]
    assert cited("[s, {source: s, quote: 又一句。}]") == [("s", "", ""), ("s", "", "又一句。")]


@pytest.mark.parametrize(
    ("sources", "code"),
    [
        ("[{where: 第3页}]", "SC102"),
        ("[{source: t, where: 第3页}]", "SC201"),
        ("[{source: s, page: 3}]", "SC101"),
        ("[{source: s, quote: ''}]", "SC109"),
        ("[]", "SC502"),
        ("{}", "SC104"),
        ("[{source: s, quote: [甲]}]", "SC105"),
    ],
)
def test_what_is_wrong_with_a_source_is_told(sources: str, code: str) -> None:
    assert code in codes("accepted", sources)


def test_a_statute_says_which_article() -> None:
    assert codes("statute", "[s]") == ["SC505"]
    assert codes("statute", "[{source: s, quote: 原话。}]") == ["SC505"]
    assert with_g("statute", "[{source: s, where: 第一条}]").facts["g"].status == "statute"


@pytest.mark.parametrize(
    ("sources", "account", "source", "unchecked"),
    [
        ("[s]", "[s]", "", True),
        ("[{source: s, where: 第3页}]", "[s]", "", True),
        (QUOTED, "[s]", "", False),
        ("[s]", QUOTED, "", False),
        (QUOTED, QUOTED, ", verify: true", True),
    ],
)
def test_a_fact_is_checked_by_a_quote_that_was_compared(
    sources: str, account: str, source: str, unchecked: bool
) -> None:
    scenario = with_g("contested", sources, account, source)
    assert is_unchecked(scenario, scenario.facts["g"]) is unchecked


@pytest.mark.parametrize(
    ("status", "checked", "unchecked"),
    [
        ("established", ("established",), ("unchecked",)),
        ("accepted", ("accepted",), ("accepted", "unchecked")),
        ("contested", ("contested",), ("contested", "unchecked")),
        ("statute", ("statute",), ("statute", "unchecked")),
    ],
)
def test_nothing_is_called_proved_that_nobody_looked_up(
    status: str, checked: tuple[str, ...], unchecked: tuple[str, ...]
) -> None:
    quoted, named = (with_g(status, sources) for sources in (QUOTED, "[{source: s, where: 第3页}]"))
    assert marks_of(quoted, quoted.facts["g"]) == checked
    assert marks_of(named, named.facts["g"]) == unchecked


def test_whoever_learns_it_is_told_where_it_stands_and_what_it_says() -> None:
    told = learnt(with_g("accepted", QUOTED, QUOTED), "g")
    assert told.sources == ("某书，第3页",)
    assert [(one.quote, one.cite) for one in told.quotes] == [("原话。", "某书，第3页")]
    account = told.accounts[1]
    assert (account.sources, account.quotes) == (told.sources, told.quotes)
    assert learnt(with_g("accepted", "[{source: s, where: p. 3}]"), "g").sources == ("某书, p. 3",)


def test_their_words_have_a_translation() -> None:
    def addresses(*args: Any) -> list[str]:
        return [name for name in strings_of(with_g(*args)) if ".sources." in name]

    assert addresses("accepted", QUOTED, QUOTED) == [
        "facts.g.sources.1.where",
        "facts.g.sources.1.quote",
        "facts.g.accounts.2.sources.1.where",
        "facts.g.accounts.2.sources.1.quote",
    ]
    assert addresses("accepted", "[s]") == [], "a name alone asks for none"
