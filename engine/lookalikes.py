"""Names that look alike: who may be taken for whom. An account is called by a name that nobody can
take for another's, nor for the program's own.

A *likeness* is a name with everything taken off that the eye takes off: width, case, blanks, the
script that a letter is of. Two names of one likeness look the same. The table is short on purpose
(letters that are drawn alike in common faces); what it can't know is held by the rule on scripts: a
name is of Han and Latin, or of one other script alone.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

from engine import typed
from engine.errors import Text
from engine.normal import normal

OURS: Final = (
    "admin", "administrator", "root", "system", "hongchuan", "support", "系统", "系統", "管理员",
    "管理員", "系统管理员", "超级管理员", "红船", "紅船", "全组织", "主持人", "组织者",
)  # fmt: skip
"""What the program calls itself, its first account and its roles."""
TITLES: Final = (
    "组织者", "組織者", "主持人", "管理员", "管理員", "工作人员", "工作人員", "会议主持",
)  # fmt: skip
"""Who has a say over everybody in the room: nobody's name begins or ends so."""
VOICES: Final = (
    "系统消息", "系统通知", "系统提示", "系统公告", "系统广播", "通知", "公告", "提示", "官方",
    "红船系统", "红船官方", "替身", "全体", "全队", "所有人", "已删名", "已删", "虚位以待", "dm",
    "gm", "host", "moderator", "facilitator", "organizer", "organiser", "admins", "sysadmin",
    "sys", "server", "staff", "official", "everyone", "bot",
)  # fmt: skip
"""What else the program's own words, or whoever leads, are shown under."""
ALLOWED: Final = " -_.·"
"""Signs of a name besides letters, marks and digits."""
_DRAWN_ALIKE: Final = {
    "a": "аɑαằ", "b": "ьƅ", "c": "сϲ", "d": "ԁ", "e": "еεє", "g": "ɡց", "h": "һհ", "j": "јϳ",
    "k": "кκ", "l": "1|іıιӏł١߁ǀil", "m": "м", "n": "ոп", "o": "0оοσօ٠߀〇○零", "p": "рρ",
    "q": "ԛգ", "s": "ѕꜱ", "t": "тτ", "u": "υսц", "v": "ѵν", "w": "ԝωա", "x": "хχ", "y": "уγү",
    "z": "ᴢ", "系": "係糸繫系", "统": "統", "管": "菅", "员": "員", "红": "紅", "组": "組",
    "织": "織", "党": "黨",
}  # fmt: skip
_ALIKE: Final = {ord(sign): one for one, signs in _DRAWN_ALIKE.items() for sign in signs}
_TOGETHER: Final = (("rn", "m"), ("vv", "w"), ("cl", "d"))


def likeness(name: str) -> str:
    """What the eye keeps of a name."""
    plain = normal("NFKC", typed.shown(name)).casefold()
    bare = "".join(sign for sign in normal("NFKD", plain) if unicodedata.category(sign)[0] in "LN")
    found = bare.translate(_ALIKE)
    for two, one in _TOGETHER:
        found = found.replace(two, one)
    return found


def problem_with(name: str, others: Iterable[str]) -> Text | None:
    """Why nobody may be called so beside these others; None: one may. `name` is `shown` already."""
    odd = next((sign for sign in name if not _allowed(sign)), "")
    if odd:
        return Text(
            f"里有“{odd}”，只用汉字、字母、数字、空格和 - _ . ·",
            f'"{odd}" is in it; letters, digits, blanks and - _ . · will do',
        )
    if len(_scripts(name)) > 1:
        return Text(
            "里混着几种看起来一样的字母，请只用一种（汉字和英文字母可以一起用）",
            "it mixes alphabets; use one (Han and Latin go together)",
        )
    like = likeness(name)
    if not like:
        return Text("里没有字，请写一个字", "there is no letter in it")
    if like in _OURS:
        return Text("像是本系统自己的名字，会认错", "it looks like a name of the program's own")
    taken = next((other for other in others if likeness(other) == like), None)
    if taken is not None:
        return Text(
            f"和已有的“{taken}”看起来一样，会认错", f'it looks like "{taken}", which exists'
        )
    return None


def pretends(name: str) -> Text | None:
    """Why a participant called so would be taken for whoever leads, or for the program; None:
    nobody would. Else a participant may be called as anybody, two alike too: people are. `name` is
    `shown` already. A role's name is no pretence: it stands beside whoever has the role, and is
    often a person's (李达)."""
    like, bare = likeness(name), likeness(name.strip(_COUNTED))
    titled = any(like.startswith(one) or like.endswith(one) for one in _TITLES)
    if titled or {like, bare} & (_OURS | _VOICES):
        return Text(
            "像是组织者或者系统，大屏幕上会认错；请写自己的姓名，不写职务",
            "it looks like the facilitator's or the program's; write your own, without a title",
        )
    return None


def _allowed(sign: str) -> bool:
    if sign in ALLOWED or typed.is_ideograph(sign):
        return True
    plain = normal("NFKC", sign)
    return unicodedata.category(sign)[0] in "LMN" and all(
        unicodedata.category(one)[0] in "LMN" for one in plain
    )


def _scripts(name: str) -> set[str]:
    """The alphabets of a name; Han, and Latin with it, are one."""
    found = set()
    for sign in normal("NFKC", name):
        if unicodedata.category(sign)[0] == "L":
            script = unicodedata.name(sign, "CJK").split()[0]
            found.add("" if script in ("CJK", "LATIN") or typed.is_ideograph(sign) else script)
    return found


_OURS: Final = frozenset(map(likeness, OURS))
_TITLES: Final = tuple(sorted({likeness(one) for one in TITLES}))
_VOICES: Final = frozenset(map(likeness, VOICES))
_COUNTED: Final = "0123456789０１２３４５６７８９一二三四五六七八九十号 "
"""Behind or before such a word: one of several, and taken for it all the same."""
