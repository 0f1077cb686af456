"""What the wire calls an option, and in which order a run shows them.

Theory of operation. Whoever writes a script names its options for themselves: the parts of a pair
by one id, an order's items by their dates, a wrong choice `trap1`; and the right choice often comes
first. All of that would be the answer. So each run draws order and id together, from its seed, for
every option of every kind, rescue questions and answers shown again too: an option's place is its
hash's, and its id is how that hash begins. A client that goes by ids and places knows nothing; what
it learnt in one run says nothing of the next.

An order may come up right, once in as often as chance has it. Never to show it right would tell
whoever is shown two items what is.

The table is pure: (seed, place, ids). It stands between the views and the phone alone: what a seat
is shown goes through `Options`, what it says comes back through `read`; how an answer is put is
its form's (`engine/kinds/forms.py`). Rules, logs, replays and
plays in a terminal know the author's ids only. Drawn ids begin with a digit and an author's with a
letter, so neither is ever taken for the other. Runs opened before there was such a thing
(`run.opened` without `drawn`) keep the author's ids and order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from msgspec.structs import replace

from engine.kinds.forms import Answer
from engine.kinds.options import NO_OPTION, Draw, as_written
from engine.rules import commands as cmd
from engine.rules.state import State
from engine.scenario.model import Scenario, Task
from engine.values import TrapId

SIGNS: Final = 10
"""Of a drawn id, behind its digit: 40 bits. Options of one question have to differ, no more."""

DRAWS_KEPT: Final = 4_096
"""Half a kilobyte each."""


@lru_cache(maxsize=DRAWS_KEPT)
def draw(seed: str, place: str, ids: tuple[str, ...], *, keep: bool = False) -> Draw:
    """The draw of the list at `place` (no two lists share one) in the run with this seed. It is
    asked for at every look at a question and at every answer to it. `keep`: its order means
    something and stays, so ids alone are drawn."""
    ranks = sorted(
        (hashlib.sha256(f"{seed}|option|{place}|{name}".encode()).hexdigest(), name) for name in ids
    )
    told = {name: f"{int(rank[0], 16) % 10}{rank[1 : SIGNS + 1]}" for rank, name in ranks}
    return Draw(ids if keep else tuple(told), told)


class Options:
    """The options of a run as it shows them. `seed` None: as their author wrote them."""

    def __init__(self, seed: str | None) -> None:
        self.seed = seed

    def of(self, task: Task, side: str) -> Draw:
        """The options on a `side` of a task."""
        place, keep = f"{task.scene}.{task.id}.{side}", task.body.keeps_order()
        return self._draw(place, task.body.sides[side], keep)

    def draws(self, task: Task) -> dict[str, Draw]:
        """Every side's; empty where one types or confirms."""
        return {side: self.of(task, side) for side in task.body.sides}

    def rescue(self, trap: TrapId, choices: Iterable[str], *, keep: bool = False) -> Draw:
        """The choices of a trap's rescue question."""
        return self._draw(f"{trap}.rescue", choices, keep)

    def _draw(self, place: str, ids: Iterable[str], keep: bool) -> Draw:
        if self.seed is not None:
            return draw(self.seed, place, tuple(ids), keep=keep)
        return as_written(ids)

    def answer(self, task: Task, answer: Answer) -> list[str]:
        """An answer of the task as the wire says it; what was typed stays."""
        if not answer or self.seed is None or not task.body.sides:
            return list(answer)
        return task.body.form.told(self.draws(task), answer)


def options_of(state: State) -> Options:
    """How this run shows its options."""
    return Options(state.seed if state.drawn is True else None)


# ── what a seat says ────────────────────────────────────────────────────────────────────────────


def read(scenario: Scenario, state: State, command: cmd.AnyCommand) -> cmd.AnyCommand:
    """A seat's command, as it came over the wire, with the author's ids. An option that this run
    doesn't have is marked, for `decide` to refuse."""
    options = options_of(state)
    if options.seed is None:
        return command
    match command:
        case cmd.Submit(task=name) if state.scene is not None:
            task = scenario.scenes[state.scene.id].tasks.get(name)
            return command if task is None else _submitted(options, task, command)
        case cmd.TryRescue():
            return replace(command, answer=_rescued(options, scenario, state, command))
        case _:
            return command


def _submitted(options: Options, task: Task, command: cmd.Submit) -> cmd.Submit:
    draws = options.draws(task)
    if not draws:
        return command
    said = task.body.form.read(draws, task.body.sides, command.answer)
    return replace(command, answer=said)


def _rescued(
    options: Options, scenario: Scenario, state: State, command: cmd.TryRescue
) -> tuple[str, ...]:
    """The choices named, of the traps that whoever may be meant fell into."""
    drawn: dict[str, str] = {}
    for seat, hold in state.holds.items():
        rescue = scenario.traps[hold.trap].rescue
        if rescue is None or command.seat not in (None, seat):
            continue
        ids = [choice.id for choice in rescue.choices]
        drawn |= {told: name for name, told in options.rescue(hold.trap, ids).told.items()}
    return tuple(drawn.get(said, NO_OPTION + said) for said in command.answer)
