"""`hand`: a card is handed to another role."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from engine.errors import Text
from engine.kinds.forms import NOTHING, Answer
from engine.kinds.held import Moment
from engine.kinds.judging import Handing, Judgement, Seen
from engine.kinds.keys import At, Key, Ref
from engine.kinds.kind import Counts, Kind
from engine.kinds.shown import Named, Shown, Titled
from engine.values import CardId, RoleId


class HandShown(Shown, frozen=True):
    """What is to be handed to whom."""

    card: Titled
    """The card."""
    to: Named
    """The role that is to get it."""
    holds: bool
    """Somebody has it, so that it can be handed."""


class Hand(Kind, frozen=True):
    """A card to hand over."""

    name = "hand"
    label = Text("交给队友", "Hand over")
    does = "把 `card` 交给 `to`"
    ends = "交了"
    also = ("转交", "交", "递交")
    form = NOTHING
    shows = HandShown
    keys = (
        Key("card", Ref("card"), "卡片的名字", needed=True, example="note"),
        Key("to", Ref("role"), "交给哪个角色", needed=True, example="lookout"),
    )
    seconds = 20
    words = {
        "把卡片“{card}”交给 {name}": "Hand the card “{card}” to {name}",
        "交过去": "Hand it over",
        "您手里还没有这张卡片，先从队友那里拿到它。": (
            "You don't have this card yet; get it from a teammate first."
        ),
    }

    card: CardId
    to: RoleId

    def check(self, at: At) -> None:
        """Nobody hands a card to themselves."""
        if self.to in at.slots:
            at.issue("SC415")

    def needs(self) -> tuple[CardId, ...]:
        """The card."""
        return (self.card,)

    def handing(self) -> Handing | None:
        """The card, to whom."""
        return Handing(self.card, self.to)

    def verdict(self, moment: Moment, answer: Answer) -> Judgement:
        """Given by the slot's role, else by whoever has it meanwhile, so that a card handed about
        beforehand never jams the task. Raises Rejection: card_not_held, by nobody."""
        holders = moment.holders.get(self.card, ())
        if not holders:
            raise self.refuse("card_not_held")
        giver = moment.slot if moment.slot in holders else holders[0]
        done = super().verdict(moment, answer)
        return replace(done, handed=Handing(self.card, self.to, giver))

    def right(self, moment: Moment) -> Answer | None:
        """Once somebody holds it."""
        return () if moment.holders.get(self.card) else None

    def classes(self, moment: Moment, counts: Counts) -> Iterator[Answer]:
        """The same."""
        if moment.holders.get(self.card):
            yield ()

    def guesses(self, moment: Moment) -> tuple[Answer, ...]:
        """Handed or not."""
        return ((),)

    def show(self, seen: Seen) -> Shown:
        """The card by its title, whom it is for, and whether it is there to be handed."""
        card, to = seen.cards[self.card], seen.roles[self.to]
        return HandShown(
            card=Titled(id=card.id, title=card.title),
            to=Named(id=to.id, name=to.name),
            holds=bool(seen.moment.holders.get(self.card)),
        )
