"""Texts of a script that a seat may not see yet, found from the script, not from the views.

Where a text also stands in something the seat may see (a belief that is a choice's text), it is no
secret; so secrets are compared as whole sentences of some length.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.rules.acting import acted_for, acts_for
from engine.rules.state import State
from engine.scenario.checks import traps_of
from engine.scenario.model import Scenario
from engine.scenario.truth import citations
from engine.values import ANY
from engine.views.faced import faced

LENGTH_MIN = 9


def secrets_of(scenario: Scenario, state: State, seat: str) -> list[str]:
    """Long texts that mustn't reach `seat`; `""` is the wall."""
    roles = acts_for(state, seat)
    hidden = [text for text in _hidden(scenario, state, seat, roles) if len(text) >= LENGTH_MIN]
    shown = " ".join(_open_texts(scenario, state, seat, roles))
    return [text for text in dict.fromkeys(hidden) if text not in shown]


def _hidden(scenario: Scenario, state: State, seat: str, roles: tuple[str, ...]) -> Iterator[str]:
    own = state.seats[seat].role if seat in state.seats else ""
    if state.phase == "playing":
        for trap in scenario.traps.values():
            if trap.id not in state.sprung:
                yield trap.why
                if trap.rescue is not None:
                    yield trap.rescue.ask
    if state.phase == "playing":
        for fact in scenario.facts.values():
            yield from (fact.text, *(one.quote for one in citations(fact)))
    held_by = {own, *roles}
    for tell in scenario.tells.values():
        if tell.role not in held_by or tell.id not in state.told:
            yield tell.text
    for card in scenario.cards.values():
        if not held_by & {*state.holders.get(card.id, ()), *_shown(state, card.id)}:
            yield card.text
    for scene in scenario.scenes.values():
        for role, text in scene.story_for.items():
            if role not in held_by or state.scene is None or state.scene.id != scene.id:
                yield text
        for task in scene.tasks.values():
            here = state.scene is not None and state.scene.id == scene.id
            held = state.scene.tasks.get(task.id) if here and state.scene is not None else None
            mine = any(slot == ANY or slot in roles for slot in task.who.slots)
            watched = task.watch and roles and held is not None and held.status == "open"
            if (held is None or not mine or held.status == "out") and not watched:
                yield task.ask
            for slot in task.who.slots:
                if held is None or held.status == "out" or not (slot == ANY or slot in roles):
                    yield from task.body.texts(slot)
            for holder in task.body.holders():
                if held is None or held.status != "open" or not _reads(state, holder, roles):
                    yield from task.body.texts(holder)


def _everybody(state: State) -> set[str]:
    """The roles that somebody has."""
    return {held.role for held in state.seats.values() if not held.left}


def _shown(state: State, card: str) -> list[str]:
    """The roles that were shown the card in this scene."""
    return [one.to for one in state.shown or () if one.card == card]


def _reads(state: State, holder: str, roles: tuple[str, ...]) -> bool:
    """Whoever acts for these roles has what the holder has."""
    return holder in roles or not acted_for(state, holder)


def _open_texts(
    scenario: Scenario, state: State, seat: str, roles: tuple[str, ...]
) -> Iterator[str]:
    """What the seat may see anyway: public texts, its own story, facts once learnt, its own open
    tasks."""
    yield scenario.summary
    for role in scenario.roles.values():
        yield role.brief
    if state.scene is not None:
        now = scenario.scenes[state.scene.id]
        yield now.story
        yield from (text for role, text in now.story_for.items() if role in roles)
        for name, held in state.scene.tasks.items():
            task = scenario.scenes[state.scene.id].tasks[name]
            if held.status == "open":
                for holder in task.body.holders():
                    if holder in roles:
                        yield from task.body.texts(holder)
                if not seat and task.body.together and _everybody(state) <= set(task.who.slots):
                    yield task.ask  # all are in it: the wall may ask it
                    yield from task.body.texts(task.who.slots[0])
            if held.status == "out" or not any(s == ANY or s in roles for s in task.who.slots):
                continue
            yield task.ask
            for slot in task.who.slots:
                if slot == ANY or slot in roles:
                    yield from task.body.texts(slot)
    for name in _learnt(scenario, state, seat, roles):
        yield scenario.facts[name].text
        for account in scenario.facts[name].accounts:
            yield from (account.says, account.basis)
        for one in citations(scenario.facts[name]):
            yield from (scenario.sources[one.source].cite, one.where, one.quote)
    for trap in scenario.traps.values():
        if trap.id in state.sprung:
            yield trap.why
            yield trap.belief
            if trap.rescue is not None:
                yield trap.rescue.ask
                yield from (choice.text for choice in trap.rescue.choices)
    for item in state.news:
        if item.kind == "decided":
            scene, task_name, choice = item.subject.split(".")
            options = scenario.scenes[scene].tasks[task_name].body.options
            yield from (one.text for one in options if one.id == choice)
    for poll in state.aside.polls if not seat else ():
        task = scenario.scenes[poll.scene].tasks[poll.task]
        if _everybody(state) <= set(task.who.slots):  # all were asked: the wall shows how it fell
            yield task.ask
            yield from (one.text for one in task.body.options)
    act = state.aside.acts.get(seat)
    if act is not None and act.decided:
        # Whoever voted last sees how all the votes fell, also once the scene is over.
        yield from (one.text for one in scenario.scenes[act.scene].tasks[act.subject].body.options)
    held_by = {state.seats[seat].role if seat in state.seats else "", *roles}
    for tell in scenario.tells.values():
        if tell.role in held_by and tell.id in state.told:
            yield tell.text
    for card in scenario.cards.values():
        if held_by & {*state.holders.get(card.id, ()), *_shown(state, card.id)}:
            yield card.text


