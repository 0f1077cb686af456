"""Evenings played under the eyes of the cheating client, and how often it was right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from math import exp, lgamma, log, log1p
from typing import Final

from engine.proof.dice import random_play
from engine.proof.playthrough import Playthrough
from engine.rules.acting import acts_for
from engine.rules.decide import may_rescue
from engine.rules.drawn_ids import options_of
from engine.rules.state import State
from engine.scenario.model import Scenario
from engine.values import ANY, SeatId, TaskId
from tests.support.cheat import (
    ARRANGED,
    Memory,
    Question,
    Signs,
    as_html,
    as_json,
    asked,
    guesses,
    rescue_asked,
)
from tests.support.parts import SentViews

GROUPS: Final = ("matches", "orders", "choices", "ticks", "spots", "rescues")
NAMES: Final = {f"s{number}": f"参与者{number}" for number in range(1, 8)}


class Score:
    """How often one trick was right."""

    def __init__(self) -> None:
        self.asked = self.right = self.pieces = 0
        self.chances = 0.0

    def add(self, question: Question, answer: tuple[str, ...]) -> None:
        """One more try."""
        self.asked += 1
        self.chances += question.chance
        self.right += question.is_right(answer)
        if question.group in ARRANGED:
            self.pieces += question.pieces(answer)

    def take(self, other: Score) -> None:
        """These tries too."""
        self.asked += other.asked
        self.right += other.right
        self.pieces += other.pieces
        self.chances += other.chances

    def unlikely(self) -> float:
        """How likely whoever knows nothing is right as often, or more often; or as seldom, or more
        seldom: the smaller of the two."""
        p = self.chances / self.asked
        return min(
            sum(_likely(self.asked, n, p) for n in range(self.right, self.asked + 1)),
            sum(_likely(self.asked, n, p) for n in range(self.right + 1)),
        )

    def pieces_off(self, group: str) -> float:
        """So many standard deviations of chance more pieces are right than by chance: one of each
        question, with a variance of one, however many there are."""
        return (self.pieces - self.asked) / self.asked**0.5 if group in ARRANGED else 0.0


def _likely(n: int, k: int, p: float) -> float:
    chosen = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
    return exp(chosen + k * log(p) + (n - k) * log1p(-p))


Scores = dict[tuple[str, str], Score]
"""(group, trick) → how it went."""


def cheated(scenario: Scenario, evenings: int, *, drawn: bool) -> Scores:
    """The script played so often, each question tried with every trick at first sight. `drawn`:
    as phones are shown it now; else as before."""
    scores: Scores = defaultdict(Score)
    memories = {"": Memory(), "page: ": Memory()}
    for number in range(evenings):
        for question in questions(scenario, f"cheat {number}", drawn=drawn):
            shown = {"": as_json(question.part), "page: ": as_html(question.kind, question.part)}
            for medium, lists in shown.items():
                memory, riddle = memories[medium], question.riddle(lists)
                for trick, answer in guesses(question.name, riddle, memory):
                    scores[question.group, medium + trick].add(question, answer)
                memory.keep(question.name, _arranged(lists, question.right))
    return scores


def _arranged(lists: tuple[Signs, ...], right: tuple[tuple[str, ...], ...]) -> tuple[Signs, ...]:
    return tuple(
        tuple(sorted(signs, key=lambda one, o=order: o.index(one.id)))  # type: ignore[misc]
        for signs, order in zip(lists, right, strict=True)
    )


def questions(scenario: Scenario, seed: str, *, drawn: bool) -> list[Question]:
    """All that an evening asks, once each, as it was shown before anybody tried it."""
    views, found = SentViews(scenario), dict[str, Question | None]()

    def watch(table: Playthrough) -> None:
        state = table.state
        for name, seat, task in _open(scenario, state):
            if name not in found:
                parts = views.seat(state, seat, NAMES)["tasks"]
                part = next(one for one in parts if (one["id"], one["state"]) == (task, "open"))
                found[name] = asked(scenario, state, seat, part)
        for name, seat, held in _offered(scenario, state):
            if name not in found:
                parts = views.seat(state, seat, NAMES)["rescues"]
                part = next(one for one in parts if one["seat"] == held)
                trap = scenario.traps[state.holds[held].trap]
                found[name] = rescue_asked(trap, options_of(state), part)

    table = Playthrough(scenario, seed=seed, drawn=drawn)
    random_play(scenario, seed, wrong_rate=0.3, unrest=0.0, table=table, watch=watch)
    return [question for question in found.values() if question is not None]


def _open(scenario: Scenario, state: State) -> Iterator[tuple[str, SeatId, TaskId]]:
    """(name, a seat that is asked, task) of what may be answered now and nobody has tried."""
    if state.phase != "playing" or state.scene is None:
        return
    for seat in state.seats:
        roles = acts_for(state, seat)
        for name, held in state.scene.tasks.items():
            mine = [slot for who, slot in held.slots.items() if who == ANY or who in roles]
            fresh = mine and not any(slot.tries for slot in held.slots.values())
            if held.status == "open" and fresh and seat not in state.holds:
                yield f"{state.scene.id}.{name}", seat, name


def _offered(scenario: Scenario, state: State) -> Iterator[tuple[str, SeatId, SeatId]]:
    """(name, who may help, who is held) of the rescues that may be tried now."""
    for held, hold in state.holds.items():
        if scenario.traps[hold.trap].rescue is not None and not hold.tried:
            for seat in state.seats:
                if may_rescue(state, scenario, seat, held):
                    yield f"rescue {hold.trap}", seat, held
