"""`scenarios/SOURCES.md`: what every script rests on, and what still has to be checked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from engine.scenario.model import Scenario
from engine.script.nodes import Fact
from engine.views.wording import STATUS_ZH


def bibliography(scenarios: Sequence[Scenario]) -> str:
    """Markdown: each script's sources, then each statement that rests on one not yet checked
    against the original (`verify: true`), with those sources."""
    lines = [
        "# 出处",
        "",
        "本页由 `hongchuan sources` 生成，请勿手改。标“待核”的出处还没有核对原文；"
        "用到它们的史实列在每个剧本的第二张表里。",
    ]
    for scenario in scenarios:
        lines += ["", f"## {scenario.title}（`{scenario.id}`）", "", *_sources(scenario)]
        lines += ["", *_open(scenario)]
    return "\n".join(lines) + "\n"


def _sources(scenario: Scenario) -> Iterator[str]:
    used: dict[str, int] = defaultdict(int)
    for fact in scenario.facts.values():
        for name in _cited(fact):
            used[name] += 1
    yield "| 出处 | 用到的史实 | |"
    yield "|---|---|---|"
    for source in scenario.sources.values():
        cite = f"{source.cite}（{source.note}）" if source.note else source.cite
        yield f"| {_cell(cite)} | {used[source.id]} 条 | {'待核' if source.verify else '已核'} |"


def _open(scenario: Scenario) -> Iterator[str]:
    facts = [
        (fact, unchecked)
        for fact in scenario.facts.values()
        if (unchecked := [n for n in _cited(fact) if scenario.sources[n].verify])
    ]
    if not facts:
        yield "史实都已核对原文。"
        return
    yield f"待核的史实 {len(facts)} 条，共 {len(scenario.facts)} 条："
    yield ""
    yield "| 史实 | 等级 | 要核的出处 |"
    yield "|---|---|---|"
    for fact, unchecked in facts:
        cites = "；".join(scenario.sources[name].cite for name in unchecked)
        yield f"| {_cell(fact.text)} | {STATUS_ZH[fact.status]} | {_cell(cites)} |"


def _cited(fact: Fact) -> list[str]:
    """Sources of the fact and of its accounts, once each."""
    names = [*fact.sources, *(name for account in fact.accounts for name in account.sources)]
    return list(dict.fromkeys(names))


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
