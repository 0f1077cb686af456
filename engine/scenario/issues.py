"""The catalogue of what can be wrong with a script. Codes are stable; tests go by every entry.

    SC0xx reading YAML     SC1xx keys and values     SC2xx names
    SC3xx guards           SC4xx flow and tasks      SC5xx history
    SC8xx advice (the proof has SC6xx, strings files SC7xx)

Each entry has its sentence and its remedy in two languages, and a sample: a replacement (`old` →
`bad`) in the sound script of `samples.py` that gives just this issue. The sound script is the good
sample of them all.
"""

from __future__ import annotations

from typing import Final

import msgspec

from engine.errors import Issue, Lang, Place, Text


class Entry(msgspec.Struct, frozen=True):
    """One kind of issue."""

    code: str
    message: Text
    remedy: Text
    old: str
    """A piece of the sound script; empty: `bad` is the whole file."""
    bad: str
    """What stands in its place in the bad sample."""


def _entry(
    code: str, zh: str, en: str, do_zh: str, do_en: str, old: str = "", bad: str = ""
) -> Entry:
    return Entry(code, Text(zh, en), Text(do_zh, do_en), old, bad)


_READING: Final = (
    _entry(
        "SC001",
        "文件太大({size} 字节)。",
        "The file is too large ({size} bytes).",
        "剧本不能超过 1 MiB;图片请放在单独的文件里。",
        "A script is at most 1 MiB; keep pictures in files of their own.",
        "",
        "\x00TOO-LARGE",
    ),
    _entry(
        "SC002",
        "从这里起不是完好的文字:既不是 UTF-8,也不是 GB18030 或 UTF-16。",
        "From here on this is neither UTF-8, GB18030 nor UTF-16.",
        "请在编辑器里选“另存为 UTF-8”。",
        "Save it as UTF-8.",
        "",
        "\x00NO-TEXT",
    ),
    _entry(
        "SC003",
        "这里的 YAML 写法不对:{problem}{since}。",
        "This isn't YAML: {problem}{since}.",
        "检查缩进(只用空格)、冒号后的空格、引号和括号是否成对。",
        "Check indentation (spaces only), the space after colons, closing quotes and brackets.",
        "title: 示例",
        'title: "\\q"',
    ),
    _entry(
        "SC004",
        "文件是空的。",
        "The file is empty.",
        "从 docs/language.md 的例子开始写。",
        "Begin with the example in docs/language.md.",
        "",
        "# 空\n",
    ),
    _entry(
        "SC005",
        "剧本应当是一组“键: 值”。",
        "A script is a set of `key: value`.",
        "第一行写 format: 1。",
        "Begin with `format: 1`.",
        "",
        "- 一\n- 二\n",
    ),
    _entry(
        "SC006",
        "“{key}”写了两次(第一次在第 {first} 行)。",
        '"{key}" stands twice (first in line {first}).',
        "删去一个,或给它换个名字。",
        "Remove one, or rename it.",
        "title: 示例",
        "title: 示例\ntitle: 又一个",
    ),
    _entry(
        "SC007",
        "剧本里不能用 & 或 *(锚点与引用)。",
        "Anchors and aliases (& and *) aren't used in scripts.",
        "把内容写全;若本来就是文字,请加引号。",
        "Write it out; if it is text, put it in quotes.",
        "title: 示例",
        "title: &a 示例",
    ),
    _entry(
        "SC008",
        "剧本里不能用标签“{tag}”。",
        'Tags ("{tag}") aren\'t used in scripts.',
        "删去感叹号开头的标签;若本来就是文字,请加引号。",
        "Remove it; if it is text, put it in quotes.",
        "title: 示例",
        "title: !!str 示例",
    ),
    _entry(
        "SC009",
        "一个文件里只能有一个剧本。",
        "A file holds one script.",
        "删去单独成行的 ---。",
        "Remove the `---` line.",
        "",
        "\x00TWO",
    ),
    _entry(
        "SC010",
        "嵌套太深(超过 32 层)。",
        "Nested too deep (over 32).",
        "检查缩进,或把内容拆开。",
        "Check the indentation, or take it apart.",
        "title: 示例",
        "title: " + "[" * 33 + "]" * 33,
    ),
    _entry(
        "SC011",
        "键必须是一个词。",
        "A key is a single word.",
        "在冒号前只写一个词。",
        "Write one word before the colon.",
        "title: 示例",
        "title: 示例\n? [a, b]\n: 1",
    ),
    _entry(
        "SC012",
        "这段文字里有看不见的控制字符。",
        "This text holds control characters.",
        "删去反斜杠写法,直接写文字。",
        "Remove the backslash escape; write the text itself.",
        "title: 示例",
        'title: "示\\a例"',
    ),
    _entry(
        "SC013",
        "问题太多,从这里往后的没有再列出。",
        "Too many issues; from here on they aren't listed.",
        "先改好前面的,再检查一遍。",
        "Mend those listed, then check again.",
        "",
        "\x00MANY",
    ),
    _entry(
        "SC014",
        "“{char}”是{name},这里要{wanted}。",
        '"{char}" is {name}; here {wanted} is wanted.',
        "换过来;若本来就是文字里的,给整段文字加引号。",
        "Replace it; if it belongs to a text, put the text in quotes.",
        "title: 示例",
        "title：示例",
    ),
    _entry(
        "SC015",
        "文字不能以“{char}”开头:程序会把它当作{meaning}。",
        'A text can\'t begin with "{char}": it is read as {meaning}.',
        "给整段文字加引号。",
        "Put the whole text in quotes.",
        "title: 示例",
        "title: **示例**",
    ),
    _entry(
        "SC016",
        "“{char}”后面少了一个空格。",
        'There is no space after "{char}".',
        "在它后面加一个空格。",
        "Add one.",
        "title: 示例",
        "title:示例",
    ),
    _entry(
        "SC017",
        "“{key}”后面少了冒号。",
        'There is no colon after "{key}".',
        "写成“键: 值”;若是上一段文字的后半句,给整段文字加引号,或缩进到它下面。",
        "Write `key: value`; if it goes on with the text above, put that in quotes.",
        "title: 示例",
        "title 示例",
    ),
    _entry(
        "SC018",
        "“{char}”不成对:多了一个,或少了与它成对的。",
        '"{char}" has no partner.',
        "补上另一个,或删去它;若本来就是文字,给整段文字加引号,里面的引号用中文的“”。",
        "Add the other, or remove it; if it belongs to a text, put the text in quotes.",
        "themes: [示例]",
        "themes: [示例",
    ),
    _entry(
        "SC019",
        "这一行缩进了 {found} 格,按上面的应是 {wanted} 格。",
        "This line is indented by {found} spaces; from those above it should be {wanted}.",
        "同一级的几行,左边要对齐。",
        "Lines of one level begin in one column.",
        "title: 示例",
        "title: 示例\n  level: 一",
    ),
)

