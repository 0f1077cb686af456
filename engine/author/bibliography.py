"""`scenarios/SOURCES.md`: what every script rests on, in which words, what still has to be checked
and by whom it could be, and a sheet that a branch's own historian signs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from engine.scenario.model import Scenario
from engine.scenario.truth import citations, is_checked, is_unchecked
from engine.script.nodes import Fact
from engine.views.learnt import marks_of
from engine.views.wording import marked

WHO_LOOKS_UP: Final[Mapping[str, str]] = MappingProxyType(
    {
        "book": "图书馆：原书、版次、页码",
        "memoir": "图书馆：初版、页码",
        "paper": "图书馆期刊部、期刊数据库：原刊",
        "newspaper": "图书馆报刊部、报社：原报",
        "archive": "档案馆、文献汇编：原件或影印",
        "museum": "该馆：展陈、碑刻的原文",
        "statute": "国家法律法规数据库、发文机关：现行文本",
    }
)
"""Who has the original of a source of this kind; by `kind`, a word of the author's own."""
AUTHOR: Final = "编写的人"

SHEET: Final = (
    "史实与等级", "引文与出处", "误区、选项与用语", "对真人的写法", "可以在本支部使用",
)  # fmt: skip


def bibliography(scenarios: Sequence[Scenario]) -> str:
    """Markdown: how much of each script was looked up; then each script's sources, its facts with
    the words they rest on, those of which some source is open, and the sheet to sign."""
    lines = [
        "# 出处",
        "",
        "本页由 `hongchuan sources` 生成，请勿手改。"
        "史实引了出处的原文（`quote`），那句话又确实见到了，才不写“待核”。"
        "写着“据转载”“据转引”的，见到的是转载本、别人文中的引文，没有翻过原书原刊，付印以前要回核；"
        "一句原文也没有见到的，手机和大屏上都写着待核。",
        "",
        "| 剧本 | 史实 | 引了原文 | 待核 |",
        "|---|---|---|---|",
    ]
    lines += [_counted(scenario) for scenario in scenarios]
    for scenario in scenarios:
        lines += ["", f"## {scenario.title}（`{scenario.id}`）", "", *_sources(scenario)]
        lines += ["", *_quoted(scenario), "", *_open(scenario), "", *_sheet(scenario)]
    return "\n".join(lines) + "\n"


def _counted(scenario: Scenario) -> str:
    facts = scenario.facts.values()
    quoted = sum(any(one.quote for one in citations(fact)) for fact in facts)
    unchecked = sum(is_unchecked(scenario, fact) for fact in facts)
    return f"| {_cell(scenario.title)} | {len(facts)} | {quoted} | {unchecked} |"


def _sources(scenario: Scenario) -> Iterator[str]:
    used: dict[str, set[str]] = defaultdict(set)
    checked: dict[str, set[str]] = defaultdict(set)
    for fact in scenario.facts.values():
        for one in citations(fact):
            used[one.source].add(fact.id)
            if is_checked(scenario, one):
                checked[one.source].add(fact.id)
    yield "| 出处 | 用到的史实 | 引了原文的 | 原件请谁核 |"
    yield "|---|---|---|---|"
    for source in scenario.sources.values():
        cite = f"{source.cite}（{source.note}）" if source.note else source.cite
        looked = len(checked[source.id])
        told = f"{looked} 条" if looked else "待核"
        who = WHO_LOOKS_UP.get(source.kind, AUTHOR)
        yield f"| {_cell(cite)} | {len(used[source.id])} 条 | {told} | {who} |"


def _quoted(scenario: Scenario) -> Iterator[str]:
    """Each fact with its words, once each: an account may rest on what the fact rests on."""
    yield "### 史实与原文"
    yield ""
    for fact in scenario.facts.values():
        yield f"- **{_line(fact.text)}**（{marked(marks_of(scenario, fact))}）"
        yield from dict.fromkeys(_words(scenario, fact))


def _words(scenario: Scenario, fact: Fact) -> Iterator[str]:
    for one in citations(fact):
        if one.quote:
            where = f"，{_line(one.where)}" if one.where else ""
            yield f"  - 「{_line(one.quote)}」——{_line(scenario.sources[one.source].cite)}{where}"


def _open(scenario: Scenario) -> Iterator[str]:
    facts = [
        (fact, to_check)
        for fact in scenario.facts.values()
        if (to_check := [one for one in citations(fact) if not is_checked(scenario, one)])
    ]
    if not facts:
        yield "每条史实的每个出处都引了原文。"
        return
    yield f"还要核的史实 {len(facts)} 条，共 {len(scenario.facts)} 条："
    yield ""
    yield "| 史实 | 等级 | 要核的出处 |"
    yield "|---|---|---|"
    for fact, to_check in facts:
        names = dict.fromkeys(one.source for one in to_check)
        cites = "；".join(scenario.sources[name].cite for name in names)
        grade = marked(marks_of(scenario, fact))
        yield f"| {_cell(fact.text)} | {grade} | {_cell(cites)} |"


def _sheet(scenario: Scenario) -> Iterator[str]:
    yield f"### 审读签字：{_line(scenario.title)} {scenario.version}"
    yield ""
    yield "请本支部熟悉史实、条文的同志对照上面的原文核一遍，逐项签字；没有核的，划去。"
    yield ""
    yield "| 核了什么 | 意见 | 签字 | 单位、职务 | 日期 |"
    yield "|---|---|---|---|---|"
    for row in SHEET:
        yield f"| {row} |  |  |  |  |"


def _line(text: str) -> str:
    return " ".join(text.split())


def _cell(text: str) -> str:
    return _line(text).replace("|", "\\|")
