"""SC8xx: what may be meant otherwise; a script compiles with it."""

from __future__ import annotations

from typing import Final

from engine.script.catalogue.entry import entry

ENTRIES: Final = (
    entry(
        "SC801",
        "文件是 {encoding} 编码，已经照它读了。",
        "The file is in {encoding}, and was read so.",
        "看看文字对不对；最好在编辑器里另存为 UTF-8。",
        "See whether the words are right; better save it as UTF-8.",
        "",
        "\x00GB18030",
    ),
    entry(
        "SC802",
        "“{rest}”被当作注释，没有读进来。",
        '"{rest}" is a comment, and isn\'t read.',
        "若是文字，给整段文字加引号；若是注释，在 # 前空两格、后空一格。",
        "If it is text, put the whole text in quotes; before a comment leave two spaces.",
        "ask: 问, choices: [{id: r, text: 对, right: true, fact: f}, {id: o, text: 否}]}",
        "choices: [{id: r, text: 对, right: true, fact: f}, {id: o, text: 否}], ask: 打开 #3 箱子\n"
        "        }",
    ),
    entry(
        "SC803",
        "这一行“{found}”接在上一行的文字后面，读成了一段。",
        'This line ("{found}") was read as the end of the text above.',
        "若是新的一项，与上一项左边对齐，记号后面空一格；若是文字，给整段文字加引号。",
        "If it is an item of its own, align it with the one above; else put the text in quotes.",
        "title: 示例",
        "title: 示例\n  -二",
    ),
    entry(
        "SC804",
        "“{found}”照字面读成了文字。",
        '"{found}" is read as text.',
        "不要这一项，就把整行删去。",
        "Remove the line if there is to be nothing.",
        "summary: 概要。",
        "summary: ~",
    ),
    entry(
        "SC805",
        "“{found}”读成了一项。",
        '"{found}" is read as one item.',
        "列表里用英文逗号隔开：[甲, 乙]。",
        "Part a list by ASCII commas: [a, b].",
        "themes: [示例]",
        "themes: [党史，建党]",
    ),
    entry(
        "SC806",
        "这段文字里有{name}。",
        "There is {name} in this text.",
        "多半是从别处粘贴来的，删去重打。",
        "It came with something pasted; type it anew.",
        "title: 示例",
        "title: 示\u200b例",
    ),
    entry(
        "SC807",
        "标题外面的“{found}”会照样显示。",
        'The "{found}" around the title is shown.',
        "不要就删去；标题不用加引号。",
        "Remove it; titles need no quotes.",
        "title: 示例",
        "title: “示例”",
    ),
    entry(
        "SC808",
        "这段文字末尾的“{found}”会照样显示。",
        'The "{found}" at the end of this text is shown too.',
        "不要就删去；要，就给整段文字加引号。",
        "Remove it, or put the text in quotes.",
        "title: 示例",
        "title: 示例,",
    ),
    entry(
        "SC811",
        "没有图片 {name}。",
        "There is no picture {name}.",
        "把它放到剧本旁边，或改成已有的名字。",
        "Put it beside the script, or name one that is there.",
    ),
    entry(
        "SC812",
        "图片 {name} 的大小写不对，剧本旁边的是 {found}。",
        "{name} differs in case from the file beside the script, {found}.",
        "写得一字不差：别的电脑分大小写。",
        "Write it just so: other computers tell the cases apart.",
    ),
    entry(
        "SC813",
        "图片 {name} 没有用到。",
        "The picture {name} isn't used.",
        "用不到就拿走；或写进 cover 或某一幕的 picture。",
        "Take it away, or name it in `cover` or a scene's `picture`.",
    ),
    entry(
        "SC814",
        "没有声音 {name}。",
        "There is no sound {name}.",
        "把它放到剧本旁边（大小写也要一样），或改用内置的提示。",
        "Put it beside the script, in the same case, or use one of the built-in cues.",
    ),
)