_VALUES: Final = (
    _entry(
        "SC101",
        "{what}里没有“{name}”这一项{nearest}。",
        '{what} has no "{name}"{nearest}.',
        "改成正确的写法,或删去。",
        "Correct it, or remove it.",
        "summary:",
        "sumary: 错\nsummary:",
    ),
    _entry(
        "SC102",
        "{what}缺少“{name}”。",
        '{what} lacks "{name}".',
        "补上这一项。",
        "Add it.",
        "summary: 概要。\n",
        "",
    ),
    _entry(
        "SC103",
        "{what}应当是一组“键: 值”。",
        "{what} should be a set of `key: value`.",
        "在下一行缩进后写“键: 值”。",
        "Write `key: value` lines, indented.",
        "cost: {m: +1}",
        "cost: 多",
    ),
    _entry(
        "SC104",
        "{what}应当是一个列表。",
        "{what} should be a list.",
        "写成 [甲, 乙],或每行以 - 开头。",
        "Write [a, b], or lines beginning with `-`.",
        "themes: [示例]",
        "themes: {a: b}",
    ),
    _entry(
        "SC105",
        "{what}应当是文字。",
        "{what} should be text.",
        "直接写文字;含冒号时加引号。",
        "Write text; quote it if it holds a colon.",
        "title: 示例",
        "title: [示例]",
    ),
    _entry(
        "SC106",
        "{what}的值“{found}”不合要求:应为 {wanted}{nearest}。",
        '"{found}" won\'t do for {what}: {wanted} is wanted{nearest}.',
        "改成允许的值。",
        "Use an allowed value.",
        "minutes: 5",
        "minutes: 五",
    ),
    _entry(
        "SC107",
        "{what}不能是“{found}”{nearest}。可用:{wanted}。",
        '{what} can\'t be "{found}"{nearest}. Known: {wanted}.',
        "从可用的词里选一个。",
        "Choose one of the known words.",
        "status: established",
        "status: estblished",
    ),
    _entry(
        "SC108",
        "“{name}”不能作名字。",
        '"{name}" is no name.',
        "名字以英文字母开头,只用字母、数字、连字符和下划线。",
        "Names begin with a letter; letters, digits, - and _ follow.",
        "id: sound",
        "id: 示例 一",
    ),
    _entry(
        "SC109",
        "{what}是空的。",
        "{what} is empty.",
        "写上内容,或删去这一项。",
        "Fill it in, or remove it.",
        "title: 示例",
        "title: ''",
    ),
    _entry(
        "SC110",
        "{what}的时长“{found}”看不懂{nearest}。",
        '"{found}" is no duration for {what}{nearest}.',
        "写成 30s、5m 或 1h(要带单位,不超过一天)。",
        "Write 30s, 5m or 1h (with a unit, a day at most).",
        "hold: 30s",
        "hold: 30",
    ),
    _entry(
        "SC111",
        "不认识的格式版本“{found}”。",
        'Unknown format "{found}".',
        "第一行写 format: 1;若剧本来自更新的版本,请升级程序。",
        "Write `format: 1`; update the program if the script is from a newer one.",
        "format: 1",
        "format: 9",
    ),
    _entry(
        "SC112",
        "“{name}”是保留的词,不能作{kind}的名字。",
        '"{name}" is a reserved word; no {kind} can be called so.',
        "换一个名字。",
        "Choose another name.",
        "  b: {name: 乙, brief: 你是乙。}\n",
        "  b: {name: 乙, brief: 你是乙。}\n  any: {name: 丙, brief: 你是丙。}\n",
    ),
    _entry(
        "SC113",
        "取值“{name}”与变量或保留的词同名,条件里分不清。",
        'The value "{name}" is also a variable or a reserved word: conditions can\'t tell.',
        "换一个取值。",
        "Choose another value.",
        "one_of: [none, front]",
        "one_of: [none, front, w]",
    ),
    _entry(
        "SC114",
        "“{found}”不能作图片名。",
        '"{found}" can\'t name a picture.',
        "写剧本旁边的文件名,例如 lake.svg(svg、png、jpg、webp)。",
        "Name a file beside the script, e.g. lake.svg (svg, png, jpg, webp).",
        "minutes: 5",
        "minutes: 5\ncover: ../cover.svg",
    ),
    _entry(
        "SC115",
        "{kind}太多了:{number} 个,最多 {most} 个。",
        "{number} is too many ({kind}): at most {most}.",
        "合并或删去一些;任务可以分到几幕里。",
        "Merge or remove some; tasks can be spread over scenes.",
        "    tasks: {think: {role: b, kind: read, ask: 读, story: 想}}",
        "\x00TASKS",
    ),
    _entry(
        "SC116",
        "一个变量只能有一种取值:这里写了 {kinds}。",
        "A variable has one domain; here are {kinds}.",
        "只留 bool、int、one_of 中的一个。",
        "Keep one of bool, int, one_of.",
        "w: {bool: false}",
        "w: {bool: false, int: [0, 3]}",
    ),
    _entry(
        "SC117",
        "“{name}”看来是前一段文字的后半句:花括号里的英文逗号把它断开了。",
        '"{name}" seems to belong to the text before it: a comma inside braces cut it off.',
        "给整段文字加引号,或改用中文逗号。",
        "Put the whole text in quotes.",
        "p: {role: a, kind: read, ask: 读, story: 文}",
        "p: {role: a, kind: read, ask: 读, story: 文,再来}",
    ),
)

