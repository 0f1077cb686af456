"""The JSON Schema (draft 7) that editors check scripts by as one types.

Keys come from the tables the compiler itself reads by; this module adds what each means, in
Chinese; the keys of the kinds of tasks say it themselves. A schema sees the shape of a script only:
names, guards, flow and history are the compiler's. Scalars are read as text, so `1921-07-23` and
`23` are as good as `"23"` here too.
"""

from __future__ import annotations

from typing import Any, Final

from engine.kinds.kind import Kind
from engine.kinds.registry import IMPLIED, KINDS
from engine.scenario.compile import NEEDED_KEYS, TOP_KEYS
from engine.scenario.scenes import SCENE_KEYS
from engine.scenario.task_fields import COMMON_KEYS
from engine.script import schemas

Node = dict[str, Any]

TOLD: Final[dict[str, str]] = {
    **schemas.COMMON,
    "format": "格式版本，写 1",
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
    "discuss": "讨论题",
    "oath": "true:重温入党誓词",
    "reflect": "请每人写一句的问题",
    "grace": "离开多久算缺席，如 60s",
    "play": "走法，如 [date=d23, rescue=y38, wait=30s]",
    "expect": "应当的结果",
    "scene": "应当停在哪一幕",
    "card": "卡片的名字",
    "choices": "选项，至少两个",
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


def _mapping(keys: dict[str, Node], needed: tuple[str, ...] = ()) -> Node:
    return schemas.mapping(keys, needed, TOLD)


def _or_nothing(node: Node) -> Node:
    """A set of keys none of which is needed."""
    return {**node, "type": ["object", "null"]}


def _top() -> dict[str, Node]:
    known = {
        "format": {"enum": [1, "1"]},
        "id": schemas.ID,
        "minutes": {**schemas.COUNT, "maximum": 600},
        "themes": schemas.NAMES,
        "objectives": schemas.named(schemas.TEXT),
        "roles": schemas.named(_role()),
        "vars": schemas.named(_var()),
        "cards": schemas.named(
            _mapping(
                {"title": schemas.TEXT, "text": schemas.TEXT, "fact": schemas.TEXT},
                ("title", "text"),
            )
        ),
        "sources": schemas.named(_source()),
        "facts": schemas.named(_fact()),
        "traps": schemas.named(_trap()),
        "scenes": schemas.named(_scene()),
        "debrief": _or_nothing(
            _mapping(
                {
                    "facts": schemas.NAMES,
                    "discuss": schemas.NAMES,
                    "oath": schemas.BOOL,
                    "reflect": schemas.TEXT,
                }
            )
        ),
        "absence": _or_nothing(
            _mapping({"grace": schemas.DURATION, "then": schemas.word("wait", "share", "stand_in")})
        ),
        "tests": schemas.things(_test()),
    }
    return {key: known.get(key, schemas.TEXT) for key in TOP_KEYS}


def _role() -> Node:
    keys = {
        "name": schemas.TEXT,
        "brief": schemas.TEXT,
        "goal": schemas.TEXT,
        "seats": schemas.list_of(schemas.WHOLE),
    }
    return _mapping(keys, ("name", "brief"))


def _var() -> Node:
    keys = {
        "int": {"type": "array", "items": schemas.WHOLE, "minItems": 2, "maxItems": 2},
        "bool": schemas.BOOL,
        "one_of": schemas.NAMES,
        "start": schemas.TEXT,
        "label": schemas.TEXT,
        "show": schemas.BOOL,
    }
    return {**_mapping(keys), "oneOf": [{"required": [k]} for k in ("int", "bool", "one_of")]}


def _source() -> Node:
    return _mapping(
        {"cite": schemas.TEXT, "kind": schemas.TEXT, "verify": schemas.BOOL, "note": schemas.TEXT},
        ("cite",),
    )


def _fact() -> Node:
    account = _mapping(
        {"says": schemas.TEXT, "basis": schemas.TEXT, "sources": schemas.NAMES},
        ("says", "basis", "sources"),
    )
    keys = {
        "text": schemas.TEXT,
        "status": schemas.word("established", "accepted", "contested"),
        "sources": schemas.NAMES,
        "accounts": schemas.things(account),
        "objective": schemas.TEXT,
    }
    return _mapping(keys, ("text", "status", "sources"))


def _trap() -> Node:
    choices = {"type": ["array", "null"], "items": schemas.choice(plain=True), "minItems": 2}
    rescue = _mapping(
        {"role": schemas.NAMES, "ask": schemas.TEXT, "choices": choices}, ("ask", "choices")
    )
    keys = {
        "belief": schemas.TEXT,
        "truth": schemas.TEXT,
        "why": schemas.TEXT,
        "cost": schemas.SETS,
        "hold": schemas.DURATION,
        "rescue": rescue,
        "then": {
            "anyOf": [
                schemas.word("retry", "accept"),
                _mapping({"detour": schemas.TEXT}, ("detour",)),
            ],
        },
    }
    return _mapping(keys, ("belief", "truth", "why"))


def _scene() -> Node:
    known = {
        "story_for": schemas.named(schemas.TEXT),
        "time": _mapping({"limit": schemas.DURATION, "then": schemas.TEXT}, ("limit", "then")),
        "tasks": schemas.named(_task()),
        "barrier": {
            "anyOf": [
                schemas.word("all", "any"),
                _mapping({"count": schemas.COUNT}, ("count",)),
                schemas.NAMES,
            ],
        },
        "next": schemas.things(
            {"anyOf": [schemas.TEXT, _mapping({"if": schemas.TEXT, "go": schemas.TEXT}, ("go",))]}
        ),
        "ending": schemas.word("good", "mixed", "bad"),
        "facts": schemas.NAMES,
    }
    return _mapping({key: known.get(key, schemas.TEXT) for key in SCENE_KEYS}, ("title", "story"))


def _task() -> Node:
    """The keys of all kinds, and by kind those that it can't do without or can't have."""
    keys: dict[str, Node] = {
        "kind": schemas.word(*KINDS),
        "role": schemas.NAMES,
        "after": schemas.NAMES,
        "optional": schemas.BOOL,
        "hint": {
            "anyOf": [
                schemas.TEXT,
                _mapping({"text": schemas.TEXT, "cost": schemas.SETS}, ("text",)),
            ]
        },
        **schemas.EFFECTS,
    }
    keys = {key: keys.get(key, schemas.TEXT) for key in COMMON_KEYS} | _of_kinds()
    told = TOLD | {key.name: key.told for kind in reversed(KINDS.values()) for key in kind.keys}
    node = schemas.mapping(keys, ("role", "ask"), told)
    node["allOf"] = [_of_kind(kind) for kind in KINDS.values()]
    node["anyOf"] = [{"required": ["kind"]}, {"required": [IMPLIED.keys[0].name]}]
    return node


def _of_kinds() -> dict[str, Node]:
    """The kinds' own keys; one that two kinds read otherwise may be either."""
    found: dict[str, list[Node]] = {}
    for kind in KINDS.values():
        for key in kind.keys:
            node = key.shape.schema()
            for way in node["anyOf"] if node.keys() == {"anyOf"} else [node]:
                ways = found.setdefault(key.name, [])
                ways += [] if way in ways else [way]
    return {key: ways[0] if len(ways) == 1 else {"anyOf": ways} for key, ways in found.items()}


def _of_kind(kind: type[Kind]) -> Node:
    own = {key.name for key in kind.keys}
    needed = [key.name for key in kind.keys if key.needed]
    foreign = sorted({key.name for other in KINDS.values() for key in other.keys} - own)
    return {
        "if": {"properties": {"kind": {"const": kind.name}}, "required": ["kind"]},
        "then": {"required": needed, "properties": dict.fromkeys(foreign, False)},
    }


def _test() -> Node:
    expect = _or_nothing(
        _mapping(
            {
                "ending": schemas.TEXT,
                "scene": schemas.TEXT,
                "traps": schemas.NAMES,
                "vars": schemas.named(schemas.TEXT),
            }
        )
    )
    keys = {"name": schemas.TEXT, "play": schemas.NAMES, "expect": expect}
    return _mapping(keys, ("name", "play", "expect"))
