"""The studio's doors: what the editor asks, drafts, packages, rights."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from msgspec.structs import asdict

from engine.author.package import unpack
from engine.proof.playthrough import Playthrough
from engine.values import Map
from engine.views.seat import RunViews
from tests.support.patience import PATIENCE_S
from tests.support.scripts import MINI_TEXT, compile_text
from tests.support.server import ServerProcess
from web.pages.render import render_parts

NAME = "mini"


@pytest.fixture
def author(server: ServerProcess) -> Iterator[httpx.Client]:
    """A browser that is logged in."""
    with httpx.Client(base_url=server.url, timeout=PATIENCE_S, follow_redirects=False) as opened:
        token = opened.post("/api/token", json={"name": "admin", "password": server.password})
        opened.cookies.set("login", token.json()["token"])
        opened.headers["origin"] = server.url
        yield opened


def mark(author: httpx.Client) -> str:
    page = author.get("/studio").text
    return page.split('name="mark" value="')[1].split('"')[0]


def ask(author: httpx.Client, what: str, **content: Any) -> dict[str, Any]:
    answer = author.post(f"/studio/{NAME}/{what}", json=content)
    assert answer.status_code in (200, 409), answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_nobody_writes_without_a_login(client: httpx.Client) -> None:
    assert client.get("/studio").headers["location"].startswith("/login")
    assert client.get(f"/studio/{NAME}").headers["location"].startswith("/login")
    for path in ("check", "cards", "graph", "prove", "play", "save"):
        assert client.post(f"/studio/{NAME}/{path}", json={"text": ""}).status_code == 401
    for path in ("package.zip", "drafts/1", "pictures/a.svg"):
        assert client.get(f"/studio/{NAME}/{path}").status_code == 401
    assert client.post("/studio/new", data={"name": "x", "title": "x"}).status_code in (401, 403)


def test_a_card_that_cant_be_saved_stays_in_the_page(author: httpx.Client) -> None:
    """The source was broken, or the card is too large: the panel must not be drawn over it."""
    act = {"act": "save", "section": "facts", "given": {"text": "示意"}}
    broken = ask(author, "cards", text="a: [1\n", **act)
    assert broken["html"] is None
    assert "读不下去" in broken["problem"]
    assert "读不下去" in ask(author, "cards", text="a: [1\n")["html"]
    act["given"] = {f"text.{n}": "甲" for n in range(2_001)}
    assert "太大" in ask(author, "cards", text=MINI_TEXT, **act)["problems"][""]


def test_requests_from_elsewhere_are_refused(author: httpx.Client) -> None:
    foreign = {"origin": "https://evil.example"}
    answer = author.post(f"/studio/{NAME}/save", json={"text": "x"}, headers=foreign)
    assert answer.status_code == 403


def test_the_shelf_names_scripts_sound_and_not(author: httpx.Client) -> None:
    page = author.get("/studio").text
    assert "一大·1921" in page
    assert "处问题" in page


def test_issues_come_with_their_place(author: httpx.Client) -> None:
    assert ask(author, "check", text=MINI_TEXT)["issues"] == []
    assert ask(author, "check", text=MINI_TEXT.replace("go: lake", "go: lakee"))["left"]
    found = ask(author, "check", text=MINI_TEXT.replace("minutes: 10", "minutes: 十"))
    assert found["left"] == ""
    [issue] = found["issues"]
    assert (issue["code"], issue["line"], issue["column"]) == ("SC106", 6, 10)


def test_the_picture_and_why_there_is_none(author: httpx.Client) -> None:
    assert "<svg" in ask(author, "graph", text=MINI_TEXT)["svg"]
    assert "先改好" in ask(author, "graph", text="format: 1\n")["problem"]


def test_the_proof(author: httpx.Client) -> None:
    assert ask(author, "prove", text=MINI_TEXT.replace("minutes: 10", "minutes: 2"))["proved"]
    found = ask(author, "prove", text=MINI_TEXT)
    assert not found["proved"]
    assert [issue["code"] for issue in found["issues"]] == ["SC641"]
    assert {issue["code"] for issue in found["advice"]} >= {"SC903", "SC921"}
    assert found["advised"].startswith(f"提醒 {len(found['advice'])} 处：")
    assert ask(author, "prove", text="format: 1\n")["advice"] == []


def submit(seat: str, task: str, *answer: str) -> dict[str, Any]:
    return {"seat": seat, "command": {"do": "submit", "task": task, "answer": list(answer)}}


def test_phones_show_what_live_phones_show(author: httpx.Client) -> None:
    moves = [submit("s1", "date", "d1"), {"wait_s": -1}, submit("s2", "door", "report")]
    found = ask(author, "play", text=MINI_TEXT, moves=moves)
    assert (found["made"], found["refused"]) == (3, None)
    assert [phone["name"] for phone in found["phones"]] == ["记录员", "望风人"]
    fewer = ask(author, "play", text=MINI_TEXT, moves=moves[:1])
    assert fewer["phones"] != found["phones"]
    assert ask(author, "play", text=MINI_TEXT, moves=moves) == found
    scenario = compile_text(MINI_TEXT)
    table = Playthrough(scenario, seed="studio")
    names = Map({"s1": "记录员", "s2": "望风人"})
    live = render_parts("seat", asdict(RunViews(scenario).seat(table.state, "s2", names)))
    start = ask(author, "play", text=MINI_TEXT, moves=[])["phones"][1]["parts"]
    assert start == {
        name: html.replace(f"/scenarios/{scenario.id}/", f"/studio/{NAME}/")
        for name, html in live.items()
    }


def test_a_move_that_the_edit_forbids_is_told(author: httpx.Client) -> None:
    moves = [submit("s2", "door", "report"), submit("s1", "date", "d23")]
    edited = MINI_TEXT.replace("id: d23", "id: d24").replace("date=d23", "date=d24")
    found = ask(author, "play", text=edited, moves=moves)
    assert found["made"] == 1
    assert found["refused"]["message"]
    for nonsense in ({"seat": "zz", "command": {"do": "submit"}}, {"seat": "s1", "command": {}}):
        assert ask(author, "play", text=MINI_TEXT, moves=[nonsense])["refused"]


def test_drafts_are_kept_and_conflicts_shown(author: httpx.Client) -> None:
    first = ask(author, "save", text=MINI_TEXT + "# 一\n", base=0)
    second = ask(author, "save", text=MINI_TEXT + "# 二\n", base=first["number"])
    assert second["number"] == first["number"] + 1
    conflict = author.post(f"/studio/{NAME}/save", json={"text": "mine", "base": first["number"]})
    assert conflict.status_code == 409
    assert conflict.json()["theirs"].endswith("# 二\n")
    assert conflict.json()["mine"] == "mine"
    old = author.get(f"/studio/{NAME}/drafts/{first['number']}").json()
    assert old["text"].endswith("# 一\n")
    assert author.get(f"/studio/{NAME}/drafts/999").status_code == 404
    assert f"第 {second['number']} 稿" in author.get(f"/studio/{NAME}").text


def test_a_script_goes_out_and_comes_in_with_the_same_digest(author: httpx.Client) -> None:
    form = {"mark": mark(author)}
    made = author.post("/studio/new", data={**form, "name": "fresh", "title": "新的"})
    assert made.headers["location"] == "/studio/fresh"
    assert (
        author.post("/studio/new", data={**form, "name": "fresh", "title": "x"}).status_code == 409
    )
    out = author.get("/studio/fresh/package.zip")
    digest = out.headers["x-digest"]
    assert unpack(out.content).digest == digest
    came = author.post("/studio/import", data=form, files={"package": ("a.zip", out.content)})
    assert came.headers["location"] == "/studio/fresh"
    assert author.get("/studio/fresh/package.zip").headers["x-digest"] == digest


@pytest.mark.parametrize(
    ("codec", "told"), [("utf-8-sig", ""), ("gb18030", "GB18030"), ("utf-16", "UTF-16")]
)
def test_a_package_from_any_editor_keeps_its_words(
    author: httpx.Client, codec: str, told: str
) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("scenario.yaml", "format: 1\nid: saved-so\ntitle: 党史\n".encode(codec))
    files = {"package": ("a.zip", data.getvalue())}
    came = author.post("/studio/import", data={"mark": mark(author)}, files=files)
    page = author.get(came.headers["location"]).text
    assert "title: 党史" in page
    assert "\ufffd" not in page
    assert (f"原来的文件是 {told} 编码" in page) == bool(told)
    assert (
        "title: 党史" in unpack(author.get("/studio/saved-so/package.zip").content).script.decode()
    )


def packed(**files: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("scenario.yaml", "format: 1\nid: with-pictures\ntitle: 党史\n")
        for name, body in files.items():
            archive.writestr(name.replace("__", "."), body)
    return data.getvalue()


def svg(width: int) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}"/>'.encode()


def test_an_import_keeps_what_it_does_not_bring_and_lists_what_goes(author: httpx.Client) -> None:
    form, path = {"mark": mark(author)}, "/studio/with-pictures"

    def come(data: bytes) -> str:
        came = author.post("/studio/import", data=form, files={"package": ("a.zip", data)})
        assert came.status_code == 303, came.text
        return author.get(came.headers["location"]).text

    def width(file: str) -> bytes:
        return author.get(f"{path}/pictures/{file}").content

    come(packed(a__svg=svg(1), b__svg=svg(2), strings__en__yaml=b"title: Party\n"))
    come(packed())
    assert (width("a.svg"), width("b.svg")) == (svg(1), svg(2)), "a package without pictures"
    files = unpack(author.get(f"{path}/package.zip").content).files
    assert set(files) == {"a.svg", "b.svg", "strings.en.yaml"}
    page = come(packed(a__svg=svg(3), Thumbs__db=b"x"))
    assert "换下了：a.svg" in page
    assert "Thumbs.db" in page
    assert (width("a.svg"), width("b.svg")) == (svg(3), svg(2))
    found = re.search(r'name="at_ms" value="(\d+)"', author.get(f"{path}/files").text)
    assert found is not None
    back = author.post(f"{path}/files", data={**form, "file": "a.svg", "at_ms": found[1]})
    assert back.headers["location"] == f"{path}/files"
    assert width("a.svg") == svg(1)
    author.post(f"{path}/files", data={**form, "file": "b.svg"})
    assert author.get(f"{path}/pictures/b.svg").status_code == 404
    assert "b.svg" in author.get(f"{path}/files").text, "and can be brought back"
    for nothing in ({"file": "b.svg"}, {"file": "b.svg", "at_ms": "7"}):
        answer = author.post(f"{path}/files", data={**form, **nothing, "mark": mark(author)})
        assert answer.status_code == 404
    assert author.get("/studio/never-was/files").status_code == 404


def test_a_package_that_is_no_text_is_refused_at_its_place(author: httpx.Client) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        script = "format: 1\nid: torn\ntitle: 党史\n".encode()
        archive.writestr("scenario.yaml", script[:-2] + b"\n")
    files = {"package": ("a.zip", data.getvalue())}
    answer = author.post("/studio/import", data={"mark": mark(author)}, files=files)
    assert answer.status_code == 422
    assert "第 3 行第 9 列" in answer.text
    assert author.get("/studio/torn").status_code == 404


def test_pictures_come_in_and_are_shown_as_pictures(author: httpx.Client) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("scenario.yaml", "format: 1\nid: drawn\n")
        archive.writestr("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    files = {"package": ("a.zip", data.getvalue())}
    author.post("/studio/import", data={"mark": mark(author)}, files=files)
    shown = author.get("/studio/drawn/pictures/a.svg")
    assert shown.headers["content-type"] == "image/svg+xml"
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    assert author.get("/studio/drawn/pictures/b.svg").status_code == 404


def test_a_bad_package_is_refused_with_a_reason(author: httpx.Client) -> None:
    files = {"package": ("a.zip", b"not a zip")}
    answer = author.post("/studio/import", data={"mark": mark(author)}, files=files)
    assert answer.status_code == 422
    assert "zip" in answer.text


@pytest.mark.parametrize("name", ["..", "1921", "a b", "%2e%2e"])
def test_names_are_names(author: httpx.Client, name: str) -> None:
    form = {"mark": mark(author), "name": name, "title": "x"}
    assert author.post("/studio/new", data=form).status_code == 422
    assert author.get(f"/studio/{name}").status_code in (200, 307, 404, 422)