_NAMES: Final = (
    _entry(
        "SC201",
        "没有名为“{name}”的{kind}{nearest}。",
        'No {kind} is called "{name}"{nearest}.',
        "改成已声明的名字,或先声明它。",
        "Use a declared name, or declare it.",
        "truth: f",
        "truth: ff",
    ),
    _entry(
        "SC202",
        "“{name}”重复了。",
        '"{name}" is there twice.',
        "给每一个不同的 id。",
        "Give each its own id.",
        "{id: o, text: 否}",
        "{id: r, text: 否}",
    ),
    _entry(
        "SC203",
        "“{name}”这几个字写了两次,参加的人分不清。",
        '"{name}" stands twice: nobody can tell them apart.',
        "把其中一个写得不一样。",
        "Word one of them differently.",
        "{id: o, text: 否}",
        "{id: o, text: 对}",
    ),
    _entry(
        "SC204",
        "测试里的这一步看不懂:“{found}”{nearest}。",
        'This move of a test can\'t be read: "{found}"{nearest}.',
        "写成 任务=答案,例如 date=d23;等待写 wait=30s,解救写 rescue=选项。",
        "Write task=answer, e.g. date=d23; wait=30s to wait, rescue=choice to rescue.",
        "play: [p=,",
        "play: [p,",
    ),
)

