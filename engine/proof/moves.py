"""What somebody may do in a play, and the answers that stand for all others."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Final

import msgspec

from engine.scenario.model import Choose, Discuss, Enter, Match, Order, Read, Reflect, Select, Speak
from engine.values import ANY, SeatId, TaskId

SUBSETS_MAX: Final = 4
"""Trapped choices of one `select` up to which every combination of them is tried."""


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody may do."""

    kind: str
    """`answer`, `hint`, `rescue`, `stand_in`, `limit`; `leave_be` and `dawdle` are no moves of
    anybody's: tasks are left for good, it is settled that the time will run out."""
    seat: SeatId = ""
    task: TaskId = ""
    slot: str = ""
    answer: tuple[str, ...] = ()
    tasks: frozenset[TaskId] = frozenset()

    def text(self, several: bool) -> str:
        """As a test's `play` has it; empty for what takes time, not a hand. `several`: the task
        has more slots than one, so the role must be named."""
        match self.kind:
            case "answer":
                who = f"{self.slot}:" if several and self.slot != ANY else ""
                return f"{who}{self.task}={','.join(self.answer)}"
            case "hint":
                return f"hint={self.task}"
            case "rescue":
                return f"rescue={self.answer[0]}"
            case _:
                return ""


def fixed_answers(
    body: Choose | Select | Order | Match | Enter | Read | Discuss | Speak | Reflect,
) -> Iterator[tuple[str, ...]]:
    """Answers that stand for all others, where they depend on the script alone."""
    match body:
        case Choose(choices=choices):
            yield from ((choice.id,) for choice in choices)
        case Select():
            yield from _ticked(body)
        case Order(items=items, trap=trap):
            ids = tuple(item.id for item in items)
            yield ids
            if trap is not None:
                yield ids[::-1]
        case Match():
            yield from _joined(body)
        case Enter(accept=accept, traps=traps, trap=trap):
            yield (accept[0],)
            yield from ((text,) for text in {name: text for text, name in traps.items()}.values())
            if trap is not None:
                yield (OTHER_TEXT,)
        case _:
            yield (OTHER_TEXT,) if isinstance(body, Reflect) else ()


OTHER_TEXT: Final = "不知道"
"""Stands for every text that a script doesn't name."""


def _joined(body: Match) -> Iterator[tuple[str, ...]]:
    ids = tuple(pair.id for pair in body.pairs)
    yield tuple(f"{name}={name}" for name in ids)
    if body.trap is not None:
        turned = (*ids[1:], ids[0])
        yield tuple(f"{one}={other}" for one, other in zip(ids, turned, strict=True))


def _ticked(body: Select) -> Iterator[tuple[str, ...]]:
    """The right set, and every combination of trapped choices (or each, and all, of many)."""
    right = tuple(choice.id for choice in body.choices if choice.right)
    trapped = tuple(choice.id for choice in body.choices if choice.trap is not None)
    if right:
        yield right
    if len(trapped) > SUBSETS_MAX:
        yield from ((name,) for name in trapped)
        yield trapped
        return
    for number in range(1, len(trapped) + 1):
        yield from combinations(trapped, number)
