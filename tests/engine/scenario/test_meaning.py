"""What the words of the language compile to."""

from __future__ import annotations

import hashlib

import pytest

from engine.errors import ScenarioError
from engine.kinds.discuss.kind import Discuss
from engine.kinds.enter.kind import Enter
from engine.kinds.hand.kind import Hand
from engine.kinds.search.kind import Search
from engine.kinds.vote.kind import Vote
from engine.scenario import compile_scenario
from engine.scenario.model import Scenario, Task, Who
from engine.scenario.samples import SOUND
from engine.script.nodes import Compare, Done, Literal_, VarRef
from tests.engine.rules.conftest import script
from tests.support.scripts import compile_text

P = "p: {role: a, kind: read, ask: 读, story: 文}"


def sound(*pairs: tuple[str, str]) -> Scenario:
    """The sound script with pieces replaced."""
    text = SOUND
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return compile_text(text)


def task(written: str) -> Task:
    """The task `p` as written."""
    return sound((P, f"p: {written}")).scenes["one"].tasks["p"]


def codes(*pairs: tuple[str, str]) -> list[str]:
    """Codes of the issues the replacements give."""
    with pytest.raises(ScenarioError) as caught:
        sound(*pairs)
    return [issue.code for issue in caught.value.issues]


def test_the_digest_is_that_of_the_bytes_unless_given() -> None:
    data = SOUND.encode()
    assert compile_scenario(data, "f").digest == hashlib.sha256(data).hexdigest()
    assert compile_scenario(data, "f", digest="kept").digest == "kept"


def test_compiling_twice_gives_equal_scenarios() -> None:
    assert compile_text(SOUND) == compile_text(SOUND)


@pytest.mark.parametrize(
    ("role", "kind", "who"),
    [
        ("a", "read", Who(("a",), ("a",))),
        ("[b, a]", "read", Who(("a", "b"), ("a", "b"))),
        ("all", "read", Who(("a", "b"), ("a", "b"))),
        ("any", "read", Who(("any",), ("a", "b"))),
    ],
)
def test_whose_task_it_is(role: str, kind: str, who: Who) -> None:
    assert task(f"{{role: {role}, kind: {kind}, ask: 读, story: 文}}").who == who


def test_any_of_a_group_is_everybody() -> None:
    found = task("{role: any, kind: discuss, ask: 谈, at_least: 90s}")
    assert found.who == Who(("a", "b"), ("a", "b"))
    assert found.body == Discuss(90_000)


def test_an_enter_task_keeps_normalised_texts_and_their_traps() -> None:
    some = task(
        "{role: a, kind: enter, ask: 填, fact: f, accept: [七月, '8 月'], trap: {t: [六月]}}"
    )
    assert some.body == Enter(("7月", "8月"), {"6月": "t"}, None)  # type: ignore[arg-type]
    every = task("{role: a, kind: enter, ask: 填, fact: f, accept: 七月, trap: t}")
    assert isinstance(every.body, Enter)
    assert (every.body.accept, every.body.trap) == (("7月",), "t")


def test_search_hand_and_vote_have_their_defaults() -> None:
    tasks = compile_text(SOUND).scenes["one"].tasks
    find, give, vote = tasks["find"].body, tasks["pass"].body, tasks["v"].body
    assert isinstance(find, Search)
    assert (find.points, [spot.points for spot in find.spots]) == (2, [2, 1])
    assert give == Hand("k", "b")
    assert isinstance(vote, Vote)
    assert (vote.rule, vote.tie) == ("majority", None)


def test_effects_are_typed_by_their_variables() -> None:
    found = task(
        "{role: a, kind: read, ask: 读, story: 文, set: {m: -2, w: true, x: none},"
        " give: {k: [a, b]}, tell: {all: 小心}}"
    ).effects
    assert [(s.var, s.value, s.delta) for s in found.sets] == [
        ("m", None, -2),
        ("w", True, None),
        ("x", "none", None),
    ]
    assert [(give.card, give.role) for give in found.gives] == [("k", "a"), ("k", "b")]
    assert [(tell.id, tell.text) for tell in found.tells] == [
        ("one.p.a", "小心"),
        ("one.p.b", "小心"),
    ]