_GUARDS: Final = (
    _entry(
        "SC301",
        "条件里的“{found}”看不懂{nearest}。",
        '"{found}" can\'t be read in a condition{nearest}.',
        "条件只用 and、or、not、比较、括号和已声明的名字。",
        "Conditions are made of and, or, not, comparisons, brackets and declared names.",
        "if: w",
        "if: w +",
    ),
    _entry(
        "SC302",
        "条件套得太深。",
        "The condition is nested too deep.",
        "拆成几条 next,或用变量记下中间结果。",
        "Take it apart.",
        "if: w",
        "if: " + "not " * 30 + "w",
    ),
    _entry(
        "SC303",
        "条件里少了右括号。",
        "A closing bracket is missing.",
        "补上“)”。",
        "Add `)`.",
        "if: w",
        "if: (w",
    ),
    _entry(
        "SC304",
        "条件里的“{name}”没有声明{nearest}。",
        '"{name}" in a condition isn\'t declared{nearest}.',
        "变量直接写名字;陷阱写 trap.名字,任务写 done.名字,卡片写 has.名字。",
        "Variables go by name; traps by trap.ID, tasks by done.ID, cards by has.ID.",
        "if: w",
        "if: ww == true",
    ),
    _entry(
        "SC305",
        "“{name}”在几个场景里都有。",
        '"{name}" is in several scenes.',
        "写成 done.场景.任务。",
        "Write done.SCENE.TASK.",
        "if: w",
        "if: done.again",
    ),
    _entry(
        "SC306",
        "“{left}”与“{right}”不是一类,不能比较。",
        '"{left}" and "{right}" can\'t be compared.',
        "数与数比,词与词比。",
        "Compare numbers with numbers, words with words.",
        "if: w",
        "if: w == 1",
    ),
    _entry(
        "SC307",
        "“{found}”本身不是一个条件。",
        '"{found}" is no condition by itself.',
        "写成比较,例如 {found} >= 2。",
        "Compare it, e.g. {found} >= 2.",
        "if: w",
        "if: m",
    ),
    _entry(
        "SC308",
        "“{op}”只能用来比较数。",
        '"{op}" compares numbers only.',
        "改用 == 或 !=。",
        "Use == or !=.",
        "if: w",
        "if: x < front",
    ),
    _entry(
        "SC309",
        "“{value}”不在这个变量的取值范围里。",
        "\"{value}\" isn't among the variable's values.",
        "可用:{domain}。",
        "Known: {domain}.",
        "if: w",
        "if: x == back",
    ),
    _entry(
        "SC310",
        "条件写到这里就断了:少了一个名字、一个数或一个词。",
        "The condition breaks off here: a name, a number or a word is missing.",
        "补上它,或删去前面的 and、or、not 或比较。",
        "Add it, or remove the and, or, not or comparison before it.",
        "if: w",
        "if: w and",
    ),
)

