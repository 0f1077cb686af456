"""Every sentence the views say themselves, in both languages. Scripts bring their own words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from engine.errors import Lang, Text, texts_of
from engine.views.parts.shared import Mark, Tone

NOTICES: Final = texts_of(
    {
        "trap": ("队伍掉进了一个误区", "The team fell for a misconception"),
        "trap_own": ("您掉进了一个误区", "You fell for a misconception"),
        "rescued": ("{name}被队友拉了回来", "{name} was helped out by a teammate"),
        "rescued_by": ("{helper}把{name}拉了回来", "{helper} helped {name} out"),
        "rescued_own": ("{helper}拉了您一把", "{helper} helped you out"),
        "released": ("组织者让{name}继续行动", "The facilitator let {name} go on"),
        "told": ("有消息给您", "A message for you"),
        "card": ("您得到一张卡片：{title}", "You got a card: {title}"),
        "shown": ("{name}给您看一张卡片：{title}", "{name} shows you a card: {title}"),
        "covered_share": (
            "{role}暂时没有人，任务由大家分担",
            "{role} has nobody; everybody shares the tasks",
        ),
        "covered_stand_in": ("{role}暂时没有人，由替身代行", "{role} has nobody; a stand-in acts"),
        "covered_seat": ("{role}的任务交给{name}代办", "{name} acts for {role}"),
        "uncovered": ("{role}重新由本人行动", "{role} is played by its own people again"),
        "nudged": ("大家在等您", "The others are waiting for you"),
        "thanked": ("{name}谢谢您拉了一把", "{name} thanks you for the help"),
        "skipped": ("组织者跳过了一项任务", "The facilitator skipped a task"),
        "opened": ("组织者让队伍继续前进", "The facilitator let the team go on"),
        "extended": ("时间延长了{seconds}秒", "{seconds} seconds were added"),
        "timed_out": ("时间到了", "Time is up"),
        "tied": ("表决没有结果，请再议再投", "The vote is open again; talk it over"),
        "decided": ("表决有了结果：{choice}", "The vote is decided: {choice}"),
        "stood": (
            "时间停了{length}，现在接着走",
            "The clock stood for {length} and goes on now",
        ),
    }
)

LAST: Final = texts_of(
    {
        "done": ("已完成", "Done"),
        "voted": ("您已投票", "You have voted"),
        "missed": ("不对，还没有完成", "Not right; it wasn't finished"),
        "fell": ("您的回答是一个误区", "What you answered is a misconception"),
        "believed": ("已过，但记错了", "Over, but it isn't so"),
        "handed": ("您把“{card}”交给了{to}", 'You handed "{card}" to {to}'),
        "shown": ("您给{to}看了“{card}”", 'You showed "{card}" to {to}'),
        "rescue_right": ("您拉了{name}一把", "You helped {name} out"),
        "rescue_wrong": ("没能把{name}拉回来", "That didn't help {name}"),
    }
)
"""What a seat's last act came to, once its task is off the page."""

MARKS: Final[dict[Mark, Text]] = {
    "established": Text("确证", "Established"),
    "accepted": Text("通行说法", "Generally held"),
    "contested": Text("说法不一", "Told differently"),
    "statute": Text("条文", "Statute"),
    "unchecked": Text("待核", "To be checked"),
}
"""How sure a fact is, in the words of those who read it (`engine/views/learnt.py` says which)."""


def marked(marks: Iterable[Mark], lang: Lang = "zh") -> str:
    """How sure a fact is, in a line."""
    return " · ".join(MARKS[mark].in_(lang) for mark in marks)


TONES: Final[dict[str, Tone]] = {
    "trap": "warn",
    "trap_own": "warn",
    "nudged": "warn",
    "timed_out": "warn",
    "rescued": "good",
    "thanked": "good",
    "released": "good",
    "uncovered": "good",
}
"""Kind of notice → tone; the others are `info`."""

