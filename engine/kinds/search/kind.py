"""`search`: points are spent on looking into spots; some hide cards."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from functools import cached_property
from typing import Any

from engine.errors import Text
from engine.kinds.forms import PRESSED, Answer
from engine.kinds.held import Moment, SlotState
from engine.kinds.judging import Judgement, Seen
from engine.kinds.keys import TRAP, WORDS, At, Count, Key, Ref, Things
from engine.kinds.kind import Counts, Kind, described
from engine.kinds.options import Option
from engine.kinds.shown import Part, Shown, Titled
from engine.script.nodes import NO_EFFECTS, Card, Effects, Node
from engine.values import CardId, Map, TrapId


class Spot(Node, frozen=True, kw_only=True):
    """A place to search. Costs `points` of the task's points."""

    id: str
    text: str
    card: CardId | None = None
    points: int = 1
    trap: TrapId | None = None
    effects: Effects = NO_EFFECTS


class Found(Part, frozen=True):
    """What was in a spot."""

    card: Titled | None
    """A card; null: none."""
    nothing: bool
    """No card, and nothing else that came of it."""


class SpotShown(Part, frozen=True):
    """A place that may be searched."""

    id: str
    """Drawn."""
    text: str
    """What a client goes by."""
    points: int
    """What searching it takes."""
    found: bool
    """It was searched."""
    gave: Found | None
    """What was there; null until it is searched."""


class SearchShown(Shown, frozen=True):
    """Where one may look."""

    spots: tuple[SpotShown, ...]
    """As drawn."""
    points_left: int
    """What may still be spent."""