_FLOW: Final = (
    _entry(
        "SC401",
        "{what}至少要有 {least} 项。",
        "{what} needs {least} or more.",
        "再补几项。",
        "Add some.",
        "choices: [{id: r, text: 对, right: true, fact: f}, {id: o, text: 否}]",
        "choices: [{id: r, text: 对, right: true, fact: f}]",
    ),
    _entry(
        "SC402",
        "{what}没有正确答案。",
        "{what} has no right answer.",
        "给正确的一项加上 right: true。",
        "Mark one with right: true.",
        "{id: y, text: 对, right: true}",
        "{id: y, text: 对}",
    ),
    _entry(
        "SC403",
        "这些任务互相等待:{names}。",
        "These tasks wait for each other: {names}.",
        "去掉其中一个 after。",
        "Remove one `after`.",
        "      p: {role: a, kind: read, ask: 读, story: 文}",
        "      p: {role: a, kind: read, ask: 读, story: 文, after: [q]}",
    ),
    _entry(
        "SC404",
        "最后一条去路有条件,可能无处可去。",
        "The last way out has a condition: there may be no way.",
        "在末尾加一条没有 if 的去路。",
        "End with a way without `if`.",
        "{go: z}]\n    time",
        "{if: not w, go: z}]\n    time",
    ),
    _entry(
        "SC405",
        "这一幕没有去路。",
        "There is no way out of this scene.",
        "写上 next;若是结局,写上 ending。",
        "Add `next`; or `ending`, if it is one.",
        "    next: [{go: good}]\n",
        "",
    ),
    _entry(
        "SC406",
        "结局里不能有“{name}”。",
        'An ending has no "{name}".',
        "删去它,或去掉 ending。",
        "Remove it, or remove `ending`.",
        "bad: {ending: bad,",
        "bad: {ending: bad, next: [{go: good}],",
    ),
    _entry(
        "SC407",
        "走不到这一幕:{name}。",
        "This scene can't be reached: {name}.",
        "在某一幕的 next 里写上它,或删去它。",
        "Lead to it from some `next`, or remove it.",
        "then: bad}",
        "then: good}",
    ),
    _entry(
        "SC408",
        "这一幕没有任务,没有人来得及看。",
        "This scene has no task: nobody would get to see it.",
        "加一个 read 任务,或并到别的幕里。",
        "Add a `read` task, or merge it.",
        "    tasks: {again: {role: a, kind: read, ask: 读, story: 文}}\n    next: [{go: good}]",
        "    next: [{go: good}]",
    ),
    _entry(
        "SC409",
        "这个陷阱没有 hold,不需要 rescue。",
        "This trap holds nobody: there is nothing to rescue.",
        "加上 hold,或删去 rescue。",
        "Add `hold`, or remove `rescue`.",
        "    hold: 30s\n",
        "",
    ),
    _entry(
        "SC411",
        "岔路“{name}”回不来。",
        'The detour "{name}" never comes back.',
        "在它的 next 里写 {{go: back}}。",
        "Write {{go: back}} in its `next`.",
        "next: [{go: back}]",
        "next: [{go: z}]",
    ),
    _entry(
        "SC412",
        "“{name}”不是岔路,不能 go: back。",
        '"{name}" is no detour; it can\'t go back.',
        "写明去哪一幕;或让某个陷阱以 detour 通向它。",
        "Name a scene; or lead to it by a trap's detour.",
        "    next: [{go: good}]\n",
        "    next: [{if: w, go: back}, {go: good}]\n",
    ),
    _entry(
        "SC413",
        "岔路里的陷阱“{name}”又通向岔路。",
        'The trap "{name}" leads from a detour into another.',
        "岔路只有一层;给它换一种 then。",
        "Detours are one level deep; use another `then`.",
        "tasks: {think: {role: b, kind: read, ask: 读, story: 想}}",
        "tasks: {think: {role: b, ask: 问, "
        "choices: [{id: r, text: 对, right: true, fact: f}, {id: o, text: 否, trap: d}]}}",
    ),
    _entry(
        "SC414",
        "角色“{name}”没有任务。",
        'The role "{name}" has nothing to do.',
        "给它至少一个任务,或删去这个角色。",
        "Give it a task, or remove it.",
        "roles:\n",
        "roles:\n  idle: {name: 闲, brief: 你是闲人。}\n",
    ),
    _entry(
        "SC415",
        "不能交给自己。",
        "A card can't be handed to oneself.",
        "to 写另一个角色。",
        "Name another role.",
        "kind: hand, ask: 交, card: k, to: b",
        "kind: hand, ask: 交, card: k, to: a",
    ),
    _entry(
        "SC416",
        "{what}至少要有两个角色参加。",
        "{what} needs two roles or more.",
        "role 写 all 或列出几个角色。",
        "Write `all`, or list several roles.",
        "v: {role: [a, b], kind: vote",
        "v: {role: a, kind: vote",
    ),
    _entry(
        "SC417",
        "等 {count} 项任务,可这一幕只有 {number} 项。",
        "It waits for {count} tasks, but there are {number}.",
        "把 count 改小,或改成 all。",
        "Lower it, or write `all`.",
        "    barrier: all\n",
        "    barrier: {count: 30}\n",
    ),
    _entry(
        "SC418",
        "这一幕只等可做可不做的任务,一进去就会过去。",
        "The scene waits for optional tasks only: it would be over at once.",
        "去掉一个 optional: true,或在 barrier 里列出必做的任务。",
        "Make a task compulsory, or list compulsory ones in `barrier`.",
        "    tasks: {think: {role: b, kind: read, ask: 读, story: 想}}",
        "    tasks: {think: {role: b, kind: read, ask: 读, story: 想, optional: true}}",
    ),
    _entry(
        "SC419",
        "没有人会碰到陷阱“{name}”。",
        'Nobody meets the trap "{name}".',
        "在某个选项上写 trap: {name},或删去它。",
        "Put trap: {name} on a choice, or remove it.",
        "traps:\n",
        "traps:\n  lone: {belief: 误, truth: f, why: 因}\n",
    ),
    _entry(
        "SC420",
        "没有人会得到卡片“{name}”。",
        'Nobody gets the card "{name}".',
        "用 give 或 search 发给某个角色,或删去它。",
        "Give it, hide it in a search, or remove it.",
        "cards:\n",
        "cards:\n  lone: {title: 卡, text: 文}\n",
    ),
    _entry(
        "SC421",
        "剧本没有结局。",
        "There is no ending.",
        "给最后一幕写上 ending: good。",
        "Give the last scene an `ending`.",
        "",
        "\x00NO-ENDING",
    ),
    _entry(
        "SC422",
        "不能这样设置变量“{name}”{nearest}。",
        'The variable "{name}" can\'t be set so{nearest}.',
        "布尔写 true/false,整数写数或 +1/-1,词写它的取值之一:{domain}。",
        "Use one of: {domain}; +n and -n for numbers only.",
        "set: {x: front}",
        "set: {x: +1}",
    ),
    _entry(
        "SC423",
        "这条去路永远走不到:前面已有无条件的去路。",
        "This way is never taken: one before it is unconditional.",
        "把没有 if 的去路放到最后。",
        "Put the unconditional way last.",
        "next: [{if: w, go: z}",
        "next: [{go: good}, {if: w, go: z}",
    ),
    _entry(
        "SC424",
        "“{name}”是岔路,只能由陷阱的 detour 进入;直接走进去就回不来了。",
        '"{name}" is a detour: only a trap leads there; walked into, it has no way back.',
        "去路改到别的一幕,或让陷阱的 detour 通向另一幕。",
        "Lead elsewhere, or give the trap another detour.",
        "next: [{if: m > 2, go: y}",
        "next: [{if: m > 2, go: side}, {if: w, go: y}",
    ),
    _entry(
        "SC425",
        "同一项不能既正确又是陷阱。",
        "A choice can't be right and a trap.",
        "去掉其中一个。",
        "Remove one of the two.",
        "{id: w, text: 错, trap: t}",
        "{id: w, text: 错, trap: t, right: true, fact: f}",
    ),
    _entry(
        "SC426",
        "找完也用不完或不够用:点数 {points},最贵的一处 {most}。",
        "The points don't fit: {points}, dearest spot {most}.",
        "点数至少要够找最贵的一处。",
        "Give points enough for the dearest spot.",
        "points: 2",
        "points: 1",
    ),
)

