"""An author writes within their branch: drafts and packages of a foreign one aren't there."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
import pytest

from tests.engine.export.test_documents import png
from tests.support.inside import Inside, inside, small
from tests.support.scripts import MINI
from tests.web.door.test_rights import WAYS

SHIPPED = "first-congress-demo"
THEIRS = MINI.replace(b"first-congress-demo", b"theirs")
STUDIO = [way for way in WAYS if way.path.startswith("/studio/{name}")]
TEXT = {"cards", "check", "graph", "prove", "play", "work"}
"""What looks at the text that is sent, or at one's own work, and at nothing that is kept."""


class House(NamedTuple):
    app: Inside
    tokens: dict[str, str]
    branches: list[str]

    def ask(self, who: str, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.tokens[who]}"}
        if method == "POST" and "json" not in more:
            more["data"] = {"mark": self.app.mark(), **more.get("data", {})}
        return self.app.ask(method, path, headers=headers, **more)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("shelves")
    with inside(small(folder, script=SHIPPED)) as app:

        async def fill() -> tuple[dict[str, str], list[str]]:
            people, tokens = app.services.people, {}
            made = [await people.create_branch(name) for name in ("一支部", "二支部")]
            branches = [one.id for one in made if one is not None]
            for name, branch in zip(("某甲", "乙", "总"), (*branches, None), strict=True):
                account = await people.create_account(name, ("author",), branch)
                assert account is not None
                tokens[name] = await people.create_login(account[0].id, 3600)
            own = app.services.database.drafts.within(branches[0])
            await own.take_in("theirs", THEIRS, {"x.png": png()}, author="某甲")
            await own.keep_files("theirs", {"y.png": png()})
            await own.lay_aside("theirs", "y.png")
            return tokens, branches

        yield House(app, *app.run(fill()))


def call(house: House, who: str, way: Any, name: str) -> httpx.Response:
    path = way.path.format(name=name, number=1, file="x.png")
    more: dict[str, Any] = {}
    if way.method == "POST" and not way.form:
        more["json"] = {"text": THEIRS.decode() + "# 别的\n", "base": 1}
    elif way.method == "POST":
        more["data"] = {
            "file": "x.png",
            "draft": 1,
            "put": "x",
            "title": "新的",
            "called": "new-one",
        }
    return house.ask(who, way.method, path, **more)


def kept(house: House) -> list[Any]:
    own = house.app.services.database.drafts.within(house.branches[0])
    return [
        house.app.run(own.history("theirs")),
        house.app.run(own.files("theirs")),
        house.app.run(own.aside("theirs")),
    ]


@pytest.mark.parametrize("way", STUDIO, ids=lambda way: f"{way.method} {way.path}")
def test_what_is_a_foreign_branchs_looks_as_if_it_werent_there(house: House, way: Any) -> None:
    before = kept(house)
    for name in ("theirs", f"theirs@{house.branches[0]}"):
        answer = call(house, "乙", way, name)
        if way.path.rsplit("/", 1)[1] not in TEXT:
            assert answer.status_code == 404, answer.text
        assert "某甲" not in answer.text
    assert kept(house) == before


@pytest.mark.parametrize("way", STUDIO, ids=lambda way: f"{way.method} {way.path}")
def test_ones_own_is_there_and_who_may_everywhere_reaches_it(house: House, way: Any) -> None:
    """Else the test above would hold of nothing."""
    drafts = house.app.services.database.drafts.within(house.branches[0])
    for who, name in (("某甲", "theirs"), ("总", f"theirs@{house.branches[0]}")):
        house.app.run(drafts.keep_files("theirs", {"x.png": png()}))
        assert call(house, who, way, name).status_code in (200, 303, 409), who


def test_the_shelf_shows_ones_own(house: House) -> None:
    shelves = {who: house.ask(who, "GET", "/studio").text for who in house.tokens}
    assert '"/studio/theirs"' in shelves["某甲"]
    assert "theirs" not in shelves["乙"]
    assert f'"/studio/theirs@{house.branches[0]}"' in shelves["总"]
    assert all(f'"/studio/{SHIPPED}"' in shelf for shelf in shelves.values())


def test_nobody_takes_a_name_from_the_others(house: House) -> None:
    """A script of the menu, and one of the same id: each branch has drafts of its own."""
    base = {"text": MINI.decode() + "# 某甲的\n", "base": 0}
    assert house.ask("某甲", "POST", f"/studio/{SHIPPED}/save", json=base).status_code == 200
    assert "某甲的" not in house.ask("乙", "GET", f"/studio/{SHIPPED}").text
    other = {"text": MINI.decode() + "# 乙的\n", "base": 0}
    assert house.ask("乙", "POST", f"/studio/{SHIPPED}/save", json=other).status_code == 200
    assert "某甲的" in house.ask("某甲", "GET", f"/studio/{SHIPPED}").text

    before, packed = kept(house), io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("scenario.yaml", THEIRS + "# 导入的\n".encode())
    files = {"package": ("a.zip", packed.getvalue())}
    assert house.ask("乙", "POST", "/studio/import", files=files).status_code == 303
    assert kept(house) == before
    assert "导入的" in house.ask("乙", "GET", "/studio/theirs").text
    new = {"name": "theirs", "title": "同名"}
    assert house.ask("总", "POST", "/studio/new", data=new).status_code == 303
    assert kept(house) == before


def test_what_is_nowhere_isnt_begun_by_saving(house: House) -> None:
    body = {"text": "format: 1\n", "base": 0}
    for name in ("nowhere", f"nowhere@{house.branches[0]}", "x@", "x@y", "@", f"x@{'0' * 16}"):
        answer = house.ask("总", "POST", f"/studio/{name}/save", json=body)
        assert answer.status_code in (404, 422), name
