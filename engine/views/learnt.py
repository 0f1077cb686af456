"""What has been learnt: a fact with how sure it is, accounts and sources, once it may be shown.

How sure a fact is, is told from here alone, on phone, wall, desk, answer sheet, record and export:
as its `marks`, whose words stand in `engine/views/wording.py`. Its author calls it proved,
generally held, told differently, or the words of a statute. Where nobody has compared it with a
source it is marked as still to be checked, and isn't called proved then.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import UNSET

from engine.scenario.checks import rights_of, traps_of
from engine.scenario.model import Scenario, Task
from engine.scenario.truth import is_looked_up, is_unchecked
from engine.script.nodes import Citation, Fact, Trap
from engine.values import FactId
from engine.views.outcome import trap_in
from engine.views.parts.shared import Account, FateTold, Learnt, Mark, Quoted, WordsCard


def learnt(scenario: Scenario, fact_id: FactId, trap: Trap | None = None) -> Learnt:
    """What is shown of a fact; with `trap`, what was believed and why."""
    key = ("learnt", fact_id, trap.id if trap is not None else "")
    known: Learnt | None = scenario.worked_out.get(key)
    if known is None:
        known = scenario.worked_out[key] = _learnt(scenario, fact_id, trap)
    return known


def _learnt(scenario: Scenario, fact_id: FactId, trap: Trap | None) -> Learnt:
    fact = scenario.facts[fact_id]
    return Learnt(
        id=fact.id,
        text=fact.text,
        status=fact.status,
        marks=marks_of(scenario, fact),
        accounts=tuple(
            [
                Account(
                    says=account.says,
                    basis=account.basis,
                    sources=_cites(scenario, account.sources),
                    quotes=_quotes(scenario, account.sources),
                )
                for account in fact.accounts
            ]
        ),
        sources=_cites(scenario, fact.sources),
        quotes=_quotes(scenario, fact.sources),
        belief=trap.belief if trap is not None else UNSET,
        why=trap.why if trap is not None else UNSET,
    )


def marks_of(scenario: Scenario, fact: Fact) -> tuple[Mark, ...]:
    """How sure people are told a fact is, the first word first."""
    if not is_unchecked(scenario, fact):
        return (fact.status,)
    return ("unchecked",) if fact.status == "established" else (fact.status, "unchecked")


def fates(scenario: Scenario) -> tuple[FateTold, ...]:
    """What became of the people, as it is told."""
    return tuple([
        FateTold(
            who=one.who,
            text=one.text,
            marks=_looked_up(scenario, one.sources),
            sources=_cites(scenario, one.sources),
            quotes=_quotes(scenario, one.sources),
        )
        for one in scenario.debrief.fates
    ])  # fmt: skip


def words_card(scenario: Scenario, title: str) -> WordsCard:
    """The sentence of today that the debrief shows; it has one."""
    words = scenario.debrief.words
    assert words is not None, "the deck has the card only then"
    return WordsCard(
        title=title,
        text=words.text,
        marks=_looked_up(scenario, words.sources),
        sources=_cites(scenario, words.sources),
        quotes=_quotes(scenario, words.sources),
    )


def _looked_up(scenario: Scenario, cited: Iterable[Citation]) -> tuple[Mark, ...]:
    return () if is_looked_up(scenario, cited) else ("unchecked",)


def _cites(scenario: Scenario, cited: Iterable[Citation]) -> tuple[str, ...]:
    return tuple([_cite(scenario, one) for one in cited])


def _cite(scenario: Scenario, one: Citation) -> str:
    cite = scenario.sources[one.source].cite
    comma = ", " if one.where.isascii() else "，"
    return f"{cite}{comma}{one.where}" if one.where else cite


def _quotes(scenario: Scenario, cited: Iterable[Citation]) -> tuple[Quoted, ...]:
    return tuple([Quoted(one.quote, _cite(scenario, one)) for one in cited if one.quote])


def learnt_by(scenario: Scenario, task: Task, answer: tuple[str, ...]) -> Learnt | None:
    """What a slot has learnt by its accepted answer: the choice's fact, else that of the trap it
    fell into, else the task's."""
    told, trap = _telling(task, answer), trap_in(scenario, task, answer)
    fact = _fact(task, told, trap)
    shown = trap if told is None and trap is not None and trap.truth == fact else None
    return learnt(scenario, fact, shown) if fact is not None else None


def fact_of(scenario: Scenario, task: Task, answer: tuple[str, ...]) -> FactId | None:
    """The fact a slot is shown for its accepted answer."""
    return _fact(task, _telling(task, answer), trap_in(scenario, task, answer))


def _fact(task: Task, told: FactId | None, trap: Trap | None) -> FactId | None:
    if told is not None or trap is None or (task.body.gathers and task.fact):
        return told or task.fact
    return trap.truth


def taught(scenario: Scenario, task: Task) -> Learnt | None:
    """What the task would have taught whoever answers it rightly: for one that was skipped."""
    right = (option.fact for option in rights_of(task) if option.fact)
    truths = (scenario.traps[name].truth for name in traps_of(task))
    fact = next(right, None) or task.fact or next(truths, None)
    return learnt(scenario, fact) if fact is not None else None


def _telling(task: Task, answer: tuple[str, ...]) -> FactId | None:
    """The fact of the option that tells something: what was wrong comes before what was right."""
    chosen = task.body.chosen(answer)
    for option in chosen:
        if option.trap:
            return option.fact
    return next((option.fact for option in chosen if option.fact), None)
