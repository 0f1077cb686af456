"""Characters that are typed for others, and those nobody sees: what people call them."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from engine.errors import Text

BLANKS: Final = "\t\u00a0\u1680\u2000-\u200f\u202f\u205f\u2060\u3000\ufeff"
"""Spaces and marks without width, but for the one space that YAML knows."""
CONTROL: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\u200b-\u200f\u202a-\u202e\u2060"
    "\ufeff\u00ad]"
)
"""What can't be seen in a text, and doesn't belong into one."""
_NAMES: Final = {
    "：": ("全角冒号", "a full-width colon"),
    ":": ("多出来的冒号", "a colon too many"),
    "﹕": ("小号冒号", "a small colon"),
    "∶": ("比号", "a ratio sign"),
    "；": ("全角分号", "a full-width semicolon"),
    ";": ("分号", "a semicolon"),
    "=": ("等号", "an equals sign"),
    "，": ("全角逗号", "a full-width comma"),
    "、": ("顿号", "an enumeration comma"),
    "｛": ("全角花括号", "a full-width brace"),
    "｝": ("全角花括号", "a full-width brace"),
    "［": ("全角方括号", "a full-width bracket"),
    "］": ("全角方括号", "a full-width bracket"),
    "【": ("方头括号", "a lenticular bracket"),
    "】": ("方头括号", "a lenticular bracket"),
    "（": ("全角圆括号", "a full-width parenthesis"),
    "）": ("全角圆括号", "a full-width parenthesis"),
    "“": ("中文引号", "a curly quote"),
    "”": ("中文引号", "a curly quote"),
    "‘": ("中文引号", "a curly quote"),
    "’": ("中文引号", "a curly quote"),
    "－": ("全角减号", "a full-width hyphen"),
    "—": ("破折号", "a dash"),
    "–": ("短破折号", "an en dash"),
    "−": ("减号", "a minus sign"),
    "‐": ("连字符", "a typographic hyphen"),
    "•": ("圆点", "a bullet"),
    "·": ("间隔号", "a middle dot"),
    "●": ("圆点", "a bullet"),
    "*": ("星号", "an asterisk"),
    "-": ("连字符", "a hyphen"),
    "‑": ("连字符", "a typographic hyphen"),
    "+": ("加号", "a plus sign"),
    "~": ("波浪号", "a tilde"),
    "`": ("代码块的记号", "a sign for code"),
    '"': ("英文引号", "a straight quote"),
    "'": ("英文引号", "a straight quote"),
    "(": ("圆括号", "a parenthesis"),
    "\ufffd": ("转码时丢失的字", "a character lost on its way"),
    "\t": ("制表符（Tab）", "a tab"),
    "\u3000": ("全角空格", "a full-width space"),
    "\u00a0": ("不换行空格", "a no-break space"),
    "\u000b": ("竖向制表符", "a vertical tab"),
    "\u000c": ("换页符", "a form feed"),
    "\u200b": ("零宽空格", "a zero-width space"),
    "\ufeff": ("文件标记（BOM）", "a byte order mark"),
}


def named(char: str) -> Text:
    """What people call the character."""
    known = _NAMES.get(char)
    if known is not None:
        return Text(*known)
    number = f"U+{ord(char):04X}"
    blank = unicodedata.category(char)[0] in "ZC"
    return Text(
        f"看不见的字符（{number}）" if blank else f"字符（{number}）",
        f"an invisible character ({number})" if blank else f"a character ({number})",
    )


def shown(char: str) -> str:
    """The character, or its number where there is nothing to see."""
    return char if char.isprintable() and not char.isspace() else f"U+{ord(char):04X}"
