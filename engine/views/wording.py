"""Every sentence the views say themselves, in both languages. Scripts bring their own words."""

from __future__ import annotations

from typing import Final

from engine.errors import Lang, Text, texts_of
from engine.views.parts.shared import Tone

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
        "covered_share": (
            "{role}暂时没有人，任务由大家分担",
            "{role} has nobody; everybody shares the tasks",
        ),
        "covered_stand_in": ("{role}暂时没有人，由替身代行", "{role} has nobody; a stand-in acts"),
        "covered_seat": ("{role}的任务交给{name}代办", "{name} acts for {role}"),
        "uncovered": ("{role}重新由本人行动", "{role} is played by its own people again"),
        "nudged": ("大家在等您", "The others are waiting for you"),
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
        "rescue_right": ("您拉了{name}一把", "You helped {name} out"),
        "rescue_wrong": ("没能把{name}拉回来", "That didn't help {name}"),
    }
)
"""What a seat's last act came to, once its task is off the page."""

STATUS_ZH: Final = {"established": "确证", "accepted": "通说", "contested": "有争议"}
"""How sure a fact is, in the words of the script's readers."""

TONES: Final[dict[str, Tone]] = {
    "trap": "warn",
    "trap_own": "warn",
    "nudged": "warn",
    "timed_out": "warn",
    "rescued": "good",
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
        "trap": ("我们掉进过的误区", "What we fell for"),
        "fact": ("史实", "What is known"),
        "discuss": ("讨论", "To discuss"),
        "oath": ("重温入党誓词", "The admission oath"),
        "reflect": ("今天的收获", "What we take home"),
        "unfinished": ("未到结局", "No ending reached"),
    }
)

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
