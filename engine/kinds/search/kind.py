"""`search`: points are spent on looking into spots; some hide cards."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from functools import cached_property
from typing import Any, Self

from msgspec import UNSET, UnsetType
from msgspec.structs import astuple, replace

from engine.errors import Place, Text
from engine.kinds.forms import PRESSED, Answer
from engine.kinds.held import Moment, SlotState, TaskState
from engine.kinds.judging import Judgement, LaidOut, Seen
from engine.kinds.keys import TRAP, WORDS, At, Count, Key, Prose, Ref, Things
from engine.kinds.kind import Counts, Draw, Kind, described
from engine.kinds.on_picture import Circle, OnPicture
from engine.kinds.options import Option
from engine.kinds.picking import check_pick, pick_key, picked
from engine.kinds.shown import Part, Shown, Titled
from engine.script.nodes import NO_EFFECTS, Card, Effects, Node
from engine.values import CardId, TrapId


class Spot(Node, frozen=True, kw_only=True):
    """A place to search. Costs `points` of the task's points."""

    id: str
    text: str
    card: CardId | None = None
    points: int = 1
    trap: TrapId | None = None
    says: str = ""
    """What is told to who looks there."""
    circle: Circle | None = None
    """Where it lies on the scene's picture; None: it has no place there."""
    effects: Effects = NO_EFFECTS


class Found(Part, frozen=True):
    """What was in a spot."""

    card: Titled | None
    """A card; null: none."""
    nothing: bool
    """No card, and nothing else that came of it."""
    says: str | UnsetType = UNSET
    """What is told of it; not there where nothing is."""


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
    at: tuple[int, ...] | UnsetType = UNSET
    """Where it lies on `picture`, in hundredths: its middle from the left and from the top, and how
    far it reaches, of the width. Not there where it has no place on it."""


