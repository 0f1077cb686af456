"""`Kind`: what a task's body is, and all that the rest of the house may ask of it.

A kind is a frozen struct with the fields its keys are read to. Everything here has a default but
the five marked *each kind says*; the simplest kinds (`read`, `speak`) are a dozen lines. Whoever
would write `isinstance(task.body, …)` outside `engine/kinds` has found a question that is missing
here; `tests/test_house.py` says so too.

Pure, and small in what it knows: the moment of one slot, never the run. So a kind can't reach past
its own task, and the proof, which asks the same questions, can't drift from the play.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, ClassVar, Final, Literal, Self

import msgspec
from msgspec import UNSET, UnsetType

from engine.errors import Place, Rejection, Text
from engine.kinds.forms import Answer, Form
from engine.kinds.held import AFRESH, Moment, SlotState, TaskState
from engine.kinds.judging import Ground, Handing, Judgement, LaidOut, Seen
from engine.kinds.keys import At, Key
from engine.kinds.options import Option, sides_of
from engine.kinds.refusals import SHARED, Refusals, refusal
from engine.kinds.shown import Audience, Shown
from engine.values import CardId, FactId, RoleId, TrapId

Draw = Callable[[tuple[str, ...]], tuple[str, ...]]
"""Ids → the same in an order drawn by the run's seed."""
Then = Literal["again", "other"]
NOTHING_SHOWN: Final = Shown()
Counts = Callable[[Option], bool]
"""Whether it can matter to the play that this option was picked."""
SLIPS_MAX: Final = 2
"""More wrong answers to one task than these are trying out, where they can't be counted off."""


def always(option: Option) -> bool:
    """Every option counts."""
    return True


