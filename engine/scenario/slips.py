"""The slips of a keyboard that stop a YAML parser, found by looking at the line itself.

A parser says where it stopped, which is where it noticed, not what was typed: `ask：打开` lacks a
colon one line later. So when it stops, the lines it had in view are looked at for what people
really type: full-width signs for ASCII ones, spaces that are none, a missing space, quotes and
brackets that don't match, text that begins with a sign YAML takes for its own. The first one found
is told with its character and column, and mended for the reading to go on (`mending`): so all of
them come out at once.

Each `_look_for_…` takes a line and gives the first slip of its sort in it, or None.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from typing import Final

import msgspec

from engine.errors import Text
from engine.scenario.signs import BLANKS, CONTROL, named, shown

LINE_MAX: Final = 4_000
"""Characters of a line that are looked at."""


class Slip(msgspec.Struct, frozen=True):
    """A slip in a line. `column` counts from 0; `mended` is the line as it may have been meant."""

    column: int
    code: str
    values: Mapping[str, object]
    mended: str


_INDENT: Final = re.compile(f"[ {BLANKS}]*")
_ODD_BLANK: Final = re.compile(f"[{BLANKS}]")
_KEY: Final = r"[A-Za-z][A-Za-z0-9_-]*"
_MARKED: Final = r"[ ]*(?:-[ ]+)*"
_SPACE: Final = Text("空格", "a space")
_NOTHING: Final = Text("什么也不写", "nothing")


def _instead(line: str, at: int, end: int, wanted: str | Text, put: str) -> Slip:
    """The character at `at` stands for `wanted`; what is up to `end` is replaced by `put`."""
    char = line[at]
    what = wanted if isinstance(wanted, Text) else Text(f"英文的“{wanted}”", f'"{wanted}"')
    values = {"char": shown(char), "name": named(char), "wanted": what}
    return Slip(at, "SC014", values, line[:at] + put + line[end:])


# ── spaces and what can't be seen ───────────────────────────────────────────────────────────────


def look_for_indent(line: str) -> Slip | None:
    """Indentation by anything but spaces."""
    indent = _INDENT.match(line)
    assert indent is not None, "the pattern matches anything"
    odd = _ODD_BLANK.search(indent[0])
    if odd is None or not line.strip():
        return None
    width = {"\t": "  ", "\u3000": "  ", "\u200b": "", "\ufeff": "", "\u2060": ""}
    put = "".join(width.get(char, " ") for char in indent[0])
    slip = _instead(line, odd.start(), odd.end(), _SPACE, "")
    return msgspec.structs.replace(slip, mended=put + line[indent.end() :])


def look_for_control(line: str) -> Slip | None:
    """What can't be seen, anywhere."""
    found = CONTROL.search(line)
    if found is None:
        return None
    wanted = _SPACE if found[0] in "\x0b\x0c\x85\u2028\u2029" else _NOTHING
    slip = _instead(line, found.start(), found.end(), wanted, "")
    return msgspec.structs.replace(slip, mended=CONTROL.sub("", line))


_ODD_GAP: Final = re.compile(rf"^({_MARKED}(?:{_KEY}\s*:|-)|.*?[{{,]\s*{_KEY}:)([{BLANKS}])")


def look_for_gap(line: str) -> Slip | None:
    """After a colon or a list's hyphen, a space that is none."""
    found = _ODD_GAP.match(line)
    if found is None:
        return None
    at = found.start(2)
    return _instead(line, at, at + 1, _SPACE, " ")


# ── keys, colons, list marks ────────────────────────────────────────────────────────────────────

_ODD_COLON: Final = re.compile(
    rf"^({_MARKED}(?:{_KEY}|\"[^\"]*\")[ {BLANKS}]*)([：﹕∶；;=])[ \u3000]*(?=\S|$)"
)
_ODD_COLON_INSIDE: Final = re.compile(rf"([{{,，]\s*{_KEY}[ ]*)([：﹕∶；=])[ \u3000]*")


def look_for_colon(line: str) -> Slip | None:
    """Another sign where a key's colon belongs."""
    found = _ODD_COLON.match(line)
    if found is None and "{" in line:
        found = _ODD_COLON_INSIDE.search(line)
    if found is None:
        return None
    slip = _instead(line, found.start(2), found.end(), ":", ": ")
    mended = f"{line[: found.start(2)].rstrip()}: {line[found.end() :]}"
    return msgspec.structs.replace(slip, mended=mended)


