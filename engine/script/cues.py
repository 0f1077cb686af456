"""Cues: what the room hears and sees at a moment of the evening, by name.

A script names moments: every evening has the same small set, which the wall performs and anybody
can silence. Where that set has no such sound, a script may bring a file of its own; what its name
says is written on the wall, 钟声.mp3 as 钟声. Nothing of a cue is in the state of a run, and no
rule asks for one.
"""

from __future__ import annotations

import re
from typing import Final

from engine.errors import Text

CUES: Final[dict[str, Text]] = {
    "knock": Text("敲门声", "A knock at the door"),
    "door": Text("门开了", "A door opens"),
    "steps": Text("脚步声", "Footsteps"),
    "train": Text("火车声", "A train"),
    "water": Text("水声", "Water"),
    "rain": Text("雨声", "Rain"),
    "crickets": Text("夜里的虫声", "Crickets at night"),
    "match": Text("划火柴", "A match is struck"),
    "clock": Text("钟声滴答", "A clock ticks"),
    "curtain": Text("幕布拉开", "A curtain"),
    "card": Text("翻开一张牌", "A card is turned"),
    "blow": Text("一声重击", "A blow"),
    "chord": Text("一声和弦", "A chord"),
    "silence": Text("全场安静", "Silence"),
    "look-up": Text("手机全黑，都抬头看大屏", "Every phone goes dark: look up"),
}
"""A cue's name → what it is, as the wall captions it."""
SOUND: Final = re.compile(r"[\w-][\w.-]{0,95}\.mp3")
"""A sound file beside the script."""
LOOK_UP: Final = "look-up"
"""The cue that phones perform."""
UNHEARD: Final = frozenset({"silence", LOOK_UP})
"""What is no sound."""
