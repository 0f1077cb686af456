"""`read`: something to read that only who does the task is shown."""

from __future__ import annotations

from engine.errors import Text
from engine.kinds.forms import NOTHING
from engine.kinds.judging import Part, Seen
from engine.kinds.keys import Key, Prose
from engine.kinds.kind import Kind


class Read(Kind, frozen=True):
    """Something to read."""

    name = "read"
    label = Text("读一读", "Read")
    does = "读只给自己看的 `story`"
    ends = "点了确认"
    also = ("阅读", "读", "看")
    part = "`story`"
    form = NOTHING
    keys = (Key("story", Prose(), "只给做的人看的叙述（Markdown）", needed=True),)
    seconds = 15
    words = {"读完了": "I have read it"}

    story: str

    def texts(self, slot: str) -> tuple[str, ...]:
        """The story."""
        return (self.story,)

    def show(self, seen: Seen) -> Part:
        """The story."""
        return {"story": self.story}