_NO_SPACE: Final = re.compile(rf"^({_MARKED}{_KEY}[ ]*):(?=[^\s:/])(?!{_KEY}=)")
_NO_SPACE_INSIDE: Final = re.compile(rf"([{{,]\s*{_KEY}):(?=[^\s:/,}}])(?!{_KEY}=)")
_NO_SPACE_MARK: Final = re.compile(r"^([ ]*(?:-[ ]+)*)-(?=[^\s\-0-9.])")


def look_for_space(line: str) -> Slip | None:
    """No space after a key's colon, or after a list's hyphen."""
    for pattern, char in ((_NO_SPACE, ":"), (_NO_SPACE_INSIDE, ":"), (_NO_SPACE_MARK, "-")):
        found = pattern.search(line)
        if found is not None:
            at = found.end(1)
            return Slip(at, "SC016", {"char": char}, f"{line[: at + 1]} {line[at + 1 :]}")
    return None


_ODD_MARK: Final = re.compile(r"^([ ]*)(?:([－—–−‐•·●])[ \u3000]*|(\*)[ ]+)(?=\S)")
_NUMBERED: Final = re.compile(
    r"^([ ]*)([0-9]{1,2}[.、)）]|[①-⑳]|[（(][一二三四五六七八九十0-9]+[)）])[ ]*(?=\S)"
)


def look_for_mark(line: str) -> Slip | None:
    """Another sign where a list's hyphen belongs."""
    found = _NUMBERED.match(line)
    if found is not None:
        hyphen = Text("英文的“-”加空格", '"-" and a space')
        values = {"char": found[2], "name": Text("编号", "a number"), "wanted": hyphen}
        return Slip(found.end(1), "SC014", values, f"{found[1]}- {line[found.end() :]}")
    found = _ODD_MARK.match(line)
    return found and _instead(line, found.end(1), found.end(), "-", "- ")


_NO_COLON: Final = re.compile(rf"^({_MARKED})({_KEY})(?:[ ]+(?=\S)|$)")


def look_for_no_colon(line: str) -> Slip | None:
    """A line of a key and a text without anything between them."""
    found = _NO_COLON.match(line)
    if found is None or ":" in line:
        return None
    values = {"key": found[2]}
    return Slip(found.start(2), "SC017", values, f"{found[1]}{found[2]}: {line[found.end() :]}")


# ── flow: braces, brackets and their commas ─────────────────────────────────────────────────────

_ODD_COMMA: Final = re.compile(rf"([，、；])[ ]*(?={_KEY}[ ]*[:：])")
_ODD_OPEN: Final = re.compile(r"(?:^[ ]*(?:-[ ]+)*|:[ ]+|[\[{,][ ]*)([｛［【（])")
_OPEN: Final = {"｛": "{", "［": "[", "【": "[", "（": "["}
_CLOSE: Final = {"｝": "}", "］": "]", "】": "]", "）": "]"}
_PAIRS: Final = {"{": "}", "[": "]"}


def look_for_comma(line: str) -> Slip | None:
    """A full-width comma between two entries in braces."""
    found = _ODD_COMMA.search(line) if "{" in line or "｛" in line else None
    return found and _instead(line, found.start(), found.end(), ",", ", ")


def look_for_bracket(line: str) -> Slip | None:
    """Full-width brackets around entries, or brackets of a line that don't match."""
    found = _ODD_OPEN.search(line)
    if found is not None and (found[1] == "｛" or re.search(r"[:：,，]", line[found.end() :])):
        if found[1] in "｛［":
            put = _OPEN[found[1]]
            return _instead(line, found.start(1), found.end(1), put, put)
    stack: list[tuple[str, int]] = []
    for at, char in _bare(line):
        if char in _PAIRS and _opens(line, at, stack):
            stack.append((char, at))
        elif stack and char in _CLOSE and _PAIRS[stack[-1][0]] == _CLOSE[char]:
            if line.count(stack[-1][0]) > line.count(_CLOSE[char]):
                put = _CLOSE[char]
                return _instead(line, at, at + 1, put, put)
        elif char in "}]" and stack and _PAIRS[stack[-1][0]] == char:
            stack.pop()
        elif char in "}]":
            if any(_PAIRS[each] == char for each, _ in stack):  # that one is closed too early
                opener, where = stack[-1]
                put = _PAIRS[opener]
                return Slip(where, "SC018", {"char": opener}, line[:at] + put + line[at:])
            return Slip(at, "SC018", {"char": char}, line[:at] + line[at + 1 :])
    return None