_HISTORY: Final = (
    _entry(
        "SC501",
        "有争议的史实至少要列两种说法。",
        "A contested fact shows two accounts or more.",
        "在 accounts 里补上另一种说法及其依据。",
        "Add another account with its basis.",
        ", {says: 乙说, basis: 某档案, sources: [s]}]",
        "]",
    ),
    _entry(
        "SC502",
        "“{name}”没有出处。",
        '"{name}" has no source.',
        "写上 sources: [出处]。",
        "Add sources.",
        "f: {text: 史实。, status: established, sources: [s]",
        "f: {text: 史实。, status: established, sources: []",
    ),
    _entry(
        "SC503",
        "这个正确答案没有史实依据。",
        "This right answer rests on no fact.",
        "在选项或任务上写 fact: 史实名。",
        "Add `fact` to the choice or the task.",
        "{id: r, text: 对, right: true, fact: f}, {id: o",
        "{id: r, text: 对, right: true}, {id: o",
    ),
    _entry(
        "SC504",
        "有争议的“{name}”不能是唯一的正确答案。",
        'The contested "{name}" can\'t be the only right answer.',
        "改问有哪几种说法,或以确证、通说为依据。",
        "Ask which accounts there are, or rest it on an established fact.",
        "{id: r, text: 对, right: true, fact: f}, {id: o",
        "{id: r, text: 对, right: true, fact: c}, {id: o",
    ),
)

