"""From the workshop into the menu, and back: bound to what was proved, seen by those whose it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
import pytest

from engine.author.new import starter
from engine.author.remix import title_in
from engine.evening.actors import Staff
from engine.evening.filing import count_in
from tests.engine.export.test_documents import png
from tests.support.inside import Inside, inside, small

STORY = "会议要开始了。"
SOUND = starter("ours", "我们的一晚").replace("title: 会场\n", "title: 会场\n    picture: x.png\n")
BARE = starter("ours", "我们的一晚")
DEAD = BARE.replace("minutes: 5 ", "minutes: 55 ")
"""It promises far more than it is: the proof finds that."""


class House(NamedTuple):
    app: Inside
    tokens: dict[str, str]
    branches: dict[str, str]

    def ask(self, who: str, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.tokens[who]}"} if who else {}
        if method == "POST" and "json" not in more:
            more = {"data": {"mark": self.app.mark(), **more}}
        return self.app.ask(method, path, headers=headers, **more)

    def save(self, who: str, text: str, base: int, name: str = "ours") -> int:
        sent = {"text": text, "base": base}
        answer = self.ask(who, "POST", f"/studio/{name}/save", json=sent)
        assert answer.status_code == 200, answer.text
        return int(answer.json()["number"])

    def menu(self, who: str) -> dict[str, Any]:
        listed = self.ask(who, "GET", "/api/scenarios").json()
        return {one["id"]: one["put"] for one in listed if one["put"] is not None}

    def act(self, who: str, path: str) -> str:
        """By which the script of that page is in the menu."""
        [found] = re.findall(r'name="put" value="(\w+)"', self.ask(who, "GET", path).text)
        return str(found)

    def open(self, who: str, scenario: str) -> dict[str, Any]:
        answer = self.ask(who, "POST", "/api/sessions", json={"scenario": scenario})
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with inside(small(tmp_path_factory.mktemp("menu"))) as app:

        async def fill() -> tuple[dict[str, str], dict[str, str]]:
            people, tokens, branches = app.services.people, {}, {}
            for name in ("一支部", "二支部"):
                made = await people.create_branch(name)
                assert made is not None
                branches[name] = made.id
            whose = {"甲": branches["一支部"], "乙": branches["二支部"], "总": None}
            for name, branch in whose.items():
                account = await people.create_account(name, ("author", "facilitator"), branch)
                assert account is not None
                tokens[name] = await people.create_login(account[0].id, 3600)
            return tokens, branches

        yield House(app, *app.run(fill()))


def test_a_draft_goes_into_the_menu_and_back(house: House) -> None:
    path = "/studio/ours/menu"
    made = house.ask("总", "POST", "/studio/new", name="ours", title="我们的一晚")
    assert made.status_code == 303
    assert "还没有放进菜单" in house.ask("总", "GET", "/studio").text
    first = house.save("总", SOUND, 1)
    refused = house.ask("总", "POST", path, draft=first)
    assert refused.status_code == 409
    assert "缺 x.png" in refused.text
    assert "作试演放进菜单" in refused.text
    assert house.menu("总") == {}

    house.app.run(house.app.services.database.drafts.keep_files("ours", {"x.png": png()}))
    for _ in range(2):  # pressed twice
        assert house.ask("总", "POST", path, draft=first).headers["location"] == path
    put = house.menu("总")["ours"]
    assert (put["draft"], put["proved"], put["by"]) == (first, True, "总")
    assert "by" not in house.menu("")["ours"], "whose account it was is for those who have one"
    assert "换下、收回" not in house.ask("总", "GET", path).text, "one act, not two"
    page = house.ask("乙", "GET", "/scenarios/ours").text
    assert f"第 {first} 稿 · 总" in page
    assert "试演</span>" not in page

    second = house.save("总", SOUND.replace("5分钟", "6分钟") + "# 改过\n", first)
    told = f"菜单里是第 {first} 稿，您已改到第 {second} 稿"
    assert told in house.ask("总", "GET", "/studio").text
    assert told in house.ask("总", "GET", path).text
    assert house.menu("")["ours"]["draft"] == first, "until it is put there anew"

    opened = house.open("乙", "ours")
    console = house.ask("乙", "GET", f"/sessions/{opened['id']}/console").text
    assert f"第 {first} 稿 · 总" in console
    seat = house.app.ask("POST", f"/api/sessions/{opened['code']}/seats", json={"name": "赵"})
    assert seat.status_code == 201

    act = house.act("总", path)
    for _ in range(2):
        taken = house.ask("总", "POST", f"{path}/taken", put=act)
        assert taken.headers["location"] == path
    assert house.menu("总") == {}
    assert house.ask("总", "GET", "/scenarios/ours").status_code == 404
    assert house.open("总", "first-congress-demo"), "the others are there"
    assert STORY[:4] in house.ask("乙", "GET", f"/sessions/{opened['id']}/prompts").text
    shown = house.app.hear({"type": "hello", "token": seat.json()["token"]})
    assert shown is not None, "an evening that was opened goes on"
    assert "x.png?of=" in str(
        house.app.run(house.app.services.library.scenario_of_run(opened["runs"][0])).scenes
    )
    assert "换下、收回" in house.ask("总", "GET", path).text


def test_what_is_not_proved_is_tried_out_only(house: House) -> None:
    text = DEAD.replace("id: ours", "id: raw")
    house.ask("总", "POST", "/studio/new", name="raw", title="生稿")
    number = house.save("总", text, 1, "raw")
    path = "/studio/raw/menu"
    refused = house.ask("总", "POST", path, draft=number)
    assert refused.status_code == 409
    assert "没有证明成" in refused.text
    assert "raw" not in house.menu("总")
    house.ask("总", "POST", path, draft=number, trial="1")
    assert house.menu("")["raw"]["proved"] is False
    assert "试演</span>" in house.ask("", "GET", "/").text
    script = house.ask("总", "GET", "/scenarios/raw").text
    assert "开场</button>" not in script
    assert "只能试玩" in script
    opened = house.open("总", "raw")
    assert "试演</span>" in house.ask("总", "GET", f"/sessions/{opened['id']}/console").text

    async def counted() -> str:
        services = house.app.services
        account = await services.people.find_named("总")
        session = await services.sessions.find_session(opened["id"])
        assert account is not None
        assert session is not None
        await count_in(services, Staff(account), session, "evening")
        after = await services.sessions.find_session(opened["id"])
        return after.kind if after is not None else ""

    assert house.app.run(counted()) == "trial", "it can't be made to count either"
    mended = house.save("总", BARE.replace("id: ours", "id: raw"), number, "raw")
    house.ask("总", "POST", path, draft=mended)
    assert house.menu("")["raw"]["proved"] is True


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("format: 1\nid: bad\n", "还有错误"),
        (BARE.replace("id: ours", "id: other"), "源文里的 id 是“other”"),
    ],
    ids=["unsound", "another id"],
)
def test_what_cant_be_played_by_its_name_is_refused(house: House, text: str, told: str) -> None:
    drafts = house.app.services.database.drafts
    before = house.app.run(drafts.newest("bad"))
    base = before.number if before is not None else 0
    saved = house.app.run(drafts.save("bad", text.encode(), base=base, author="总"))
    for trial in ("", "1"):
        refused = house.ask("总", "POST", "/studio/bad/menu", draft=saved.number, trial=trial)
        assert refused.status_code == 409
        assert told in refused.text
    assert "bad" not in house.menu("总")
    assert house.ask("总", "POST", "/studio/bad/menu", draft=99).status_code == 404


def test_a_branch_has_its_own(house: House) -> None:
    """Its author puts scripts into its menu, nobody else's; whoever is of all branches, into any."""
    name = f"theirs@{house.branches['一支部']}"
    text = BARE.replace("id: ours", "id: theirs")
    house.ask("甲", "POST", "/studio/new", name="theirs", title="我们的一晚")
    number = house.save("甲", text, 1, "theirs")
    for way in ("", "/taken"):
        foreign = house.ask("乙", "POST", f"/studio/{name}/menu{way}", draft=number, put="x")
        assert foreign.status_code == 404
        assert house.ask("乙", "POST", f"/studio/theirs/menu{way}", draft=number,
                         put="x").status_code == 404  # fmt: skip
    house.ask("甲", "POST", "/studio/theirs/menu", draft=number)
    seen = {who: name in house.menu(who) for who in ("甲", "乙", "总", "")}
    assert seen == {"甲": True, "乙": False, "总": True, "": False}
    for page in ("", "/answers", "/prompts"):
        found = [house.ask(who, "GET", f"/scenarios/{name}{page}").status_code for who in "甲乙"]
        assert found == [200, 404]
    assert "一支部" in house.ask("总", "GET", "/").text
    refused = house.ask("乙", "POST", "/api/sessions", json={"scenario": name})
    assert refused.status_code == 404
    opened = house.open("甲", name)
    ended = house.ask("甲", "GET", f"/sessions/{opened['id']}/prompts")
    assert ended.status_code == 200
    path = f"/studio/{name}/menu"
    house.ask("总", "POST", f"{path}/taken", put=house.act("总", path))
    assert name not in house.menu("甲")