def look_for_open(line: str) -> Slip | None:
    """A bracket that isn't closed in its line: looked for where nothing else explains the stop."""
    stack: list[tuple[str, int]] = []
    for at, char in _bare(line):
        if char in _PAIRS and _opens(line, at, stack):
            stack.append((char, at))
        elif char in "}]" and stack:
            stack.pop()
    if not stack:
        return None
    char, at = stack[-1]
    end = "".join(_PAIRS[each] for each, _ in reversed(stack))
    return Slip(at, "SC018", {"char": char}, line.rstrip() + end)


def _opens(line: str, at: int, stack: list[tuple[str, int]]) -> bool:
    """A bracket there begins a list or a set of keys; elsewhere it is a part of a text."""
    before = line[:at].rstrip(" ")
    return not before or before[-1] in ":[{," or (before[-1] == "-" and not before[:-1].strip("- "))


def _bare(line: str) -> list[tuple[int, str]]:
    """The line's characters outside quotes and comments, with their columns."""
    found: list[tuple[int, str]] = []
    quote = ""
    for at, char in enumerate(line):
        if quote:
            quote = "" if char == quote and (quote == "'" or line[at - 1] != "\\") else quote
        elif char in "\"'" and line[:at].rstrip(" ")[-1:] in ("", ":", "[", "{", ",", "-"):
            quote = char
        elif char == "#" and line[at - 1 : at] in ("", " "):
            break
        else:
            found.append((at, char))
    return found


# ── texts that begin with a sign of YAML's ──────────────────────────────────────────────────────

_VALUE: Final = re.compile(rf"^{_MARKED}(?:{_KEY}[ ]*:[ ]+)?(?=\S)|[{{,][ ]*{_KEY}:[ ]+(?=\S)")
_MEANINGS: Final = {
    "*": ("引用", "an alias"),
    "&": ("锚点", "an anchor"),
    "!": ("标签", "a tag"),
    "%": ("指令", "a directive"),
    "@": ("保留的记号", "a reserved sign"),
    "`": ("保留的记号", "a reserved sign"),
    "|": ("多行文字的记号", "a block of text"),
    ">": ("多行文字的记号", "a block of text"),
    "[": ("列表", "a list"),
    "{": ("一组“键: 值”", "a set of keys"),
    "?": ("复杂的键", "a complex key"),
    ",": ("分隔", "a separator"),
    "-": ("列表", "a list"),
}
_SHORT: Final = re.compile(
    r"\[[^\[\]]*\](?=[ ]*[^\s#,}\]:])|\{[^{}]*\}(?=[ ]*[^\s#,}\]:])"
    r'|"(?:[^"\\]|\\.)*"(?=[ ]*[^\s#,}\]:])'
    r"|'(?:[^']|'')*'(?=[ ]*[^\s#,}\]:])"
    r"|[*&!%@`](?=.)|[|>](?=[ ]*[^\s+\-0-9#])|[?-](?=[ ])|,(?=.)"
)


def look_for_sign(line: str) -> Slip | None:
    """A text that begins with a sign of YAML's and goes on as a text."""
    for found in _VALUE.finditer(line):
        at = found.end()
        sign = _SHORT.match(line, at)
        if sign is None:
            continue
        end = _end_of_text(line, at, flow=found[0].lstrip(" ")[:1] in ("{", ","))
        text = line[at:end].replace("'", "''")
        mended = f"{line[:at]}'{text}'{line[end:]}"
        if line[at] in "\"'":
            return Slip(sign.end() - 1, "SC018", {"char": line[at]}, mended)
        zh, en = _MEANINGS[line[at]]
        return Slip(at, "SC015", {"char": line[at], "meaning": Text(zh, en)}, mended)
    return None


def _end_of_text(line: str, at: int, *, flow: bool) -> int:
    """Where a text that begins at `at` was meant to end."""
    if flow:
        ends = re.compile(rf",[ ]*{_KEY}:[ ]|[}}\]]+[ ,}}\]]*$").search(line, at + 1)
        return ends.start() if ends is not None else len(line)
    return len(line.rstrip())


