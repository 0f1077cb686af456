"""What the catalogue says of one kind of issue."""

from __future__ import annotations

import msgspec

from engine.errors import Text


class Entry(msgspec.Struct, frozen=True):
    """One kind of issue: its sentence and its remedy, and a sample that gives just this issue, in
    the sound script of `samples.py`. The sound script is the good sample of them all."""

    code: str
    message: Text
    remedy: Text
    old: str
    """A piece of the sound script; empty: `bad` is the whole file."""
    bad: str
    """What stands in its place in the bad sample."""


def entry(
    code: str, zh: str, en: str, do_zh: str, do_en: str, old: str = "", bad: str = ""
) -> Entry:
    """An entry: sentence and remedy in Chinese and English, `old` and `bad`."""
    return Entry(code, Text(zh, en), Text(do_zh, do_en), old, bad)
