"""The trainer's doors: moments as they were live, notes, what-if, reports, documents, rights."""

from __future__ import annotations

import html
import json
import re
import time
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from docx import Document
from msgspec.structs import asdict
from openpyxl import load_workbook
from websockets.sync.client import connect

from engine.review.moments import History
from engine.rules.codec import decode_log
from engine.rules.events import Recorded, RunForked, TaskAnswered, TrapSprung
from engine.rules.replay import replay
from engine.scenario import compile_scenario
from engine.store.database import open_database
from engine.store.sessions.sessions import Session
from engine.values import Map
from engine.views.seat import RunViews
from tests.engine.export.test_documents import png
from tests.support.depth import depth
from tests.support.evenings import NAMES, YIDA, evening, keep_evenings, keep_logs, yida
from tests.support.patience import PATIENCE_S
from tests.support.server import ServerProcess
from web.pages.render import render_parts

PASSWORD = "一个测试用的密码"


@pytest.fixture(scope="module")
def records() -> list[Recorded]:
    return evening(yida(), "web", wrong_rate=0.6)


@pytest.fixture(scope="module")
def session(server: ServerProcess, records: list[Recorded]) -> Session:
    """An evening of two teams that somebody else's server might have played."""
    other = evening(yida(), "web 2", team=2, wrong_rate=0.1)
    return keep_logs(
        server.database_url, YIDA.read_bytes(), records, other, password=server.password
    )


@pytest.fixture
def trainer(server: ServerProcess) -> Iterator[httpx.Client]:
    """A browser that is logged in."""
    with httpx.Client(base_url=server.url, timeout=PATIENCE_S, follow_redirects=False) as opened:
        token = opened.post("/api/token", json={"name": "admin", "password": server.password})
        opened.cookies.set("login", token.json()["token"])
        opened.headers["origin"] = server.url
        yield opened


def mark(trainer: httpx.Client, path: str) -> str:
    return trainer.get(path).text.split('name="mark" value="')[1].split('"')[0]


def test_nobody_sees_a_review_without_a_login(client: httpx.Client, session: Session) -> None:
    run = session.runs[0].id
    for path in ("/review", f"/review/{run}", f"/review/sessions/{session.id}"):
        assert client.get(path).headers["location"].startswith("/login"), path
    for path in (
        f"/review/{run}/moment?seq=1&screens=s1", f"/review/{run}/log.jsonl",
        f"/review/sessions/{session.id}/files/xapi.json", f"/review/sessions/{session.id}/photo",
        f"/review/sessions/{session.id}/certificates", "/review/heat.svg?scenario=yida-1921",
    ):  # fmt: skip
        assert client.get(path).status_code == 401, path
    for path in (f"/review/{run}/notes", f"/review/{run}/notes/x"):
        assert client.post(path, json={"seq": 1}).status_code == 401
    assert client.request("DELETE", f"/review/{run}/notes/x", json={}).status_code == 401
    for path in (f"/review/{run}/fork", f"/review/{run}/wind-on"):
        assert client.post(path, data={"seq": "9"}).status_code in (401, 403)


def test_what_is_not_there_is_told(trainer: httpx.Client, session: Session) -> None:
    for path in (
        "/review/nobody",
        "/review/sessions/nobody",
        f"/review/compare?a=x&b={session.runs[0].id}",
    ):
        assert trainer.get(path).status_code == 404, path
    assert trainer.get(f"/review/sessions/{session.id}/files/other.txt").status_code == 404


def test_a_moment_is_what_the_live_page_showed(
    trainer: httpx.Client, session: Session, records: list[Recorded]
) -> None:
    views, history = RunViews(yida()), History("r", records)
    names = Map((f"s{place}", name) for place, name in enumerate(NAMES[:4], start=1))
    for seq in (1, 5, 40, 111, len(records)):
        asked = trainer.get(
            f"/review/{session.runs[0].id}/moment?seq={seq}&screens=s1,s3,projector,zz"
        )
        shown = asked.json()
        state = history.state_at(seq)
        assert (shown["seq"], shown["at_ms"]) == (seq, state.now_ms)
        assert set(shown["screens"]) == ({"s1", "s3"} & set(state.seats)) | {"projector"}
        for seat in {"s1", "s3"} & set(state.seats):
            assert shown["screens"][seat] == render_parts(
                "seat", asdict(views.seat(state, seat, names))
            )


def test_the_page_says_what_it_needs_to(trainer: httpx.Client, session: Session) -> None:
    page = trainer.get(f"/review/{session.runs[0].id}?seq=60&screen=s2").text
    log = json.loads(html.unescape(page.split("data-log>")[1].split("</pre>")[0]))
    assert log["seats"] == ["s1", "s2", "s3", "s4"]
    assert log["axis"] == sorted(log["axis"])
    assert 'data-seq="60"' in page
    assert 'data-screen="s2"' in page
    assert " style=" not in page, "nothing that the policy would block"


