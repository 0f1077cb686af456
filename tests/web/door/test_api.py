"""The HTTP API: the fixed interface, and one error shape everywhere."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from engine.rules.codec import decode_log
from engine.rules.replay import replay
from tests.support.server import ServerProcess

SCENARIO = "first-congress-demo"


def opened(desk: httpx.Client, teams: int = 1) -> dict[str, Any]:
    answer = desk.post("/api/sessions", json={"scenario": SCENARIO, "teams": teams})
    assert answer.status_code == 201
    session: dict[str, Any] = answer.json()
    return session


def seat(client: httpx.Client, code: str, **more: Any) -> dict[str, Any]:
    answer = client.post(f"/api/sessions/{code}/seats", json={"name": "张三", **more})
    assert answer.status_code == 201, answer.text
    taken: dict[str, Any] = answer.json()
    return taken


def test_the_menu(client: httpx.Client) -> None:
    [item] = client.get("/api/scenarios").json()
    assert item["id"] == SCENARIO
    assert item["people"] == {"min": 2, "max": 3}
    assert [role["id"] for role in item["roles"]] == ["recorder", "lookout"]
    assert "text" not in str(item["objectives"]) or item["objectives"]


def test_a_session_is_opened_joined_started_and_read(
    client: httpx.Client, desk: httpx.Client
) -> None:
    session = opened(desk, teams=2)
    assert set(session) == {"id", "code", "join_url", "runs"}
    assert session["join_url"].endswith(f"/join/{session['code']}")
    assert len(session["runs"]) == 2
    first = seat(client, session["code"])
    assert set(first) == {"token", "seat", "run", "role"}
    second = seat(client, session["code"])
    assert first["run"] != second["run"], "the emptiest team is filled first"
    third = seat(client, session["code"].lower(), team=1, role="lookout")
    assert (third["run"], third["role"]) == (session["runs"][0], "lookout")
    started = desk.post(f"/api/sessions/{session['id']}/commands", json={"do": "start"})
    assert started.status_code == 200
    assert [set(run) for run in started.json()["runs"]] == [{"run", "seq"}] * 2
    state = desk.get(f"/api/sessions/{session['id']}").json()
    assert state["phase"] == "playing"
    assert state["runs"][0]["scene"] == "shanghai"
    assert {w["role"] for w in state["runs"][0]["waiting"]} == {"recorder", "lookout"}
    log = desk.get(f"/api/runs/{session['runs'][0]}/log")
    assert log.headers["content-type"].startswith("application/x-ndjson")
    folded = replay("r", decode_log("r", log.content.splitlines()))
    assert folded.phase == "playing"


def test_a_desk_command_sent_again_counts_once(client: httpx.Client, desk: httpx.Client) -> None:
    session = opened(desk)
    seat(client, session["code"])
    path = f"/api/sessions/{session['id']}/commands"
    once = desk.post(path, json={"do": "start", "id": "x"}).json()
    again = desk.post(path, json={"do": "start", "id": "x"}).json()
    assert once == again
    refused = desk.post(path, json={"do": "start", "id": "y"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "started")


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "/api/token", {"name": "admin", "password": "x"}, 401, "wrong_password"),
        ("POST", "/api/token", {"name": "admin"}, 422, "invalid"),
        ("POST", "/api/token", "no json", 422, "invalid"),
        ("GET", "/api/nothing", None, 404, "not_found"),
        ("DELETE", "/api/scenarios", None, 405, "not_allowed"),
        ("POST", "/api/sessions", {"scenario": SCENARIO}, 401, "login_needed"),
        ("GET", "/api/sessions/abc", None, 401, "login_needed"),
        ("GET", "/api/runs/abc/log", None, 401, "login_needed"),
        ("POST", "/api/sessions/abc/commands", {"do": "start"}, 401, "login_needed"),
        ("POST", "/api/sessions/NOCODE/seats", {"name": "张三"}, 404, "not_found"),
        ("POST", "/api/sessions/NOCODE/seats", {"name": ""}, 422, "invalid"),
        ("POST", "/api/sessions/NOCODE/seats", {"name": "长" * 25}, 422, "invalid"),
        ("POST", "/api/sessions/NOCODE/seats", {"name": 3}, 422, "invalid"),
    ],
)
def test_one_error_shape(
    client: httpx.Client, method: str, path: str, body: Any, status: int, code: str
) -> None:
    content = {"content": body} if isinstance(body, str) else {"json": body}
    answer = client.request(method, path, **(content if body is not None else {}))
    assert answer.status_code == status
    error = answer.json()["error"]
    assert set(error) == {"code", "message", "remedy"}
    assert error["code"] == code
    assert all(error.values())


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"scenario": "nope"}, 404, "not_found"),
        ({"scenario": "broken"}, 409, "broken_scenario"),
        ({"scenario": SCENARIO, "teams": 0}, 422, "invalid"),
        ({"scenario": SCENARIO, "teams": 61}, 422, "invalid"),
        ({"scenario": SCENARIO, "teams": "x"}, 422, "invalid"),
    ],
)
def test_a_session_that_cannot_be(
    desk: httpx.Client, body: dict[str, Any], status: int, code: str
) -> None:
    answer = desk.post("/api/sessions", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_desk_commands_that_are_none(client: httpx.Client, desk: httpx.Client) -> None:
    session = opened(desk)
    path = f"/api/sessions/{session['id']}/commands"
    for body, code in (
        ({"do": "fly"}, "unknown_command"),
        ({"do": "submit", "task": "date"}, "unknown_command"),
        ({"do": "start"}, "nobody_here"),
        ({"do": "extend", "seconds": "x"}, "invalid"),
        ({"do": "extend"}, "malformed"),
        ({"do": "debrief", "to": "next"}, "no_debrief"),
        ({"do": "start", "run": "nope"}, "not_found"),
    ):
        assert desk.post(path, json=body).json()["error"]["code"] == code


def test_full_and_taken(client: httpx.Client, desk: httpx.Client) -> None:
    code = opened(desk)["code"]
    seat(client, code, role="recorder")
    path = f"/api/sessions/{code}/seats"
    taken = client.post(path, json={"name": "李四", "role": "recorder"})
    assert (taken.status_code, taken.json()["error"]["code"]) == (409, "role_taken")
    seat(client, code)
    seat(client, code)
    full = client.post(path, json={"name": "李四"})
    assert (full.status_code, full.json()["error"]["code"]) == (409, "team_full")


def test_health_readiness_metrics(client: httpx.Client) -> None:
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200
    assert "hongchuan_commands" in client.get("/metrics").text


def test_what_plain_http_cannot_have_is_not_said_there(client: httpx.Client) -> None:
    apart = "cross-origin-opener-policy"
    assert apart not in client.get("/login").headers
    trusted = client.get("/login", headers={"sec-fetch-site": "none"})
    assert trusted.headers[apart] == "same-origin"


def test_pages_are_strict_and_forms_are_ours(server: ServerProcess, client: httpx.Client) -> None:
    page = client.get("/login")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self';" in policy
    assert f"connect-src 'self' ws://{server.url.removeprefix('http://')} " in policy
    assert "unsafe" not in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    stale = client.post("/login", data={"name": "admin", "password": server.password})
    assert stale.status_code == 403
    mark = page.text.split('name="mark" value="')[1].split('"')[0]
    form = {"name": "admin", "password": server.password, "mark": mark, "next": "//evil.example"}
    foreign = client.post("/login", data=form, headers={"origin": "http://evil.example"})
    assert foreign.status_code == 403
    own = client.post("/login", data=form)
    assert (own.status_code, own.headers["location"]) == (303, "/sessions")
    assert "httponly" in own.headers["set-cookie"].lower()


def test_a_name_is_text_and_nothing_else(client: httpx.Client, desk: httpx.Client) -> None:
    code = opened(desk)["code"]
    page = client.get(f"/join/{code}")
    mark = page.text.split('name="mark" value="')[1].split('"')[0]
    joined = client.post(f"/join/{code}", data={"name": "<b>甲</b>", "mark": mark, "role": ""})
    assert joined.headers["location"] == "/play"
    again = client.get(f"/join/{code}?again=1")
    assert "<b>甲</b>" not in again.text


def test_unknown_pages_say_what_to_do(client: httpx.Client) -> None:
    answer = client.get("/nothing")
    assert answer.status_code == 404
    assert "没有找到" in answer.text
    assert client.get("/scenarios/first-congress-demo/pictures/../scenario.yaml").status_code == 404
    assert client.get("/scenarios/first-congress-demo/pictures/scenario.yaml").status_code == 404


def test_failed_logins_lock_out(server: ServerProcess, client: httpx.Client) -> None:
    body = {"name": "nobody", "password": "x"}
    codes = [client.post("/api/token", json=body).json()["error"]["code"] for _ in range(11)]
    assert codes == ["wrong_password"] * 10 + ["locked_out"]