OATH: Final = Text(
    "我志愿加入中国共产党，拥护党的纲领，遵守党的章程，履行党员义务，执行党的决定，严守党的纪律，"
    "保守党的秘密，对党忠诚，积极工作，为共产主义奋斗终身，随时准备为党和人民牺牲一切，永不叛党。",
    "It is my will to join the Communist Party of China, uphold the Party's program, observe the "
    "provisions of the Party Constitution, fulfill the obligations of a Party member, carry out "
    "the Party's decisions, strictly observe Party discipline, protect Party secrets, be loyal to "
    "the Party, work hard, fight for communism for the rest of my life, always be prepared to "
    "sacrifice my all for the Party and the people, and never betray the Party.",
)
"""The admission oath, Constitution of the Communist Party of China, article 6."""

CARDS: Final = texts_of(
    {
        "ending": ("各队的结局", "How it ended"),
        "aims": ("各人的打算", "What each of us was after"),
        "trap": ("我们掉进过的误区", "What we fell for"),
        "fact": ("史实", "What is known"),
        "fates": ("他们后来", "What became of them"),
        "discuss": ("讨论", "To discuss"),
        "words": ("今天的一句话", "A sentence for today"),
        "oath": ("重温入党誓词", "The admission oath"),
        "reflect": ("今天的收获", "What we take home"),
        "unfinished": ("未到结局", "No ending reached"),
    }
)

PAPERS: Final = texts_of(
    {
        "falls": ("踩空 {n} 次", "fell {n} times"),
        "no_falls": ("一次也没有踩空", "never fell"),
        "pulls": ("拉起 {n} 次", "{n} pulled out"),
    }
)