def test_every_tell_has_an_address_of_its_own() -> None:
    told = sound(("{id: y, text: 是}", "{id: y, text: 是, tell: {a: 你赢了, b: 你输了}}"))
    assert list(told.tells) == ["one.v.y.a", "one.v.y.b"]
    rescue = sound(
        ("{id: y, text: 对, right: true}", "{id: y, text: 对, right: true, tell: {a: 好}}"),
        ("{id: n, text: 错}", "{id: n, text: 错, tell: {a: 差}}"),
    )
    assert {tell.text for tell in rescue.tells.values()} == {"好", "差"}


def test_rescues_of_two_traps_keep_their_messages_apart() -> None:
    choices = "[{id: y, text: 对, right: true, tell: {a: 二}}, {id: n, text: 错}]"
    rescue = f"rescue: {{ask: 拉?, choices: {choices}}}"
    both = sound(
        ("{id: y, text: 对, right: true}", "{id: y, text: 对, right: true, tell: {a: 一}}"),
        ("then: {detour: side}}", f"then: {{detour: side}}, hold: 5s, {rescue}}}"),
    )
    assert sorted(tell.text for tell in both.tells.values()) == ["一", "二"]


def test_done_means_this_scenes_task_first() -> None:
    here = sound(("if: m > 2", "if: done.again")).scenes["z"].next[0].guard
    assert here == Done("z", "again")
    other = sound(("if: m > 2", "if: done.y.again")).scenes["z"].next[0].guard
    assert other == Done("y", "again")
    bare = sound(("if: m > 2", "if: w")).scenes["z"].next[0].guard
    assert bare == Compare(VarRef("w"), "==", Literal_(True))


def test_only_detours_are_beside_the_way() -> None:
    assert [scene.id for scene in compile_text(SOUND).scenes.values() if not scene.main] == ["side"]


def test_a_scene_that_only_a_limit_leads_to_is_beside_the_way() -> None:
    """On the map of an evening nobody is shown that he may be late."""
    late = script(
        "p: {role: a, kind: read, ask: 读, story: 文}", extra="time: {limit: 1m, then: late}"
    )
    assert [scene.id for scene in late.scenes.values() if not scene.main] == ["late", "side"]


def test_hints_come_plain_or_with_a_cost() -> None:
    plain = task("{role: a, kind: read, ask: 读, story: 文, hint: 想想}").hint
    assert plain is not None
    assert (plain.text, plain.cost) == ("想想", ())
    dear = task("{role: a, kind: read, ask: 读, story: 文, hint: {text: 想, cost: {m: +1}}}").hint
    assert dear is not None
    assert dear.cost[0].delta == 1


@pytest.mark.parametrize(
    ("barrier", "kind", "count", "tasks"),
    [
        ("all", "all", 0, ()),
        ("any", "any", 0, ()),
        ("{count: 2}", "count", 2, ()),
        ("[q, p]", "tasks", 0, ("q", "p")),
    ],
)
def test_barriers(barrier: str, kind: str, count: int, tasks: tuple[str, ...]) -> None:
    found = sound(("barrier: all", f"barrier: {barrier}")).scenes["one"].barrier
    assert found is not None
    assert (found.kind, found.count, found.tasks) == (kind, count, tasks)


def test_one_number_of_seats_is_both_ends() -> None:
    role = sound(("brief: 你是乙。}", "brief: 你是乙。, seats: 2}")).roles["b"]
    assert (role.seats_min, role.seats_max) == (2, 2)


def test_a_number_without_a_sign_is_the_value_itself() -> None:
    found = task("{role: a, kind: read, ask: 读, story: 文, set: {m: 2}}").effects.sets
    assert [(item.value, item.delta) for item in found] == [(2, None)]


