"""The slips of a Chinese keyboard: each is told at its own line and column, by its name."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import Issue, ScenarioError
from engine.scenario import compile_scenario
from engine.scenario.samples import SOUND

READ = "      p: {role: a, kind: read, ask: 读, story: 文}\n"
BLOCK = SOUND.replace(
    READ, "      p:\n        role: a\n        kind: read\n        ask: 读\n        story: 文\n"
)
FLOW = "      ask: {role: a, ask: 问, choices: [{id: r, text: 对, right: true, fact: f}, {id: o, text: 否}]}"
LIST = SOUND.replace(
    FLOW,
    "      ask:\n        role: a\n        ask: 问\n        choices:\n"
    "          - {id: r, text: 对, right: true, fact: f}\n          - id: o\n            text: 否",
)
TITLE = "title: 示例"

BLOCKS = {
    # what is typed in place of `        ask: 读`: (column, what the sentence names)
    "        ask：读": (12, "全角冒号"),
    "        ask： 读": (12, "全角冒号"),
    "        ask　： 读": (13, "全角冒号"),
    "        ask；读": (12, "全角分号"),
    "        ask;读": (12, "“;”"),
    "        ask = 读": (13, "等号"),
    "        ask∶读": (12, "比号"),
    "        ask:读": (12, "少了一个空格"),
    "        ask :读": (13, "少了一个空格"),
    "        ask 读": (9, "少了冒号"),
    "        ask:: 读": (12, "多出来的冒号"),
    "        ask:\u00a0读": (13, "不换行空格"),
    "        ask:\u3000读": (13, "全角空格"),
    "\u3000\u3000\u3000\u3000ask: 读": (1, "全角空格"),
    "    \u3000\u3000ask: 读": (5, "全角空格"),
    "\u00a0       ask: 读": (1, "不换行空格"),
    "        \u00a0ask: 读": (9, "不换行空格"),
    "\t\task: 读": (1, "制表符"),
    "        \task: 读": (9, "制表符"),
    "        ask: 读\u000b下": (15, "竖向制表符"),
    "        ask: 读\u000c下": (15, "换页符"),
    "        ask: 读\u0007下": (15, "U+0007"),
    "        as\u200bk: 读": (11, "零宽空格"),
    "        \ufeffask: 读": (9, "文件标记"),
    "        ask: **快走**": (14, "“*”开头"),
    "        ask: [旁白] 天黑了": (14, "“[”开头"),
    "        ask: {甲} 说": (14, "“{”开头"),
    "        ask: @某人": (14, "“@”开头"),
    "        ask: %50 的人": (14, "“%”开头"),
    "        ask: `读`": (14, "“`”开头"),
    "        ask: !注意 看": (14, "“!”开头"),
    "        ask: &读": (14, "“&”开头"),
    "        ask: | 读": (14, "“|”开头"),
    "        ask: > 读": (14, "“>”开头"),
    "        ask: ? 读": (14, "“?”开头"),
    "        ask: - 读": (14, "“-”开头"),
    "        ask: ,读": (14, "“,”开头"),
    '        ask: "他说"走"了"': (17, '“"”不成对'),
    "        ask: '他'走'了'": (16, "“'”不成对"),
    '        ask: "读”': (16, "中文引号"),
    '        ask: "读': (14, '“"”不成对'),
    "        ask: '读": (14, "“'”不成对"),
    "        ask: }读": (14, "“}”不成对"),
    "        ask: ]读": (14, "“]”不成对"),
    "        ask: 他说: 走": (16, "英文冒号"),
    "        ask: 他说:": (16, "英文冒号"),
    "       ask: 读": (8, "缩进了 7 格"),
    "         ask: 读": (10, "缩进了 9 格"),
    "        “ask”: 读": (9, "中文引号"),
    "        －ask: 读": (9, "全角减号"),
    "        ａｓｋ: 读": (9, "“ａ”"),
}
BLOCKS |= {
    '        ask: "读\\q"': (16, "反斜杠"),
    '        ask: "C:\\path"': (17, "反斜杠"),
    "        - ask: 读": (9, "连字符"),
    "        -ask: 读": (9, "连字符"),
    '        "ask: 读"': (9, "英文引号"),
    "        **ask**: 读": (9, "星号"),
    "        `ask`: 读": (9, "代码块"),
    "        ask, 读": (12, "“,”"),
    "        ask、读": (12, "顿号"),
    "        ask—读": (12, "破折号"),
    "        ask: ,": (14, "“,”开头"),
}
FLOWS = {
    # what is replaced in a line of braces, by what: (the first odd sign, what the sentence names)
    ("role: a", "role：a"): ("：", "全角冒号"),
    ("role: a", "role:a"): (":a", "少了一个空格"),
    ("role: a", "role:\u3000a"): ("\u3000", "全角空格"),
    ("id: r, text", "id: r，text"): ("，", "全角逗号"),
    ("id: o, text", "id: o、text"): ("、", "顿号"),
    ("right: true, fact", "right: true；fact"): ("；", "全角分号"),
    ("{role", "｛role"): ("｛", "全角花括号"),
    ("text: 否}", "text: 否｝"): ("｝", "全角花括号"),
    ("choices: [", "choices: ［"): ("［", "全角方括号"),
    ("否}]", "否}］"): ("］", "全角方括号"),
    ("否}]}", "否}]}}"): ("}END", "“}”不成对"),
    ("text: 否", "text: **否**"): ("**", "“*”开头"),
    ("text: 否", "text: [旁白] 否"): ("[旁", "“[”开头"),
    ("text: 否", 'text: "他说"否"了"'): ('"否', '“"”不成对'),
    ("text: 否", 'text: "否'): ('"', '“"”不成对'),
    ("text: 否", "text: 他: 说"): (": 说", "英文冒号"),
}
FLOWS |= {
    ("role: a, ask", "role：a， ask"): ("：", "全角冒号"),
    ("role: a, ", "role: a "): ("ask: 问", "“ask”前面少了英文逗号"),
    ("role: a, ", "role: a; "): (";", "分号"),
    ("role: a, ", "role: a、"): ("、", "顿号"),
    ("right: true, fact", "right: true fact"): ("fact: f", "“fact”前面少了英文逗号"),
    ("right: true, fact", "right: true\u3000fact"): ("\u3000", "全角空格"),
    ("fact: f}, {id", "fact: f}，{id"): ("，", "全角逗号"),
    ("fact: f}, {id", "fact: f}、 {id"): ("、", "顿号"),
    ("fact: f}, {id", "fact: f}; {id"): (";", "分号"),
    ("fact: f}, {id", "fact: f} {id"): (" {id: o", "两项之间少了英文逗号"),
    ("text: 对,", "text: 对{1},"): ("{1", "不能再有“{”"),
    ("text: 对,", "text: 对[1],"): ("[1", "不能再有“[”"),
    ("text: 对,", "text: 对 #1,"): ("#1", "不能再有“#”"),
    ("text: 对,", "text: ?对,"): ("?对", "“?”开头"),
    ("{id: o, text: 否}", "{id: o，text：否}"): ("，", "全角逗号"),
    ("choices: [{", "choices: 【{"): ("【", "方头括号"),
    ("choices: [{", "choices: （{"): ("（", "全角圆括号"),
    ("[{id: r", "[(id: r"): ("(", "圆括号"),
    ("[{id: r", "[（id: r"): ("（", "全角圆括号"),
}
MARKS = {
    "          －id: o": (11, "全角减号"),
    "          － id: o": (11, "全角减号"),
    "          — id: o": (11, "破折号"),
    "          –id: o": (11, "短破折号"),
    "          · id: o": (11, "间隔号"),
    "          • id: o": (11, "圆点"),
    "          * id: o": (11, "星号"),
    "          1. id: o": (11, "编号"),
    "          1、id: o": (11, "编号"),
    "          （一）id: o": (11, "编号"),
    "          -id: o": (11, "少了一个空格"),
    "          -\u3000id: o": (12, "全角空格"),
    "          -\tid: o": (12, "制表符"),
    "        - id: o": (9, "缩进了 8 格"),
    "           - id: o": (12, "缩进了 11 格"),
    "          - id：o": (15, "全角冒号"),
}


MARKS |= {
    "          --id: o": (11, "几个连字符"),
    "          + id: o": (11, "加号"),
    "          ~ id: o": (11, "波浪号"),
    "          ‑ id: o": (11, "连字符"),
    "          ▪ id: o": (11, "“▪”"),
    "          ◆id: o": (11, "“◆”"),
    "          \uf0b7 id: o": (11, "U+F0B7"),
    "          a. id: o": (11, "编号"),
    "          A、id: o": (11, "编号"),
    "            id: o": (13, "新的一项"),
    "          id: o": (11, "新的一项"),
}


def issues(text: str) -> list[Issue]:
    with pytest.raises(ScenarioError) as caught:
        compile_scenario(text.encode(), "t.yaml")
    return list(caught.value.issues)


def line_of(text: str, line: str) -> int:
    return text.split("\n").index(line) + 1


def tells(text: str, line: int, column: int, name: str) -> None:
    """The first thing told is the slip, where it is; and nothing is told of any other line."""
    found = issues(text)
    shown = [f"{each.place} {each.code} {each.message.zh}" for each in found]
    assert (found[0].place.line, found[0].place.column) == (line, column), shown
    assert name in found[0].message.zh, shown
    assert {each.place.line for each in found} == {line}, shown


@pytest.mark.parametrize("typed", BLOCKS, ids=repr)
def test_slips_in_a_line_of_its_own(typed: str) -> None:
    line = line_of(BLOCK, "        ask: 读")
    tells(BLOCK.replace("        ask: 读\n", f"{typed}\n", 1), line, *BLOCKS[typed])


@pytest.mark.parametrize("typed", FLOWS, ids=repr)
def test_slips_in_braces(typed: tuple[str, str]) -> None:
    odd, name = FLOWS[typed]
    put = FLOW.replace(*typed, 1)
    column = put.index(typed[1]) + len(typed[1]) if odd == "}END" else put.index(odd) + 1
    tells(SOUND.replace(FLOW, put, 1), line_of(SOUND, FLOW), column, name)


@pytest.mark.parametrize("typed", MARKS, ids=repr)
def test_slips_in_a_list(typed: str) -> None:
    line = line_of(LIST, "          - id: o")
    tells(LIST.replace("          - id: o\n", f"{typed}\n", 1), line, *MARKS[typed])


@pytest.mark.parametrize("key", ["format", "id", "start", "scenes", "roles", "tests"])
def test_slips_at_the_top(key: str) -> None:
    line = next(n for n, each in enumerate(SOUND.split("\n"), 1) if each.startswith(f"{key}:"))
    text = re.sub(rf"^{key}:[ ]*", f"{key}：", SOUND, count=1, flags=re.M)
    tells(text, line, len(key) + 1, "全角冒号")


TOPS = [
    # (a piece at the left margin, what is typed for it, line, column, what the sentence names)
    ("format: 1\n", "  format: 1\n", 1, 3, "缩进了 2 格"),
    ("format: 1\n", "```yaml\nformat: 1\n", 1, 1, "代码块"),
    ("format: 1\n", "剧本\nformat: 1\n", 1, 1, "“剧本”后面少了冒号"),
    ("format: 1\n", "剧本：\nformat: 1\n", 1, 3, "全角冒号"),
    ("title: 示例\n", "title:\n示例\n", 5, 1, "缩进了 0 格"),
    ("title: 示例\n", "title: 示例\n副题\n", 5, 1, "缩进了 0 格"),
    ("title: 示例\n", "title: |\n示例\n", 5, 1, "缩进了 0 格"),
    ("title: 示例\n", 'title: "示例"二\n', 4, 11, "不成对"),
    ("  a: {name: 甲", "\ta: {name: 甲", 10, 1, "制表符"),
    ("  a: {name: 甲", "\u3000a: {name: 甲", 10, 1, "全角空格"),
]


@pytest.mark.parametrize(("piece", "typed", "line", "column", "name"), TOPS, ids=repr)
def test_slips_at_the_left_margin(
    piece: str, typed: str, line: int, column: int, name: str
) -> None:
    tells(SOUND.replace(piece, typed, 1), line, column, name)


@pytest.mark.parametrize("value", ["1\u3000", "1\u00a0", "\u30001"])
def test_spaces_around_a_value_are_none_of_it(value: str) -> None:
    text = SOUND.replace("format: 1", f"format: {value}").replace("show: true", "show: true\u3000")
    if value[0] != "1":
        text = SOUND.replace("show: true", "show: true\u3000, start: 1\u00a0")
    assert compile_scenario(text.encode(), "t").title == "示例"


def test_slips_with_windows_line_ends() -> None:
    text = BLOCK.replace("        ask: 读\n", "        ask：读\n").replace("\n", "\r\n")
    tells(text, line_of(BLOCK, "        ask: 读"), 12, "全角冒号")


def test_all_slips_and_all_else_come_out_at_once() -> None:
    text = (
        BLOCK.replace(TITLE, "title：示例")
        .replace("        ask: 读\n", "        ask: **读**\n")
        .replace("title: 岔路", "title:\u3000岔路")
        .replace("minutes: 5", "minutes: 五")
        .replace("go: back", "go: bakc")
    )
    assert [each.code for each in issues(text)] == ["SC014", "SC106", "SC015", "SC014", "SC201"]


ENGLISH = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}")
PIECES = st.sampled_from(
    [
        *"：，；“”｛｝［］【】－—\u3000\u00a0\t\u200b\u000b:#*&!%@`|>{}[]\"'-?,\n\r ",
        "ask",
        "id",
        "甲",
        "- ",
        ": ",
        "\n  ",
    ]
)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(
    st.binary(max_size=200)
    | st.text(max_size=200).map(str.encode)
    | st.lists(PIECES, max_size=60).map(lambda pieces: "".join(pieces).encode())
    | st.tuples(st.integers(0, len(SOUND)), st.lists(PIECES, min_size=1, max_size=4)).map(
        lambda drawn: (SOUND[: drawn[0]] + "".join(drawn[1]) + SOUND[drawn[0] :]).encode()
    )
)
def test_any_bytes_give_a_script_or_issues_in_chinese(data: bytes) -> None:
    """Whatever the parser says in English stays out of the Chinese sentence."""
    try:
        compile_scenario(data, "t.yaml")
    except ScenarioError as error:
        found = error.issues
    else:
        return
    lines = len(re.split("\r\n|[\r\n\x85\u2028\u2029]", data.decode("utf-8", "replace")))
    for each in found:
        said = re.sub("“.*?”", "", each.message.zh)
        assert not ENGLISH.search(said), each
        assert any("一" <= char <= "鿿" for char in said)
        assert each.place.line >= 1
        assert each.place.column >= 1
        assert each.place.line <= lines + 1


@pytest.mark.parametrize("zeros", ["\0", "\0" * 5_000, "\n\0\0\n"])
def test_a_file_that_ends_in_zeros_is_told_so(zeros: str) -> None:
    """As from a stick that was pulled out. libyaml says no place; the last lines were blamed."""
    with pytest.raises(ScenarioError) as caught:
        compile_scenario((SOUND + zeros).encode(), "s")
    [told] = caught.value.issues
    line = SOUND.count("\n") + 1 + zeros.startswith("\n")
    assert (told.code, told.place.line, told.place.column) == ("SC014", line, 1)
    assert "U+0000" in told.message.zh