class SearchShown(Shown, frozen=True):
    """Where one may look."""

    spots: tuple[SpotShown, ...]
    """As drawn."""
    points_left: int
    """What may still be spent."""
    picture: str | UnsetType = UNSET
    """The address of the scene's picture, where spots lie on it; else not there."""


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
                    Key("says", Prose(), "看了这里以后告诉他的话"),
                    Key(
                        "at",
                        OnPicture(),
                        "在这一幕的图上：[横, 竖, 半径]，百分数",
                        field="circle",
                    ),
                ),
                least=1,
                effects=True,
            ),
            "能搜的地方",
            needed=True,
            example="[{id: desk, text: 书桌, card: note}, {id: wall, text: 墙缝, points: 2}, "
            "{id: bed, text: 床下}]",
        ),
        pick_key("只显示这么多处：藏着卡片、带 set 或 give 的都在，其余每一局另抽"),
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
        "点图上的圈，或点下面的名字。": "Tap a circle on the picture, or a name below.",
    }

    points: int
    spots: tuple[Spot, ...]
    pick: int = 0
    """How many a run shows: those that hide something, and others as drawn; 0: all."""

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
        """There are points enough for the dearest spot, and whatever lies on a picture says
        something."""
        check_pick(at, self.pick, len(self.spots), len(self._kept()) + 1)
        node, most = at.node("spots"), max((spot.points for spot in self.spots), default=0)
        if node is not None and most > self.points:
            at.issue("SC426", node, points=self.points, most=most)
        for spot, written in zip(self.spots, at.items("spots"), strict=True):
            told = spot.says or spot.card or spot.trap or spot.effects.tells
            if spot.circle is not None and not told:
                at.issue("SC443", written, name=spot.text)

    def _kept(self) -> list[str]:
        """The spots that no run leaves out: something hangs on them."""
        return [one.id for one in self.spots if one.card or one.effects.sets or one.effects.gives]

    def left_out(self) -> frozenset[str]:
        """The spots that nothing hangs on."""
        others = {spot.id for spot in self.spots} - {*self._kept()}
        return frozenset(others) if self.pick else frozenset()

    def lay_out(self, slots: tuple[str, ...], draw: Draw) -> LaidOut:
        """Which of them this run shows, where there are more."""
        ids = tuple([spot.id for spot in self.spots])
        return LaidOut(picked=picked(ids, self.pick, draw, kept=self._kept()))

    def unpicked(self) -> Self:
        """The same, showing all: whoever searches some of them could leave the others."""
        return replace(self, pick=0) if self.pick else self

    def on_picture(self) -> tuple[Place, ...]:
        """Spots that have a place on it."""
        return tuple(spot.at for spot in self.spots if spot.circle is not None)

    def texts(self, slot: str) -> tuple[str, ...]:
        """Where one may look, and what is told there."""
        return (*super().texts(slot), *(spot.says for spot in self.spots if spot.says))

    def tells(self, answer: Answer) -> tuple[str, ...]:
        """What was told where one looked."""
        return tuple(spot.says for spot in self.spots if spot.says and spot.id in answer)

    def left(self, answer: Answer) -> int:
        """Points not spent yet by who searched these spots."""
        return self.points - sum(spot.points for spot in self.spots if spot.id in answer)

    def here(self, held: TaskState) -> tuple[Spot, ...]:
        """The spots that this run shows."""
        return tuple([one for one in self.spots if not held.picked or one.id in held.picked])

    def affordable(self, held: TaskState, answer: Answer) -> tuple[Spot, ...]:
        """Spots not searched yet that the points left pay for."""
        left = self.left(answer)
        return tuple(s for s in self.here(held) if s.id not in answer and s.points <= left)

    def verdict(self, moment: Moment, answer: Answer) -> Judgement:
        """What is found; no spot: it is ended."""
        before, ticked = moment.mine.answer, set(answer)
        if not answer:
            return Judgement(verdict="confirmed", answer=before)
        if len(ticked) != len(answer) or ticked & set(before):
            raise self.refuse("spot_again")
        if not ticked <= {spot.id for spot in self.here(moment.held)}:
            raise self.refuse("unknown_choice")
        found = tuple(spot for spot in self.spots if spot.id in ticked)
        if sum(spot.points for spot in found) > self.left(before):
            raise self.refuse("no_points")
        return Judgement(
            verdict="found",
            done=not self.affordable(moment.held, (*before, *answer)),
            answer=answer,
            traps=tuple(dict.fromkeys(spot.trap for spot in found if spot.trap)),
            effects=tuple(spot.effects for spot in found if spot.effects is not NO_EFFECTS),
            cards=tuple(spot.card for spot in found if spot.card),
        )

    def right(self, moment: Moment) -> Answer | None:
        """The next spot that hides a card and no trap; nothing left: finish."""
        for spot in self.affordable(moment.held, moment.mine.answer):
            if spot.card is not None and spot.trap is None:
                return (spot.id,)
        return ()

    def right_words(self) -> tuple[str, ...]:
        """Where cards are."""
        return tuple(s.text for s in self.spots if s.card is not None and not s.trap)

    def show(self, seen: Seen) -> Shown:
        """The spots as drawn, with what was in those that were searched."""
        drawn = seen.draw("spots")
        spots = {spot.id: spot for spot in self.here(seen.moment.held)}
        found = seen.moment.mine.answer
        shown = [
            SpotShown(
                id=drawn.told[name],
                text=spots[name].text,
                points=spots[name].points,
                found=name in found,
                gave=_gave(seen.cards, spots[name]) if name in found else None,
                at=astuple(circle) if (circle := spots[name].circle) is not None else UNSET,
            )
            for name in drawn.order
            if name in spots
        ]
        lies = bool(self.on_picture())
        return SearchShown(
            spots=tuple(shown),
            points_left=self.left(found),
            picture=seen.picture if lies else UNSET,
        )

    def classes(self, moment: Moment, counts: Counts) -> Iterator[Answer]:
        """The end of it, and each spot that can be paid for."""
        can = {spot.id for spot in self.affordable(moment.held, moment.mine.answer)}
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


def _gave(cards: Mapping[CardId, Card], spot: Spot) -> Found:
    """What was there: a card, something else that has come of it, or nothing."""
    card = cards.get(spot.card) if spot.card is not None else None
    other = spot.card or spot.trap or spot.says
    return Found(
        card=Titled(id=card.id, title=card.title) if card is not None else None,
        nothing=not other and spot.effects == NO_EFFECTS,
        says=spot.says or UNSET,
    )