PROMPTS: Final = texts_of(
    {
        "opening": ("开场", "The opening"),
        "opening_says": (
            "今天我们一起走进《{title}》。{summary}",
            "Today we go into “{title}”. {summary}",
        ),
        "opening_roles": (
            "每人扮演一个角色，各有各的线索：看到什么，要说给队友听。记错了不要紧，"
            "队友会拉您一把。最后一起复盘：史实是什么，出处在哪里。",
            "Each of you plays a role and has clues of your own: what you see, say. "
            "A mistake doesn't matter: they help you out. At the end we look at what is known, and "
            "where it is written.",
        ),
        "opening_does": (
            "请大家扫大屏幕上的码入座，读完自己的角色，点“准备好了”。",
            "Everybody scans the code on the wall, reads their role, and says they are ready.",
        ),
        "opening_agree": (
            "约定一件事：手机上的内容可以说出来，不要直接给别人看屏幕。帮忙时念文字，不说第几个。",
            "Agree on one thing: what a phone shows may be told, not shown. Help with words: each "
            "team's options stand in another order.",
        ),
        "missing_share": (
            "人没来齐也能开始：空着的角色由队友分担，迟到的人随时扫码进来。",
            "You can begin before all are there: teammates share a role that nobody has, and who "
            "is late scans the code at any time.",
        ),
        "missing_stand_in": (
            "人没来齐也能开始：空着的角色由替身代行，迟到的人随时扫码进来。",
            "You can begin before all are there: a stand-in plays a role that nobody has, and who "
            "is late scans the code at any time.",
        ),
        "missing_wait": (
            "这个剧本每个角色都要有人，缺一个也开不了：请迟到的人先入座，或并成人齐的队。",
            "This script needs somebody in every role: wait for who is late, or make fewer teams.",
        ),
        "act_does": (
            "念完故事就停下来，让各队自己说；走动着听，不替他们答。",
            "Read the story and stop: let the teams talk. Walk about and listen; answer nothing.",
        ),
        "act_limit": (
            "这一幕限时 {minutes} 分钟：开始时说一声。",
            "This act has {minutes} minutes: say so as it begins.",
        ),
        "act_look_up": (
            "手机会一下全黑：请大家抬头看大屏幕，您也不说话。",
            "Every phone goes dark: let all look up at the wall, and say nothing.",
        ),
        "act_talk": (
            "有一题要先商量：“{ask}”。到时候请各队把头凑到一起。",
            "One is talked over first: “{ask}”. Have the teams put their heads together.",
        ),
        "act_vote": (
            "有一次表决：“{ask}”。不要说该投什么。",
            "There is a vote: “{ask}”. Don't say what for.",
        ),
        "act_turn": (
            "有一题轮流说：“{ask}”。请别人先听完。",
            "One is spoken to in turn: “{ask}”. The others hear it out.",
        ),
        "hint": ("{roles}：{hint}", "{roles}: {hint}"),
        "drags_ask": (
            "走过去念一遍他的问题（不念答案），问：“谁手上有这方面的东西？”",
            "Read the question to them, not the answer, and ask who holds something about it.",
        ),
        "drags_nudge": (
            "还不动，在他那一栏点“提醒”；实在过不去，点“跳过”，史实照样给他看。",
            "If nothing moves, nudge whoever it hangs on; if it can't be done, skip it: the "
            "fact is shown all the same.",
        ),
        "ended": ("各队的结局", "How it ended"),
        "ended_says": (
            "各队都走到了头。先看大屏幕：每一队走到了哪里，留下了什么话。",
            "All teams have come to the end. Look at the wall: where each has come to, and what it "
            "leaves behind.",
        ),
        "ended_does": (
            "等大家把大屏幕读完，再开始复盘。",
            "Let everybody finish reading the wall before the debrief begins.",
        ),
        "debrief": ("复盘", "The debrief"),
        "ending_says": (
            "玩到这里是一半，另一半是复盘。先请一个队说说：为什么这样选？再来一次，会怎样？",
            "That was one half; this is the other. Let a team tell us: why this way? What would "
            "you do another time?",
        ),
        "ending_does": (
            "先请走得最不一样的那一队说；别评对错。",
            "Begin with the team that went another way than the others; judge nobody.",
        ),
        "aims_says": (
            "每个人心里都还有一件自己的事。现在都亮出来了：达成了吗？为它做了什么？",
            "Each of you had something of your own in mind. Here it is: did it come off, and what "
            "did you do for it?",
        ),
        "trap_says": (
            "今天有队以为：“{belief}”。当时是怎么想的？",
            "Some of us thought: “{belief}”. What made us think so?",
        ),
        "trap_does": (
            "先请掉进去的队说，不问是哪一位；说完再看史实和出处。",
            "The team that fell for it speaks first, and nobody asks who; then the fact and its "
            "source.",
        ),
        "fact_says": (
            "这一条请大家记住，也看看它的出处。",
            "This is one to remember; and see where it is written.",
        ),
        "fact_contested": (
            "几种说法都念一遍，各有依据；不替历史下结论。",
            "Read every account, each with what it rests on; don't settle it for history.",
        ),
        "fact_unchecked": (
            "标着“待核”：照实说，写剧本的人还没有翻过原文。",
            "It is marked as still to be checked: say so.",
        ),
        "fates_says": (
            "故事到这里停了，他们的路没有停。后来——",
            "The story stops here; their lives went on.",
        ),
        "fates_does": (
            "一个一个念，念一个停一停，不加评语。",
            "Read one after the other, with a pause after each, and no comment.",
        ),
        "discuss_does": (
            "先静半分钟，再点“请下一位发言”；一人一分钟。",
            "Half a minute of silence, then draw a speaker; a minute each.",
        ),
        "words_does": (
            "念一遍，停五秒，不解释。",
            "Read it once, wait for five seconds, explain nothing.",
        ),
        "oath_says": (
            "全体起立。请党员举起右手，握拳，跟着领誓人念。",
            "All rise. Party members raise the right fist and repeat after the leader.",
        ),
        "oath_stand": (
            "宣誓的是党员，面向党旗，举右拳；其他同志肃立。手机放下。",
            "Party members swear, facing the flag, the right fist raised; others stand in silence. "
            "Phones down.",
        ),
        "oath_lead": (
            "领誓人站到大屏幕前，面向大家。翻页笔按一下亮一句：领一句，大家跟一句。",
            "Whoever leads stands before the wall. A press of the clicker lights a clause: one is "
            "led, all repeat it.",
        ),
        "reflect_says": (
            "最后，给自己留一句话。三分钟，写在手机上，想到什么写什么。",
            "To end with, a sentence for yourself: three minutes, on your phone.",
        ),
        "reflect_does": (
            "这三分钟别说话。写好的先到“感言”里：看过，点“上墙”，才上大屏幕。",
            "Say nothing for these three minutes. What comes in is on the wall once you put it "
            "there.",
        ),
        "close": ("散场", "The close"),
        "close_says": (
            "今天就到这里，谢谢每一位。史实和出处都在手机上，带得回去。",
            "That is all for today. Thank you, each of you. What is known, and where it is "
            "written, is on your phones.",
        ),
        "close_does": (
            "点“关闭整场”；记录、签到、证明在“收获与导出”里。",
            "Close the session; record, attendance and certificates are on its report.",
        ),
        "closed_does": (
            "记录、签到、证明在“收获与导出”里。",
            "Record, attendance and certificates are on its report.",
        ),
    }
)
"""What the facilitator's cards say where a script doesn't: how one leads, and no history."""

