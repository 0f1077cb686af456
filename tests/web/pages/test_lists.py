"""A list never ends silently: it is turned over to the last row, or says how many there are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from sqlalchemy import event

from engine.store.audit.trail import Entry
from tests.support.evenings import admin_of, evening, keep_many
from tests.support.inside import Inside, inside
from tests.support.scripts import MINI, compile_text
from web.pages.finding import SHEET
from web.settings import Settings

PASSWORD = "测试密码测试密码"
SCRIPT = "first-congress-demo"
MANY = 230
"""More than any list showed when lists had limits of their own."""
DAY_MS = 86_400_000


class House(NamedTuple):
    app: Inside
    token: str
    sessions: list[str]
    """Oldest first; of two branches and of nobody's in turn, a day apart."""
    branches: list[str]

    def get(self, path: str) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.token}"}
        return self.app.ask("GET", path, headers=headers)

    def turned(self, path: str) -> Iterator[str]:
        """The page and all that follow it, by its own links."""
        while path:
            answer = self.get(path)
            assert answer.status_code == 200, path
            yield answer.text
            more = re.search(r'rel="next"\s+href="([^"]+)"', answer.text)
            path = more[1].replace("&amp;", "&") if more else ""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("lists")
    script = folder / "scenarios" / SCRIPT
    script.mkdir(parents=True)
    (script / "scenario.yaml").write_bytes(MINI)
    settings = Settings(
        scenarios=folder / "scenarios", database_url=f"sqlite:///{folder}/test.db", secret="x"
    )
    log = evening(compile_text(MINI.decode()), "lists")
    with inside(settings) as app:

        async def fill() -> tuple[str, list[str], list[str]]:
            database = app.services.database
            owner = await admin_of(database, PASSWORD)
            founded = [await database.people.create_branch(name) for name in ("一支部", "二支部")]
            branches = [branch.id for branch in founded if branch is not None]
            kept = await keep_many(
                database, owner, MINI, log, MANY, branches=[*branches, None], apart_ms=DAY_MS
            )
            for number in range(MANY):
                draft = f"format: 1 # {number}".encode()
                await database.drafts.save("long", draft, base=number, author="甲")
                entry = Entry(kind="staff", who="周", act="login", target=f"t{number}")
                await database.audit.act(entry)
                await database.notes.add(f"{kept[0]}r", 1, author="甲", text=f"批注{number}。")
            return await database.people.create_login(owner, 3600), kept, branches

        yield House(app, *app.run(fill()))


def listed(pages: list[str]) -> list[str]:
    """The sessions of the lists, in order."""
    return [name for page in pages for name in re.findall(r'href="/review/sessions/(\w+)"', page)]


