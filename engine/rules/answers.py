"""Judging one answer of one slot, kind by kind (language §2). Nothing is changed here.

`judge` says what an answer amounts to, or refuses an answer that isn't one (a choice that isn't
listed, half an order). What follows from the judgement is `decide`'s business.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any, Final

import msgspec

from engine.rules.events import Verdict
from engine.rules.rejections import reject
from engine.rules.state import SlotState
from engine.scenario.model import (
    Body,
    Choose,
    Discuss,
    Enter,
    Hand,
    Match,
    Order,
    Read,
    Reflect,
    Search,
    Select,
    Speak,
    Spot,
    Task,
    Vote,
)
from engine.script.nodes import NO_EFFECTS, Choice, Effects
from engine.script.text import normalise
from engine.values import CardId, TrapId

TEXT_MAX: Final = 500
"""Longest sentence taken by `reflect`, in characters."""
ENTER_MAX: Final = 100


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """What an answer amounts to."""

    verdict: Verdict
    done: bool = True
    """The slot needs nothing more, unless a trap with `then: retry | detour` keeps it open."""
    answer: tuple[str, ...]
    """As it goes on record."""
    traps: tuple[TrapId, ...] = ()
    """Sprung by it, in document order."""
    effects: tuple[Effects, ...] = ()
    cards: tuple[CardId, ...] = ()
    """Found by it, for the slot's role."""


def judge(task: Task, slot: SlotState, answer: tuple[str, ...]) -> Judgement:
    """What `answer` amounts to.

    Raises:
        Rejection: one_choice, unknown_choice, some_choices, whole_order, whole_match, empty_text,
            long_text, only_confirm, spot_again, no_points.
    """
    return _JUDGES[type(task.body)](task.body, slot, answer)


def _one(choices: tuple[Choice, ...], answer: tuple[str, ...]) -> Choice:
    if len(answer) != 1:
        raise reject("one_choice")
    for choice in choices:
        if choice.id == answer[0]:
            return choice
    raise reject("unknown_choice")


def pick(choices: tuple[Choice, ...], answer: tuple[str, ...]) -> Choice:
    """The one choice answered with. Raises Rejection: one_choice, unknown_choice."""
    return _one(choices, answer)


def _known(answer: Iterable[str], ids: Collection[str]) -> None:
    if any(name not in ids for name in answer):
        raise reject("unknown_choice")


def _choose(body: Choose, slot: SlotState, answer: tuple[str, ...]) -> Judgement:
    choice = _one(body.choices, answer)
    return Judgement(
        verdict="trap" if choice.trap else "right" if choice.right else "plain",
        answer=answer,
        traps=(choice.trap,) if choice.trap else (),
        effects=_some(choice.effects),
    )


def _select(body: Select, slot: SlotState, answer: tuple[str, ...]) -> Judgement:
    ticked = set(answer)
    if not answer or len(ticked) != len(answer):
        raise reject("some_choices")
    if not ticked <= {choice.id for choice in body.choices}:
        raise reject("unknown_choice")
    taken = tuple(choice for choice in body.choices if choice.id in ticked)
    traps = tuple(dict.fromkeys(choice.trap for choice in taken if choice.trap))
    if traps:
        return Judgement(verdict="trap", answer=answer, traps=traps)
    if ticked != {choice.id for choice in body.choices if choice.right}:
        return Judgement(verdict="missed", done=False, answer=answer)
    effects = tuple(choice.effects for choice in taken if choice.effects is not NO_EFFECTS)
    return Judgement(verdict="right", answer=answer, effects=effects)


def _arranged(right: bool, answer: tuple[str, ...], trap: TrapId | None) -> Judgement:
    if right:
        return Judgement(verdict="right", answer=answer)
    if trap is not None:
        return Judgement(verdict="trap", answer=answer, traps=(trap,))
    return Judgement(verdict="missed", done=False, answer=answer)


def _order(body: Order, slot: SlotState, answer: tuple[str, ...]) -> Judgement:
    ids = tuple(item.id for item in body.items)
    _known(answer, ids)
    if sorted(answer) != sorted(ids):
        raise reject("whole_order")
    return _arranged(answer == ids, answer, body.trap)


