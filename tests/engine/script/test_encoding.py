"""No reader of text loses a character: it reads what editors save, or refuses at the place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ScenarioError
from engine.scenario import compile_scenario
from engine.scenario.advice import advise
from engine.scenario.strings import translated
from engine.script.encoding import UnreadableText, decoded
from engine.script.source import read_source
from tests.support.scripts import MINI_TEXT, compile_text

ROOT = Path(__file__).resolve().parents[3]
SAVED_AS = [
    ("utf-8", "UTF-8"),
    ("utf-8-sig", "UTF-8"),
    ("gb18030", "GB18030"),
    ("gbk", "GB18030"),
    ("utf-16", "UTF-16"),
    ("utf-16-le", "UTF-16"),
    ("utf-16-be", "UTF-16"),
    ("utf-32", "UTF-32"),
]
SHIPPED = sorted((ROOT / "scenarios").glob("*/scenario.yaml"))


@pytest.mark.parametrize(("codec", "name"), SAVED_AS)
@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.parent.name)
def test_shipped_scripts_are_read_as_any_editor_saves_them(
    file: Path, codec: str, name: str
) -> None:
    text = file.read_text(encoding="utf-8")
    try:
        data = text.encode(codec)
    except UnicodeEncodeError:
        pytest.fail(f"{codec} can't hold {file}") if codec != "gbk" else None
        return
    read = decoded(data)
    assert (read.text, read.encoding) == (text, name)
    was = compile_scenario(data, "t.yaml", digest="same")
    assert was == compile_scenario(text.encode(), "t.yaml", digest="same")
    told = [issue.code for issue in advise(data, "t.yaml")]
    assert ("SC801" in told) == (name != "UTF-8")


@pytest.mark.parametrize("codec", [codec for codec, _ in SAVED_AS])
def test_strings_files_too(codec: str) -> None:
    scenario = compile_text(MINI_TEXT)
    words = "".join(f"{line}\n" for line in ("title: 示例", "summary: 简体"))
    with pytest.raises(ScenarioError) as caught:
        translated(scenario, words.encode(codec), "strings.en.yaml")
    assert {issue.code for issue in caught.value.issues} == {"SC701"}
    missing = " ".join(issue.message.zh for issue in caught.value.issues)
    assert "roles.recorder.name" in missing
    assert "summary" not in missing


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [
        (MINI_TEXT.encode().replace("标题".encode(), b"\xe6\xa0") + b"\n\xe4\xb8", None, None),
        (
            "title: 党史\nid: 甲\xff乙\n".encode("utf-8", "replace").replace(b"\xc3\xbf", b"\xff"),
            2,
            6,
        ),
        ("title: 党史\nid: 甲\n".encode("gb18030") + b"\xff", 1, 8),
        ("标题: 甲\n".encode("utf-16") + b"\x00", 2, 1),
        ("标题: 甲\n乙".encode("utf-16")[:-2] + b"\x00\xd8", 2, 1),
    ],
)
def test_what_is_no_text_is_refused_at_its_place(
    data: bytes, line: int | None, column: int | None
) -> None:
    with pytest.raises(UnreadableText) as caught:
        decoded(data)
    _, [issue] = read_source(data, "t.yaml")
    assert issue.code == "SC002"
    assert (issue.place.line, issue.place.column) == (caught.value.line, caught.value.column)
    if line is not None:
        assert (issue.place.line, issue.place.column) == (line, column)


@given(st.binary(max_size=300) | st.text(max_size=100).map(lambda t: t.encode("gb18030")))
def test_any_bytes_are_text_that_comes_back_or_are_refused(data: bytes) -> None:
    try:
        text = decoded(data).text
    except UnreadableText:
        [issue] = read_source(data, "t.yaml")[1]
        assert min(issue.place.line, issue.place.column) >= 1
        return
    assert "\ufffd" not in text or "\ufffd" in _strictly(data)


def _strictly(data: bytes) -> str:
    """The replacement sign, where it was written and isn't a loss."""
    for codec in ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "utf-32"):
        try:
            if "\ufffd" in (text := data.decode(codec)):
                return text
        except UnicodeDecodeError:
            continue
    return ""


def test_nothing_that_can_be_saved_is_decoded_with_a_loss() -> None:
    """`errors="replace"` and its like stand only where nothing is kept of it: what Graphviz says,
    how far a bad byte is, and what a spoilt text of SQLite's looks like."""
    lossy = re.compile(r"decode\([^)]*(replace|ignore|errors=)")
    found = {
        str(file.relative_to(ROOT))
        for room in ("engine", "web")
        for file in (ROOT / room).rglob("*.py")
        if lossy.search(file.read_text(encoding="utf-8"))
    }
    assert found == {
        "engine/author/drawing.py",
        "engine/script/encoding.py",
        "engine/store/backup/misfits.py",
        "engine/store/faults.py",
    }
