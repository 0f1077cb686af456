"""Adding entries to a script's `tests:` without touching another character of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from engine.proof.playthrough import Playthrough

_PLAIN: Final = re.compile(r"[A-Za-z0-9_:=>.-]+")


def with_test(text: str, name: str, play: Sequence[str], expect: str) -> str:
    """The script with one more test, at the end of its `tests:`; `expect` is YAML."""
    moves = ", ".join(_word(move) for move in play)
    line = f"  - {{name: {_word(name)}, play: [{moves}], expect: {expect}}}\n"
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    start = next((n for n, each in enumerate(lines) if re.match(r"tests\s*:", each)), None)
    if start is None:
        return "".join([*lines, "\ntests:\n", line])
    if re.match(r"tests\s*:\s*(\[\s*\]\s*)?(#.*)?$", lines[start]) is None:
        raise ValueError("tests: is written on one line")
    if "[" in lines[start].split("#")[0]:
        lines[start] = "tests:\n"
    end = start + 1
    while end < len(lines) and not re.match(r"[^\s#-]", lines[end]):
        end += 1
    while lines[end - 1].strip() == "":
        end -= 1
    indent = re.match(r"\s*", lines[start + 1])[0] if end > start + 1 else "  "  # type: ignore[index]
    lines.insert(end, indent + line.lstrip())
    return "".join(lines)


def standing(table: Playthrough) -> str:
    """What a test expects of a play that stands here."""
    state = table.state
    if state.ending:
        return f"{{ending: {state.ending}, traps: [{', '.join(state.sprung)}]}}"
    return f"{{scene: {state.scene.id}}}" if state.scene is not None else "{}"


def _word(text: str) -> str:
    if _PLAIN.fullmatch(text) or re.fullmatch(r"[\w]+", text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