def _learnt(scenario: Scenario, state: State, seat: str, roles: tuple[str, ...]) -> Iterator[str]:
    """Facts the seat has come by: sprung traps that the team has behind it or that it fell into
    itself, its cards, its answered tasks of this scene, and what its last act taught."""
    held_by = {state.seats[seat].role if seat in state.seats else "", *roles}
    lurking = faced(scenario, state)
    yield from (scenario.traps[name].truth for name in state.sprung if name not in lurking)
    for item in state.news:
        if item.kind == "trap" and seat and item.seat in (seat, ""):
            yield scenario.traps[item.subject].truth
    act = state.aside.acts.get(seat)
    if act is not None and act.kind == "answer":
        last = scenario.scenes[act.scene].tasks[act.subject]
        # A vote teaches what it fell on, also to whoever voted for something else.
        # Each line of a list that was judged teaches its own: the answer is `line=call`.
        said = (act.decided,) if act.decided else act.answer
        counted = {one.partition("=")[0] for one in said}
        told = (one.fact for one in last.body.options if one.id in counted)
        yield from (fact for fact in (last.fact, *told) if fact is not None)
        yield from (scenario.traps[name].truth for name in traps_of(last) if name in state.sprung)
    for card in scenario.cards.values():
        if card.fact is not None and held_by & {
            *state.holders.get(card.id, ()),
            *_shown(state, card.id),
        }:
            yield card.fact
    yield from _kept(scenario, state, seat, roles)
    if state.scene is None:
        return
    for name, held in state.scene.tasks.items():
        task = scenario.scenes[state.scene.id].tasks[name]
        mine = [slot for slot in held.slots if slot == ANY or slot in roles]
        if held.status == "open" and not any(held.slots[slot].done for slot in mine):
            continue
        if mine and task.fact is not None:
            yield task.fact
        if mine:
            yield from (one.fact for one in task.body.options if one.fact is not None)
        # A trap that is gone past (`accept`) is what the slot's answer taught.
        fallen = {task.body.trap_in(held.slots[slot].answer) for slot in mine}
        yield from (scenario.traps[name].truth for name in fallen if name is not None)


def _kept(scenario: Scenario, state: State, seat: str, roles: tuple[str, ...]) -> Iterator[str]:
    """What any scene until now taught the seat: by its own acts, by those of a role it plays, by
    what was skipped. A rescue tells nothing of a trap that may still be fallen into."""
    for got in state.aside.got if seat else ():
        if got.trap:
            if got.seat == seat and (got.kind == "fall" or got.trap not in faced(scenario, state)):
                yield scenario.traps[got.trap].truth
            continue
        task = scenario.scenes[got.scene].tasks[got.task]
        whose = task.who.roles if got.slot in ("", ANY) else (got.slot,)
        if got.seat == seat or not {*whose}.isdisjoint(roles):
            said = {one.partition("=")[0] for one in got.answer}
            facts = (one.fact for one in task.body.options if got.kind == "skip" or one.id in said)
            yield from (fact for fact in (task.fact, *facts) if fact is not None)
            yield from (
                scenario.traps[one.trap].truth
                for one in task.body.options
                if one.trap is not None and one.id in said
            )
