"""`judge`: each statement is true, false, or told differently by the sources."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Final, Literal

from engine.errors import Place, Text
from engine.kinds.forms import Answer
from engine.kinds.judging import Ground, Seen
from engine.kinds.keys import FACT, TRAP, WORDS, Key, Things, Word
from engine.kinds.options import Option
from engine.kinds.pairing import Pairing
from engine.kinds.picking import PICK_THINGS
from engine.kinds.shown import Listed, Shown
from engine.script.nodes import Node
from engine.values import FactId

Call = Literal["true", "false", "disputed"]
CALLS: Final[dict[str, Text]] = {
    "true": Text("对", "True"),
    "false": Text("不对", "False"),
    "disputed": Text("说法不一", "Told differently"),
}
"""What a statement may be called."""


class Statement(Node, frozen=True, kw_only=True):
    """Something that is said."""

    id: str
    text: str
    call: Call
    fact: FactId | None = None


class JudgeShown(Shown, frozen=True):
    """What is to be judged."""

    statements: tuple[Listed, ...]
    """As drawn."""
    calls: tuple[Listed, ...]
    """What each may be, in the language of the page."""


class Judge(Pairing, frozen=True):
    """Statements to judge."""

    name = "judge"
    shows = JudgeShown
    label = Text("判一判", "Judge")
    does = "判断每一条 `statements`：`call` 是 `true` 对、`false` 不对、`disputed` 各书说法不一"
    ends = "全部判对"
    also = ("判断", "判断题", "是非", "true_false")
    keys = (
        Key(
            "statements",
            Things(
                Statement,
                (
                    WORDS,
                    Key(
                        "call",
                        Word(tuple(CALLS)),
                        "true 对，false 不对，disputed 说法不一",
                        needed=True,
                    ),
                    FACT,
                ),
                least=1,
                unlike=("text",),
            ),
            "要判断的几句话",
            needed=True,
            example='[{id: sh, text: 一大在上海开幕, call: "true", fact: opened}, '
            '{id: july, text: 七月一日开幕, call: "false"}, {id: c, text: 丙, call: "true"}]',
        ),
        TRAP,
        PICK_THINGS,
    )
    picked_least = 1
    seconds = 75
    words = {"每一句都判一判。": "Judge each statement.", "判好了": "Judged"}

    statements: tuple[Statement, ...]

    @cached_property
    def options(self) -> tuple[Option, ...]:
        """The statements, then what they may be called."""
        at = self.statements[0].at if self.statements else Place("", 1, 1)
        return (
            *(
                Option(id=one.id, text=one.text, side="statements", at=one.at, fact=one.fact)
                for one in self.statements
            ),
            *(Option(id=call, text=said.zh, side="calls", at=at) for call, said in CALLS.items()),
        )

    def grounds(self, at: Place, fact: FactId | None) -> Iterator[Ground]:
        """Each call rests on a fact; one that is contested may be called nothing but disputed."""
        for one in self.statements:
            yield Ground(one.at, one.fact or fact, alone=one.call != "disputed")

    def key(self, ids: Answer) -> Answer:
        """Each as it is."""
        return tuple(f"{one.id}={one.call}" for one in self._of(ids))

    def _of(self, ids: Answer) -> list[Statement]:
        return [one for one in self.statements if one.id in ids]

    def turned(self, ids: Answer) -> Answer:
        """The first one wrongly."""
        first, *rest = self._of(ids)
        other = next(call for call in CALLS if call != first.call)
        return (f"{first.id}={other}", *(f"{one.id}={one.call}" for one in rest))

    def show(self, seen: Seen) -> Shown:
        """The statements as drawn; the calls in the language of the page."""
        calls = {call: said.in_(seen.lang) for call, said in CALLS.items()}
        return JudgeShown(
            statements=seen.listed("statements", self.texts_of("statements", seen.moment.held)),
            calls=seen.listed("calls", calls),
        )