def _match(body: Match, slot: SlotState, answer: tuple[str, ...]) -> Judgement:
    ids = {pair.id for pair in body.pairs}
    joined = [pair.partition("=")[::2] for pair in answer]
    lefts, rights = [left for left, _ in joined], [right for _, right in joined]
    _known(filter(None, (*lefts, *rights)), ids)
    if sorted(lefts) != sorted(ids) or sorted(rights) != sorted(ids):
        raise reject("whole_match")
    return _arranged(all(left == right for left, right in joined), answer, body.trap)


def _enter(body: Enter, slot: SlotState, answer: tuple[str, ...]) -> Judgement:
    text = _text(answer, ENTER_MAX)
    typed = normalise(text)
    if typed in body.accept:
        return Judgement(verdict="right", answer=(text,))
    return _arranged(False, (text,), body.traps.get(typed, body.trap))


def _text(answer: tuple[str, ...], most: int) -> str:
    text = answer[0].strip() if len(answer) == 1 else ""
    if not text:
        raise reject("empty_text")
    if len(text) > most:
        raise reject("long_text", most=most)
    return text


def _confirm(body: Any, slot: SlotState, answer: tuple[str, ...]) -> Judgement:
    if any(part.strip() for part in answer):
        raise reject("only_confirm")
    return Judgement(verdict="confirmed", answer=())


def _reflect(body: Reflect, slot: SlotState, answer: tuple[str, ...]) -> Judgement:
    return Judgement(verdict="confirmed", answer=(_text(answer, TEXT_MAX),))


def reflection(answer: tuple[str, ...]) -> str:
    """The sentence a seat leaves at the debrief. Raises Rejection: empty_text, long_text."""
    return _text(answer, TEXT_MAX)


def points_left(body: Search, slot: SlotState) -> int:
    """Points the slot has not spent yet."""
    return body.points - sum(spot.points for spot in body.spots if spot.id in slot.answer)


def affordable(body: Search, slot: SlotState) -> tuple[Spot, ...]:
    """Spots not searched yet that the points left pay for."""
    left = points_left(body, slot)
    return tuple(s for s in body.spots if s.id not in slot.answer and s.points <= left)


def _search(body: Search, slot: SlotState, answer: tuple[str, ...]) -> Judgement:
    if not answer:
        return Judgement(verdict="confirmed", answer=slot.answer)
    ticked = set(answer)
    if len(ticked) != len(answer) or ticked & set(slot.answer):
        raise reject("spot_again")
    if not ticked <= {spot.id for spot in body.spots}:
        raise reject("unknown_choice")
    found = tuple(spot for spot in body.spots if spot.id in ticked)
    if sum(spot.points for spot in found) > points_left(body, slot):
        raise reject("no_points")
    traps = tuple(dict.fromkeys(spot.trap for spot in found if spot.trap))
    after = SlotState(answer=(*slot.answer, *answer))
    return Judgement(
        verdict="found",
        done=not affordable(body, after),
        answer=answer,
        traps=traps,
        effects=tuple(spot.effects for spot in found if spot.effects is not NO_EFFECTS),
        cards=tuple(spot.card for spot in found if spot.card),
    )


def _vote(body: Vote, slot: SlotState, answer: tuple[str, ...]) -> Judgement:
    _one(body.choices, answer)
    return Judgement(verdict="vote", answer=answer)


def _some(effects: Effects) -> tuple[Effects, ...]:
    return () if effects is NO_EFFECTS else (effects,)


_JUDGES: Final[dict[type[Body], Callable[[Any, SlotState, tuple[str, ...]], Judgement]]] = {
    Choose: _choose,
    Select: _select,
    Order: _order,
    Match: _match,
    Enter: _enter,
    Read: _confirm,
    Search: _search,
    Hand: _confirm,
    Vote: _vote,
    Discuss: _confirm,
    Speak: _confirm,
    Reflect: _reflect,
}
