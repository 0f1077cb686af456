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
from engine.script.cues import CUES
from engine.script.nodes import STATUSES

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
    "aims": "各人的打算：角色 → 内容，结束时判",
    "met": "条件：结束时成立，就是达成了",
    "secret": "true:复盘以前只有他自己看得见",
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
    "verify": "true:还没有见到原文",
    "note": "备注",
    "keep_order": "true:选项照写的次序显示，不另抽",
    "status": "established 确证，accepted 通行说法，contested 说法不一，statute 条文",
    "source": "出处（出处的名字）",
    "where": "在出处的哪里：页码、条款",
    "quote": "出处的原文，一字不改",
    "accounts": "说法不一的史实：至少两种说法",
    "says": "这一说怎么讲",
    "basis": "这一说的根据",
    "objective": "属于哪个学习目标",
    "belief": "误区：人们常怎么想",
    "truth": "史实怎么说（史实的名字）",
    "why": "为什么人们会这样想",
    "hold": "踩中的人停多久，如 30s",
    "rescue": "队友怎样把他拉回来",
    "then": "之后怎样：重来、算数、先走岔路；时间用完去哪里；缺席怎么办",
    "detour": "先走的岔路（场景的名字）",
    "role": "谁来做：一个角色、几个角色、all 各做各的、any 谁先谁来",
    "ask": "问题或要求",
    "when": "时间，写在标题上面",
    "story": "大家都看到的叙述（Markdown）",
    "story_for": "只给某角色看的叙述",
    "places": "同时的两处：名字 → 标题、故事、图片和在那里的角色",
    "picture": "图片文件名",
    "time": "时限",
    "limit": "多久，如 5m",
    "every": "每过多久，时钟就动一次 set 里的变量",
    "tasks": "任务：名字 → 内容",
    "barrier": "关卡：all 全部、any 任何一项、{count: n}、[任务……]",
    "count": "做完几项；在 pick 里是玩几项",
    "pick": "这几个任务里，每一局抽几个来玩",
    "of": "从这些任务里抽",
    "next": "去路，从上往下第一条成立的",
    "go": "去哪一幕；back 回到被打断的那一幕",
    "ending": "结局：good、mixed、bad；在测试里是结局的名字",
    "after": "等哪些任务做完才开",
    "optional": "true:可做可不做",
    "talk": "先商量多久才收答案，如 30s；这时全队都看见问题",
    "watch": "true:手头没事的队友也看见问题（看不见选项），帮他想",
    "hint": "提示，可以有代价",
    "discuss": "讨论题",
    "fates": "他们后来怎样：每个人一句，写明出处",
    "who": "谁",
    "words": "结束时出示的今天的一句话，写明出处",
    "oath": "true:重温入党誓词",
    "reflect": "请每人写一句的问题",
    "grace": "离开多久算缺席，如 60s",
    "play": "走法，如 [date=d23, rescue=y38, wait=30s]",
    "expect": "应当的结果",
    "scene": "应当停在哪一幕",
    "say": "主持人可以念的话",
    "cue": "声音、灯光、静场：内置提示的名字，如 knock；或剧本旁边的声音，如 钟声.mp3",
    "card": "卡片的名字",
    "once": "true:只能交出去或给人看一次",
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
                {
                    "title": schemas.TEXT,
                    "text": schemas.TEXT,
                    "fact": schemas.TEXT,
                    "once": schemas.BOOL,
                },
                ("title", "text"),
            )
        ),
        "sources": schemas.named(_source()),
        "facts": schemas.named(_fact()),
        "traps": schemas.named(_trap()),
        "scenes": schemas.named(_scene()),
        "aims": schemas.named(
            _mapping(
                {"text": schemas.TEXT, "met": schemas.TEXT, "secret": schemas.BOOL},
                ("text", "met"),
            )
        ),
        "debrief": _or_nothing(
            _mapping(
                {
                    "facts": schemas.NAMES,
                    "fates": schemas.things(_sourced({"who": schemas.TEXT})),
                    "discuss": schemas.NAMES,
                    "words": {"anyOf": [schemas.TEXT, _sourced({})]},
                    "oath": schemas.BOOL,
                    "reflect": schemas.TEXT,
                    "say": schemas.TEXT,
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


def _cited() -> Node:
    words = {"source": schemas.TEXT, "where": schemas.TEXT, "quote": schemas.TEXT}
    return schemas.things({"anyOf": [schemas.TEXT, _mapping(words, ("source",))]})


def _sourced(keys: dict[str, Node]) -> Node:
    """Something told at the end, with what it rests on."""
    return _mapping({**keys, "text": schemas.TEXT, "sources": _cited()}, (*keys, "text"))


def _fact() -> Node:
    cited = _cited()
    account = _mapping(
        {"says": schemas.TEXT, "basis": schemas.TEXT, "sources": cited},
        ("says", "basis", "sources"),
    )
    keys = {
        "text": schemas.TEXT,
        "status": schemas.word(*STATUSES),
        "sources": cited,
        "accounts": schemas.things(account),
        "objective": schemas.TEXT,
    }
    return _mapping(keys, ("text", "status", "sources"))


def _trap() -> Node:
    choices = {"type": ["array", "null"], "items": schemas.choice(plain=True), "minItems": 2}
    help_: dict[str, Node] = {
        "role": schemas.NAMES,
        "ask": schemas.TEXT,
        "choices": choices,
        "keep_order": schemas.BOOL,
        "cue": _cues(),
    }
    rescue = _mapping(help_, ("ask", "choices"))
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
        "say": schemas.TEXT,
        "cue": _cues(),
    }
    return _mapping(keys, ("belief", "truth", "why"))


def _cues() -> Node:
    own = {"type": "string", "pattern": r"^[^\s/]+\.mp3$"}
    return schemas.things({"anyOf": [schemas.word(*CUES), own]})


def _scene() -> Node:
    known = {
        "story_for": schemas.named(schemas.TEXT),
        "time": _mapping(
            {
                "limit": schemas.DURATION,
                "then": schemas.TEXT,
                "every": schemas.DURATION,
                "set": schemas.SETS,
            },
            ("limit", "then"),
        ),
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
        "cue": _cues(),
        "places": schemas.named(_site()),
        "pick": _mapping({"count": schemas.COUNT, "of": schemas.NAMES}, ("count", "of")),
    }
    return _mapping({key: known.get(key, schemas.TEXT) for key in SCENE_KEYS}, ("title", "story"))


def _site() -> Node:
    keys = {
        "title": schemas.TEXT,
        "story": schemas.TEXT,
        "picture": schemas.TEXT,
        "roles": schemas.NAMES,
    }
    return _mapping(keys, ("title", "roles"))


def _task() -> Node:
    """The keys of all kinds, and by kind those that it can't do without or can't have."""
    keys: dict[str, Node] = {
        "kind": schemas.word(*KINDS),
        "role": schemas.NAMES,
        "after": schemas.NAMES,
        "optional": schemas.BOOL,
        "watch": schemas.BOOL,
        "talk": schemas.DURATION,
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