def test_a_detour_may_hold_traps_that_lead_nowhere_else() -> None:
    old = "{think: {role: b, kind: read, ask: 读, story: 想}}"
    choices = "[{id: r, text: 对, right: true, fact: f}, {id: o, text: 否, trap: t}]"
    side = sound((old, f"{{think: {{role: b, ask: 问, choices: {choices}}}}}")).scenes["side"]
    assert not side.main


def test_seats_and_absence_have_defaults() -> None:
    scenario = sound(("b: {name: 乙, brief: 你是乙。}", "b: {name: 乙, brief: 乙, seats: [0, 3]}"))
    assert (scenario.roles["a"].seats_min, scenario.roles["a"].seats_max) == (1, 1)
    assert (scenario.roles["b"].seats_min, scenario.roles["b"].seats_max) == (0, 3)
    assert (scenario.absence.grace_ms, scenario.absence.then) == (60_000, "share")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("story: 文, after: [p]", "story: 文, after: [q]", "SC403"),
        ("role: [a, b]", "role: []", "SC401"),
        ("hold: 30s", "hold: 30 s", "SC110"),
        ("hold: 30s", "hold: 0s", "SC110"),
        ("hold: 30s", "hold: 25h", "SC110"),
        ("limit: 5m", "limit: 0s", "SC110"),
        ("m: {int: [0, 3]", "m: {int: 3", "SC106"),
        ("m: {int: [0, 3]", "m: {int: [3, 0]", "SC106"),
        ("one_of: [none, front]", "one_of: [none, front, front]", "SC202"),
        ("one_of: [none, front]", "one_of: [none, front, not]", "SC113"),
        ("barrier: all", "barrier: []", "SC401"),
        ("barrier: all", "barrier: [pp]", "SC201"),
        ("then: bad}", "then: back}", "SC412"),
        ("start: one", "start: side", "SC424"),
        ("text: 柜}", "text: 柜, trap: nope}", "SC201"),
        ("basis: 某回忆, sources: [s]", "basis: 某回忆, sources: []", "SC502"),
        ("role: any, ask: 拉", "role: [], ask: 拉", "SC401"),
        ("rescue: {role: any", "rescue: {role: nobody", "SC201"),
        ("cost: {m: +1}", "cost: {mm: +1}", "SC201"),
        ("play: [p=", "play: [pp=", "SC201"),
        ("play: [p=", "play: ['a:ask=z'", "SC201"),
        ("play: [p=", "play: ['c:p='", "SC201"),
        ("play: [p=", "play: [rescue=z", "SC201"),
        ("play: [p=", "play: [hint=z", "SC201"),
        ("play: [p=", "play: [hand=k", "SC204"),
        ("play: [p=", "play: [hand=k>z", "SC201"),
        ("play: [p=", "play: [wait=5", "SC204"),
        ("play: [p=", "play: [away=z", "SC201"),
        ("expect: {scene: one}", "expect: {ending: one}", "SC201"),
        ("expect: {scene: one}", "expect: {vars: {m: 9}}", "SC106"),
        ("expect: {scene: one}", "expect: {traps: [z]}", "SC201"),
        ("good: {ending: good,", "good: {ending: great,", "SC107"),
        ("expect: {scene: one}", "expect: {vars: {w: yes}}", "SC106"),
        ("expect: {scene: one}", "expect: {vars: {x: wide}}", "SC107"),
        ("expect: {scene: one}", "expect: {vars: {z: 1}}", "SC201"),
        ("play: [p=", "play: [hand=z>a", "SC201"),
        ("play: [p=", "play: ['', p=", "SC109"),
        ("one_of: [none, front]", "one_of: [none]", "SC401"),
        ("w: {bool: false}", "w: {label: 无}", "SC102"),
        ("give: {k: a}", "give: {kk: a}", "SC201"),
        ("set: {x: front}", "set: {x: front}, tell: {nobody: 话}", "SC201"),
        ("set: {w: true}", "set: {w: 1}", "SC422"),
        ("set: {w: true}", "set: {m: 4}", "SC422"),
        ("if: w, go: z", "if: hsa.k, go: z", "SC304"),
        ("if: w, go: z", "if: [w], go: z", "SC105"),
        ("if: w, go: z", 'if: "w\\nand nope", go: z', "SC304"),
        ("if: m > 2, go: y", "if: done.askk, go: y", "SC304"),
        ("then: {detour: side}", "then: {detour: sied}", "SC201"),
        ("then: bad}", "then: side}", "SC424"),
        ("  bad: {ending: bad, title: 坏, story: 坏。}", "  bad: 坏", "SC103"),
        ("title: 示例", f"{'x' * 70}: 示例", "SC101"),
    ],
)
def test_what_is_refused(old: str, new: str, code: str) -> None:
    assert code in codes((old, new))


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("{role: a, ask: 问}", "SC102"),
        ("{role: a, kind: raed, ask: 问}", "SC107"),
        ("{role: a, kind: read, ask: 问, story: 文, after: [pp]}", "SC201"),
        ("{role: a, kind: read, ask: 问, story: 文, optional: yes}", "SC106"),
        (
            "{role: a, kind: select, ask: 问, choices: [{id: y, text: 一}, {id: n, text: 二}]}",
            "SC402",
        ),
        ("{role: a, kind: order, ask: 排, fact: f, items: [{id: y, text: 一}]}", "SC401"),
        ("{role: a, kind: order, ask: 排, items: [{id: y, text: 一}, {id: z, text: 二}]}", "SC503"),
        (
            "{role: a, kind: match, ask: 连, fact: f, pairs: [{id: y, left: 一, right: 二}]}",
            "SC401",
        ),
        ("{role: a, kind: enter, ask: 填, fact: f, accept: ['。']}", "SC401"),
        ("{role: a, kind: enter, ask: 填, fact: c, accept: [甲]}", "SC504"),
        ("{role: a, kind: enter, ask: 填, fact: f, accept: [七], trap: {t: [7]}}", "SC425"),
        ("{role: a, kind: enter, ask: 填, fact: f, accept: [七], trap: {tt: [8]}}", "SC201"),
        ("{role: a, kind: search, ask: 找, points: 1, spots: []}", "SC401"),
    ],
)
def test_tasks_that_cannot_be(written: str, code: str) -> None:
    assert code in codes((P, f"p: {written}"))