def test_notes_are_kept_changed_and_taken_away(trainer: httpx.Client, session: Session) -> None:
    run = session.runs[1].id
    made = trainer.post(f"/review/{run}/notes", json={"seq": 30, "text": " 讲一讲 <b> "})
    assert made.status_code == 201
    note = made.json()
    assert (note["seq"], note["text"], note["author"]) == (30, "讲一讲 <b>", "admin")
    assert "讲一讲 &lt;b&gt;" in trainer.get(f"/review/{run}").text
    assert trainer.post(f"/review/{run}/notes/{note['id']}", json={"text": "改"}).status_code == 200
    elsewhere = session.runs[0].id
    assert (
        trainer.post(f"/review/{elsewhere}/notes/{note['id']}", json={"text": "x"}).status_code
        == 404
    )
    assert trainer.post(f"/review/{run}/notes", json={"text": "长" * 1001}).status_code == 422
    assert trainer.post(f"/review/{run}/notes", json={"seq": 10**9}).json()["seq"] > 100
    gone = trainer.request("DELETE", f"/review/{run}/notes/{note['id']}", json={})
    assert gone.status_code == 200
    assert (
        trainer.request("DELETE", f"/review/{run}/notes/{note['id']}", json={}).status_code == 404
    )


def test_a_fork_is_a_run_of_its_own_and_leaves_the_origin_alone(
    trainer: httpx.Client, session: Session, records: list[Recorded], server: ServerProcess
) -> None:
    run = session.runs[0].id
    trap = next(r.seq for r in records if isinstance(r.event, TrapSprung))
    form = {"mark": mark(trainer, f"/review/{run}"), "seq": str(trap)}
    opened = trainer.post(f"/review/{run}/fork", data=form)
    assert opened.status_code == 303
    console = opened.headers["location"]
    page = trainer.get(console).text
    assert "演练" in page
    fork = page.split('action="/review/')[1].split("/wind-on")[0]
    log = list(decode_log(fork, trainer.get(f"/review/{fork}/log.jsonl").content.splitlines()))
    last = log[-1].event
    assert isinstance(last, RunForked)
    assert (last.origin, last.origin_seq) == (run, len(log) - 1)
    assert log[:-1] == records[: len(log) - 1]
    assert trainer.get(f"/api/runs/{run}/log").text.count("\n") == len(records)
    _play_by_stand_ins(trainer, console, fork, len(log))
    both = trainer.get(f"/review/compare?a={run}&b={fork}").text
    assert f"前 {len(log) - 1} 步两局相同" in both
    assert f"/review/{fork}" in trainer.get(f"/review/{run}").text, "the origin knows its forks"
    assert fork not in trainer.get("/review?scenario=yida-1921").text, "practice counts for nothing"


def _play_by_stand_ins(trainer: httpx.Client, console: str, fork: str, fork_seq: int) -> None:
    """Nobody takes a role; wound on, the run comes to an end by itself."""
    session = console.split("/")[2]
    form = {"mark": mark(trainer, console)}
    trainer.post(f"/api/sessions/{session}/commands", json={"do": "resume"}).raise_for_status()
    assert trainer.post(f"/review/{fork}/wind-on", data=form).headers["location"] == console
    log = list(decode_log(fork, trainer.get(f"/review/{fork}/log.jsonl").content.splitlines()))
    state = replay(fork, log)
    events = [record.event for record in log[fork_seq:]]
    seats = [event.seat for event in events if isinstance(event, TaskAnswered)]
    assert seats, "stand-ins went on"
    assert set(seats) == {""}
    # What belongs to whoever comes first is left to people: there a stand-in waits.
    assert state.ending or state.covers


def test_a_practice_role_is_taken_over_once(
    trainer: httpx.Client, client: httpx.Client, session: Session, records: list[Recorded]
) -> None:
    run = session.runs[0].id
    form = {"mark": mark(trainer, f"/review/{run}"), "seq": "100"}
    console = trainer.post(f"/review/{run}/fork", data=form).headers["location"]
    code = trainer.get(console).text.split("/join/")[1].split('"')[0]
    taken = client.post(f"/api/sessions/{code}/seats", json={"name": "教员", "role": "lida"})
    assert taken.status_code == 201
    assert taken.json()["seat"] == "s2", "the seat goes on, with all it has behind it"
    again = client.post(f"/api/sessions/{code}/seats", json={"name": "另一位", "role": "lida"})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "role_taken")
    page = client.get(f"/join/{code}").text
    assert page.count("disabled") >= 1
    names = client.post(f"/api/sessions/{code}/seats", json={"name": "随便"}).json()
    assert names["seat"] in ("s1", "s3", "s4")


