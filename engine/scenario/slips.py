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
from collections.abc import Collection, Mapping
from typing import Final

import msgspec

from engine.errors import Text
from engine.normal import normal
from engine.scenario.signs import BLANKS, CONTROL, named, shown


class Slip(msgspec.Struct, frozen=True):
    """A slip in a line. `column` counts from 0; `mended` is the line as it may have been meant."""

    column: int
    code: str
    values: Mapping[str, object]
    mended: str


_INDENT: Final = re.compile(f"[ {BLANKS}]*")
_ODD_BLANK: Final = re.compile(f"[{BLANKS}]")
KEY: Final = r"[A-Za-z][A-Za-z0-9_-]*"
MARKED: Final = r"[ ]*(?:-[ ]+)*"
_SPACE: Final = Text("空格", "a space")
_NOTHING: Final = Text("什么也不写", "nothing")


def instead(line: str, at: int, end: int, wanted: str | Text, put: str) -> Slip:
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
    slip = instead(line, odd.start(), odd.end(), _SPACE, "")
    return msgspec.structs.replace(slip, mended=put + line[indent.end() :])


def look_for_control(line: str) -> Slip | None:
    """What can't be seen, anywhere."""
    found = CONTROL.search(line)
    if found is None:
        return None
    wanted = _SPACE if found[0] in "\x0b\x0c\x85\u2028\u2029" else _NOTHING
    slip = instead(line, found.start(), found.end(), wanted, "")
    return msgspec.structs.replace(slip, mended=CONTROL.sub("", line))


_ODD_GAP: Final = re.compile(rf"^({MARKED}(?:{KEY}\s*:|-)|.*?[{{,]\s*{KEY}:)([{BLANKS}])")


def look_for_gap(line: str) -> Slip | None:
    """After a colon or a list's hyphen, a space that is none."""
    found = _ODD_GAP.match(line)
    if found is None:
        return None
    at = found.start(2)
    return instead(line, at, at + 1, _SPACE, " ")


# ── keys, colons, list marks ────────────────────────────────────────────────────────────────────

_ODD_COLON: Final = re.compile(
    rf"^({MARKED}(?:{KEY}|\"[^\"]*\")[ {BLANKS}]*)([：﹕∶；;=])[ \u3000]*(?=\S|$)"
)
_ODD_COLON_INSIDE: Final = re.compile(rf"([{{,，]\s*{KEY}[ ]*)([：﹕∶；=])[ \u3000]*")


def look_for_colon(line: str) -> Slip | None:
    """Another sign where a key's colon belongs."""
    found = _ODD_COLON.match(line)
    if found is None and "{" in line:
        found = _ODD_COLON_INSIDE.search(line)
    if found is None:
        return None
    slip = instead(line, found.start(2), found.end(), ":", ": ")
    mended = f"{line[: found.start(2)].rstrip()}: {line[found.end() :]}"
    return msgspec.structs.replace(slip, mended=mended)


_NO_SPACE: Final = re.compile(rf"^({MARKED}{KEY}[ ]*):(?=[^\s:/])(?!{KEY}=)")
_NO_SPACE_INSIDE: Final = re.compile(rf"([{{,]\s*{KEY}):(?=[^\s:/,}}])(?!{KEY}=)")
_NO_SPACE_MARK: Final = re.compile(r"^([ ]*(?:-[ ]+)*)-(?=[^\s\-0-9.])")


def look_for_space(line: str) -> Slip | None:
    """No space after a key's colon, or after a list's hyphen."""
    for pattern, char in ((_NO_SPACE, ":"), (_NO_SPACE_INSIDE, ":"), (_NO_SPACE_MARK, "-")):
        found = pattern.search(line)
        if found is not None:
            at = found.end(1)
            return Slip(at, "SC016", {"char": char}, f"{line[: at + 1]} {line[at + 1 :]}")
    return None


_ODD_MARK: Final = re.compile(
    r"^([ ]*)(?:(?:[－—–−‐‑•·●○■▪◆◇►▶➢✓√※★☆]|[\ue000-\uf8ff]|--+)[ \u3000]*|[*+~][ ]+)(?=\S)"
)
_NUMBERED: Final = re.compile(
    r"^([ ]*)([0-9]{1,2}[.、)）]|[A-Za-z](?:[.)](?=[ ]|[^\x00-\x7f])|[、）])|"
    r"[①-⑳]|[（(][一二三四五六七八九十0-9]+[)）])[ ]*(?=\S)"
)