def test_moves_name_items_and_pairs() -> None:
    order = (
        "{role: a, kind: order, ask: 排, fact: f, items: [{id: i, text: 一}, {id: j, text: 二}]}"
    )
    pairs = "[{id: i, left: 一, right: 二}, {id: j, left: 三, right: 四}]"
    match = f"{{role: a, kind: match, ask: 连, fact: f, pairs: {pairs}}}"
    for written, right, wrong in ((order, "p=i,j", "p=i,k"), (match, "p=i=j,j=i", "p=i=k")):
        play = ("play: [p=", f"play: ['{right}'")
        assert sound((P, f"p: {written}"), play).tests[0].play[0] == right
        assert codes((P, f"p: {written}"), ("play: [p=", f"play: ['{wrong}'")) == ["SC201"]


def test_more_than_a_thousand_issues_are_cut_short() -> None:
    wrong = "".join(f"  f{number}: {{}}\n" for number in range(500))
    found = codes(("facts:\n", f"facts:\n{wrong}"))
    assert len(found) == 1_001
    assert found.count("SC013") == 1


@pytest.mark.parametrize(
    "move", ["hand=k>b", "wait=30s", "rescue=y", "hint=ask", "leave=a", "reflect=好", "a:ask=r"]
)
def test_moves_that_are_read(move: str) -> None:
    assert sound(("play: [p=", f"play: ['{move}'")).tests[0].play[0] == move


def test_a_circle_is_told_without_those_that_wait_for_it() -> None:
    with pytest.raises(ScenarioError) as caught:
        sound(
            (P, P[:-1] + ", after: [q]}"),
            (
                "kind: hand, ask: 交, card: k, to: b, after: [mark]",
                "kind: hand, ask: 交, card: k, to: b, after: [p]",
            ),
        )
    (issue,) = caught.value.issues
    assert "p → q → p" in issue.message.en
