"""More people came: a team is added while the lobby is open, and all who look on hear of it."""

from __future__ import annotations

from typing import Any

import httpx


def opened(desk: httpx.Client, teams: int = 1) -> dict[str, Any]:
    asked = {"scenario": "first-congress-demo", "teams": teams}
    found: dict[str, Any] = desk.post("/api/sessions", json=asked).json()
    return found


def do(desk: httpx.Client, session: dict[str, Any], **command: Any) -> httpx.Response:
    return desk.post(f"/api/sessions/{session['id']}/commands", json=command)


def fill(client: httpx.Client, code: str) -> int:
    """Seats taken until there is no more room."""
    taken = 0
    while (answer := sit(client, code)).status_code == 201:
        taken += 1
    assert answer.json()["error"]["code"] == "team_full"
    assert "加一队" in answer.json()["error"]["remedy"]
    return taken


def sit(client: httpx.Client, code: str) -> httpx.Response:
    return client.post(f"/api/sessions/{code}/seats", json={"name": "来客"})


def test_whoever_finds_all_teams_full_is_told_and_a_team_is_added(
    desk: httpx.Client, client: httpx.Client
) -> None:
    session = opened(desk)
    for path in ("/join", f"/join/{session['code']}"):
        assert "每一队都满了" not in client.get(path).text
    room = fill(client, session["code"])
    assert "每一队都满了" in client.get(f"/join/{session['code']}").text
    assert "每一队都满了" not in client.get("/join").text, "no evening is asked for yet"
    added = do(desk, session, do="add_team", id="c1")
    assert added.status_code == 200, added.text
    (run,) = [one["run"] for one in added.json()["runs"]]
    assert do(desk, session, do="add_team", id="c1").json()["runs"][0]["run"] == run, "once"
    assert "每一队都满了" not in client.get(f"/join/{session['code']}").text
    seat = sit(client, session["code"])
    assert (seat.status_code, seat.json()["run"]) == (201, run)
    state = desk.get(f"/api/sessions/{session['id']}").json()
    assert [one["run"] for one in state["runs"]] == [session["runs"][0], run]
    assert room
    do(desk, session, do="start").raise_for_status()
    state = desk.get(f"/api/sessions/{session['id']}").json()
    assert {one["phase"] for one in state["runs"]} == {"playing"}


def test_no_team_is_added_to_what_has_begun(desk: httpx.Client, client: httpx.Client) -> None:
    session = opened(desk)
    sit(client, session["code"])
    do(desk, session, do="start").raise_for_status()
    refused = do(desk, session, do="add_team")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "started")


def test_so_many_teams_and_no_more(desk: httpx.Client) -> None:
    session = opened(desk, teams=60)
    assert do(desk, session, do="add_team").status_code == 422


def test_so_many_people_so_many_teams(desk: httpx.Client) -> None:
    page = desk.get("/scenarios/first-congress-demo?people=5").text
    assert "人分" in page
    assert "3、2" in "".join(page.split()), "how many sit in each"
    assert "5 人" in page


def test_a_team_is_called_as_it_was_named(desk: httpx.Client, client: httpx.Client) -> None:
    session = opened(desk, teams=2)
    first, second = session["runs"]
    assert do(desk, session, do="name_team", run=first, name="  赶考队 ").status_code == 200
    for name, status in (
        ("赶 考队", 409), ("第1队", 409), ("九个字的队名太长了", 422), ("\u200b", 200), ("<b>", 200),
    ):  # fmt: skip
        assert do(desk, session, do="name_team", run=second, name=name).status_code == status, name
    assert do(desk, session, do="name_team", name="都叫这个").status_code == 422, "of all teams"
    joining = client.get(f"/join/{session['code']}").text
    assert "赶考队" in joining
    assert "&lt;b&gt;" in joining
    assert "<b><b>" not in joining
    assert do(desk, session, do="name_team", run=second, name="").status_code == 200
    assert "第 2 队" in client.get(f"/join/{session['code']}").text


def test_names_are_typed_where_a_session_is_opened(desk: httpx.Client) -> None:
    path = "/scenarios/first-congress-demo"
    mark = desk.get(path).text.split('name="mark" value="')[1].split('"')[0]

    def post(called: str) -> httpx.Response:
        told = {"mark": mark, "teams": "2", "called": called}
        return desk.post(f"{path}/sessions", data=told, follow_redirects=False)

    made = post("赶考队、星火队")
    assert made.status_code == 303
    name = made.headers["location"].split("/")[2]
    found = desk.get(f"/api/sessions/{name}").json()["runs"]
    assert [run["team_name"] for run in found] == ["赶考队", "星火队"]
    for wrong in ("赶考队、赶考队", "第2队", "一、二、三"):
        assert post(wrong).status_code == 422, wrong
    assert post("第 1 队、第2队").status_code == 303, "each by its own number"


def test_one_more_seat_for_whoever_came_too(desk: httpx.Client, client: httpx.Client) -> None:
    session = opened(desk)
    (run,) = session["runs"]
    room = fill(client, session["code"])
    role = desk.get(f"/api/sessions/{session['id']}").json()["runs"][0]["roles"][0]["id"]
    assert do(desk, session, do="add_seat", role=role).status_code == 422, "of which team"
    assert do(desk, session, do="add_seat", run=run, role=role).status_code == 200
    assert "每一队都满了" not in client.get(f"/join/{session['code']}").text
    assert sit(client, session["code"]).status_code == 201
    assert sit(client, session["code"]).status_code == 409
    assert room