class Search(Kind, frozen=True):
    """Spots to look into."""

    name = "search"
    label = Text("找一找", "Search")
    does = "用 `points` 点查看 `spots`，找到卡片"
    ends = "点数不够再看，或点了结束"
    also = ("搜查", "搜索", "寻找")
    form = PRESSED
    shows = SearchShown
    keys = (
        Key("points", Count(), "一共几点，搜一处花几点", needed=True, example="4"),
        Key(
            "spots",
            Things(
                Spot,
                (
                    WORDS,
                    Key("card", Ref("card"), "卡片的名字"),
                    Key("points", Count(), "一共几点，搜一处花几点"),
                    TRAP,
                ),
                least=1,
                effects=True,
            ),
            "能搜的地方",
            needed=True,
            example="[{id: desk, text: 书桌, card: note}, {id: wall, text: 墙缝, points: 2}]",
        ),
    )
    seconds = 75
    gathers = True
    refusals = {
        "spot_again": (
            Text("这个地方已经找过了。", "That place has been searched."),
            Text("请换一个地方。", "Try another."),
        ),
        "no_points": (
            Text("剩下的次数不够了。", "You haven't enough points left."),
            Text("换一个地方，或结束搜寻。", "Try another place, or finish."),
        ),
    }
    then = {
        "spot_again": ("other", "a spot with `found: false`, or `[]` to finish"),
        "no_points": ("other", "a cheaper spot, or `[]` to finish"),
    }
    words = {
        "还能找 {n} 点": "{n} left to search",
        "找到：{what}": "Found: {what}",
        "这里没有": "nothing here",
        "找过了": "searched",
        "要 {n} 点": "costs {n}",
        "不找了": "Stop searching",
    }

    points: int
    spots: tuple[Spot, ...]

    @cached_property
    def options(self) -> tuple[Option, ...]:
        """The spots."""
        return tuple(
            Option(
                id=one.id,
                text=one.text,
                side="spots",
                at=one.at,
                alone=True,
                trap=one.trap,
                card=one.card,
                points=one.points,
                effects=one.effects,
            )
            for one in self.spots
        )

    def check(self, at: At) -> None:
        """There are points enough for the dearest spot."""
        node, most = at.node("spots"), max((spot.points for spot in self.spots), default=0)
        if node is not None and most > self.points:
            at.issue("SC426", node, points=self.points, most=most)

    def left(self, answer: Answer) -> int:
        """Points not spent yet by who searched these spots."""
        return self.points - sum(spot.points for spot in self.spots if spot.id in answer)

    def affordable(self, answer: Answer) -> tuple[Spot, ...]:
        """Spots not searched yet that the points left pay for."""
        left = self.left(answer)
        return tuple(s for s in self.spots if s.id not in answer and s.points <= left)

    def verdict(self, moment: Moment, answer: Answer) -> Judgement:
        """What is found; no spot: it is ended."""
        before, ticked = moment.mine.answer, set(answer)
        if not answer:
            return Judgement(verdict="confirmed", answer=before)
        if len(ticked) != len(answer) or ticked & set(before):
            raise self.refuse("spot_again")
        if not ticked <= {spot.id for spot in self.spots}:
            raise self.refuse("unknown_choice")
        found = tuple(spot for spot in self.spots if spot.id in ticked)
        if sum(spot.points for spot in found) > self.left(before):
            raise self.refuse("no_points")
        return Judgement(
            verdict="found",
            done=not self.affordable((*before, *answer)),
            answer=answer,
            traps=tuple(dict.fromkeys(spot.trap for spot in found if spot.trap)),
            effects=tuple(spot.effects for spot in found if spot.effects is not NO_EFFECTS),
            cards=tuple(spot.card for spot in found if spot.card),
        )

    def right(self, moment: Moment) -> Answer | None:
        """The next spot that hides a card and no trap; nothing left: finish."""
        for spot in self.affordable(moment.mine.answer):
            if spot.card is not None and spot.trap is None:
                return (spot.id,)
        return ()

    def right_words(self) -> tuple[str, ...]:
        """Where cards are."""
        return tuple(s.text for s in self.spots if s.card is not None and not s.trap)

    def show(self, seen: Seen) -> Shown:
        """The spots as drawn, with what was in those that were searched."""
        drawn, spots = seen.draw("spots"), {spot.id: spot for spot in self.spots}
        found = seen.moment.mine.answer
        shown = [
            SpotShown(
                id=drawn.told[name],
                text=spots[name].text,
                points=spots[name].points,
                found=name in found,
                gave=_gave(seen.cards, spots[name]) if name in found else None,
            )
            for name in drawn.order
        ]
        return SearchShown(spots=tuple(shown), points_left=self.left(found))

    def classes(self, moment: Moment, counts: Counts) -> Iterator[Answer]:
        """The end of it, and each spot that can be paid for."""
        can = {spot.id for spot in self.affordable(moment.mine.answer)}
        yield ()
        yield from ((one.id,) for one in self.options if one.id in can and counts(one))

    def matters(self, mine: SlotState, counts: Counts) -> Hashable:
        """The spots that matter; and the points left, if there are more of those."""
        seen = frozenset(one.id for one in self.options if counts(one))
        taken = seen.intersection(mine.answer)
        return taken, 0 if taken == seen else self.left(mine.answer)

    def grade(self, verdict: str, answer: Answer) -> str:
        """It goes wrong where a trap lies in a spot, and can't where there is none."""
        if self.trap_in(answer) is not None:
            return "trap"
        return "right" if self.traps() else "found"

    def shown_after(self, slips: int) -> bool:
        """What is found isn't known."""
        return False

    def interaction(self) -> dict[str, Any]:
        """A choice, nothing of which is right by itself."""
        return {"interactionType": "choice", "choices": described(self.options)}


def _gave(cards: Map[CardId, Card], spot: Spot) -> Found:
    """What was there: a card, something else that has come of it, or nothing."""
    card = cards[spot.card] if spot.card is not None else None
    return Found(
        card=Titled(id=card.id, title=card.title) if card is not None else None,
        nothing=card is None and spot.trap is None and spot.effects == NO_EFFECTS,
    )