def look_for_mark(line: str) -> Slip | None:
    """Another sign where a list's hyphen belongs."""
    found = _NUMBERED.match(line)
    if found is not None:
        hyphen = Text("英文的“-”加空格", '"-" and a space')
        values = {"char": found[2], "name": Text("编号", "a number"), "wanted": hyphen}
        return Slip(found.end(1), "SC014", values, f"{found[1]}- {line[found.end() :]}")
    found = _ODD_MARK.match(line)
    if found is None:
        return None
    slip = instead(line, found.end(1), found.end(), "-", "- ")
    sign = found[0].strip()
    if set(sign) == {"-"}:
        doubled = {"char": sign, "name": Text("几个连字符", "several hyphens")}
        return msgspec.structs.replace(slip, values={**slip.values, **doubled})
    return slip


_FENCE: Final = re.compile(r"^[ ]*```+[ ]*\w*[ ]*$")


def look_for_fence(line: str) -> Slip | None:
    """The fence of a block of code, copied from a chat or a page."""
    if _FENCE.match(line) is None:
        return None
    return msgspec.structs.replace(
        instead(line, line.index("`"), len(line), _NOTHING, ""), mended=""
    )


_DRESSED: Final = re.compile(rf"^({MARKED})([*_`~]+)({KEY})\2([ ]*:(?:[ ]|$))")
_QUOTED: Final = re.compile(rf"^({MARKED})([\"'])({KEY}:[ ].*)\2[ ]*$")


def look_for_dress(line: str) -> Slip | None:
    """A key in Markdown's signs, or a whole line in quotes."""
    found = _DRESSED.match(line)
    if found is not None:
        slip = instead(line, found.start(2), found.end(2), _NOTHING, "")
        mended = f"{found[1]}{found[3]}{found[4]}{line[found.end() :]}"
        return msgspec.structs.replace(slip, mended=mended)
    found = _QUOTED.match(line)
    if found is None:
        return None
    slip = instead(line, found.start(2), found.end(2), _NOTHING, "")
    return msgspec.structs.replace(slip, mended=f"{found[1]}{found[3]}")


def look_for_escape(line: str) -> Slip | None:
    """A backslash in double quotes that means nothing there."""
    found = re.search(r"\\(?![0abtnvfreN_LPxuU\"/\\ ])", line)
    if found is None or '"' not in line[: found.start()]:
        return None
    values = {"problem": _ESCAPE, "since": ""}
    return Slip(found.start(), "SC003", values, re.sub(r"\\", r"\\\\", line))


_ESCAPE: Final = Text(
    "双引号里的反斜杠“\\”有特别的意思；要写反斜杠，改用单引号",
    "a backslash in double quotes means something else; use single quotes",
)


def look_for_odd_line(line: str) -> Slip | None:
    """A line of words alone, where a key belongs."""
    text = line.strip()
    if not text or re.match(r"[\"'\[{#-]", text) or re.search(r":(?:[ ]|$)", text):
        return None
    at = len(line) - len(line.lstrip())
    if text.endswith("：") and text.count("：") == 1:
        slip = instead(line, line.index("："), line.index("：") + 1, ":", ":")
        return msgspec.structs.replace(slip, mended=f"{line[:at]}# {text}")
    return Slip(at, "SC017", {"key": text}, f"{line[:at]}# {text}")


_ODD_SIGN: Final = re.compile(rf"^({MARKED}{KEY}[ ]*)[,，、。.—…]+[ ]*(?=\S)")
_NO_COLON: Final = re.compile(rf"^({MARKED})({KEY})(?:[ ]+(?=\S)|$)")


def look_for_no_colon(line: str) -> Slip | None:
    """A line of a key and a text without anything between them."""
    found = _ODD_SIGN.match(line)
    if found is not None and ":" not in line:
        slip = instead(line, found.end(1), found.end(), ":", ": ")
        return msgspec.structs.replace(slip, mended=f"{found[1].rstrip()}: {line[found.end() :]}")
    found = _NO_COLON.match(line)
    if found is None or ":" in line:
        return None
    values = {"key": found[2]}
    return Slip(found.start(2), "SC017", values, f"{found[1]}{found[2]}: {line[found.end() :]}")


# ── keys as they were read ──────────────────────────────────────────────────────────────────────

_JOINED: Final = re.compile(rf"({KEY})[ ]*([:：﹕∶])([{BLANKS}]?)(.*)", re.DOTALL)
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
    bare = CONTROL.sub("", normal("NFKC", name)).strip(_QUOTES).lstrip("-—–−‐ ")
    odd = next(
        (n for n, c in enumerate(name) if not (c.isascii() and (c.isalnum() or c in "_-"))), 0
    )
    if bare not in known or bare == name:
        return None
    plain = normal("NFKC", name[odd])
    wanted = (
        Text(f"英文的“{plain}”", f'"{plain}"') if plain.isascii() and plain.isalnum() else _NOTHING
    )
    if name[odd] in "－—–−‐":
        wanted = Text("英文的“-”加空格", '"-" and a space')
    return Meant(bare, "", odd, "SC014", _values(name[odd], wanted))


def _values(char: str, wanted: Text) -> dict[str, object]:
    return {"char": shown(char), "name": named(char), "wanted": wanted}