CATALOGUE: Final[dict[str, Entry]] = {
    entry.code: entry for entry in (*_READING, *_VALUES, *_NAMES, *_GUARDS, *_FLOW, *_HISTORY)
}


_ADVICE: Final = (
    _entry(
        "SC801",
        "文件是 {encoding} 编码,已经照它读了。",
        "The file is in {encoding}, and was read so.",
        "看看文字对不对;最好在编辑器里另存为 UTF-8。",
        "See whether the words are right; better save it as UTF-8.",
        "",
        "\x00GB18030",
    ),
    _entry(
        "SC802",
        "“{rest}”被当作注释,没有读进来。",
        '"{rest}" is a comment, and isn\'t read.',
        "若是文字,给整段文字加引号;若是注释,在 # 前空两格、后空一格。",
        "If it is text, put the whole text in quotes; before a comment leave two spaces.",
        "ask: 问, choices: [{id: r, text: 对, right: true, fact: f}, {id: o, text: 否}]}",
        "choices: [{id: r, text: 对, right: true, fact: f}, {id: o, text: 否}], ask: 打开 #3 箱子\n"
        "        }",
    ),
    _entry(
        "SC803",
        "这一行“{found}”接在上一行的文字后面,读成了一段。",
        'This line ("{found}") was read as the end of the text above.',
        "若是新的一项,与上一项左边对齐,记号后面空一格;若是文字,给整段文字加引号。",
        "If it is an item of its own, align it with the one above; else put the text in quotes.",
        "title: 示例",
        "title: 示例\n  -二",
    ),
    _entry(
        "SC804",
        "“{found}”照字面读成了文字。",
        '"{found}" is read as text.',
        "不要这一项,就把整行删去。",
        "Remove the line if there is to be nothing.",
        "summary: 概要。",
        "summary: ~",
    ),
    _entry(
        "SC805",
        "“{found}”读成了一项。",
        '"{found}" is read as one item.',
        "列表里用英文逗号隔开:[甲, 乙]。",
        "Part a list by ASCII commas: [a, b].",
        "themes: [示例]",
        "themes: [党史，建党]",
    ),
    _entry(
        "SC806",
        "这段文字里有{name}。",
        "There is {name} in this text.",
        "多半是从别处粘贴来的,删去重打。",
        "It came with something pasted; type it anew.",
        "title: 示例",
        "title: 示\u200b例",
    ),
    _entry(
        "SC807",
        "标题外面的“{found}”会照样显示。",
        'The "{found}" around the title is shown.',
        "不要就删去;标题不用加引号。",
        "Remove it; titles need no quotes.",
        "title: 示例",
        "title: “示例”",
    ),
    _entry(
        "SC808",
        "这段文字末尾的“{found}”会照样显示。",
        'The "{found}" at the end of this text is shown too.',
        "不要就删去;要,就给整段文字加引号。",
        "Remove it, or put the text in quotes.",
        "title: 示例",
        "title: 示例,",
    ),
    _entry(
        "SC811",
        "没有图片 {name}。",
        "There is no picture {name}.",
        "把它放到剧本旁边,或改成已有的名字。",
        "Put it beside the script, or name one that is there.",
    ),
    _entry(
        "SC812",
        "图片 {name} 的大小写不对,剧本旁边的是 {found}。",
        "{name} differs in case from the file beside the script, {found}.",
        "写得一字不差:别的电脑分大小写。",
        "Write it just so: other computers tell the cases apart.",
    ),
    _entry(
        "SC813",
        "图片 {name} 没有用到。",
        "The picture {name} isn't used.",
        "用不到就拿走;或写进 cover 或某一幕的 picture。",
        "Take it away, or name it in `cover` or a scene's `picture`.",
    ),
)

