"""What authors write for the language's own words: in Chinese, in another language's way, in a unit
that has a shorter name. A suggestion is made of it; nothing is read so.

Suggestions are exact or none: a guess that leads astray costs more than no guess.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from engine.normal import normal
from engine.script.text import normalise

_WORDS: Final = {
    # status of a fact, ending of a scene
    "确证": "established", "确凿": "established",
    "确定": "established", "已证实": "established",
    "通说": "accepted", "通行说法": "accepted", "公认": "accepted", "一般认为": "accepted",
    "争议": "contested", "有争议": "contested", "说法不一": "contested",
    "存疑": "contested", "有分歧": "contested", "尚无定论": "contested",
    "条文": "statute", "法条": "statute", "法律": "statute", "党规": "statute",
    "好": "good", "好结局": "good", "成功": "good", "胜利": "good",
    "中": "mixed", "一般": "mixed", "喜忧参半": "mixed", "中等": "mixed",
    "坏": "bad", "坏结局": "bad", "失败": "bad", "差": "bad",
    # how votes, traps and absences go on
    "多数": "majority", "少数服从多数": "majority",
    "一致": "unanimous", "全票": "unanimous",
    "再投": "again", "重投": "again", "重新投票": "again",
    "重做": "retry", "重来": "retry",
    "再试": "retry", "算完成": "accept", "接受": "accept",
    "分担": "share", "代做": "share",
    "队友代做": "share", "代答": "stand_in", "电脑": "stand_in",
    "等": "wait", "等待": "wait", "等他": "wait",
    "所有人": "all", "全部": "all", "全体": "all",
    "大家": "all", "每个人": "all", "everyone": "all",
    "任何": "any", "任何人": "any", "任意": "any", "随便": "any", "anyone": "any",
    "返回": "back", "回去": "back",
    # yes and no
    "是": "true", "真": "true", "对": "true",
    "有": "true", "yes": "true", "on": "true", "1": "true",
    "√": "true", "✓": "true", "正确": "true",
    "否": "false", "假": "false", "错": "false",
    "没有": "false", "无": "false", "no": "false",
    "off": "false", "0": "false", "×": "false", "错误": "false",
    # conditions
    "且": "and", "并且": "and", "而且": "and", "和": "and", "与": "and", "同时": "and",
    "&": "and", "&&": "and", "或": "or", "或者": "or", "|": "or", "||": "or",
    "非": "not", "不": "not", "没": "not", "不是": "!=", "!": "not",
    "=": "==", "===": "==", "is": "==", "等于": "==", "eq": "==", ":=": "==",
    "=!": "!=", "!==": "!=", "<>": "!=",
    "><": "!=", "≠": "!=", "不等于": "!=", "~=": "!=",
    "=>": ">=", "≥": ">=", "≧": ">=",
    "⩾": ">=", "大于等于": ">=", "不小于": ">=", "至少": ">=",
    "=<": "<=", "≤": "<=", "≦": "<=",
    "⩽": "<=", "小于等于": "<=", "不大于": "<=", "至多": "<=",
    "不超过": "<=", "大于": ">", "超过": ">", "多于": ">", "小于": "<", "少于": "<",
}  # fmt: skip
_KEYS: Final = {
    "标题": ("title", "name"), "题目": ("title", "ask"), "名称": ("name", "title"),
    "名字": ("name", "title"), "姓名": ("name",),
    "name": ("title",), "title": ("name",),
    "简介": ("summary", "brief", "text"),
    "概要": ("summary",), "摘要": ("summary",),
    "description": ("summary", "text", "brief"),
    "desc": ("summary", "text", "brief"),
    "分钟": ("minutes",),
    "时长": ("minutes", "limit", "at_least"), "duration": ("minutes", "limit"),
    "主题": ("themes",), "难度": ("level",),
    "封面": ("cover",), "目标": ("objectives", "goal"),
    "版本": ("version",), "格式": ("format",),
    "角色": ("roles", "role"), "谁": ("role",),
    "who": ("role",), "变量": ("vars",),
    "variables": ("vars",), "卡片": ("cards", "card"),
    "出处": ("sources",), "来源": ("sources",),
    "史实": ("facts", "fact"), "陷阱": ("traps", "trap"),
    "误区": ("belief", "traps", "trap"), "开始": ("start",), "起始": ("start",),
    "场景": ("scenes", "scene"), "复盘": ("debrief",), "缺席": ("absence",),
    "测试": ("tests",), "自测": ("tests",), "故事": ("story",), "情节": ("story",),
    "content": ("text", "story"), "内容": ("text", "story"),
    "文字": ("text",), "正文": ("text",),
    "图片": ("picture", "cover"),
    "image": ("picture", "cover"), "img": ("picture", "cover"),
    "任务": ("tasks",), "关卡": ("barrier",),
    "去路": ("next",), "下一幕": ("next", "go"),
    "goto": ("go",), "时限": ("time", "limit"),
    "timeout": ("time", "limit"), "结局": ("ending",),
    "问": ("ask",), "问题": ("ask",), "question": ("ask",), "prompt": ("ask",),
    "选项": ("choices",), "options": ("choices",),
    "答案": ("accept",), "answer": ("accept",),
    "answers": ("accept", "choices"), "正确": ("right",),
    "correct": ("right",), "提示": ("hint",),
    "条件": ("if",), "when": ("if",),
    "代价": ("cost",), "停": ("hold",), "解救": ("rescue",),
    "种类": ("kind",), "类型": ("kind",), "type": ("kind",), "状态": ("status",),
    "说法": ("accounts", "says"), "依据": ("basis", "fact"),
    "位置": ("spots",), "编号": ("id",),
    "人数": ("seats",), "讨论": ("discuss",), "誓词": ("oath",), "感想": ("reflect",),
    "label": ("text", "name"), "condition": ("if",),
}  # fmt: skip
_UNITS: Final = {
    "秒": "s", "秒钟": "s", "sec": "s",
    "secs": "s", "second": "s", "seconds": "s", "s": "s",
    "分": "m", "分钟": "m", "min": "m",
    "mins": "m", "minute": "m", "minutes": "m", "m": "m",
    "小时": "h", "时": "h", "hour": "h",
    "hours": "h", "hr": "h", "h": "h", "个小时": "h",
}  # fmt: skip
_AMOUNT: Final = re.compile(r"([0-9]{1,6})(?:\.(5))?([a-z秒分钟个小时]+)")
_COUNTED: Final = re.compile(r"([+-]?[0-9]{1,9})(?:分钟|分|秒|个|人|次|点|项|名|位|min)?")
_RANGE: Final = re.compile(r"\[?([0-9]{1,4})(?:-|~|—|–|到|至|\.\.|…|,|、)+([0-9]{1,4})\]?")


def folded(text: str) -> str:
    """The text as keyboards differ: widths, case, and what stands around it."""
    return normal("NFKC", text).casefold().strip(" \u3000\"'“”‘’「」`。;；")


def word_meant(written: str, known: Collection[str]) -> str:
    """The known word that is meant; empty if none is, beyond doubt."""
    plain = folded(written)
    if not plain:
        return ""
    alike = [word for word in known if folded(word) == plain]
    if len(alike) == 1 and alike[0] != written:
        return alike[0]
    meant = _WORDS.get(plain, "")
    return meant if meant in known else ""


def key_of(written: str, known: Collection[str]) -> str:
    """The key that is meant by a word of another language; empty if none is."""
    return next((key for key in _KEYS.get(folded(written), ()) if key in known), "")


def sign_meant(written: str) -> str:
    """What a condition's grammar has for a word or a sign; empty if nothing."""
    plain = folded(written)
    if written[:1] in _QUOTES and written[-1:] in _QUOTES and len(written) > 2:
        return written[1:-1]
    meant = _WORDS.get(plain, "") or (plain if plain.isascii() and plain.isdigit() else "")
    if (
        meant in ("and", "or", "not", "true", "false")
        or meant.isdigit()
        or not any(map(str.isalnum, meant))
    ):
        return meant or (plain if plain in _SIGNS and plain != written else "")
    return ""


