"""`read`: something to read that only who does the task is shown."""

from __future__ import annotations

from engine.errors import Text
from engine.kinds.forms import NOTHING
from engine.kinds.judging import Seen
from engine.kinds.keys import Key, Prose
from engine.kinds.kind import Kind
from engine.kinds.shown import Shown


class ReadShown(Shown, frozen=True):
    """What is to be read."""

    story: str
    """Markdown."""


class Read(Kind, frozen=True):
    """Something to read."""

    name = "read"
    label = Text("读一读", "Read")
    does = "读只给自己看的 `story`"
    ends = "点了确认"
    also = ("阅读", "读", "看")
    form = NOTHING
    shows = ReadShown
    keys = (
        Key(
            "story",
            Prose(),
            "只给做的人看的叙述（Markdown）",
            needed=True,
            example="信上说：*夜里开会*。",
        ),
    )
    seconds = 15
    words = {"读完了": "I have read it"}

    story: str

    def texts(self, slot: str) -> tuple[str, ...]:
        """The story."""
        return (self.story,)

    def show(self, seen: Seen) -> Shown:
        """The story."""
        return ReadShown(story=self.story)
