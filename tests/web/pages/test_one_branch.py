"""One thing in one place: a session's branch, and whether it counts, are the same on every page and
in every document, whatever stands on a form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx
import pytest
from docx import Document
from openpyxl import load_workbook

from engine.store.sessions.activities import Activity
from engine.store.sessions.sessions import Session
from tests.support.evenings import admin_of, evening, keep_evening
from tests.support.inside import Inside, inside
from tests.support.scripts import MINI, compile_text
from web.settings import Settings

SCRIPT = "first-congress-demo"
DOCUMENTS = ("主题党日活动记录.docx", "签到与成绩.xlsx", "xapi.json")


class House(NamedTuple):
    app: Inside
    token: str
    session: Session
    branches: dict[str, str]
    """Id by name."""

    def get(self, path: str) -> httpx.Response:
        return self.app.ask("GET", path, headers={"cookie": f"login={self.token}"})

    def post(self, path: str, **form: str) -> httpx.Response:
        headers = {"cookie": f"login={self.token}", "origin": "http://inside"}
        data = {"mark": self.app.mark(self.token), **form}
        return self.app.ask("POST", path, headers=headers, data=data)

    def file(self, name: str) -> httpx.Response:
        return self.get(f"/review/sessions/{self.session.id}/files/{quote(name)}")

    def told(self) -> dict[str, str]:
        """What each page and document that names a branch says."""
        word = Document(BytesIO(self.file(DOCUMENTS[0]).content))
        book = load_workbook(BytesIO(self.file(DOCUMENTS[1]).content))
        cells = [c.text for row in word.tables[0].rows for c in row.cells]
        rows = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
        report = self.get(f"/review/sessions/{self.session.id}").text
        return {
            "sessions": self.get("/sessions").text.split("<tbody>")[1],
            "trends": self.get("/review?threshold=1").text.split("薄弱环节")[1],
            "report": re.split(r"selected\s*>", report.split('id="a-branch"')[1])[1].split("<")[0],
            "record": cells[cells.index("党支部") + 1],
            "workbook": " ".join(rows),
            "certificates": self.get(f"/review/sessions/{self.session.id}/certificates").text,
        }


@pytest.fixture
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("branch")
    script = folder / "scenarios" / SCRIPT
    script.mkdir(parents=True)
    (script / "scenario.yaml").write_bytes(MINI)
    settings = Settings(
        scenarios=folder / "scenarios", database_url=f"sqlite:///{folder}/test.db", secret="x"
    )
    log = evening(compile_text(MINI.decode()), "branch", wrong_rate=0.6)
    with inside(settings) as app:

        async def fill() -> tuple[str, Session, dict[str, str]]:
            database = app.services.database
            owner = await admin_of(database, "测试密码测试密码")
            found: dict[str, Any] = {}
            for name in ("甲支部", "乙支部"):
                branch = await database.people.create_branch(name)
                assert branch is not None
                found[name] = branch.id
            kept = await keep_evening(database, owner, MINI, [log], branch_id=found["甲支部"])
            return await database.people.create_login(owner, 3600), kept, found

        yield House(app, *app.run(fill()))


def test_every_page_and_document_has_the_sessions_branch(house: House) -> None:
    told = house.told()
    assert {place for place, text in told.items() if "甲支部" not in text} == set()
    form = {"branch": house.branches["乙支部"], "place": "礼堂"}
    path = f"/review/sessions/{house.session.id}/activity"
    assert house.post(path, **form).status_code == 303
    told = house.told()
    assert {place for place, text in told.items() if "乙支部" not in text} == set()
    assert {place for place, text in told.items() if "甲支部" in text} == set()
    assert house.post(path, branch="nowhere").status_code == 422


def test_what_was_typed_before_is_kept_as_it_was_written(house: House) -> None:
    async def type_in() -> None:
        activity = Activity(session=house.session.id, branch_written="第一党支部（老表）")
        await house.app.services.database.activities.save(activity)

    house.app.run(type_in())
    path = f"/review/sessions/{house.session.id}"
    assert house.post(f"{path}/activity", place="礼堂").status_code == 303, "and it stays"
    assert "第一党支部（老表）" in house.get(path).text
    told = house.told()
    assert told["record"] == "甲支部"
    assert "老表" not in told["trends"] + told["workbook"] + told["certificates"]
    word = Document(BytesIO(house.file(DOCUMENTS[0]).content))
    cells = [c.text for row in word.tables[0].rows for c in row.cells]
    assert "如表上所写：第一党支部（老表）" in cells[cells.index("备  注") + 1]


def test_practice_and_make_ups_go_along_with_the_branch(house: House) -> None:
    path = f"/review/sessions/{house.session.id}"
    late = house.post(f"{path}/make-up").headers["location"].split("/")[2]
    house.post(f"{path}/activity", branch=house.branches["乙支部"])
    found = house.app.run(house.app.services.sessions.find_session(late))
    assert found is not None
    assert found.branch == house.branches["乙支部"]


def test_a_trial_counts_for_nothing_until_it_is_counted_in(house: House) -> None:
    path = f"/review/sessions/{house.session.id}"
    assert house.post(f"{path}/activity", kind="trial").status_code == 303
    assert f'href="{path}"' not in house.get("/review").text
    assert "试玩" in house.get("/sessions").text
    assert "试玩" in house.get(path).text
    for name in DOCUMENTS:
        refused = house.file(name)
        assert (refused.status_code, "试玩" in refused.text) == (409, True), name
    assert house.get(f"{path}/certificates").status_code == 409
    assert house.file("第1队.jsonl").status_code == 200, "the log is nobody's record"
    assert house.post(f"{path}/activity", place="礼堂").status_code == 303, "nothing is changed by"
    assert house.file(DOCUMENTS[0]).status_code == 409, "a form that doesn't say"
    house.post(f"{path}/activity", kind="evening")
    assert f'href="{path}"' in house.get("/review").text
    assert house.file(DOCUMENTS[0]).status_code == 200


def test_a_session_is_opened_for_a_branch_and_tried_out(house: House) -> None:
    page = house.get(f"/scenarios/{SCRIPT}").text
    assert "乙支部" in page
    path = f"/scenarios/{SCRIPT}/sessions"
    opened = house.post(path, teams="1", branch=house.branches["乙支部"], trial="1")
    name = opened.headers["location"].split("/")[2]
    found = house.app.run(house.app.services.sessions.find_session(name))
    assert found is not None
    assert (found.branch, found.trial, found.kind) == (house.branches["乙支部"], True, "trial")
    assert "试玩" in house.get(f"/sessions/{name}/console").text
    headers = {"authorization": f"Bearer {house.token}"}
    asked = {"scenario": SCRIPT, "branch": "乙支部", "trial": True}
    again = house.app.ask("POST", "/api/sessions", headers=headers, json=asked).json()
    found = house.app.run(house.app.services.sessions.find_session(again["id"]))
    assert found is not None
    assert (found.branch, found.trial) == (house.branches["乙支部"], True)
    asked["branch"] = "丙支部"
    refused = house.app.ask("POST", "/api/sessions", headers=headers, json=asked)
    assert refused.status_code == 422
