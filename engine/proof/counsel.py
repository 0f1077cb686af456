"""The catalogue of what the proof advises. A script may be played with any of it; it is sound, but
may be dull, guessable or unfounded. Codes are stable.

    SC90x guessable     SC91x dull     SC92x unfounded
"""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from engine.errors import Issue, Place, Text
from engine.script.catalogue.entry import Entry
from engine.script.issues import worded

SORTS: Final = {
    "SC90": Text("猜得到", "guessable"),
    "SC91": Text("平淡", "dull"),
    "SC92": Text("没有根据", "unfounded"),
}
"""How codes begin → what sort of advice it is."""


def _entry(code: str, zh: str, en: str, do_zh: str, do_en: str) -> Entry:
    return Entry(code, Text(zh, en), Text(do_zh, do_en), "", "")


_ALL: Final = (
    _entry(
        "SC901",
        "任务 {task} 问 {role} 的，{where}里就有：“{words}”。",
        "What task {task} asks {role} stands in {where}: {words}.",
        "问到的事先别写在眼前：改那段文字，或改问别的。队友知道的，让队友说出来。",
        "Don't write there what is asked; or ask something else. Let a teammate tell it.",
    ),
    _entry(
        "SC902",
        "误区 {task} 的救人题，答案就在{where}里：“{words}”。",
        "The rescue question of trap {task} is answered by {where}: {words}.",
        "换一个问法，让队友要想一想才救得了人。",
        "Ask it so that a teammate has to think.",
    ),
    _entry(
        "SC903",
        "任务 {task} 只有两个选项，不懂的人有一半猜中。",
        "Task {task} has two options: whoever doesn't know is right half the time.",
        "再写一个人们真会选的。",
        "Add another that people would really take.",
    ),
    _entry(
        "SC904",
        "任务 {task} 的正确选项比别的都长得多（{long} 个字，别的最多 {short} 个）。",
        "The right option of task {task} is far longer than the others ({long} against {short}).",
        "把几个选项写得一样长。",
        "Write them at one length.",
    ),
    _entry(
        "SC905",
        "任务 {task} 只有正确选项是这种写法：{style}。",
        "Only the right option of task {task} is written so: {style}.",
        "把几个选项写成一个样子。",
        "Write them in one style.",
    ),
    _entry(
        "SC906",
        "{total} 道单选题里，{right} 道的正确选项最长：总选最长的人能对这么多。",
        "The right option is the longest in {right} of {total} questions: so many can be guessed.",
        "改短一些正确选项，或把错的写得一样具体。",
        "Shorten some, or make the wrong ones as exact.",
    ),
    _entry(
        "SC907",
        "{total} 道写了 keep_order 的单选题，正确选项都是{which}。",
        "In all {total} questions with `keep_order`, the right option is the {which}.",
        "先后有意义才写 keep_order；不写，每一局另抽。",
        "Keep the order only where it means something; else each run draws it.",
    ),
    _entry(
        "SC911",
        "角色 {role} 有 {share}% 的时间没有事做。",
        "Role {role} has nothing to do for {share} % of the time.",
        "让他的任务早些开始，或给他等待时能看、能说的。",
        "Let its tasks open earlier, or give it something to see or say meanwhile.",
    ),
    _entry(
        "SC912",
        "队友之间非说不可的话，只占全场的 {share}%。",
        "What teammates have to tell each other takes {share} % of the time.",
        "把一个人的题，写成要靠另一个人手里的卡片或看到的材料才答得出。",
        "Let one role's question need what another holds or has read.",
    ),
    _entry(
        "SC913",
        "一条路走到底：没有一个岔口、一个任务看大家先前做了什么。",
        "There is one way through: no scene and no task depends on what was done before.",
        "在 next 或任务的 if 里问一个变量。",
        "Ask a variable in `next` or in a task's `if`.",
    ),
    _entry(
        "SC914",
        "变量 {name} 从来没有哪个条件问过。",
        "No condition ever asks for variable {name}.",
        "在 next 或 if 里问它，或者删去。",
        "Ask for it in `next` or `if`, or leave it out.",
    ),
    _entry(
        "SC915",
        "任务 {task} 怎么选都一样：后面没有一处因此不同。",
        "Whatever is chosen in task {task}, nothing comes of it.",
        "让选项带上后面会问到的变量、卡片或误区。",
        "Let its options set a variable that is asked for, give a card, or be a trap.",
    ),
    _entry(
        "SC916",
        "{total} 个任务里有 {number} 个是同一种：{kind}。",
        "{number} of {total} tasks are of one kind: {kind}.",
        "换几种做法：排顺序、连线、交卡片、商量、表决。",
        "Use others: order, match, hand, discuss, vote.",
    ),
    _entry(
        "SC917",
        "{total} 个任务里有 {number} 个只是读（read）。",
        "{number} of {total} tasks are only reading (`read`).",
        "读到的东西，让他讲给队友听，或去答一道题。",
        "Let what is read be told to a teammate, or answer a question.",
    ),
    _entry(
        "SC918",
        "从头到尾没有一刻，一个角色要靠另一个角色的卡片或话。",
        "There is no moment in which a role needs another's card or voice.",
        "写一次交卡片（hand），或让一个人的题靠另一个人手里的材料。",
        "Hand a card, or let a question need what another role holds.",
    ),
    _entry(
        "SC921",
        "史实 {name} 还是待核，却撑着{rests}。",
        "Fact {name} is still to be checked; on it rest {rests_en}.",
        "翻到原文，把那一句写进 quote；翻不到，就别拿它定对错。",
        "Find the source's words and write them as `quote`; else judge nobody by it.",
    ),
    _entry(
        "SC922",
        "出处 {name} 没有标待核，可是用到它的 {number} 条史实一句原文也没有引。",
        "Source {name} isn't marked `verify`; none of the {number} facts that cite it quotes it.",
        "写上 quote；还没见到原文，就标 verify: true。",
        "Write `quote`; or `verify: true` while nobody has compared them.",
    ),
    _entry(
        "SC923",
        "角色 {role} 用的是真实的人名，却没有一条史实、一个出处写到他。",
        "Role {role} has a real person's name, and no fact and no source names them.",
        "给他写一条有出处的史实，或改用虚构的称呼。",
        "Add a fact with a source on them, or call the role otherwise.",
    ),
    _entry(
        "SC924",
        "误区 {name} 用来纠正的史实 {fact} 是说法不一的。",
        "Trap {name} is corrected by fact {fact}, which is told differently.",
        "说法不一的事，谁也不算错：改问有哪几种说法。",
        "Nobody is wrong about what is disputed: ask which accounts there are.",
    ),
    _entry(
        "SC925",
        "{what}没有出处。",
        "{what} has no source.",
        "写上 sources；翻不到出处，就别写。",
        "Write its `sources`; leave it out if there are none.",
    ),
)

COUNSEL: Final[dict[str, Entry]] = {entry.code: entry for entry in _ALL}


def counsel(code: str, at: Place, play: tuple[str, ...] | None = None, **values: object) -> Issue:
    """The advice with this code at `at`; `play` is one that shows it."""
    return replace(worded(COUNSEL[code], at, **values), advice=True, play=play)


def sort_of(code: str) -> Text | None:
    """What sort of advice it is; None: it is none of the proof's."""
    return SORTS.get(code[:4])
