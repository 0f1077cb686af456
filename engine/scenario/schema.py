"""The JSON Schema (draft 7) that editors check scripts by as one types.

Keys come from the tables the compiler itself reads by; this module adds what each means, in
Chinese. A schema sees the shape of a script only: names, guards, flow and history are the
compiler's. Scalars are read as text, so `1921-07-23` and `23` are as good as `"23"` here too.
"""

from __future__ import annotations

from typing import Any, Final

from engine.scenario.compile import NEEDED_KEYS, TOP_KEYS
from engine.scenario.scenes import SCENE_KEYS
from engine.scenario.tasks import COMMON_KEYS, OWN_KEYS, TASK_KINDS
from engine.script.fields import ID

Node = dict[str, Any]

_TEXT: Final[Node] = {"type": ["string", "number", "boolean"], "pattern": "\\S"}
_BOOL: Final[Node] = {"enum": [True, False, "true", "false"]}
_WHOLE: Final[Node] = {"type": ["integer", "string"], "pattern": "^[+-]?[0-9]{1,9}$"}
_COUNT: Final[Node] = {**_WHOLE, "minimum": 1}
_DURATION: Final[Node] = {"type": "string", "pattern": "^[0-9]{1,6}(s|m|h)$"}
_ID: Final[Node] = {"type": ["string", "boolean"], "pattern": f"^{ID.pattern}$"}

TOLD: Final[dict[str, str]] = {
    "format": "格式版本，写 1",
    "id": "名字：字母开头，只用字母、数字、- 和 _",
    "version": "剧本版本，如 1.0.0",
    "title": "标题",
    "summary": "一句话概要，写在菜单上",
    "minutes": "答应大家的时长（分钟）；证明时会与算出来的相比",
    "themes": "主题，如 [建党, 党史]",
    "level": "适合谁，如 通用",
    "cover": "封面图片的文件名",
    "objectives": "学习目标：名字 → 一句话",
    "roles": "角色：名字 → 内容",
    "vars": "全队共有的变量，取值有限",
    "cards": "能拿、能读、能交的卡片",
    "sources": "出处：名字 → 内容；在史实里是出处的名字",
    "facts": "史实：名字 → 内容；在别处是史实的名字",
    "traps": "陷阱：人们常有的误区",
    "start": "第一幕；在变量里是开始的值",
    "scenes": "场景和结局",
    "debrief": "复盘",
    "absence": "有人缺席时怎么办",
    "tests": "剧本自己的测试：一串走法，和应当的结果",
    "name": "名字，写给人看的",
    "brief": "只有这个角色看得到的话",
    "goal": "这个角色想做到什么",
    "seats": "几个人可以同演这个角色，如 [1, 2]",
    "int": "整数，[最小, 最大]；到头就不再变",
    "bool": "开始是 true 还是 false",
    "one_of": "只能取这些词",
    "label": "显示给大家的名称",
    "show": "true:显示在手机和大屏上",
    "text": "文字",
    "fact": "依据的史实",
    "cite": "书、论文、展陈的名称",
    "kind": "种类",
    "verify": "true:还没有核对原件",
    "note": "备注",
    "status": "established 确证，accepted 通说，contested 有争议",
    "accounts": "有争议的史实：至少两种说法",
    "says": "这一说怎么讲",
    "basis": "这一说的根据",
    "objective": "属于哪个学习目标",
    "belief": "误区：人们常怎么想",
    "truth": "史实怎么说（史实的名字）",
    "why": "为什么人们会这样想",
    "cost": "代价：变量 → +n、-n 或值",
    "hold": "踩中的人停多久，如 30s",
    "rescue": "队友怎样把他拉回来",
    "then": "之后怎样：重来、算数、先走岔路；时间用完去哪里；缺席怎么办",
    "detour": "先走的岔路（场景的名字）",
    "role": "谁来做：一个角色、几个角色、all 各做各的、any 谁先谁来",
    "ask": "问题或要求",
    "choices": "选项，至少两个",
    "right": "true:正确",
    "trap": "踩中的陷阱",
    "set": "改变量：变量 → 值、+n、-n",
    "give": "发卡片：卡片 → 角色",
    "tell": "给角色捎一句话：角色 → 文字",
    "when": "时间，写在标题上面",
    "story": "大家都看到的叙述（Markdown）",
    "story_for": "只给某角色看的叙述",
    "picture": "图片文件名",
    "time": "时限",
    "limit": "多久，如 5m",
    "tasks": "任务：名字 → 内容",
    "barrier": "关卡：all 全部、any 任何一项、{count: n}、[任务……]",
    "count": "做完几项",
    "next": "去路，从上往下第一条成立的",
    "if": "条件，如 warned and mistakes < 2",
    "go": "去哪一幕；back 回到被打断的那一幕",
    "ending": "结局：good、mixed、bad；在测试里是结局的名字",
    "after": "等哪些任务做完才开",
    "optional": "true:可做可不做",
    "hint": "提示，可以有代价",
    "items": "要排的几行，按正确的顺序写",
    "pairs": "要连的几对",
    "left": "左边",
    "right_side": "右边",
    "accept": "算对的答案，至少一个",
    "points": "一共几点，搜一处花几点",
    "spots": "能搜的地方",
    "card": "卡片的名字",
    "to": "交给哪个角色",
    "rule": "majority 多数，unanimous 一致",
    "tie": "平了怎么办：again 再投，或一个选项",
    "at_least": "至少讨论多久，如 60s",
    "discuss": "讨论题",
    "oath": "true:重温入党誓词",
    "reflect": "请每人写一句的问题",
    "grace": "离开多久算缺席，如 60s",
    "play": "走法，如 [date=d23, rescue=y38, wait=30s]",
    "expect": "应当的结果",
    "scene": "应当停在哪一幕",
}
"""What each key is for, in the language of those who write it."""


