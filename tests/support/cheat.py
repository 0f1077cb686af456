"""A client that cheats: it goes by what is in the bytes, and reads no text.

Of an option it knows its id, its place and whatever else its element carries; of a task how many
options are right. It tries every trick of TRICKS on everything that is asked, at first sight, and is
judged by the rules. Who knows nothing is right as often as chance has it: no less either, since a
trick that is never right tells what is.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import comb, factorial
from typing import Any, Final

import msgspec
from lxml import html  # type: ignore[import-untyped]
from msgspec import UNSET

from engine.errors import Rejection
from engine.kinds.forms import ONE, ORDERED, PAIRS, TICKS
from engine.kinds.held import AFRESH
from engine.kinds.kind import always
from engine.kinds.options import Option
from engine.rules import commands as cmd
from engine.rules.drawn_ids import Options, options_of, read
from engine.rules.state import State
from engine.scenario.model import Scenario, Task
from engine.script.nodes import Choice, Trap
from tests.support.options import lists_of
from web.pages.render import render_parts


class Sign(msgspec.Struct, frozen=True):
    """An option, as far as one knows it who can't read."""

    place: int
    id: str
    marks: str
    """All that it carries besides: other keys as JSON, or attributes as HTML."""


Signs = tuple[Sign, ...]


class Riddle(msgspec.Struct, frozen=True):
    """Something that is asked: a list of options, of a match two."""

    lists: tuple[Signs, ...]
    ticks: int
    """How many are right; the client is told even that."""
    arranged: bool
    """All of them are wanted, in order."""


# ── tricks ──────────────────────────────────────────────────────────────────────────────────────

Trick = Callable[[Signs], Signs]
"""Options in the order in which they would be taken; of a match, the first goes with the first."""


def _by(key: Callable[[Sign], Any], *, back: bool = False) -> Trick:
    return lambda signs: tuple(sorted(signs, key=key, reverse=back))


def _numbers(one: Sign) -> tuple[int, ...]:
    return tuple(int(digits) for digits in re.findall(r"\d+", one.id))


GOOD = ("right", "ok", "yes", "true", "good", "correct", "answer")
BAD = ("trap", "wrong", "no", "false", "bad", "x", "fake", "t")


def _telling(one: Sign) -> int:
    name = one.id.lower()
    return sum(map(name.startswith, BAD)) - sum(map(name.startswith, GOOD))


