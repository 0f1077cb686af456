"""docs/language.md tells the truth: its examples compile, and it names every key, kind and code."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from textwrap import indent

import pytest

from engine.errors import ScenarioError
from engine.kinds.registry import KINDS
from engine.proof.counsel import COUNSEL
from engine.proof.findings import FINDINGS
from engine.scenario.compile import TOP_KEYS
from engine.scenario.scenes import SCENE_KEYS
from engine.scenario.strings import TRANSLATION
from engine.scenario.task_fields import COMMON_KEYS
from engine.script.catalogue import ADVICE, CATALOGUE
from engine.script.cues import CUES
from engine.script.names import RESERVED
from tests.support.scripts import MINI_TEXT, compile_text

PAGE = (Path(__file__).parents[3] / "docs" / "language.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```yaml (\w+)\n(.*?)^```", PAGE, re.M | re.S)
ADDED = {"roles", "vars", "cards", "sources", "facts", "traps", "scenes", "objectives"}
LONELY = {"SC407", "SC412", "SC414", "SC419", "SC420"}
"""A fragment may show something that nothing else of the miniature leads to."""


def sections(text: str) -> dict[str, str]:
    """The text of every top-level key, with what belongs to it."""
    found = re.split(r"^(?=\w+:)", text, flags=re.M)
    return {piece.partition(":")[0]: piece for piece in found if re.match(r"\w+:", piece)}


def with_top(fragment: str) -> str:
    """The miniature with the fragment's sections added to its own, or in their place."""
    parts = sections(MINI_TEXT)
    for name, piece in sections(fragment).items():
        if name == "objectives":
            piece += "  date: 日期\n  alert: 警觉\n"
            parts[name] = piece
        elif name in ADDED:
            parts[name] += piece.partition("\n")[2]
        else:
            parts[name] = piece
    return "".join(f"{part.rstrip()}\n" for part in parts.values())


def with_tasks(fragment: str) -> str:
    """The miniature with the fragment's tasks in its second scene."""
    old = "    tasks: {hear: {role: lookout, kind: read, ask: 读一读, story: 他们在翻箱倒柜。}}\n"
    assert old in MINI_TEXT
    return MINI_TEXT.replace(old, "    tasks:\n" + indent(fragment, "      "))


FRAMES: dict[str, Callable[[str], str]] = {"script": str, "top": with_top, "tasks": with_tasks}


@pytest.mark.parametrize(("frame", "block"), BLOCKS)
def test_examples_compile(frame: str, block: str) -> None:
    text = FRAMES[frame](block)
    assert text != MINI_TEXT or frame == "script"
    try:
        compile_text(text)
    except ScenarioError as error:
        told = error.issues
    else:
        return
    assert frame == "top"
    assert [f"{i.place} {i.message.en}" for i in told if i.code not in LONELY] == []


def test_a_wrong_example_would_be_seen() -> None:
    with pytest.raises(ScenarioError) as caught:
        compile_text(with_top("cards:\n  plan: {titel: 图, text: 文}\n"))
    assert {issue.code for issue in caught.value.issues} - LONELY == {"SC101"}


def test_there_are_examples_of_every_sort() -> None:
    assert {frame for frame, _ in BLOCKS} == set(FRAMES)
    assert len(re.findall(r"^```", PAGE, re.M)) == 2 * len(BLOCKS)
    assert BLOCKS[0] == ("script", MINI_TEXT)


def test_every_key_and_kind_is_explained() -> None:
    own = {key.name for kind in KINDS.values() for key in kind.keys}
    words = {*TOP_KEYS, *SCENE_KEYS, *COMMON_KEYS, *KINDS, *own}
    assert not {word for word in words if f"`{word}`" not in PAGE}
    assert not {word for words in RESERVED.values() for word in words if word not in PAGE}


def test_every_cue_is_listed_with_its_words() -> None:
    _, _, section = PAGE.partition("### 主持词")
    listed = re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", section.partition("## 任务")[0], re.M)
    assert dict(listed[1:]) == {name: told.zh for name, told in CUES.items()}


def test_every_kind_has_an_example() -> None:
    shown = "".join(block for _, block in BLOCKS)
    assert not {kind for kind in KINDS if kind != "choose" and f"kind: {kind}" not in shown}


def test_every_code_is_listed_with_its_sentences() -> None:
    told = dict(re.findall(r"^\| `(SC\d{3})` \| (.*) \|$", PAGE, re.M))
    known = CATALOGUE | FINDINGS | TRANSLATION | ADVICE | COUNSEL
    assert told.keys() == known.keys()
    for code, entry in known.items():
        message, remedy = (
            re.sub(r"\{(nearest|since)\}", "", text.zh).replace("{{", "{").replace("}}", "}")
            for text in (entry.message, entry.remedy)
        )
        assert told[code] == f"{message} | {remedy}"
