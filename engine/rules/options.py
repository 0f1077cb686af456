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
is shown goes through `Options`, what it says comes back through `read`. Rules, logs, replays and
plays in a terminal know the author's ids only. Drawn ids begin with a digit and an author's with a
letter, so neither is ever taken for the other. Runs opened before there was such a thing
(`run.opened` without `drawn`) keep the author's ids and order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec
from msgspec.structs import replace

from engine.rules import commands as cmd
from engine.rules.state import State
from engine.scenario.model import Body, Choose, Match, Order, Scenario, Search, Select, Task, Vote
from engine.values import TrapId

SIGNS: Final = 10
"""Of a drawn id, behind its digit: 40 bits. Options of one question have to differ, no more."""
NO_OPTION: Final = "?"
"""Before an id that was never drawn. No author's id begins so: the rules refuse it."""


class Draw(msgspec.Struct, frozen=True):
    """The options of one list."""

    order: tuple[str, ...]
    """The author's ids, in the order in which they are shown."""
    told: Mapping[str, str]
    """The author's id → what the wire calls it."""

    def read(self, said: str) -> str:
        """The author's id of what a client says; NO_OPTION and what it said, if that is none. What
        wasn't said stays so."""
        unknown = NO_OPTION + said if said else ""
        return next((name for name, id_ in self.told.items() if id_ == said), unknown)


def draw(seed: str, place: str, ids: Iterable[str]) -> Draw:
    """The draw of the list at `place` (no two lists share one) in the run with this seed."""
    ranks = sorted(
        (hashlib.sha256(f"{seed}|option|{place}|{name}".encode()).hexdigest(), name) for name in ids
    )
    told = {name: f"{int(rank[0], 16) % 10}{rank[1 : SIGNS + 1]}" for rank, name in ranks}
    return Draw(tuple(told), told)


class Options:
    """The options of a run as it shows them. `seed` None: as their author wrote them."""

    def __init__(self, seed: str | None) -> None:
        self.seed = seed

    def of(self, task: Task, side: str) -> Draw:
        """The options on a `side` of a task (`sides`)."""
        return self._draw(f"{task.scene}.{task.id}.{side}", sides(task.body)[side])

    def rescue(self, trap: TrapId, choices: Iterable[str]) -> Draw:
        """The choices of a trap's rescue question."""
        return self._draw(f"{trap}.rescue", choices)

    def _draw(self, place: str, ids: Iterable[str]) -> Draw:
        if self.seed is not None:
            return draw(self.seed, place, ids)
        told = {name: name for name in ids}
        return Draw(tuple(told), told)

    def answer(self, task: Task, answer: Iterable[str]) -> list[str]:
        """An answer of the task as the wire says it; what was typed stays. Ticks and pairs are
        told as they are shown: the log's order is the author's."""
        draws = [self.of(task, side) for side in sides(task.body)]
        if not draws or self.seed is None:
            return list(answer)
        if isinstance(task.body, Match):
            left, right = draws
            other = {one: name for one, _, name in (pair.partition("=") for pair in answer)}
            shown = [name for name in left.order if name in other]
            return [f"{left.told[name]}={right.told[other[name]]}" for name in shown]
        (drawn,) = draws
        if isinstance(task.body, Select):
            answer = sorted(answer, key=drawn.order.index)
        return [drawn.told[name] for name in answer]


def options_of(state: State) -> Options:
    """How this run shows its options."""
    return Options(state.seed if state.drawn is True else None)


def sides(body: Body) -> dict[str, tuple[str, ...]]:
    """The lists of options a task has, by the author's ids; none where one types or confirms."""
    match body:
        case Choose(choices=choices) | Select(choices=choices) | Vote(choices=choices):
            return {"choices": tuple(choice.id for choice in choices)}
        case Order(items=items):
            return {"items": tuple(item.id for item in items)}
        case Search(spots=spots):
            return {"spots": tuple(spot.id for spot in spots)}
        case Match(pairs=pairs):
            ids = tuple(pair.id for pair in pairs)
            return {"left": ids, "right": ids}
        case _:
            return {}


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
    """Ticks and pairs come in the order they were shown; they are read in the author's, so that
    two teams' same answer is the same."""
    listed = sides(task.body)
    if not listed:
        return command
    if isinstance(task.body, Match):
        left, right = options.of(task, "left"), options.of(task, "right")
        said = (pair.partition("=") for pair in command.answer)
        pairs = [(left.read(one), sign, right.read(other)) for one, sign, other in said]
        pairs.sort(key=lambda pair: _place(listed["left"], pair[0]))
        return replace(command, answer=tuple("".join(pair) for pair in pairs))
    ((side, ids),) = listed.items()
    drawn = options.of(task, side)
    answer = [drawn.read(name) for name in command.answer]
    if isinstance(task.body, Select):
        answer.sort(key=lambda name: _place(ids, name))
    return replace(command, answer=tuple(answer))


def _place(ids: tuple[str, ...], name: str) -> int:
    return ids.index(name) if name in ids else len(ids)


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