ADVICE: Final[dict[str, Entry]] = {entry.code: entry for entry in _ADVICE}
"""What may be meant otherwise. A script compiles with it, as kept texts have to for ever."""


def outside(code: str, place: Place, **values: object) -> Issue:
    """An issue of what lies beside the script, which compiling doesn't know."""
    return worded(ADVICE[code], place, **values)


def advice(code: str, place: Place, **values: object) -> Issue:
    """The advice with this code at `place`."""
    return msgspec.structs.replace(worded(ADVICE[code], place, **values), advice=True)


ISSUES_MAX: Final = 1_000
"""Issues told of one script."""
SHOWN_MAX: Final = 60
"""Characters of an author's word that an issue repeats."""
_MOST: Final = {"wanted": 200, "domain": 120, "nearest": 120}
"""Characters of a list of words, of which an author may need any."""


def issue(code: str, place: Place, **values: object) -> Issue:
    """The issue with this code at `place`, its sentences filled in: a Text by language, the rest as
    it is, long words cut short. `nearest`, if given and not empty, becomes “did you mean …?”; a
    Text is said as it is."""
    return worded(CATALOGUE[code], place, **values)


def worded(entry: Entry, place: Place, **values: object) -> Issue:
    """The issue of a catalogue's entry; see `issue`."""
    near = values.pop("nearest", "")
    values["nearest"] = (
        near
        if isinstance(near, Text)
        else Text(f",是不是“{near}”?", f'; did you mean "{near}"?')
        if near
        else ""
    )
    zh = {name: _shown(value, "zh", _MOST.get(name)) for name, value in values.items()}
    en = {name: _shown(value, "en", _MOST.get(name)) for name, value in values.items()}

    def said(text: Text) -> Text:
        return Text(text.zh.format(**zh), text.en.format(**en))

    said_what, said_do = said(entry.message), said(entry.remedy)
    said_what = Text(said_what.zh.replace("?。", "?"), said_what.en.replace("?.", "?"))
    return Issue(code=entry.code, place=place, message=said_what, remedy=said_do)


def _shown(value: object, lang: Lang, most: int | None) -> str:
    most = most or SHOWN_MAX
    text = value.in_(lang) if isinstance(value, Text) else str(value)
    text = " ".join("".join(c if c.isprintable() else " " for c in text[: 2 * most]).split())
    return text if len(text) <= most else text[:most] + "…"
