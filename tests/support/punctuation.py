"""Chinese text has Chinese punctuation: where what people read has the half-width one, and its mending.

    python -m tests.support.punctuation        mends every file that git tracks and people read of

Code, addresses and what is filled in are left alone, and so is a colon between figures.
"""

from __future__ import annotations

import io
import re
import sys
import tokenize
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IDEOGRAPH = "\u3400-\u4dbf\u4e00-\u9fff"
CLOSED = "”’》）】」…％"
WIDE = dict(zip(",;:!?", "，；：！？", strict=True))

_FILLED = re.compile(
    r"`[^`]*`|\{\{.*?\}\}|\{%.*?%\}|\{[^{}]*\}|\w+://[^\s，。；）]+|\]\([^)]*\)|<[^<>]*>|&\w+;"
    r"|\[[^\[\]()]*, [^\[\]]*\]|“键:[^”]*”",
    re.S,
)
"""What stands in a text and isn't of it: code, what is filled in, addresses, tags, lists of YAML's."""
_MARK = re.compile(
    rf"(?<=[{IDEOGRAPH}{CLOSED}])(\*{{0,2}})([,;:!?])(?![/\d])(?:[ ](?!\|))?"
    rf"|(?<=[\w}}\uffff\"'])()([,;:!?])(?=[{IDEOGRAPH}“《])"
)
_STOP = re.compile(rf"(?<=[{IDEOGRAPH}{CLOSED}])\.(?![\w.*/\uffff-])")
_PAIR = re.compile(r"[ ]?\(([^()]*)\)(?:[ ](?!\|))?")
_CHINESE = re.compile(f"[{IDEOGRAPH}]")


_YAML = re.compile(r"\b(?:ask|text|title|belief|kind|name): |^[\"'][a-z]+:(?! )")
"""A sample of a script's: there a comma and a colon are the language's."""


def mended(text: str) -> str:
    """The text with full-width punctuation where it is Chinese."""
    if not _CHINESE.search(text):
        return text
    held: list[str] = []

    def hold(found: re.Match[str]) -> str:
        held.append(found[0])
        return "\uffff"

    bare = _FILLED.sub(hold, text)
    bare = _PAIR.sub(_wide_pair, bare)
    bare = _MARK.sub(lambda found: (found[1] or "") + WIDE[found[2] or found[4]], bare)
    bare = _STOP.sub("。", bare)
    kept = iter(held)
    return re.sub("\uffff", lambda _: next(kept), bare)


def _wide_pair(found: re.Match[str]) -> str:
    """Around Chinese, or in it; a call's empty brackets are left."""
    before = found.string[: found.start()].rstrip("*")[-1:]
    after = found.string[found.end() :][:1]
    beside = re.match(f"[{IDEOGRAPH}{CLOSED}]", before) or re.match(f"[{IDEOGRAPH}]", after)
    within = re.match(f"[{IDEOGRAPH}“]", found[1])
    return f"（{found[1]}）" if (beside or within) and found[1].strip() else found[0]


# ── kinds of files ──────────────────────────────────────────────────────────────────────────────


def of_prose(text: str) -> str:
    """Markdown. In its code blocks only what can't be code: between two ideographs, or after one."""
    parts = re.split(r"(^ *```.*?^ *```$)", text, flags=re.M | re.S)
    return "".join((_in_code if number % 2 else mended)(part) for number, part in enumerate(parts))


def _in_code(text: str) -> str:
    def wide(found: re.Match[str]) -> str:
        begins = max(text.rfind("\n", 0, found.start()) + 1, text[0] in "\"'")
        line = text[begins : found.start()]
        flows = sum(line.count(c) for c in "{[") > sum(line.count(c) for c in "}]")
        divides = found[0] == "," and flows and line.count('"') % 2 == 0
        return found[0] if divides else WIDE[found[0]]

    text = re.sub(rf"(?<=[{IDEOGRAPH}{CLOSED}])(?:[,;:](?=[{IDEOGRAPH}“])|[?!])", wide, text)
    return re.sub(rf"(?<=[{IDEOGRAPH}？\d])\(([^()]*[{IDEOGRAPH}][^()]*)\)", r"（\1）", text)


def of_template(text: str) -> str:
    """Text, texts in attributes, and the texts that Jinja is given."""
    text = re.sub(r"(?<=')[^'\n]*(?=')", lambda found: mended(found[0]), text)
    text = re.sub(r'(?<==")[^"\n]*(?=")', lambda found: mended(found[0]), text)
    return mended(text)


def of_python(text: str) -> str:
    """Strings that are no patterns."""
    lines = text.splitlines(keepends=True)
    found = list(tokenize.generate_tokens(io.StringIO(text).readline))
    for token in reversed(found):
        opens = re.match(r"\w*", token.string)
        sample = _YAML.search(token.string)
        if token.type != tokenize.STRING or not opens:
            continue
        if not sample and ({*"rRbB"} & {*opens[0]} or _remark(token.string)):
            continue
        new = (_in_code if sample else mended)(token.string)
        if new != token.string:
            (row, column), (last, end) = token.start, token.end
            whole = "".join(lines[row - 1 : last])
            tail = len(lines[last - 1]) - end
            lines[row - 1 : last] = [whole[:column] + new + whole[len(whole) - tail :]]
            lines[row - 1 : row] = lines[row - 1].splitlines(keepends=True)
    return "".join(lines)


def _remark(string: str) -> bool:
    """A docstring, which is English."""
    letters = len(re.findall("[A-Za-z]", string))
    return string.startswith('"""') and letters > len(_CHINESE.findall(string))


def of_script(text: str) -> str:
    """The strings of JavaScript and of the shell."""
    strings = r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\''
    return re.sub(strings, lambda found: mended(found[0]), text)


KINDS: dict[str, Callable[[str], str]] = {
    ".md": of_prose,
    ".html": of_template,
    ".py": of_python,
    ".js": of_script,
    "": of_script,
}
PAGES = ("README.md", "docs/language.md", "docs/rights.md")
LEFT = {
    "engine/typed.py",  # it reads what people type
    "engine/script/text.py",
}


def read_by_people(tracked: tuple[str, ...]) -> Iterator[tuple[str, Callable[[str], str]]]:
    """(file, what mends it)."""
    for name in tracked:
        kind = KINDS.get(Path(name).suffix)
        ours = name.startswith(("engine/", "web/", "scripts/")) or name in PAGES or ".zh." in name
        if kind and ours and name not in LEFT and "/vendor/" not in name:
            yield name, kind


def main() -> None:
    """Mend them all."""
    from tests.test_house import tracked

    for name, kind in read_by_people(tracked()):
        text = (ROOT / name).read_text(encoding="utf-8")
        new = kind(text)
        if new != text:
            (ROOT / name).write_text(new, encoding="utf-8")
            sys.stdout.write(f"{name}\n")


if __name__ == "__main__":
    main()