def test_only_a_moment_of_the_play_is_forked_and_only_practice_is_wound_on(
    trainer: httpx.Client, session: Session
) -> None:
    run = session.runs[0].id
    form = {"mark": mark(trainer, f"/review/{run}"), "seq": "1"}
    refused = trainer.post(f"/review/{run}/fork", data=form)
    assert refused.status_code == 409
    assert "开演之后" in refused.text
    assert trainer.post(f"/review/{run}/wind-on", data=form).status_code == 409


NO_PHOTOS = (
    (b"<svg/>", "不是完好的照片"),
    (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
    (b"\xff\xd8\xff" + bytes(33 * 1024 * 1024), "32 MB"),
)


def test_the_report_tells_and_files(trainer: httpx.Client, session: Session) -> None:
    path = f"/review/sessions/{session.id}"
    page = trainer.get(path).text
    for word in ("误区台账", "用时与等待", "存档与导出", "机关第一党支部", NAMES[0]):
        assert word in page, word
    form = {
        "mark": mark(trainer, path), "place": "礼堂", "topic": "=1+1", "host": "周",
    }  # fmt: skip
    saved = trainer.post(
        f"{path}/activity", data=form, files={"photo": ("a.png", png(), "image/png")}
    )
    assert saved.status_code == 303, saved.text
    kept = trainer.get(f"{path}/photo")
    assert kept.headers["content-type"] == "image/jpeg"
    assert kept.content.startswith(b"\xff\xd8\xff\xe0")
    again = trainer.post(
        f"{path}/activity", data=form, files={"photo": ("", b"", "application/octet-stream")}
    )
    assert again.status_code == 303
    assert trainer.get(f"{path}/photo").status_code == 200, "the photo stays unless it is dropped"
    for number, (photo, why) in enumerate(NO_PHOTOS):
        words = {**form, "recorder": f"小李{number}"}
        bad = trainer.post(
            f"{path}/activity", data=words, files={"photo": ("a.heic", photo, "x/y")}
        )
        assert bad.status_code == 303
        told = trainer.get(bad.headers["location"]).text
        assert why in told
        assert f"小李{number}" in told, "what was typed is kept"
        assert trainer.get(f"{path}/photo").content == kept.content, "and the photo of before"
    filed = trainer.get(f"{path}/files/主题党日活动记录.docx")
    name = unquote(filed.headers["content-disposition"])
    assert re.search(r"主题党日活动记录-2020-09-1\d-\d{4}-机关第一党支部-=1\+1\.docx$", name)
    assert len(Document(BytesIO(filed.content)).inline_shapes) == 1
    book = load_workbook(BytesIO(trainer.get(f"{path}/files/签到与成绩.xlsx").content))
    assert book["签到表"]["A1"].value == "=1+1 签到表"
    assert book["签到表"]["A1"].data_type == "s"
    told = trainer.get(f"{path}/files/xapi.json").json()
    assert {one["version"] for one in told} == {"1.0.3"}
    sheets = trainer.get(f"{path}/certificates")
    assert "机关第一党支部" in sheets.text
    assert "style-src 'sha256-" in sheets.headers["content-security-policy"]
    form["drop_photo"] = "1"
    trainer.post(f"{path}/activity", data=form)
    assert trainer.get(f"{path}/photo").status_code == 404


def test_without_a_record_store_nothing_is_pushed(trainer: httpx.Client, session: Session) -> None:
    path = f"/review/sessions/{session.id}"
    refused = trainer.post(f"{path}/push", data={"mark": mark(trainer, path)})
    assert refused.status_code == 409
    assert "HONGCHUAN_LRS_URL" in refused.text


def test_a_session_nobody_began_has_no_report(trainer: httpx.Client, desk: httpx.Client) -> None:
    opened = desk.post("/api/sessions", json={"scenario": "first-congress-demo"}).json()
    assert trainer.get(f"/review/sessions/{opened['id']}").status_code == 409
    assert trainer.get(f"/review/{opened['runs'][0]}").status_code == 404


def test_runs_of_different_scripts_are_not_compared(
    trainer: httpx.Client, desk: httpx.Client, session: Session
) -> None:
    opened = desk.post("/api/sessions", json={"scenario": "first-congress-demo"}).json()
    found = trainer.get(f"/review/compare?a={session.runs[0].id}&b={opened['runs'][0]}")
    assert found.status_code == 422


LEDGER = depth(20, 200)


@pytest.fixture
async def crowd(tmp_path_factory: pytest.TempPathFactory) -> ServerProcess:
    """A server with many sessions: two hundred in the long form."""
    folder = tmp_path_factory.mktemp("crowd")
    server = ServerProcess(folder, scenarios=YIDA.parents[1], password="七月二十三日")
    database = await open_database(server.database_url)
    await keep_evenings(database, LEDGER)
    await database.close()
    return server


def test_the_ledger_over_many_sessions(crowd: ServerProcess, record_property: Any) -> None:
    crowd.start()
    try:
        with httpx.Client(base_url=crowd.url, timeout=PATIENCE_S) as trainer:
            token = trainer.post("/api/token", json={"name": "admin", "password": crowd.password})
            trainer.headers["authorization"] = f"Bearer {token.json()['token']}"
            took_s = []
            for path in (
                "/review?threshold=20",
                "/review?threshold=20",
                "/review?q=第二党支部",
            ):
                began_s = time.monotonic()
                page = trainer.get(path)
                took_s.append(round(time.monotonic() - began_s, 2))
                assert page.status_code == 200
                if "q=" not in path:
                    assert f"{LEDGER} 场,{LEDGER} 队,{4 * LEDGER} 人" in page.text.replace(
                        "，", ","
                    )
                    assert "薄弱环节预警" in page.text
                else:
                    assert (
                        f"{LEDGER // 5} 场,{LEDGER // 5} 队,{4 * LEDGER // 5} 人"
                        in page.text.replace("，", ",")
                    )
            record_property(f"ledger_{LEDGER}_sessions_s", took_s)
            drawn = trainer.get("/review/heat.svg?scenario=yida-1921")
            assert drawn.headers["content-type"] == "image/svg+xml"
            assert f"({LEDGER} 次)" in drawn.text
    finally:
        crowd.stop()


def test_an_evening_is_read_as_the_host_wrote_it(
    trainer: httpx.Client, session: Session, records: list[Recorded]
) -> None:
    log = trainer.get(f"/review/{session.runs[0].id}/log.jsonl").content.splitlines()
    assert list(decode_log("r", log)) == records
    assert compile_scenario(YIDA.read_bytes(), "s").digest == session.digest


def test_who_missed_it_makes_up_for_it_alone(
    trainer: httpx.Client, client: httpx.Client, session: Session, server: ServerProcess
) -> None:
    path = f"/review/sessions/{session.id}"
    opened = trainer.post(f"{path}/make-up", data={"mark": mark(trainer, path)})
    console = opened.headers["location"]
    page = trainer.get(console).text
    assert "补课" in page
    code = page.split("邀请码 <code>")[1].split("</code>")[0]
    taken = client.post(f"/api/sessions/{code}/seats", json={"name": "迟来的同志", "role": "lida"})
    assert taken.status_code == 201, taken.text
    run = taken.json()["run"]
    with connect(server.url.replace("http", "ws") + "/live") as phone:
        phone.send(json.dumps({"type": "hello", "token": taken.json()["token"]}))
        assert json.loads(phone.recv())["type"] == "parts"
    state = replay(
        run, decode_log(run, trainer.get(f"/api/runs/{run}/log").text.encode().splitlines())
    )
    assert (state.phase, state.absence) == ("playing", "stand_in"), "it begins by itself"
    report = trainer.get(path).text
    assert "迟来的同志" in report
    assert f"/review/{run}" in report
    book = load_workbook(BytesIO(trainer.get(f"{path}/files/签到与成绩.xlsx").content))
    assert ["补课", "迟来的同志"] in [
        [row[0].value, row[1].value] for row in book["签到表"].iter_rows()
    ]
    word = Document(BytesIO(trainer.get(f"{path}/files/主题党日活动记录.docx").content))
    assert any("迟来的同志" in cell.text for row in word.tables[0].rows for cell in row.cells)
    assert run not in trainer.get("/review?scenario=yida-1921").text


def test_who_was_shown_out_is_struck_off_by_a_press_and_put_back(
    trainer: httpx.Client, session: Session
) -> None:
    path, seat = f"/review/sessions/{session.id}", f"{session.runs[0].id}/s1"

    def printed() -> int:
        return trainer.get(f"{path}/certificates").text.count("<article>")

    before = printed()
    data = {"mark": mark(trainer, path), "person": seat, "off": "1"}
    assert trainer.post(f"{path}/strike", data=data).status_code == 303
    assert "已划掉" in trainer.get(path).text
    assert printed() == before - 1
    trainer.post(f"{path}/strike", data={**data, "mark": mark(trainer, path), "off": ""})
    assert printed() == before
    nobody = {**data, "mark": mark(trainer, path), "person": f"{session.runs[0].id}/s77"}
    assert trainer.post(f"{path}/strike", data=nobody).status_code == 422