LOG: Final = texts_of(
    {
        "trap": ("掉进误区：{title}", "fell for: {title}"),
        "rescued": ("{name}被队友解救", "{name} was rescued"),
        "released": ("组织者解除了{name}的等待", "{name} was released"),
        "covered_share": ("{role}由大家分担", "{role} is shared by everybody"),
        "covered_stand_in": ("{role}由替身代行", "{role} is played by a stand-in"),
        "covered_seat": ("{role}交给{name}代办", "{role} is handed to {name}"),
        "uncovered": ("{role}恢复本人行动", "{role} is back"),
        "nudged": ("提醒了{name}", "{name} was nudged"),
        "thanked": ("队友谢了{name}", "{name} was thanked"),
        "skipped": ("跳过任务：{title}", "skipped: {title}"),
        "opened": ("直接放行", "barrier opened by hand"),
        "extended": ("延长{seconds}秒", "{seconds} s added"),
        "timed_out": ("时间到：{title}", "time up: {title}"),
        "tied": ("表决未决：{title}", "vote tied: {title}"),
        "decided": ("表决有结果：{title}", "vote decided: {title}"),
        "stood": (
            "没有人连着，时间停了{length}",
            "nobody was connected: the clock stood for {length}",
        ),
    }
)
"""What the console's log says of each kind of news; the others aren't told there."""

LENGTHS: Final = texts_of(
    {
        "seconds": ("{seconds}秒", "{seconds} s"),
        "minutes": ("{minutes}分{seconds}秒", "{minutes} min {seconds} s"),
        "hours": ("{hours}小时{minutes}分", "{hours} h {minutes} min"),
    }
)
TOLD_MS: Final = 5_000
"""Of time that stood no longer than this nobody is told."""


def length(ms: int, lang: Lang) -> str:
    """How long, in words."""
    seconds = ms // 1000
    key = "seconds" if seconds < 60 else "minutes" if seconds < 3600 else "hours"
    minutes, hours = seconds // 60, seconds // 3600
    shown = minutes % 60 if hours else minutes
    return say(LENGTHS, key, lang, seconds=seconds % 60, minutes=shown, hours=hours)


WAITING: Final = texts_of(
    {
        "working": ("正在做", "working"),
        "held": ("暂停行动中", "held"),
        "away": ("掉线或离开", "away"),
        "nobody": ("没有人", "nobody"),
    }
)


def say(table: dict[str, Text] | object, key: str, lang: Lang, **values: object) -> str:
    """The sentence `key` of a table, filled in."""
    assert isinstance(table, dict), "a table of texts"
    text: Text = table[key]
    return text.in_(lang).format(**values)


def oath_lines(lang: Lang) -> list[str]:
    """The oath in lines for a screen."""
    mark = "，" if lang == "zh" else ", "
    parts = OATH.in_(lang).split(mark)
    return [part + mark.strip() for part in parts[:-1]] + [parts[-1]]
