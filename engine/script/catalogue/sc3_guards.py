"""SC3xx: conditions that can't be read, or ask what can't be."""

from __future__ import annotations

from typing import Final

from engine.script.catalogue.entry import entry

ENTRIES: Final = (
    entry(
        "SC301",
        "条件里的“{found}”看不懂{nearest}。",
        '"{found}" can\'t be read in a condition{nearest}.',
        "条件只用 and、or、not、比较、括号和已声明的名字。",
        "Conditions are made of and, or, not, comparisons, brackets and declared names.",
        "if: w",
        "if: w +",
    ),
    entry(
        "SC302",
        "条件套得太深。",
        "The condition is nested too deep.",
        "拆成几条 next，或用变量记下中间结果。",
        "Take it apart.",
        "if: w",
        "if: " + "not " * 30 + "w",
    ),
    entry(
        "SC303",
        "条件里少了右括号。",
        "A closing bracket is missing.",
        "补上“)”。",
        "Add `)`.",
        "if: w",
        "if: (w",
    ),
    entry(
        "SC304",
        "条件里的“{name}”没有声明{nearest}。",
        '"{name}" in a condition isn\'t declared{nearest}.',
        "变量直接写名字；陷阱写 trap.名字，任务写 done.名字，卡片写 has.名字。",
        "Variables go by name; traps by trap.ID, tasks by done.ID, cards by has.ID.",
        "if: w",
        "if: ww == true",
    ),
    entry(
        "SC305",
        "“{name}”在几个场景里都有。",
        '"{name}" is in several scenes.',
        "写成 done.场景.任务。",
        "Write done.SCENE.TASK.",
        "if: w",
        "if: done.again",
    ),
    entry(
        "SC306",
        "“{left}”与“{right}”不是一类，不能比较。",
        '"{left}" and "{right}" can\'t be compared.',
        "数与数比，词与词比。",
        "Compare numbers with numbers, words with words.",
        "if: w",
        "if: w == 1",
    ),
    entry(
        "SC307",
        "“{found}”本身不是一个条件。",
        '"{found}" is no condition by itself.',
        "写成比较，例如 {found} >= 2。",
        "Compare it, e.g. {found} >= 2.",
        "if: w",
        "if: m",
    ),
    entry(
        "SC308",
        "“{op}”只能用来比较数。",
        '"{op}" compares numbers only.',
        "改用 == 或 !=。",
        "Use == or !=.",
        "if: w",
        "if: x < front",
    ),
    entry(
        "SC309",
        "“{value}”不在这个变量的取值范围里。",
        "\"{value}\" isn't among the variable's values.",
        "可用：{domain}。",
        "Known: {domain}.",
        "if: w",
        "if: x == back",
    ),
    entry(
        "SC310",
        "条件写到这里就断了：少了一个名字、一个数或一个词。",
        "The condition breaks off here: a name, a number or a word is missing.",
        "补上它，或删去前面的 and、or、not 或比较。",
        "Add it, or remove the and, or, not or comparison before it.",
        "if: w",
        "if: w and",
    ),
)
