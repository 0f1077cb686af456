"""`relay`: one role has a text and reads it aloud; another hears it, and answers.

Instead of `tell`: what teammates should say to each other, the program doesn't say for them. The
listener's slot is all it touches, so for the proof it is a `choose`.
"""

from __future__ import annotations

from engine.errors import Text
from engine.kinds.choices import PICK, PRICED, OfChoicesShown
from engine.kinds.choose.kind import Choose
from engine.kinds.judging import Seen
from engine.kinds.keys import At, Key, Prose, Ref
from engine.kinds.shown import Listed, Named, Shown
from engine.values import ANY, RoleId


class RelayShown(OfChoicesShown, frozen=True):
    """Who reads to whom, and what is to be heard or answered."""

    reader: Named
    """The role that has the text."""
    listeners: tuple[str, ...]
    """For who reads: the names of those who answer; empty: whoever comes first."""
    text: str | None
    """Markdown; null for who is to hear it from a teammate."""


class Relay(Choose, frozen=True):
    """Something to hear."""

    name = "relay"
    label = Text("听队友念", "Listen")
    does = "`from` 的手机上有一段 `text`，念出来；做题的人只看见问题，听了从 `choices` 里选一个"
    ends = "选了就算；选中带 `trap` 的，看陷阱的 `then`"
    also = ("转述", "念", "传话", "口述")
    shows = RelayShown
    shown_to = frozenset({"answers", "holds"})
    keys = (
        Key("from", Ref("role"), "念的角色", needed=True, field="reader", example="lookout"),
        Key(
            "text",
            Prose(),
            "只有念的人看得见的话（Markdown）",
            needed=True,
            example="信上说：*八点*开会。",
        ),
        PRICED,
        PICK,
    )
    seconds = 60
    words = {
        "念给{who}听": "Read this aloud to {who}",
        "队友": "a teammate",
        "别人的手机上没有这段话。念出声来，听的人答完了，这里就收起。": (
            "Nobody else's phone has these words. Read them aloud; they go once it is answered."
        ),
        "听{who}念，听完再答。": "{who} has something to read to you. Listen, then answer.",
        "没有别人能念给您听，您自己看。": "Nobody else can read it to you: read it yourself.",
    }

    reader: RoleId
    text: str

    def check(self, at: At) -> None:
        """Nobody reads to themselves."""
        super().check(at)
        if self.reader in at.slots:
            at.issue("SC427", at.node("from"))

    def holders(self) -> tuple[RoleId, ...]:
        """Who reads."""
        return (self.reader,)

    def texts(self, slot: str) -> tuple[str, ...]:
        """The text, for who reads it; for the others what they choose from."""
        return (self.text,) if slot == self.reader else super().texts(slot)

    def show(self, seen: Seen) -> Shown:
        """The text to who has it, the choices to who answers: neither is shown the other's, unless
        one person is both."""
        reads = seen.audience == "holds"
        listed: tuple[Listed, ...] = () if reads else seen.offered("choices", self.options)
        slots = [slot for slot in seen.moment.held.slots if slot != ANY] if reads else []
        role = seen.roles[self.reader]
        return RelayShown(
            choices=listed,
            reader=Named(id=role.id, name=role.name),
            listeners=tuple([seen.roles[slot].name for slot in slots]),
            text=self.text if reads or (seen.holds and not seen.moment.mine.done) else None,
        )