def test_a_script_is_begun_after_one_of_the_menu(house: House) -> None:
    """With its pictures and words, under an id of its own; the button may be pressed twice."""
    drafts = house.app.services.database.drafts
    text = SOUND.replace("id: ours", "id: first")
    files = {"x.png": png(), "strings.en.yaml": b"title: Ours\n"}
    house.app.run(drafts.take_in("first", text.encode(), files, author="总"))
    house.ask("总", "POST", "/studio/first/menu", draft=1)
    house.save("总", text + "# 后来的\n", 1, "first")
    page = house.ask("甲", "GET", "/scenarios/first/copy").text
    assert 'value="first-2"' in page
    for _ in range(2):
        made = house.ask(
            "甲", "POST", "/scenarios/first/copy", title="支部的一晚", called="first-2"
        )
        assert made.headers["location"] == "/studio/first-2"
    own = drafts.within(house.branches["一支部"])
    [only] = house.app.run(own.history("first-2"))
    copied = house.app.run(own.find("first-2", only.number))
    assert copied is not None
    said = copied.text.decode()
    assert "id: first-2\n" in said
    assert title_in(said) == "支部的一晚"
    assert "照着“我们的一晚”（first，菜单里的第 1 稿）改的" in said.splitlines()[1]
    assert "后来的" not in said, "what is in the menu, not what its author writes on"
    assert house.app.run(own.files("first-2")) == files
    assert house.app.run(drafts.newest("first")).text.decode() == text + "# 后来的\n"  # type: ignore[union-attr]
    taken = house.ask("甲", "POST", "/scenarios/first/copy", title="另一晚", called="first-2")
    assert taken.status_code == 409
    assert "“first-2”已经有了" in taken.text
    assert 'value="另一晚"' in taken.text, "what was typed stays"
    for wrong in ({"title": " ", "called": "z"}, {"title": "晚", "called": "1921"}):
        assert house.ask("甲", "POST", "/scenarios/first/copy", **wrong).status_code == 422


def test_a_script_is_begun_after_a_draft(house: House) -> None:
    house.ask("甲", "POST", "/studio/new", name="mine", title="我的")
    assert house.ask("乙", "GET", "/studio/mine/copy").status_code == 404
    made = house.ask("甲", "POST", "/studio/mine/copy", title="Night two", called="")
    assert made.headers["location"] == "/studio/night-two"
    own = house.app.services.database.drafts.within(house.branches["一支部"])
    copied = house.app.run(own.newest("night-two"))
    assert copied is not None
    assert "照着“我的”（mine，第 1 稿）改的" in copied.text.decode()
    odd = "format: 1\nid: &a odd\ntitle: 怪\n"
    house.app.run(own.save("odd", odd.encode(), base=0, author="甲"))
    left = house.ask("甲", "POST", "/studio/odd/copy", title="新的", called="fine")
    assert left.status_code == 422
    assert house.app.run(own.newest("fine")) is None
