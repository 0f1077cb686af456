"""`vote`: the roles decide together; only what it falls on happens.

What a choice costs is seen while they vote and paid when the vote falls on it. If by then it can't
be taken any more, since a teammate spent what it costs, it is voted again: one choice at the least
is always free.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from typing import Literal, Self

from msgspec import UNSET, UnsetType

from engine.errors import Text
from engine.kinds.choices import KEEP_ORDER, PICK, PRICED, OfChoicesShown, OneOf, best, is_free
from engine.kinds.forms import Answer
from engine.kinds.held import Moment, SlotState, TaskState
from engine.kinds.judging import Judgement, Seen
from engine.kinds.keys import At, Inside, Key, Word
from engine.kinds.options import Option
from engine.kinds.shown import Part, Shown
from engine.kinds.tallying import explains_first

AGAIN = "again"
"""`tie`: vote again."""


class Ballot(Part, frozen=True):
    """A role that votes. Never what."""

    role: str
    """For programs: the role."""
    role_name: str
    """What it is called."""
    voted: bool
    """It has voted in this round."""


class Count(Part, frozen=True):
    """A choice's votes."""

    id: str
    """The choice's."""
    votes: int
    """How many."""


class VoteShown(OfChoicesShown, frozen=True):
    """How the vote stands."""

    votes: tuple[Ballot, ...]
    """Who has voted."""
    rule: Literal["majority", "unanimous"]
    """What it takes."""
    decided: str | None
    """What it fell on; null until then."""
    rounds: int
    """How often it was tied."""
    tally: tuple[Count, ...] | None
    """After a round, with a result or without: how the votes fell."""
    first: str | UnsetType = UNSET
    """Once it is decided: the choice whose side is asked to explain first, that with fewest votes;
    not there where all were of one mind."""


class Vote(OneOf, frozen=True):
    """Choices to decide between."""

    name = "vote"
    shows = VoteShown
    label = Text("表决", "Vote")
    does = "列出的角色一起决定"
    ends = "定下来了；只发生选中那项的效果"
    also = ("投票", "表决")
    keys = (
        PRICED,
        KEEP_ORDER,
        PICK,
        Key(
            "rule",
            Word(("majority", "unanimous")),
            "majority 多数，unanimous 一致",
            example="unanimous",
        ),
        Key("tie", Inside(), "平了怎么办：again 再投，或一个选项", example="again"),
    )
    together = True
    decides = True
    words = {
        "上一轮没有定下来，再商量商量，重新投。": (
            "Not decided last time; talk again and vote anew."
        ),
        "上一轮的票数": "Votes of the last round",
        "票数": "Votes",
        "请投“{what}”的一边先说说为什么。": 'Those who voted "{what}" say first why.',
        "{n} 票": "{n}",
        "要全体一致。先商量，再各投一票。": "All have to agree. Talk first, then each votes.",
        "多数决定。先商量，再各投一票。": "The majority decides. Talk first, then each votes.",
        "您上一轮投的": "your last vote",
        "投票": "Vote",
        "结果：{what}": "Result: {what}",
        "您已投票，等其他人。": "You have voted; waiting for the others.",
        "投票情况": "Votes",
        "，已投": ", voted",
    }

    rule: Literal["majority", "unanimous"] = "majority"
    tie: str | None = None
    """A choice id, or None: vote again."""

    @classmethod
    def read(cls, at: At) -> Self:
        """The words for a tie are the choices'."""
        choices, keep, some, rule, tie = cls.keys
        listed = choices.read(at)
        words = (AGAIN, *(choice.id for choice in listed))
        falls = at.reader.word(at.node(tie.name), tie.name, words, default=AGAIN)
        return cls(
            choices=listed,
            keep_order=keep.read(at),
            pick=some.read(at),
            rule=rule.read(at),
            tie=None if falls == AGAIN else falls,
        )

    def check(self, at: At) -> None:
        """What a tie falls on can always be taken."""
        super().check(at)
        for choice in self.choices:
            missing = self.pick and not choice.right
            if choice.id == self.tie and (missing or not is_free(choice)):
                at.issue("SC438", at.node("tie"), name=choice.id)

    def verdict(self, moment: Moment, answer: Answer) -> Judgement:
        """A vote; what it comes to is known when all have voted. Raises Rejection: not_offered."""
        self.offered(moment, answer)
        return Judgement(verdict="vote", answer=answer)

    def fall(self, held: TaskState) -> Option | None:
        """The choice the votes fall on; None: vote again."""
        votes = [slot.answer[0] for slot in held.slots.values() if slot.answer]
        count = {choice.id: votes.count(choice.id) for choice in self.choices}
        most = max(count.values(), default=0)
        leading = [name for name, number in count.items() if number == most]
        if self.rule == "unanimous":
            winner = leading[0] if most == len(votes) > 0 else self.tie
        else:
            winner = leading[0] if len(leading) == 1 else self.tie
        return next((option for option in self.options if option.id == winner), None)

    def right(self, moment: Moment) -> Answer | None:
        """The leading choice that can be taken, so that a stand-in never outvotes anybody; nothing
        voted: the best."""
        cast = [slot.answer[0] for slot in moment.held.slots.values() if slot.answer]
        votes = Counter(name for name in cast if name not in moment.closed)
        return (votes.most_common(1)[0][0] if votes else best(self.choices).id,)

    def final(self, held: TaskState, mine: SlotState) -> Answer:
        """What it fell on."""
        return (_fell_on(held),)

    def show(self, seen: Seen) -> Shown:
        """Who has voted; never what, until the round is over."""
        held, drawn = seen.moment.held, seen.draw("choices")
        ballots = [
            Ballot(role=name, role_name=seen.roles[name].name, voted=slot.done)
            for name, slot in held.slots.items()
        ]
        return VoteShown(
            choices=seen.offered("choices", self.options),
            votes=tuple(ballots),
            rule=self.rule,
            decided=drawn.told.get(_fell_on(held)),
            rounds=held.rounds,
            tally=self._tally(seen),
            first=self._first(seen),
        )

    def _tally(self, seen: Seen) -> tuple[Count, ...] | None:
        """How the votes fell: once it is decided; until then in the round before, which decided
        nothing, or fell on what was a trap. None in the first round."""
        held, drawn = seen.moment.held, seen.draw("choices")
        if held.status == "done":
            votes = _votes(held)
        elif held.rounds:
            last = [answers[-1][0] for answers in seen.tried.values() if answers]
            votes = Counter(last)
        else:
            return None
        return tuple([Count(id=drawn.told[name], votes=votes[name]) for name in drawn.order])

    def _first(self, seen: Seen) -> str | UnsetType:
        held, drawn = seen.moment.held, seen.draw("choices")
        side = explains_first(drawn.order, _votes(held)) if held.status == "done" else None
        return UNSET if side is None else drawn.told[side]

    def pooled(self, held: TaskState) -> Hashable:
        """Only the count matters, not whose vote was which."""
        return tuple(sorted(slot.answer for slot in held.slots.values()))

    def grade(self, verdict: str, answer: Answer) -> str:
        """That on one's own vote."""
        mine = next(choice for choice in self.choices if choice.id in answer)
        return "trap" if mine.trap else "right" if mine.right else "vote"


def _fell_on(held: TaskState) -> str:
    """What it fell on; empty while it is open: a trap it fell on before is voted on again."""
    return held.decided if held.status == "done" else ""


def _votes(held: TaskState) -> Counter[str]:
    return Counter(slot.answer[0] for slot in held.slots.values() if slot.answer)