def _odd(signs: Signs) -> Signs:
    """That first whose id is unlike the others'."""
    usual = sorted(len(one.id) for one in signs)[len(signs) // 2]
    return tuple(sorted(signs, key=lambda one: -abs(len(one.id) - usual)))


TRICKS: Final[Mapping[str, Trick]] = {
    "as they stand": _by(lambda one: one.place),
    "backwards": _by(lambda one: one.place, back=True),
    "the middle first": lambda signs: (*signs[len(signs) // 2 :], *signs[: len(signs) // 2]),
    "ids sorted": _by(lambda one: one.id),
    "ids sorted backwards": _by(lambda one: one.id, back=True),
    "numbers in ids": _by(_numbers),
    "numbers backwards": _by(_numbers, back=True),
    "shortest id": _by(lambda one: len(one.id)),
    "longest id": _by(lambda one: len(one.id), back=True),
    "id's end": _by(lambda one: one.id[::-1]),
    "hash of the id": _by(lambda one: hashlib.sha256(one.id.encode()).digest()),
    "telling names": _by(_telling),
    "letters first": _by(lambda one: (one.id[:1].isdigit(), one.id)),
    "the odd one": _odd,
    "fewest marks": _by(lambda one: len(one.marks)),
    "most marks": _by(lambda one: len(one.marks), back=True),
    "marks sorted": _by(lambda one: one.marks),
    "hash of the marks": _by(lambda one: hashlib.sha256(one.marks.encode()).digest()),
}
"""Each is used on one list, and on both sides of a match alike."""

Pairing = Callable[[Signs, Signs], Signs]
"""The right side of a match, in the left's order."""


def _alike(score: Callable[[str, str], Any]) -> Pairing:
    """To each left the right, of those that are left, that it is most alike to."""

    def pairs(left: Signs, right: Signs) -> Signs:
        taken: list[Sign] = []
        for one in left:
            free = [other for other in right if other not in taken]
            taken.append(max(free, key=lambda other: score(one.id, other.id)))
        return tuple(taken)

    return pairs


def _begins(one: str, other: str) -> int:
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))


PAIRINGS: Final[Mapping[str, Pairing]] = {
    "left = right": _alike(lambda one, other: one == other),
    "ids begin alike": _alike(_begins),
    "ids end alike": _alike(lambda one, other: _begins(one[::-1], other[::-1])),
    "ids as long": _alike(lambda one, other: -abs(len(one) - len(other))),
    "signs in common": _alike(lambda one, other: len({*one} & {*other})),
    "crossed": lambda left, right: right[::-1],
}


class Memory:
    """What was right in the evening before, by the same task: learnt by heart, not understood."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Signs, ...]] = {}

    def keep(self, name: str, right: tuple[Signs, ...]) -> None:
        """The lists in their right order."""
        self._known[name] = right

    def tries(self, name: str, riddle: Riddle) -> Iterator[tuple[str, tuple[Signs, ...]]]:
        """(trick, the lists in the order that was right then)."""
        known = self._known.get(name)
        if known is None:
            return
        for trick, mark in (("ids as last time", "id"), ("places as last time", "place")):
            lists = []
            for signs, was in zip(riddle.lists, known, strict=True):
                order = [getattr(one, mark) for one in was]
                rank = {value: number for number, value in enumerate(order)}
                last = len(rank)
                lists.append(_by(lambda one, m=mark, r=rank, n=last: r.get(getattr(one, m), n))(signs))  # type: ignore[misc]  # fmt: skip
            yield trick, tuple(lists)


def guesses(name: str, riddle: Riddle, memory: Memory) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(trick, the answer it gives) of every trick there is for the riddle."""
    tried = [(trick, tuple(map(order, riddle.lists))) for trick, order in TRICKS.items()]
    tried += memory.tries(name, riddle)
    if len(riddle.lists) == 2:
        left, right = riddle.lists
        tried += [(trick, (left, pair(left, right))) for trick, pair in PAIRINGS.items()]
    for trick, lists in tried:
        yield trick, _answer(riddle, lists)


def _answer(riddle: Riddle, lists: tuple[Signs, ...]) -> tuple[str, ...]:
    if len(lists) == 2:
        return tuple(f"{one.id}={other.id}" for one, other in zip(*lists, strict=True))
    (signs,) = lists
    return tuple(one.id for one in (signs if riddle.arranged else signs[: riddle.ticks]))


# ── what it is shown ────────────────────────────────────────────────────────────────────────────


def as_json(part: Mapping[str, Any]) -> tuple[Signs, ...]:
    """The lists of a task's or a rescue's part, without texts. What a choice costs is such a text: it
    is told on purpose, and whoever always pays has nothing left."""
    return tuple(
        tuple(
            Sign(
                place,
                one["id"],
                str(sorted(item for item in one.items() if item[0] not in ("text", "costs"))),
            )
            for place, one in enumerate(part[side])
        )
        for side in lists_of(part)
    )


_ELEMENTS: Final = {
    "choices": (".//label[contains(@class, 'option')]", ".//input/@value"),
    "items": (".//li[@data-item]", "@data-item"),
    "left": (".//label[@class='pairing']", ".//select/@data-left"),
    "right": ("(.//label[@class='pairing'])[1]//option[@value != '']", "@value"),
    "spots": (".//ul[@class='spots']/li", ".//@data-answer"),
}


class Struct(dict[str, Any]):
    """A part as a template is given it: what JSON leaves out is there, and unset."""

    def __missing__(self, name: str) -> Any:
        return UNSET


def as_struct(value: Any) -> Any:
    """Parts as they came in JSON, for a template."""
    if isinstance(value, Mapping):
        return Struct((name, as_struct(one)) for name, one in value.items())
    return [*map(as_struct, value)] if isinstance(value, list) else value


def as_html(kind: str, part: Mapping[str, Any]) -> tuple[Signs, ...]:
    """The same of the page: elements in their order, with their attributes."""
    fragment = html.fromstring(
        f"<main>{render_parts('seat', {kind: [as_struct(part)]})[kind]}</main>"
    )
    lists = []
    for side in lists_of(part):
        path, name = _ELEMENTS.get(side, (f".//*[@data-side='{side}']", "@data-id"))
        texts = [one["text"] for one in part[side]]
        found = fragment.xpath(path)
        assert len(found) == len(texts), (side, part)
        lists.append(
            tuple(
                Sign(place, str(one.xpath(name)[0]), _marks(one, texts))
                for place, one in enumerate(found)
            )
        )
    return tuple(lists)


def _marks(element: Any, texts: Sequence[str]) -> str:
    """Names and values of all attributes in it, less those that say a text."""
    return " ".join(
        f"{one.tag} {name}={value}"
        for one in element.iter()
        for name, value in one.attrib.items()
        if not any(text in value for text in texts)
    )


# ── the truth, which it doesn't know ────────────────────────────────────────────────────────────


ARRANGED: Final = ("matches", "orders")
"""Groups of questions in which every option has its place."""


class Question(msgspec.Struct, frozen=True):
    """One that is asked for the first time in an evening."""

    name: str
    """The same in every evening of the script."""
    group: str
    chance: float
    """How often whoever knows nothing is right."""
    part: Mapping[str, Any]
    kind: str
    """Of the part it stands in: tasks, rescues."""
    right: tuple[tuple[str, ...], ...]
    """The lists' ids as they are sent, in a right order."""
    ticks: int
    is_right: Callable[[tuple[str, ...]], bool]

    def riddle(self, lists: tuple[Signs, ...]) -> Riddle:
        return Riddle(lists, self.ticks, arranged=self.group in ARRANGED)

    def pieces(self, answer: tuple[str, ...]) -> int:
        """So many pairs, or items in their place, are right."""
        if self.group == "matches":
            return len({f"{a}={b}" for a, b in zip(*self.right, strict=True)} & {*answer})
        return sum(a == b for a, b in zip(*self.right, answer, strict=True))


def asked(scenario: Scenario, state: State, seat: str, part: Mapping[str, Any]) -> Question | None:
    """A task's part as a question; None: there's nothing to choose, or nothing wrong."""
    assert state.scene is not None, "a task is open"
    task = scenario.scenes[state.scene.id].tasks[part["id"]]
    found = _rated(task)
    if found is None:
        return None
    group, chance, order, ticks = found
    options = options_of(state)

    def is_right(answer: tuple[str, ...]) -> bool:
        said = cmd.Submit(id="c", at_ms=0, by=seat, task=task.id, answer=answer)
        return _judged(task, read(scenario, state, said))

    return Question(
        name=f"{task.scene}.{task.id}",
        group=group,
        chance=chance,
        part=part,
        kind="tasks",
        right=tuple(
            tuple(options.of(task, side).told[name] for name in order) for side in task.body.sides
        ),
        ticks=ticks,
        is_right=is_right,
    )


def _rated(task: Task) -> tuple[str, float, list[str], int] | None:
    """(group, chance, the options' ids with the right ones first or in order, how many are right)."""
    body = task.body
    ids = [option.id for option in body.options]
    right = [option.id for option in body.options if option.right]
    if body.form == TICKS:
        rest = [name for name in ids if name not in right]
        return ("ticks", 1 / comb(len(ids), len(right)), right + rest, len(right)) if rest else None
    if body.form == ORDERED:
        return "orders", 1 / factorial(len(ids)), list(body.right(AFRESH) or ()), 1
    if body.form == PAIRS:
        return _paired(task)
    if body.form == ONE:
        return _one_of("choices", body.options)
    if body.gathers and len(tuple(body.classes(AFRESH, always))) > len(ids):
        good = [option.id for option in body.options if option.card and not option.trap]
        rest = [name for name in ids if name not in good]
        return ("spots", len(good) / len(ids), good + rest, 1) if good and rest else None
    return None


def _paired(task: Task) -> tuple[str, float, list[str], int] | None:
    """Where each of the one side has its own of the other."""
    pairs = [pair.split("=") for pair in task.body.right(AFRESH) or ()]
    if any(one != other for one, other in pairs):
        return None
    return "matches", 1 / factorial(len(pairs)), [one for one, _ in pairs], 1


def _one_of(
    group: str, choices: Sequence[Choice | Option]
) -> tuple[str, float, list[str], int] | None:
    good = [one.id for one in choices if one.right and not one.trap]
    rest = [one.id for one in choices if one.id not in good]
    return (group, len(good) / len(choices), good + rest, 1) if good and rest else None


def _judged(task: Task, command: cmd.AnyCommand) -> bool:
    assert isinstance(command, cmd.Submit), "it is read as what it was"
    try:
        verdict = task.body.judged(command.answer)
    except Rejection as refusal:
        raise AssertionError(f"{task.id}: {command.answer} is refused, {refusal.code}") from refusal
    picked = [option for option in task.body.options if option.id in command.answer]
    if task.body.decides:
        return any(option.right for option in picked)
    if task.body.gathers:
        return any(option.card and not option.trap for option in picked)
    return verdict.verdict == "right"


def rescue_asked(trap: Trap, options: Options, part: Mapping[str, Any]) -> Question | None:
    """A rescue's part as a question."""
    assert trap.rescue is not None, "it is offered"
    found = _one_of("rescues", trap.rescue.choices)
    if found is None:
        return None
    group, chance, order, ticks = found
    told = options.rescue(trap.id, order).told
    good = {told[one.id] for one in trap.rescue.choices if one.right}
    return Question(
        name=f"{trap.id}.rescue",
        group=group,
        chance=chance,
        part=part,
        kind="rescues",
        right=(tuple(told[name] for name in order),),
        ticks=ticks,
        is_right=lambda answer: {*answer} <= good,
    )
