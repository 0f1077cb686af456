"""The catalogue of what the proof finds. Codes are stable; `tests/broken` has a script for each.

    SC60x jams     SC61x out of reach     SC62x traps     SC63x absence     SC64x length, fairness

What rests on no fact, and contested facts as only answers (SC5xx), are found when a script is
compiled: such a script is never explored.
"""

from __future__ import annotations

from typing import Final

from engine.errors import Issue, Place, Text
from engine.script.catalogue.entry import Entry
from engine.script.issues import worded


def _entry(code: str, zh: str, en: str, do_zh: str, do_en: str) -> Entry:
    return Entry(code, Text(zh, en), Text(do_zh, do_en), "", "")


_ALL: Final = (
    _entry(
        "SC601",
        "场景 {scene} 里有死路：走到这一步，谁都没有事可做，也到不了下一幕{stuck}。",
        "Scene {scene} has a dead end: nobody has anything to do, and nothing will happen{stuck}.",
        "照下面的走法看看卡在哪个任务：它在等谁、等什么？给它一条出路。",
        "Follow the play below to the task that is stuck, and give it a way on.",
    ),
    _entry(
        "SC602",
        "从场景 {scene} 的这一步起，能一直玩下去，却到不了任何结局。",
        "From here in scene {scene} the play can go on for ever, but no ending can be reached.",
        "给这个圈子一条出路：某个条件迟早要成立，或换一个去处。",
        "Give the circle a way out: some condition has to come true, or another way on.",
    ),
    _entry(
        "SC603",
        "场景 {scene} 的关卡永远打不开{stuck}。",
        "The barrier of scene {scene} can never open{stuck}.",
        "看看关卡等的任务：是不是有的永远做不完？",
        "Look at the tasks the barrier waits for: one of them can never be done.",
    ),
    _entry(
        "SC604",
        "场景 {scene} 走到这一步，只有等时间用完才能离开{stuck}。",
        "From here, only the time limit gets the team out of scene {scene}{stuck}.",
        "给关卡一条做得到的路；停住的时间（hold）要比时限短。时限只应是催促，不应是唯一的出口。",
        "Make the barrier one that can open, and holds shorter than the limit: it should hurry, not"
        " be the only way out.",
    ),
    _entry(
        "SC605",
        "从场景 {scene} 出发，剧本会自己不停地转圈，谁也插不上手。",
        "From scene {scene} the script goes round by itself for ever.",
        "圈子里至少要有一幕带着一个任务。",
        "Some scene in the circle needs a task.",
    ),
    _entry(
        "SC606",
        "场景 {scene} 的讨论至少要 {needs}，时限却只有 {limit}：等不到讨论完。",
        "Talking in scene {scene} takes at least {needs}, but its limit is {limit}.",
        "把 limit 放宽，或把 at_least 缩短。",
        "Raise `limit` or lower `at_least`.",
    ),
    _entry(
        "SC611",
        "怎么玩都到不了场景 {name}。{lost}",
        "No play gets to scene {name}.{lost}",
        "看看通向它的 if：在它之前的去处是不是总是先成立？",
        "Look at the `if`s of the ways to it: those before it may always come first.",
    ),
    _entry(
        "SC612",
        "怎么玩都到不了结局 {name}。{lost}",
        "No play gets to ending {name}.{lost}",
        "看看通向它的 if：变量够得着那个数吗？在它之前的去处是不是总是先成立？",
        "Look at the `if`s of the ways to it: can the variable get so far?",
    ),
    _entry(
        "SC613",
        "任务 {name} 永远做不了。{lost}",
        "Task {name} can never be done.{lost}",
        "看看它等的任务（after）、要的卡片，还有关卡是不是先打开了。",
        "Look at its `after`, at the card it needs, and whether the barrier opens first.",
    ),
    _entry(
        "SC616",
        "卡片 {name} 永远发不出来。",
        "Card {name} can never be given.",
        "看看发它的选项：多选题里带陷阱的选项，效果不会发生。",
        "Look at what gives it: in a `select`, effects of trapped choices don't happen.",
    ),
    _entry(
        "SC617",
        "这个条件问到时总是成立，不成立的一边白写了。{lost}",
        "This guard always holds when it is asked.{lost}",
        "去掉 if，或改条件。",
        "Drop the `if`, or change it.",
    ),
    _entry(
        "SC618",
        "这个条件问到时从来不成立。{lost}",
        "This guard never holds when it is asked.{lost}",
        "看看变量够不够得着，或前面有没有一步会让它成立。",
        "Look whether anything before it can make it true.",
    ),
    _entry(
        "SC619",
        "选项 {name} 怎么玩都选不了：它的代价付不起，或者条件从来不成立。",
        "Choice {name} can never be taken: its price can't be paid, or its `if` never holds.",
        "把代价减轻，让前面的任务攒得够，或改条件。",
        "Make it cost less, let earlier tasks bring in enough, or change its `if`.",
    ),
    _entry(
        "SC621",
        "走到这一步，陷阱 {name} 躲不开。",
        "From here, trap {name} can't be avoided.",
        "在那个任务里给一个不带陷阱的答案。",
        "Give that task an answer without a trap.",
    ),
    _entry(
        "SC622",
        "只要踩中陷阱 {name}，就只剩坏结局。",
        "Whoever springs trap {name} is left with bad endings only.",
        "把代价减轻，或让后面的任务能补回来。",
        "Make it cost less, or let later tasks make up for it.",
    ),
    _entry(
        "SC623",
        "抽到 {what} 的队，只剩坏结局。",
        "A team that draws {what} is left with bad endings only.",
        "抽到什么，都要有一条走得好的路。",
        "Whatever is drawn, there should be a way that ends well.",
    ),
    _entry(
        "SC624",
        "场景 {scene} 里同时抽着 {names}，合起来有 {number} 种，最多 {most} 种，证明还没有走。",
        "In scene {scene} {names} are drawn at once: {number} ways, {most} at most; none was"
        " looked at.",
        "让它们错开（一个问完了，后面的幕再问下一个），或减少取值、抽法。",
        "Let one be asked for the last time before the next is asked, or give them fewer values.",
    ),
    _entry(
        "SC625",
        "角色 {role} 的打算怎么玩都达不成。",
        "No play meets the aim of role {role}.",
        "改 met 的条件，或给他一条做得到的路。",
        "Change its `met`, or give the role a way to it.",
    ),
    _entry(
        "SC626",
        "角色 {role} 的打算怎么玩都会达成，用不着打算。",
        "Every play meets the aim of role {role}: there is nothing to it.",
        "改 met 的条件：要有所取舍，才算打算。",
        "Change its `met`, so that something has to be given up for it.",
    ),
    _entry(
        "SC631",
        "角色 {role} 缺席时，场景 {scene} 会卡住{stuck}。",
        "With role {role} absent, scene {scene} jams{stuck}.",
        "把 absence 的 then 改成 share 或 stand_in，或把这个任务交给 any。",
        "Let `absence` be share or stand_in, or give the task to `any`.",
    ),
    _entry(
        "SC632",
        "角色 {role} 中途缺席时，场景 {scene} 至少要等 {needs}，时限却只有 {limit}。",
        "With role {role} gone, scene {scene} takes at least {needs}; its limit is {limit}.",
        "把 absence 的 grace 缩短，或把 limit 放宽。",
        "Shorten absence's `grace`, or raise the limit.",
    ),
    _entry(
        "SC641",
        "剧本写明 {promised} 分钟，算下来约 {computed} 分钟。",
        "The script promises {promised} minutes; it comes to about {computed}.",
        "改 minutes，或增删任务和文字。（算法见 docs/author-guide.zh.md）",
        "Change `minutes`, or the tasks and texts.",
    ),
    _entry(
        "SC642",
        "角色 {role} 只有 {tasks} 个任务，最忙的 {busiest} 有 {most} 个。",
        "Role {role} has {tasks} tasks; {busiest}, the busiest, has {most}.",
        "匀几个任务给他，谁也不该干坐着。",
        "Give the role more to do.",
    ),
    _entry(
        "SC643",
        "角色 {role} 有 {idle} 分钟在干等（全场约 {computed} 分钟）。",
        "Role {role} waits for {idle} of about {computed} minutes.",
        "让他的任务早些开始，或给他等待时能做的事。",
        "Let the role's tasks open earlier, or add something to do meanwhile.",
    ),
    _entry(
        "SC644",
        "角色 {role} 只有 {chars} 个字可读，读得最多的 {busiest} 有 {most} 个。",
        "Role {role} reads {chars} characters; {busiest} reads {most}.",
        "给他一些只有他知道的材料。",
        "Give the role something that only it knows.",
    ),
    _entry(
        "SC645",
        "{what} 是 {length}，整晚却只有 {minutes} 分钟。",
        "{what} is {length}, in an evening of {minutes} minutes.",
        "把它缩短，或改 minutes。",
        "Shorten it, or change `minutes`.",
    ),
)

FINDINGS: Final[dict[str, Entry]] = {entry.code: entry for entry in _ALL}


def finding(code: str, place: Place, play: tuple[str, ...] | None, **values: object) -> Issue:
    """The finding with this code at `place`; `play` is the shortest that shows it."""
    found = worded(FINDINGS[code], place, **values)
    return Issue(
        code=found.code, place=found.place, message=found.message, remedy=found.remedy, play=play
    )
