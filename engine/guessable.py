"""Passwords that are tried first: what is on every list, what is typed without thinking, what
somebody is called. Pure data and rules; nobody's password leaves the machine to be looked up.
"""

from __future__ import annotations

from typing import Final

from engine.errors import Text
from engine.normal import normal

KINDS_MIN: Final = 5
"""Different signs, at least."""
DIGITS_MIN: Final = 14
"""Of a password of digits alone: below are dates, telephone numbers, QQ numbers."""
RUNS: Final = (
    "01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "qazwsxedcrfvtgbyhnujmikolp",
)  # fmt: skip
"""How keys and letters follow each other."""
RUN_MIN: Final = 4
WORDS: Final = (
    "password", "passwd", "passwort", "admin", "administrator", "root", "user", "guest", "test",
    "login", "welcome", "letmein", "iloveyou", "woaini", "dragon", "monkey", "football", "baseball",
    "superman", "sunshine", "princess", "master", "hello", "secret", "changeme", "default",
    "hongchuan", "redboat", "mima", "guanliyuan", "zhongguo", "china", "beijing", "shanghai",
    "dangyuan", "dangjian", "zhibu", "gongchandang", "密码", "管理员", "红船", "党支部", "支部",
)  # fmt: skip
"""The commonest words in passwords, in small letters."""
LEFT_MIN: Final = 6
"""Signs that must be left of a password once such words and runs are taken out."""
_LEET: Final = str.maketrans("@$!|0134578", "asiioleastb")

_WEAK: Final = Text("这个密码太好猜", "This password is guessed easily")


def problem_with(password: str, *names: str) -> Text | None:
    """Why the password is guessed easily by whoever knows these names; None: it isn't."""
    plain = normal("NFKC", password).casefold().strip()
    if len(set(plain)) < KINDS_MIN:
        return _because("翻来覆去只有几个字符", "few different characters")
    if plain.isdecimal() and len(plain) < DIGITS_MIN:
        return _because("只有数字，像日期或电话号码", "nothing but digits")
    if _repeats(plain):
        return _because("是同一段重复几遍", "one piece said again and again")
    own = [normal("NFKC", name).casefold().strip() for name in names]
    if len(_rest(plain, (*WORDS, *(name for name in own if len(name) > 1)))) < LEFT_MIN:
        return _because(
            "是常见的词、键盘上的一串或自己的名字", "common words, keys in a row or names"
        )
    return None


def _because(zh: str, en: str) -> Text:
    return Text(f"{_WEAK.zh}：{zh}。", f"{_WEAK.en}: {en}.")


def _repeats(text: str) -> bool:
    """It is one piece, said twice at least."""
    return text in (text + text)[1:-1]


def _rest(text: str, words: tuple[str, ...]) -> str:
    """What is left without words, as they are or with digits for letters, and without runs."""
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, "")
        at = text.translate(_LEET).find(word)
        if at >= 0:
            text = text[:at] + text[at + len(word) :]
    kept, at = "", 0
    while at < len(text):
        length = _run_at(text, at)
        if length < RUN_MIN:
            kept, length = kept + text[at], 1
        at += length
    return kept


def _run_at(text: str, at: int) -> int:
    """How many signs from there follow each other, forwards or back, or are one sign."""
    best = len(text[at:]) - len(text[at:].lstrip(text[at]))
    for run in RUNS:
        for row in (run, run[::-1]):
            length = 1
            while at + length < len(text) and text[at : at + length + 1] in row:
                length += 1
            best = max(best, length)
    return best