def look_for_quote(line: str) -> Slip | None:
    """A text that begins with an ASCII quote and ends with a Chinese one, or with none."""
    for found in _VALUE.finditer(line):
        at = found.end()
        char = line[at]
        if char not in "\"'" or char in line[at + 1 :]:
            continue
        other = re.search("[”“]" if char == '"' else "[’‘]", line[at + 1 :])
        if other is not None:
            where = at + 1 + other.start()
            return _instead(line, where, where + 1, char, char)
        end = _end_of_text(line, at, flow=found[0].lstrip(" ")[:1] in ("{", ","))
        return Slip(at, "SC018", {"char": char}, f"{line[:end]}{char}{line[end:]}")
    return None


_COLON: Final = Text(
    "文字里有英文冒号“:”，它前面的会被当作键；给整段文字加引号，或改成中文的“：”",
    'a text holds a ":", and what stands before it is read as a key; put it in quotes',
)


def look_for_text_colon(line: str) -> Slip | None:
    """A text with an ASCII colon and a space in it, or at its end."""
    for found in _VALUE.finditer(line):
        at = found.end()
        if ":" not in found[0] or line[at] in "\"'[{|>":
            continue
        end = len(line.rstrip())
        if found[0].lstrip(" ")[:1] in ("{", ","):
            rest = re.search(r"[,}\]]", line[at:])
            end = at + rest.start() if rest is not None else end
        colon = re.search(r":(?=\s|$)", line[at:end])
        if colon is not None:
            text = line[at:end].replace("'", "''")
            mended = f"{line[:at]}'{text}'{line[end:]}"
            return Slip(at + colon.start(), "SC003", {"problem": _COLON, "since": ""}, mended)
    return None


# ── keys as they were read ──────────────────────────────────────────────────────────────────────

_JOINED: Final = re.compile(rf"({_KEY})[ ]*([:：﹕∶])([{BLANKS}]?)(.*)", re.DOTALL)
_QUOTES: Final = "“”‘’\"'"


class Meant(msgspec.Struct, frozen=True):
    """The known key that another was meant for, the text that got joined to it, and the slip;
    `column` counts from the key's beginning."""

    key: str
    text: str
    column: int
    code: str
    values: Mapping[str, object]


def key_meant(name: str, known: Collection[str]) -> Meant | None:
    """What an unknown key is, if it is a known one with a sign that doesn't belong."""
    found = _JOINED.fullmatch(name)
    if found is not None and found[1] in known:
        at = found.start(2)
        if found[2] == ":" and found[4] and not found[3]:
            return Meant(found[1], found[4], at, "SC016", {"char": ":"})
        at, wanted = (found.start(3), _SPACE) if found[3] else (at, Text("英文的“:”", '":"'))
        if found[2] == ":" and not found[3]:
            wanted = _NOTHING
        return Meant(found[1], found[4], at, "SC014", _values(name[at], wanted))
    bare = CONTROL.sub("", unicodedata.normalize("NFKC", name)).strip(_QUOTES).lstrip("-—–−‐ ")
    odd = next(
        (n for n, c in enumerate(name) if not (c.isascii() and (c.isalnum() or c in "_-"))), 0
    )
    if bare not in known or bare == name:
        return None
    plain = unicodedata.normalize("NFKC", name[odd])
    wanted = (
        Text(f"英文的“{plain}”", f'"{plain}"') if plain.isascii() and plain.isalnum() else _NOTHING
    )
    if name[odd] in "－—–−‐":
        wanted = Text("英文的“-”加空格", '"-" and a space')
    return Meant(bare, "", odd, "SC014", _values(name[odd], wanted))


def _values(char: str, wanted: Text) -> dict[str, object]:
    return {"char": shown(char), "name": named(char), "wanted": wanted}


SURE: Final[tuple[Callable[[str], Slip | None], ...]] = (
    look_for_control,
    look_for_indent,
    look_for_colon,
    look_for_comma,
)
"""Looked for in every line, once a text can't be read."""
NEAR: Final[tuple[Callable[[str], Slip | None], ...]] = (
    *SURE,
    look_for_gap,
    look_for_mark,
    look_for_bracket,
    look_for_sign,
    look_for_space,
    look_for_text_colon,
    look_for_no_colon,
)
"""Looked for in the lines that the parser had in view."""


def look(line: str, sorts: tuple[Callable[[str], Slip | None], ...]) -> Slip | None:
    """The first slip of these sorts in the line; comments have none."""
    if len(line) > LINE_MAX or line.lstrip().startswith("#"):
        return None
    for sort in sorts:
        slip = sort(line)
        if slip is not None:
            return slip
    return None