def schema() -> Node:
    """The schema of a whole script."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "红船剧本",
        "description": "红船剧本，格式 1。参见 docs/language.md",
        **_mapping(_top(), NEEDED_KEYS),
    }


def _told(key: str, node: Node, told: str = "") -> Node:
    return {**node, "description": TOLD[told or key]}


def _mapping(keys: dict[str, Node], needed: tuple[str, ...] = ()) -> Node:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {key: _told(key, node) for key, node in keys.items()},
        "required": list(needed),
    }


def _named(node: Node) -> Node:
    return {"type": ["object", "null"], "propertyNames": _ID, "additionalProperties": node}


def _list(node: Node) -> Node:
    return {**node, "type": ["array", "null", *_kinds(node)], "items": node}


def _or_nothing(node: Node) -> Node:
    """A set of keys none of which is needed."""
    return {**node, "type": ["object", "null"]}


def _things(node: Node) -> Node:
    """A list of what is more than a word; or one alone, or none."""
    return {"anyOf": [{"type": ["array", "null"], "items": node}, node]}


def _kinds(node: Node) -> list[str]:
    kind = node.get("type", [])
    return [kind] if isinstance(kind, str) else list(kind)


def _word(*words: str) -> Node:
    return {"enum": list(words)}


_NAMES: Final = _list(_TEXT)
_SETS: Final = _named(_TEXT)
_EFFECTS: Final[dict[str, Node]] = {"set": _SETS, "give": _named(_NAMES), "tell": _named(_TEXT)}


def _top() -> dict[str, Node]:
    known = {
        "format": {"enum": [1, "1"]},
        "id": _ID,
        "minutes": {**_COUNT, "maximum": 600},
        "themes": _NAMES,
        "objectives": _named(_TEXT),
        "roles": _named(_role()),
        "vars": _named(_var()),
        "cards": _named(
            _mapping({"title": _TEXT, "text": _TEXT, "fact": _TEXT}, ("title", "text"))
        ),
        "sources": _named(_source()),
        "facts": _named(_fact()),
        "traps": _named(_trap()),
        "scenes": _named(_scene()),
        "debrief": _or_nothing(
            _mapping({"facts": _NAMES, "discuss": _NAMES, "oath": _BOOL, "reflect": _TEXT})
        ),
        "absence": _or_nothing(
            _mapping({"grace": _DURATION, "then": _word("wait", "share", "stand_in")})
        ),
        "tests": _things(_test()),
    }
    return {key: known.get(key, _TEXT) for key in TOP_KEYS}


def _role() -> Node:
    keys = {"name": _TEXT, "brief": _TEXT, "goal": _TEXT, "seats": _list(_WHOLE)}
    return _mapping(keys, ("name", "brief"))


def _var() -> Node:
    keys = {
        "int": {"type": "array", "items": _WHOLE, "minItems": 2, "maxItems": 2},
        "bool": _BOOL,
        "one_of": _NAMES,
        "start": _TEXT,
        "label": _TEXT,
        "show": _BOOL,
    }
    return {**_mapping(keys), "oneOf": [{"required": [k]} for k in ("int", "bool", "one_of")]}


def _source() -> Node:
    return _mapping({"cite": _TEXT, "kind": _TEXT, "verify": _BOOL, "note": _TEXT}, ("cite",))


def _fact() -> Node:
    account = _mapping(
        {"says": _TEXT, "basis": _TEXT, "sources": _NAMES}, ("says", "basis", "sources")
    )
    keys = {
        "text": _TEXT,
        "status": _word("established", "accepted", "contested"),
        "sources": _NAMES,
        "accounts": _things(account),
        "objective": _TEXT,
    }
    return _mapping(keys, ("text", "status", "sources"))


def _choice(*, plain: bool) -> Node:
    keys = {"id": _ID, "text": _TEXT, "right": _BOOL, **_EFFECTS}
    if not plain:
        keys |= {"trap": _TEXT, "fact": _TEXT}
    return _mapping(keys, ("id", "text"))


def _trap() -> Node:
    choices = {"type": ["array", "null"], "items": _choice(plain=True), "minItems": 2}
    rescue = _mapping({"role": _NAMES, "ask": _TEXT, "choices": choices}, ("ask", "choices"))
    keys = {
        "belief": _TEXT,
        "truth": _TEXT,
        "why": _TEXT,
        "cost": _SETS,
        "hold": _DURATION,
        "rescue": rescue,
        "then": {
            "anyOf": [_word("retry", "accept"), _mapping({"detour": _TEXT}, ("detour",))],
        },
    }
    return _mapping(keys, ("belief", "truth", "why"))


def _scene() -> Node:
    known = {
        "story_for": _named(_TEXT),
        "time": _mapping({"limit": _DURATION, "then": _TEXT}, ("limit", "then")),
        "tasks": _named(_task()),
        "barrier": {
            "anyOf": [_word("all", "any"), _mapping({"count": _COUNT}, ("count",)), _NAMES],
        },
        "next": _things({"anyOf": [_TEXT, _mapping({"if": _TEXT, "go": _TEXT}, ("go",))]}),
        "ending": _word("good", "mixed", "bad"),
        "facts": _NAMES,
    }
    return _mapping({key: known.get(key, _TEXT) for key in SCENE_KEYS}, ("title", "story"))


def _task() -> Node:
    """The keys of all kinds, and by kind those that it can't do without or can't have."""
    known = {
        "kind": _word(*TASK_KINDS),
        "role": _NAMES,
        "after": _NAMES,
        "optional": _BOOL,
        "hint": {"anyOf": [_TEXT, _mapping({"text": _TEXT, "cost": _SETS}, ("text",))]},
        **_EFFECTS,
        "choices": {"type": ["array", "null"], "items": _choice(plain=False), "minItems": 2},
        "items": _parts("id", "text"),
        "pairs": _parts("id", "left", "right"),
        "accept": _NAMES,
        "points": _COUNT,
        "spots": _things(_spot()),
        "rule": _word("majority", "unanimous"),
        "at_least": _DURATION,
        "trap": {"anyOf": [_TEXT, _named(_NAMES)]},
    }
    own = dict.fromkeys(key for keys, _ in OWN_KEYS.values() for key in keys)
    node = _mapping({key: known.get(key, _TEXT) for key in (*COMMON_KEYS, *own)}, ("role", "ask"))
    node["allOf"] = [_of_kind(kind) for kind in TASK_KINDS]
    node["anyOf"] = [{"required": ["kind"]}, {"required": ["choices"]}]
    return node


def _of_kind(kind: str) -> Node:
    keys, needed = OWN_KEYS[kind]
    foreign = sorted({key for own, _ in OWN_KEYS.values() for key in own} - set(keys))
    return {
        "if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]},
        "then": {"required": list(needed), "properties": dict.fromkeys(foreign, False)},
    }


def _parts(*keys: str) -> Node:
    """A list of small things with just these keys."""
    item = _mapping({key: _ID if key == "id" else _TEXT for key in keys}, keys)
    if "right" in keys:
        item["properties"]["right"]["description"] = TOLD["right_side"]
    return {"type": "array", "items": item, "minItems": 2}


def _spot() -> Node:
    keys = {"id": _ID, "text": _TEXT, "card": _TEXT, "points": _COUNT, "trap": _TEXT, **_EFFECTS}
    return _mapping(keys, ("id", "text"))


def _test() -> Node:
    expect = _or_nothing(
        _mapping({"ending": _TEXT, "scene": _TEXT, "traps": _NAMES, "vars": _named(_TEXT)})
    )
    keys = {"name": _TEXT, "play": _NAMES, "expect": expect}
    return _mapping(keys, ("name", "play", "expect"))
