"""Tasks answered by pairs, each of the first side with one of the second: `match` and its like."""

from __future__ import annotations

from typing import Any, ClassVar

from engine.kinds.arranging import Arranging
from engine.kinds.counting import Places, Space
from engine.kinds.forms import PAIRS, Answer
from engine.kinds.held import TaskState
from engine.kinds.judging import Seen
from engine.kinds.kind import described
from engine.kinds.options import Option


class Pairing(Arranging, frozen=True):
    """Every option of the first side gets one of the second. A kind says of which (`key`)."""

    form = PAIRS
    once: ClassVar[bool] = False
    """None of the second side serves twice."""

    def both(self) -> tuple[str, str]:
        """The two sides."""
        first, second = self.sides
        return first, second

    def partners(self, ids: Answer) -> Answer:
        """What these may be given: all of the second side."""
        return tuple(self.sides[self.both()[1]])

    def joined(self, answer: Answer, ids: Answer) -> dict[str, str]:
        """First → second, of an answer that pairs each of these once. Raises Rejection:
        unknown_choice, whole_match."""
        firsts, seconds = ids, self.partners(ids)
        pairs = [pair.partition("=")[::2] for pair in answer]
        said = [name for one, other in pairs for name in ((one, firsts), (other, seconds))]
        if any(name and name not in known for name, known in said):
            raise self.refuse("unknown_choice")
        if sorted(one for one, _ in pairs) != sorted(firsts) or not all(b for _, b in pairs):
            raise self.refuse("whole_match")
        return dict(pairs)

    def whole(self, answer: Answer, ids: Answer) -> None:
        """Raises Rejection: unknown_choice, whole_match."""
        self.joined(answer, ids)

    def placed(self, answer: Answer, ids: Answer) -> Places:
        """Who was given to each."""
        given = dict(pair.partition("=")[::2] for pair in answer)
        return tuple([given.get(name, "") for name in ids])

    def space(self, seen: Seen, ids: Answer) -> Space:
        """Any of the second side for each of the first."""
        return Space(places=len(ids), things=self.partners(ids), once=self.once)

    def is_right(self, answer: Answer) -> bool:
        """Each has its own, in whatever order they are told."""
        return set(answer) <= set(self.key(self.listed()))

    def listed(self) -> Answer:
        """The first side."""
        return tuple(self.sides[self.both()[0]])

    def texts_of(self, side: str, held: TaskState) -> dict[str, str]:
        """The options of a side that this run shows, with their texts."""
        shown = self.asked(held)
        ids = shown if side == self.both()[0] else self.partners(shown)
        return {name: text for name, text in self.sides[side].items() if name in ids}

    def chosen(self, answer: Answer) -> tuple[Option, ...]:
        """What was given a partner."""
        first, _ = self.both()
        given = {pair.partition("=")[0] for pair in answer}
        return tuple(one for one in self.options if one.side == first and one.id in given)

    def right_words(self) -> tuple[str, ...]:
        """`one — other`."""
        first, second = self.sides.values()
        pairs = (pair.partition("=") for pair in self.key(self.listed()))
        return tuple(f"{first[one]} — {second[other]}" for one, _, other in pairs)

    def interaction(self) -> dict[str, Any]:
        """Matching, source and target."""
        first, second = self.both()
        return {
            "interactionType": "matching",
            "correctResponsesPattern": [self.form.response(self.key(self.listed()))],
            "source": described(one for one in self.options if one.side == first),
            "target": described(one for one in self.options if one.side == second),
        }