@pytest.mark.parametrize("path", ["/sessions", "/review"])
def test_every_session_is_reached_by_turning_pages(house: House, path: str) -> None:
    pages = list(house.turned(path))
    assert len(pages) == -(-MANY // SHEET)
    assert listed(pages) == house.sessions[::-1]
    for number, page in enumerate(pages, start=1):
        assert f"第 {number} 页，共 {len(pages)} 页" in page
        assert f"共 {MANY} 场" in page


@pytest.mark.parametrize("path", ["/sessions", "/review"])
@pytest.mark.parametrize("number", ["0", "-1", "999999999999999999999", "x", "１", "999"])
def test_a_page_that_is_not_there_is_the_nearest(house: House, path: str, number: str) -> None:
    page = house.get(f"{path}?page={number}")
    assert page.status_code == 200
    assert 0 < len(listed([page.text])) <= SHEET


def test_figures_are_over_all_of_them(house: House) -> None:
    for page in house.turned("/review"):
        assert f"{MANY} 场，{MANY} 队，" in page
        assert f"（{MANY} 场）" in page, "the script's count"
    one = house.get(f"/review?branch={house.branches[0]}").text
    number = len(range(0, MANY, 3))
    assert f"{number} 场，{number} 队，" in one
    assert f"({MANY} 次)" in house.get(f"/review/heat.svg?scenario={SCRIPT}").text
    drawn = house.get(f"/review/heat.svg?scenario={SCRIPT}&branch={house.branches[0]}").text
    assert f"({number} 次)" in drawn


def test_filters_go_along_from_page_to_page(house: House) -> None:
    for path in ("/sessions", "/review"):
        own = list(house.turned(f"{path}?branch={house.branches[1]}"))
        assert listed(own) == house.sessions[1::3][::-1]
        whole = list(house.turned(f"{path}?branch=-"))
        assert listed(whole) == house.sessions[2::3][::-1]
    found = list(house.turned("/sessions?q=二支"))
    assert listed(found) == house.sessions[1::3][::-1]


def test_by_day(house: House) -> None:
    days = [
        day
        for page in house.turned("/sessions")
        for day in re.findall(r'data-label="开设时间">\s*(\S+) ', page)
    ]
    since, until = days[60], days[20]
    found = listed(list(house.turned(f"/sessions?since={since}&until={until}")))
    assert found == house.sessions[::-1][20:61]
    assert house.get("/sessions?since=yesterday").status_code == 422


def test_what_is_not_found_says_so_and_leads_back(house: House) -> None:
    for path in ("/sessions?q=没有这回事", "/review?q=没有这回事", "/review?scenario=nothing"):
        page = house.get(path).text
        assert not listed([page])
        assert "没有这样的" in page
        assert "看全部" in page


def test_every_other_run_can_be_compared_with(house: House) -> None:
    a, b = f"{house.sessions[0]}r", f"{house.sessions[1]}r"
    offered = [
        run
        for page in house.turned(f"/review/compare?a={a}&b={b}")
        for run in re.findall(r'<option\s+value="(m\w+r)"', page)
    ]
    assert sorted(offered) == sorted(f"{name}r" for name in house.sessions[1:])


def test_a_list_of_many_teams_opens_no_run(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """18 sessions of 60 teams took half a minute: each run was opened to be counted."""
    host, asked = house.app.services.host, []

    async def state(run: str) -> None:
        asked.append(run)

    monkeypatch.setattr(host, "state", state)
    queries: list[str] = []
    engine = house.app.services.database.engine.sync_engine

    def seen(conn: Any, cursor: Any, statement: str, *more: Any) -> None:
        queries.append(statement)

    event.listen(engine, "before_cursor_execute", seen)
    try:
        pages = list(house.turned("/sessions"))
    finally:
        event.remove(engine, "before_cursor_execute", seen)
    assert len(listed(pages)) == MANY
    assert not asked
    assert len(queries) < 25 * len(pages), "queries go by the page, not by the session"


def test_every_draft_every_note_and_every_entry_is_reached(house: House) -> None:
    editor = house.get("/studio/long").text
    assert len(re.findall(r'<option\s+value="\d+"', editor)) == MANY
    review = house.get(f"/review/{house.sessions[0]}r").text
    assert all(f"批注{number}。" in review for number in range(MANY))
    seen, path = set(), "/audit?who=周"
    while path:
        page = house.get(path).text
        seen |= set(re.findall(r"<code>(t\d+)</code>", page))
        older = re.search(r'href="(/audit\?[^"]*below=[^"]+)"', page)
        path = older[1].replace("&amp;", "&") if older else ""
    assert len(seen) == MANY


def test_no_query_of_a_list_has_a_limit_of_its_own() -> None:
    """A new `.limit(` is looked at: it takes one row, works in batches to the end, or is a page."""
    root = Path(__file__).resolve().parents[3]
    known = {
        "engine/store/backup/backup.py": 1,  # is there any row at all?
        "engine/store/scripts/drafts.py": 2,  # the newest one, twice
        "engine/store/scripts/puts.py": 1,  # how it came into the menu, the last twenty times
        "engine/store/audit/trail.py": 2,  # a page; the newest one
        "engine/store/sessions/listing.py": 3,  # a page; of the newest runs one that has a link
    }
    found = {
        file.relative_to(root).as_posix(): file.read_text(encoding="utf-8").count(".limit(")
        for folder in ("engine", "web")
        for file in (root / folder).rglob("*.py")
    }
    assert {name: count for name, count in found.items() if count} == known
