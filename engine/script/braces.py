"""Slips in braces and brackets, and of texts that begin or go on with a sign of YAML's.

Each `look_for_…` takes a line and gives the first slip of its sort in it, or None.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from engine.errors import Text
from engine.script.slips import KEY, MARKED, Slip, instead

# ── flow: braces, brackets and their commas ─────────────────────────────────────────────────────

_ODD_COMMA: Final = re.compile(rf"([，、；])[ ]*(?={KEY}[ ]*[:：])")
_ODD_BETWEEN: Final = re.compile(r"(?<=[}\]\"'])[ ]*([，、；;])[ ]*(?=[{\[])")
_NO_BETWEEN: Final = re.compile(r"(?<=[}\]])[ ]*(?=[{\[])")
_NO_COMMA: Final = Text(
    "两项之间少了英文逗号“,”", "there is no comma between two things in brackets"
)


def look_for_between(line: str) -> Slip | None:
    """Between two things in brackets, another sign than a comma, or none."""
    found = _ODD_BETWEEN.search(line)
    if found is not None:
        return instead(line, found.start(1), found.end(), ",", ", ")
    found = _NO_BETWEEN.search(line)
    if found is None or not _closed_before(line, found.start()):
        return None
    values = {"problem": _NO_COMMA, "since": ""}
    mended = f"{line[: found.start()]}, {line[found.end() :]}"
    return Slip(found.start(), "SC003", values, mended)


def _closed_before(line: str, at: int) -> bool:
    """What closes there isn't a text's own bracket."""
    return any(where == at - 1 for where, _ in _bare(line))


_ENTRY_COMMA: Final = re.compile(
    rf"[{{,][ ]*{KEY}:[ ]+[^,{{}}\[\]\"'#]*?([ \u3000;]+)({KEY}):(?=[ ])"
)


def look_for_entry_comma(line: str) -> Slip | None:
    """In braces, a value and the next key without a comma between them."""
    found = _ENTRY_COMMA.search(line)
    if found is None:
        return None
    at, sign = found.start(1), found[1].strip(" ")
    mended = f"{line[:at]}, {line[found.start(2) :]}"
    if sign:
        at += found[1].index(sign[0])
        return msgspec.structs.replace(instead(line, at, at + 1, ",", ", "), mended=mended)
    problem = Text(f"“{found[2]}”前面少了英文逗号“,”", f'there is no comma before "{found[2]}"')
    return Slip(found.start(2), "SC003", {"problem": problem, "since": ""}, mended)


_INSIDE: Final = Text(
    "花括号、方括号里的文字，不能再有{char}", "a text in braces or brackets can't have {char} in it"
)


def look_for_inside(line: str) -> Slip | None:
    """In braces, a text that has brackets in it, or a hash that makes a comment of the rest."""
    for found in _VALUE.finditer(line):
        at = found.end()
        if found[0].lstrip(" ")[:1] not in ("{", ",") or line[at] in "\"'[{［｛【（(":
            continue
        odd = re.compile(r"[^,\]}]*?(?:(?<=\S)([{\[])|[ ](#))").match(line, at)
        if odd is None or not re.search(r"[}\]]", line[odd.end() :]):
            continue
        group = 1 if odd[1] else 2
        end = _end_of_text(line, at, flow=True)
        char = odd[group]
        text = line[at:end].replace("'", "''")
        values = {"problem": _INSIDE.format(char=f"“{char}”"), "since": ""}
        return Slip(odd.start(group), "SC003", values, f"{line[:at]}'{text}'{line[end:]}")
    return None


_ODD_OPEN: Final = re.compile(r"(?:^[ ]*(?:-[ ]+)*|:[ ]+|[\[{,【［][ ]*)([｛［【（(])")
_OPEN: Final = {"｛": "{", "［": "[", "【": "[", "（": "[", "(": "["}
_CLOSE: Final = {"｝": "}", "］": "]", "】": "]", "）": "]"}
_PAIRS: Final = {"{": "}", "[": "]"}


def look_for_comma(line: str) -> Slip | None:
    """A full-width comma between two entries in braces."""
    found = _ODD_COMMA.search(line) if "{" in line or "｛" in line else None
    return found and instead(line, found.start(), found.end(), ",", ", ")


def _odd_opener(line: str) -> Slip | None:
    """Another bracket where a list or a set of keys is to begin."""
    found = _ODD_OPEN.search(line)
    if found is None:
        return None
    rest = line[found.end() :]
    if found[1] != "｛" and not re.search(r"[:：,，]", rest):
        return None
    holds = re.match(rf"[ ]*({KEY}[ ]*[:：]|[{{｛])", rest)
    if found[1] not in "｛［" and holds is None:
        return None
    put = "{" if holds is not None and holds[1][-1] in ":：" else _OPEN[found[1]]
    return instead(line, found.start(1), found.end(1), put, put)


def look_for_bracket(line: str) -> Slip | None:
    """Full-width brackets around entries, or brackets of a line that don't match."""
    odd = _odd_opener(line)
    if odd is not None:
        return odd
    stack: list[tuple[str, int]] = []
    for at, char in _bare(line):
        if char in _PAIRS and _opens(line, at, stack):
            stack.append((char, at))
        elif stack and char in _CLOSE and _PAIRS[stack[-1][0]] == _CLOSE[char]:
            if line.count(stack[-1][0]) > line.count(_CLOSE[char]):
                put = _CLOSE[char]
                return instead(line, at, at + 1, put, put)
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

_VALUE: Final = re.compile(rf"^{MARKED}(?:{KEY}[ ]*:[ ]+)?(?=\S)|[{{,][ ]*{KEY}:[ ]+(?=\S)")
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
    r"|[*&!%@`](?=.)|[|>](?=[ ]*[^\s+\-0-9#])|[?-](?=[ ])|,(?=.|$)"
)


def look_for_sign(line: str) -> Slip | None:
    """A text that begins with a sign of YAML's and goes on as a text."""
    for found in _VALUE.finditer(line):
        at = found.end()
        sign = _SHORT.match(line, at)
        if sign is None and found[0].lstrip(" ")[:1] in ("{", ","):
            sign = re.compile(r"\?(?=\S)").match(line, at)
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
        ends = re.compile(rf",[ ]*{KEY}:[ ]|[}}\]]+[ ,}}\]]*$").search(line, at + 1)
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
            return instead(line, where, where + 1, char, char)
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
