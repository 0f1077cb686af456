"""Tasks answered by pairs, each of the first side with one of the second: `match` and its like."""

from __future__ import annotations

from typing import Any

from engine.kinds.arranging import Arranging
from engine.kinds.forms import PAIRS, Answer
from engine.kinds.kind import described
from engine.kinds.options import Option


class Pairing(Arranging, frozen=True):
    """Every option of the first side gets one of the second. A kind says of which (`key`)."""

    form = PAIRS

    def both(self) -> tuple[str, str]:
        """The two sides."""
        first, second = self.sides
        return first, second

    def joined(self, answer: Answer) -> dict[str, str]:
        """First → second, of an answer that pairs each of the first side once. Raises Rejection:
        unknown_choice, whole_match."""
        firsts, seconds = self.sides.values()
        pairs = [pair.partition("=")[::2] for pair in answer]
        said = [name for one, other in pairs for name in ((one, firsts), (other, seconds))]
        if any(name and name not in known for name, known in said):
            raise self.refuse("unknown_choice")
        if sorted(one for one, _ in pairs) != sorted(firsts) or not all(b for _, b in pairs):
            raise self.refuse("whole_match")
        return dict(pairs)

    def whole(self, answer: Answer) -> None:
        """Raises Rejection: unknown_choice, whole_match."""
        self.joined(answer)

    def is_right(self, answer: Answer) -> bool:
        """Each has its own, in whatever order they are told."""
        return set(answer) == set(self.key())

    def chosen(self, answer: Answer) -> tuple[Option, ...]:
        """What was given a partner."""
        first, _ = self.both()
        given = {pair.partition("=")[0] for pair in answer}
        return tuple(one for one in self.options if one.side == first and one.id in given)

    def right_words(self) -> tuple[str, ...]:
        """`one — other`."""
        first, second = self.sides.values()
        pairs = (pair.partition("=") for pair in self.key())
        return tuple(f"{first[one]} — {second[other]}" for one, _, other in pairs)

    def interaction(self) -> dict[str, Any]:
        """Matching, source and target."""
        first, second = self.both()
        return {
            "interactionType": "matching",
            "correctResponsesPattern": [self.form.response(self.key())],
            "source": described(one for one in self.options if one.side == first),
            "target": described(one for one in self.options if one.side == second),
        }
