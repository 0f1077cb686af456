"""Every word that a shipped script quotes stands in its dossier, under its fact, with the place
where it was seen: `docs/dossiers`. Blanks and line breaks don't count, nothing else is forgiven."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from engine.scenario import compile_scenario
from engine.scenario.model import Scenario
from engine.scenario.truth import citations, is_unchecked
from engine.script.nodes import Fact

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted(ROOT.glob("scenarios/*/scenario.yaml"))
SCENARIOS = {path.parent.name: compile_scenario(path.read_bytes(), path.name) for path in SCRIPTS}
DOSSIERS = ROOT / "docs" / "dossiers"


def bare(text: str) -> str:
    return "".join(text.split())


def sections(markdown: str) -> dict[str, str]:
    """The text under each heading of a fact, `### f-…`."""
    parts = re.split(r"^### (\S+)\n", markdown, flags=re.MULTILINE)
    return {name: bare(text) for name, text in zip(parts[1::2], parts[2::2], strict=True)}


def missing(scenario: Scenario, fact: Fact, section: str) -> Iterator[str]:
    """What the script cites for the fact, and the dossier doesn't have: as it would stand there."""
    for one in citations(fact):
        if one.quote:
            cite = scenario.sources[one.source].cite
            seen = bare(f"{cite}，{one.where}：「{one.quote}」")
            if seen not in section:
                yield seen


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_what_a_script_quotes_stands_in_its_dossier(name: str, record_property: Any) -> None:
    scenario = SCENARIOS[name]
    dossier = sections((DOSSIERS / f"{name}.md").read_text(encoding="utf-8"))
    facts = scenario.facts.values()
    quoted = sum(any(one.quote for one in citations(fact)) for fact in facts)
    unchecked = sum(is_unchecked(scenario, fact) for fact in facts)
    record_property(name, f"{len(facts)} facts, {quoted} with a quote, {unchecked} to be checked")
    assert list(dossier) == list(scenario.facts)
    assert {
        fact.id: lost for fact in facts if (lost := [*missing(scenario, fact, dossier[fact.id])])
    } == {}


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_a_fact_without_words_is_shown_as_to_be_checked(name: str) -> None:
    scenario = SCENARIOS[name]
    for fact in scenario.facts.values():
        if not any(one.quote for one in citations(fact)):
            assert is_unchecked(scenario, fact)


@pytest.mark.parametrize("change", [{"quote": "没有人写过的话"}, {"where": "第一万页"}])
def test_words_and_places_that_nobody_saw_are_found(change: dict[str, str]) -> None:
    scenario = SCENARIOS["luding-1935"]
    fact = scenario.facts["f-cross"]
    other = replace(fact, sources=(replace(fact.sources[0], **change),))
    section = sections((DOSSIERS / "luding-1935.md").read_text(encoding="utf-8"))[fact.id]
    assert [*missing(scenario, fact, section)] == []
    assert len([*missing(scenario, other, section)]) == 1


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_no_dossier_and_no_script_prints_where_a_copy_was_found(name: str) -> None:
    """A copy's address is for whoever checks, and isn't a source."""
    for file in (DOSSIERS / f"{name}.md", ROOT / "scenarios" / name / "scenario.yaml"):
        assert not re.search(r"https?://|www\.|\.(com|cn|net|org)\b", file.read_text("utf-8"))