_QUOTES: Final = "“”‘’\"'"
_SIGNS: Final = frozenset(
    {"and", "or", "not", "true", "false", "(", ")", "==", "!=", "<", "<=", ">", ">="}
)


def number_meant(written: str) -> str:
    """The whole number that is meant; empty if none is."""
    found = _COUNTED.fullmatch(normalise(written).removeprefix("约"))
    return found[1] if found is not None and found[1] != written else ""


def change_meant(written: str) -> str:
    """`+1` for ＋1, 加1, + 1; empty if it is no change of a number."""
    plain = re.sub("^[加增]", "+", re.sub("^[减−–—扣]", "-", normalise(written)))
    found = re.fullmatch(r"[+-]?[0-9]{1,6}", plain)
    return plain if found is not None and plain != written else ""


def range_meant(written: str) -> str:
    """`[1, 2]` for 1-2, 1~2, 1到2; empty if it is no range."""
    found = _RANGE.fullmatch("".join(normal("NFKC", written).split()))
    return f"[{found[1]}, {found[2]}]" if found is not None else ""


def duration_meant(written: str) -> str:
    """The duration that is meant; empty if none is, or if a unit is all that is lacking."""
    plain = {"半小时": "30分", "半分钟": "30秒"}.get(normalise(written), normalise(written))
    seconds, at = 0.0, 0
    for found in _AMOUNT.finditer(plain):
        unit = _UNITS.get(found[3])
        if unit is None or found.start() != at:
            return ""
        amount = int(found[1]) + (0.5 if found[2] else 0)
        seconds, at = seconds + amount * {"s": 1, "m": 60, "h": 3_600}[unit], found.end()
    if at == 0 or at != len(plain) or seconds != int(seconds):
        return ""
    whole = int(seconds)
    for unit, size in (("h", 3_600), ("m", 60)):
        if whole and whole % size == 0:
            return f"{whole // size}{unit}"
    return f"{whole}s"
