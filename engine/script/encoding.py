"""Bytes to text: in which encoding people's editors saved it. Never a guess that loses a character.

UTF-8 first, with or without its mark; then UTF-16, as Windows' “Unicode”; then GB18030, which holds
GBK and GB2312, as Chinese Windows' “ANSI”. What is none of these, or UTF-8 with damage in it, is
refused at its first bad byte. Whoever reads text that may be written again asks here.
"""

from __future__ import annotations

import codecs
from typing import Final, Literal

import msgspec

from engine.errors import AppError, Text

Encoding = Literal["UTF-8", "UTF-16", "UTF-32", "GB18030"]

UTF8: Final = "UTF-8"
_MARKS: Final[tuple[tuple[bytes, str, Encoding], ...]] = (
    (codecs.BOM_UTF8, "utf-8", UTF8),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
"""Marks at the beginning of a file, the longer before those they begin with."""
_LOOK_AT: Final = 4_096
_ZEROS: Final = 10
"""More than one byte of so many is zero: UTF-16 without a mark. UTF-8 has none."""
_BEYOND_TWO_BYTES: Final = "\u07ff"


class Decoded(msgspec.Struct, frozen=True):
    """Text, without a mark at its beginning, and the name of the encoding it was in."""

    text: str
    encoding: Encoding


class UnreadableText(AppError):
    """Bytes that are no text we know. `line` and `column`, from 1: of the first that isn't."""

    def __init__(self, line: int, column: int) -> None:
        super().__init__(
            "not_text",
            Text(
                f"第 {line} 行第 {column} 列起不是完好的文字："
                "既不是 UTF-8，也不是 GB18030 或 UTF-16。",
                f"From line {line}, column {column} on this is neither UTF-8, GB18030 nor UTF-16.",
            ),
            Text("请在编辑器里另存为 UTF-8。", "Save it as UTF-8."),
        )
        self.line = line
        self.column = column


def decoded(data: bytes) -> Decoded:
    """The text of the bytes. Raises UnreadableText."""
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            return Decoded(_strict(data[len(mark) :], codec), name)
    head = data.rstrip(b"\0")[:_LOOK_AT]  # zeros at its end are a damaged copy's, of any text
    if head.count(0) > len(head) // _ZEROS:
        codec = "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"
        return Decoded(_strict(data, codec), "UTF-16")
    try:
        return Decoded(data.decode("utf-8"), UTF8)
    except UnicodeDecodeError:
        pass
    if _damaged(data):
        return Decoded(_strict(data, "utf-8"), UTF8)
    try:
        return Decoded(data.decode("gb18030"), "GB18030")
    except UnicodeDecodeError:
        return Decoded(_strict(data, "utf-8"), UTF8)


def _strict(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(codec, "replace")
        last = before.rfind("\n")
        raise UnreadableText(before.count("\n") + 1, len(before) - last) from error


def _damaged(data: bytes) -> bool:
    """UTF-8 all the same, with some bad bytes: what GB18030 looks like, read so, has next to no
    characters of three bytes, which is what Chinese has in UTF-8."""
    shown = data.decode("utf-8", "replace")
    bad = shown.count("\ufffd")
    good = sum(char > _BEYOND_TWO_BYTES for char in shown) - bad
    return 4 * good >= bad and good > 0
