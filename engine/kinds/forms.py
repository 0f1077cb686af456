"""The forms an answer has: how it goes over the wire and comes back, and how it is put in words.

An answer is a list of texts everywhere: in commands, logs, tests, exports. What those texts are is
its form: ids in their order, ticks, pairs, a text, or nothing. Most of what the rest of the house
wants to know of an answer hangs on its form alone and not on the kind, so it is said here, once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final, Literal

import msgspec

from engine.kinds.options import Draw

Answer = tuple[str, ...]
Texts = Mapping[str, Mapping[str, str]]
"""Side → id → text (`options.sides_of`)."""
Draws = Mapping[str, Draw]
"""Side → its draw; in the order of the sides."""
Collected = Literal["checked", "items", "pairs", "text", "none"]


class Form(msgspec.Struct, frozen=True):
    """A text of one's own, taken as it is; the base of the other forms."""

    collected: Collected = "text"
    """How the page gathers it: `data-collect` of the answer's form."""
    typed: ClassVar[bool] = True
    """The answer is one's own words, and no ids."""

    def told(self, draws: Draws, answer: Answer) -> list[str]:
        """The answer as the wire says it to who is shown these draws."""
        return list(answer)

    def read(self, draws: Draws, ids: Texts, said: Answer) -> Answer:
        """What the wire said, by the author's ids. What is no option is marked, for the rules to
        refuse."""
        return said

    def words(self, texts: Texts, answer: Answer) -> str:
        """The answer in the script's words."""
        return "、".join(answer)

    def response(self, answer: Answer) -> str:
        """The answer as xAPI has it (1.0.3, 4.1.4.1)."""
        return "[,]".join(answer)


class Nothing(Form, frozen=True):
    """A confirmation: there is nothing to say."""

    typed: ClassVar[bool] = False

    def words(self, texts: Texts, answer: Answer) -> str:
        """Nothing was said."""
        return "—"


class Ids(Form, frozen=True):
    """Options of one side, in the order given."""

    typed: ClassVar[bool] = False

    def told(self, draws: Draws, answer: Answer) -> list[str]:
        """Each by its drawn id."""
        (drawn,) = draws.values()
        return [drawn.told[name] for name in answer]

    def read(self, draws: Draws, ids: Texts, said: Answer) -> Answer:
        """Each by the author's."""
        (drawn,) = draws.values()
        return tuple(drawn.read(name) for name in said)

    def words(self, texts: Texts, answer: Answer) -> str:
        """Each by its text."""
        known = {name: text for side in texts.values() for name, text in side.items()}
        return ";".join(known.get(name, name) for name in answer) or "—"


class Ticks(Ids, frozen=True):
    """Options of one side, in no order: two teams' same ticks are the same."""

    def told(self, draws: Draws, answer: Answer) -> list[str]:
        """In the order shown: the log's is the author's."""
        (drawn,) = draws.values()
        return [drawn.told[name] for name in sorted(answer, key=drawn.order.index)]

    def read(self, draws: Draws, ids: Texts, said: Answer) -> Answer:
        """In the author's order: they come as they were shown."""
        (side,) = map(tuple, ids.values())
        return tuple(sorted(super().read(draws, ids, said), key=lambda name: _place(side, name)))


class Pairs(Form, frozen=True):
    """`one=other`: each option of the first side with one of the second."""

    typed: ClassVar[bool] = False

    def told(self, draws: Draws, answer: Answer) -> list[str]:
        """In the order in which the first side is shown."""
        left, right = draws.values()
        other = {one: name for one, _, name in (pair.partition("=") for pair in answer)}
        shown = [name for name in left.order if name in other]
        return [f"{left.told[name]}={right.told[other[name]]}" for name in shown]

    def read(self, draws: Draws, ids: Texts, said: Answer) -> Answer:
        """In the author's order."""
        left, right = draws.values()
        parts = (pair.partition("=") for pair in said)
        pairs = [(left.read(one), sign, right.read(other)) for one, sign, other in parts]
        first = tuple(next(iter(ids.values())))
        pairs.sort(key=lambda pair: _place(first, pair[0]))
        return tuple("".join(pair) for pair in pairs)

    def words(self, texts: Texts, answer: Answer) -> str:
        """Both by their texts."""
        first, second = texts.values()
        sides = (pair.partition("=") for pair in answer)
        return ";".join(f"{first.get(a, a)}—{second.get(b, b)}" for a, _, b in sides)

    def response(self, answer: Answer) -> str:
        """Pairs with `[.]` between."""
        return "[,]".join(pair.replace("=", "[.]", 1) for pair in answer)


def _place(ids: Sequence[str], name: str) -> int:
    """Where the id stands; what is none, behind all."""
    return ids.index(name) if name in ids else len(ids)


ONE: Final = Ids("checked")
TICKS: Final = Ticks("checked")
ORDERED: Final = Ids("items")
PAIRS: Final = Pairs("pairs")
TEXT: Final = Form("text")
PRESSED: Final = Ids("none")
"""Each option has a button of its own."""
NOTHING: Final = Nothing("none")
