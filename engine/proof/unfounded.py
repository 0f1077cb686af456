"""Answers, traps and endings that rest on what nobody has looked up.

A fact that is shown as still to be checked is no finding: nobody is pushed to invent a quote. It is
one where somebody is judged by it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from engine.errors import Issue, Text
from engine.proof.counsel import counsel
from engine.scenario.checks import all_tasks
from engine.scenario.model import Scenario
from engine.scenario.truth import citations, is_unchecked
from engine.script.nodes import Fact
from engine.values import FactId

SURNAMES: Final = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁"
    "魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段钱汤尹"
)
NAME_LENGTHS: Final = (2, 3)
_RESTS: Final = {
    "answer": Text("正确答案", "right answers"),
    "trap": Text("误区", "traps"),
    "ending": Text("结局", "endings"),
}


def unfounded(scenario: Scenario) -> Iterator[Issue]:
    """What is judged by facts nobody looked up, in script order by sort."""
    yield from _unchecked(scenario)
    yield from _sources(scenario)
    yield from _people(scenario)
    yield from _afterwards(scenario)
    for trap in scenario.traps.values():
        if scenario.facts[trap.truth].status == "contested":
            yield counsel("SC924", trap.at, name=trap.id, fact=trap.truth)


def _unchecked(scenario: Scenario) -> Iterator[Issue]:
    rests = _rests(scenario)
    for fact in scenario.facts.values():
        found = {what: rests[fact.id, what] for what in _RESTS if rests[fact.id, what]}
        if found and is_unchecked(scenario, fact):
            zh = "、".join(f"{number} 个{_RESTS[what].zh}" for what, number in found.items())
            en = ", ".join(f"{number} {_RESTS[what].en}" for what, number in found.items())
            yield counsel("SC921", fact.at, name=fact.id, rests=zh, rests_en=en)


def _rests(scenario: Scenario) -> Counter[tuple[FactId, str]]:
    """(fact, what sort of thing) → how many rest on it alone."""
    rests: Counter[tuple[FactId, str]] = Counter()
    for task in all_tasks(scenario):
        grounds = {ground.fact for ground in task.body.grounds(task.at, task.fact) if ground.fact}
        rests.update((name, "answer") for name in grounds)
    rests.update((trap.truth, "trap") for trap in scenario.traps.values())
    for scene in scenario.scenes.values():
        if scene.ending is not None and len(scene.facts) == 1:
            rests[scene.facts[0], "ending"] += 1
    return rests


def _sources(scenario: Scenario) -> Iterator[Issue]:
    citing = [(fact, one) for fact in scenario.facts.values() for one in citations(fact)]
    for source in scenario.sources.values():
        own = [(fact.id, one) for fact, one in citing if one.source == source.id]
        if own and not source.verify and not any(one.quote for _, one in own):
            number = len({name for name, _ in own})
            yield counsel("SC922", source.at, name=source.id, number=number)


def _people(scenario: Scenario) -> Iterator[Issue]:
    told = " ".join((*map(_texts, scenario.facts.values()), *_cites(scenario)))
    for role in scenario.roles.values():
        person = role.name[:1] in SURNAMES and len(role.name) in NAME_LENGTHS
        if person and role.name not in told:
            yield counsel("SC923", role.at, role=role.id)


def _afterwards(scenario: Scenario) -> Iterator[Issue]:
    """What is told at the end without a source."""
    for fate in scenario.debrief.fates:
        if not fate.sources:
            what = Text(f"“{fate.who}”后来怎样", f'What became of "{fate.who}"')
            yield counsel("SC925", fate.at, what=what)
    words = scenario.debrief.words
    if words is not None and not words.sources:
        yield counsel("SC925", words.at, what=Text("今天的一句话（words）", "`words`"))


def _cites(scenario: Scenario) -> Iterator[str]:
    yield from (f"{source.cite} {source.note}" for source in scenario.sources.values())


def _texts(fact: Fact) -> str:
    accounts = (f"{one.says} {one.basis}" for one in fact.accounts)
    return " ".join((fact.text, *accounts))