class Kind(msgspec.Struct, frozen=True, dict=True):
    """A task of some kind: its body."""

    # ── what is said of the kind itself ─────────────────────────────────────────────────────────

    name: ClassVar[str]
    """Each kind says: the word authors write, and its folder."""
    label: ClassVar[Text]
    """Each kind says: what it is called above the task and in drawings."""
    does: ClassVar[str]
    """Each kind says: what one does, for docs/language.md."""
    ends: ClassVar[str]
    """Each kind says: when it is done, for docs/language.md."""
    form: ClassVar[Form]
    """Each kind says: what its answers are."""
    keys: ClassVar[tuple[Key, ...]] = ()
    also: ClassVar[tuple[str, ...]] = ()
    """What authors call it besides: a suggestion is made of these."""
    shows: ClassVar[type[Shown]] = Shown
    """What `show` makes: its fields go into a task's part, and its strings into docs/wire.md."""
    shown_to: ClassVar[frozenset[Audience]] = frozenset({"answers"})
    """Who is shown something of it; nobody else is."""
    seconds: ClassVar[int] = 60
    """How long a slot takes over it, its reading not counted."""
    together: ClassVar[bool] = False
    """The listed roles do it together; else a slot does it for itself."""
    in_turn: ClassVar[bool] = False
    """Slots come one after the other, in the order drawn."""
    gathers: ClassVar[bool] = False
    """Answers add up until the slot is done; an empty one ends it."""
    grounded: ClassVar[bool] = False
    """Its one right answer rests on the task's fact."""
    decides: ClassVar[bool] = False
    """Its slots' answers fall on one option, or on none and it is asked again."""
    own_words: ClassVar[bool] = False
    """What is answered is one's own, and kept on record as such."""
    refusals: ClassVar[Refusals] = {}
    """Its own reasons to refuse an answer."""
    then: ClassVar[Mapping[str, tuple[Then, str]]] = {}
    """Each of those → what a client does then, for docs/wire.md: sends the same again once
    something is so, or sends something other."""
    words: ClassVar[Mapping[str, str]] = {}
    """What its page says, in Chinese → in English."""

    # ── the script ──────────────────────────────────────────────────────────────────────────────

    @classmethod
    def read(cls, at: At) -> Self:
        """The body from the author's keys; issues are noted."""
        return cls(**{key.into: key.read(at) for key in cls.keys})

    def check(self, at: At) -> None:
        """Note what no single key shows."""

    @cached_property
    def options(self) -> tuple[Option, ...]:
        """What answers are made of, in the author's order; empty where one types or confirms."""
        return ()

    @cached_property
    def sides(self) -> dict[str, dict[str, str]]:
        """The options' texts by side and id."""
        return sides_of(self.options)

    @cached_property
    def conditional(self) -> tuple[Option, ...]:
        """Those of its options that aren't always offered."""
        return tuple([one for one in self.options if one.payable or one.guard])

    def keeps_order(self) -> bool:
        """Its options are shown in the author's order: there it means something."""
        return False

    def traps(self) -> tuple[TrapId, ...]:
        """Every trap it may spring, in document order; one may stand twice."""
        return tuple(option.trap for option in self.options if option.trap is not None)

    def grounds(self, at: Place, fact: FactId | None) -> Iterator[Ground]:
        """What it takes for right. `at`, `fact`: the task's."""
        if self.grounded:
            yield Ground(at, fact, alone=True)
        right = [option for option in self.options if option.right]
        for option in right:
            yield Ground(option.at, option.fact or fact, alone=len(right) == 1)

    def texts(self, slot: str) -> tuple[str, ...]:
        """All that who answers in this slot reads of it, besides the question."""
        return tuple(option.text for option in self.options)

    def on_picture(self) -> tuple[Place, ...]:
        """Where in the script something is written that lies on the scene's picture."""
        return ()

    # ── the play ────────────────────────────────────────────────────────────────────────────────

    def lay_out(self, slots: tuple[str, ...], draw: Draw) -> LaidOut:
        """What is drawn as it opens."""
        return LaidOut()

    def verdict(self, moment: Moment, answer: Answer) -> Judgement:
        """What the answer amounts to. Raises Rejection, with a code of `refusals` or a shared one;
        nothing has changed then. The default takes a confirmation."""
        if any(part.strip() for part in answer):
            raise self.refuse("only_confirm")
        return Judgement(verdict="confirmed", answer=())

    def refuse(self, code: str, **values: object) -> Rejection:
        """The refusal with this code; raise it."""
        return refusal(code, {**SHARED, **self.refusals}, **values)

    def least_ms(self) -> int:
        """How long it is open, at the least, before anybody can be done with it."""
        return 0

    def needs(self) -> tuple[CardId, ...]:
        """Cards that somebody must hold for it to be done."""
        return ()

    def handing(self) -> Handing | None:
        """The card it asks to hand over: handing that card does it."""
        return None

    def fall(self, held: TaskState) -> Option | None:
        """Where it `decides`: what the answers of all slots fall on; None: asked again."""
        return None

    # ── what is right ───────────────────────────────────────────────────────────────────────────

    def right(self, moment: Moment) -> Answer | None:
        """A right answer for the slot as it stands; None: nothing can be done there now."""
        return ()

    def right_words(self) -> tuple[str, ...]:
        """The right answers in the script's words; empty: any will do."""
        return tuple(option.text for option in self.options if option.right)

    def taken(self) -> tuple[str, ...]:
        """Where one types: every text that is taken for right."""
        return self.right_words()

    def final(self, held: TaskState, mine: SlotState) -> Answer:
        """The answer that counts."""
        return mine.answer

    def tells(self, answer: Answer) -> tuple[str, ...]:
        """Texts that the answer brought to who gave it, besides facts, cards and messages."""
        return ()

    def chosen(self, answer: Answer) -> tuple[Option, ...]:
        """The options that the answer is about, in the author's order."""
        return tuple([option for option in self.options if option.id in answer])

    def trap_in(self, answer: Answer) -> TrapId | None:
        """The first trap the answer falls into; None: it falls into none."""
        for one in self.chosen(answer):
            if one.trap:
                return one.trap
        return None

    def left_out(self) -> frozenset[str]:
        """Options that a run may not show, where it shows only some."""
        return frozenset()

    def unpicked(self) -> Self:
        """The same, where a run shows only some of its options: showing all."""
        return self

    # ── the phone ───────────────────────────────────────────────────────────────────────────────

    def show(self, seen: Seen) -> Shown:
        """What this audience may know of it, built up; one of `shown_to`. Never what is right. A
        page says until when, not how long: the moment's clock isn't asked here."""
        return NOTHING_SHOWN

    def right_so_far(self, seen: Seen) -> int | UnsetType:
        """How much of the last answer was right, which wasn't right in all; UNSET: that isn't told.
        Never where the number might leave one answer only."""
        return UNSET

    def holders(self) -> tuple[RoleId, ...]:
        """Roles that hold something it takes, so that they are shown it although they answer
        nothing: where it is `shown_to` who `holds`."""
        return ()

    def told(self, answer: Answer) -> str:
        """An answer in the script's words."""
        return self.form.words(self.sides, answer)

    # ── the proof ───────────────────────────────────────────────────────────────────────────────

    def classes(self, moment: Moment, counts: Counts) -> Iterator[Answer]:
        """Answers that stand for all others in the slot as it stands: whatever else is answered
        leads where one of these does. `counts`: options that may be left out needn't be tried."""
        yield ()

    def guesses(self, moment: Moment) -> tuple[Answer, ...]:
        """What people made of dice answer: right and wrong, at least one; refused or not."""
        return tuple(self.classes(moment, always))

    def matters(self, mine: SlotState, counts: Counts) -> Hashable:
        """What of a slot's answers so far can change what happens."""
        return None

    def pooled(self, held: TaskState) -> Hashable:
        """Where only all slots' answers taken together matter: those. None: each slot's do."""
        return None

    def picked(self, answer: Answer) -> Answer:
        """The ids of options that the answer shows could have been picked."""
        return answer

    # ── what it taught ──────────────────────────────────────────────────────────────────────────

    def grade(self, verdict: str, answer: Answer) -> str:
        """The verdict on who gave the answer: `right`, `missed` and `trap` are counted."""
        return verdict

    def shown_after(self, slips: int) -> bool:
        """The right answer after so many wrong ones shows something: it wasn't all that was
        left."""
        return slips <= SLIPS_MAX

    def interaction(self) -> dict[str, Any]:
        """The task as an xAPI interaction (1.0.3, 4.1.4.1 "Interaction Activities")."""
        return {"interactionType": "other"}

    def judged(self, answer: Answer) -> Judgement:
        """What the answer amounts to by the script alone."""
        return self.verdict(AFRESH, answer)


def described(options: Iterable[Option]) -> list[dict[str, Any]]:
    """Options as xAPI describes them."""
    return [{"id": one.id, "description": {"zh-CN": one.text}} for one in options]
