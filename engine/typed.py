"""What people type, made the one thing it can mean: names, short texts, codes, numbers.

A *name* is shown, so it needs a sign that can be seen and nothing that can't: no blanks that are
letters (U+3164), no marks without a letter, nothing that turns the line about. Which signs there
are isn't asked of the interpreter's tables, that know the Unicode of their year only: an ideograph
of a block that is being filled is somebody's name. What is refused says why.

A *code* is compared, so it is reduced to its alphabet: case, width, hyphens and blanks are how
somebody wrote it down.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from engine.errors import Text
from engine.normal import normal

LINE_MAX: Final = 2_000
CODE_MAX: Final = 200
"""Signs of a line, and of a code, that are looked at. Each costs some microseconds, and one may
stand for eighteen others: sixty kilobytes in one name held the loop for a tenth of a second."""
MARKS_MAX: Final = 4
"""Marks on one letter: more than any script writes; fewer than cover the line above."""

BLANK: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufffc")
"""Signs that are called letters or symbols and show nothing."""
_UNSEEN_RANGES: Final = (
    (0x180B, 0x180F),
    (0x2060, 0x206F),
    (0xFDD0, 0xFDEF),
    (0xFE00, 0xFE0F),
    (0xFFF0, 0xFFFB),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)
"""Default_Ignorable_Code_Point and what is reserved for it; noncharacters."""
IDEOGRAPHS: Final = (
    (0x2E80, 0x2FDF),
    (0x3005, 0x3007),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFD),
)
"""Where there are ideographs, or will be: planes 2 and 3 are kept for them alone."""


def is_ideograph(sign: str) -> bool:
    """It is one, or will be once its block is filled."""
    point = ord(sign)
    return any(first <= point <= last for first, last in IDEOGRAPHS)


def _is_unseen(sign: str) -> bool:
    point = ord(sign)
    if sign in BLANK or point & 0xFFFE == 0xFFFE:
        return True
    if any(first <= point <= last for first, last in _UNSEEN_RANGES):
        return True
    return not is_ideograph(sign) and unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _is_mark(sign: str) -> bool:
    return unicodedata.category(sign).startswith("M")


def shown(text: str) -> str:
    """The text as it can be shown in one line: composed (NFC), blanks single and none at the ends,
    nothing that can't be seen, no mark without its letter. May be empty."""
    kept: list[str] = []
    marks = 0
    for sign in normal("NFC", " ".join(text[:LINE_MAX].split())):
        if _is_unseen(sign):
            continue
        if _is_mark(sign):
            marks += 1
            if not kept or kept[-1] == " " or marks > MARKS_MAX:
                continue
        else:
            marks = 0
        kept.append(sign)
    return " ".join(normal("NFC", "".join(kept)).split())


def signs(text: str) -> int:
    """How many signs a reader counts: marks belong to their letters."""
    return sum(not _is_mark(sign) for sign in text)


def problem_with(text: str, most: int) -> Text | None:
    """Why `shown(text)` is no name of 1 to `most` signs; None: it is one."""
    name = shown(text)
    if not name:
        if text.strip():
            return Text("里面只有看不见的字符，请写一个看得见的字", "nothing in it can be seen")
        return Text("是空的，请填写", "it is empty")
    count = signs(name)
    if count > most:
        return Text(f"太长，有 {count} 个字，最多 {most} 个", f"{count} signs; {most} at the most")
    private = next((sign for sign in name if unicodedata.category(sign) == "Co"), "")
    if private:
        point = f"U+{ord(private):04X}"
        return Text(
            f"里有一个别的设备认不出的字（{point}），请换一种输入法打这个字，或用同音字、拼音代替",
            f"{point} is a private sign that other devices don't know",
        )
    return None


def code(text: str, alphabet: str) -> str:
    """The signs of `alphabet` that somebody typed, in order, whatever case or width they have and
    whatever stands between them."""
    plain = normal("NFKC", text[:CODE_MAX]).upper()
    return "".join(sign for sign in plain if sign in alphabet)


def digits(text: str) -> str:
    """The digits that somebody typed, as 0–9: full-width ones, and with blanks or hyphens between.
    Anything else in it: it is no number, and stays as it is."""
    plain = "".join(normal("NFKC", text[:CODE_MAX]).split())
    found = plain.replace("-", "").replace("\u2010", "").replace("\u2013", "")
    return found if found.isascii() and found.isdecimal() else plain


def number(text: str, most: int) -> int | None:
    """The whole number from 0 to `most` that was typed, full-width too; None: it is none. A hyphen
    in it is a minus or a span, never how a number is written."""
    found = "".join(normal("NFKC", text[:CODE_MAX]).split())
    if not (found.isascii() and found.isdecimal()) or len(found) > 9:
        return None
    return int(found) if int(found) <= most else None
