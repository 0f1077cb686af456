"""A printed card a seat: its code leads to the form of joining with that seat picked."""

from __future__ import annotations

import re
from typing import Any

import httpx

SCRIPT = "first-congress-demo"


def opened(desk: httpx.Client, teams: int) -> dict[str, Any]:
    made: dict[str, Any] = desk.post(
        "/api/sessions", json={"scenario": SCRIPT, "teams": teams}
    ).json()
    return made


def do(desk: httpx.Client, session: dict[str, Any], **command: Any) -> None:
    desk.post(f"/api/sessions/{session['id']}/commands", json=command).raise_for_status()


def cards(desk: httpx.Client, session: dict[str, Any]) -> list[tuple[str, str]]:
    """(what stands above, the role) of each."""
    page = desk.get(f"/sessions/{session['id']}/role-cards")
    assert page.status_code == 200
    assert page.text.count("<svg") >= page.text.count('class="role-brief"')
    return re.findall(
        r'class="eyebrow">\s*(.*?)\s*</p>\s*<h2>\s*(.*?)\s*</h2>\s*<p class="role-brief"', page.text
    )


def picked(page: str, name: str) -> str:
    """Which of the choices of this name is ticked."""
    inputs = re.findall(rf'<input[^>]*name="{name}"[^>]*>', page, re.S)
    (ticked,) = [one for one in inputs if re.search(r"\bchecked\b", one)]
    found = re.search(r'value="([^"]*)"', ticked)
    assert found is not None
    return found[1]


def test_a_card_for_each_seat_of_each_team(desk: httpx.Client) -> None:
    session = opened(desk, 2)
    first = session["runs"][0]
    do(desk, session, do="name_team", run=first, name="赶考队")
    roles = desk.get("/api/scenarios").json()[0]["roles"]
    found = cards(desk, session)
    room = sum("赶考队" in above for above, _ in found)
    assert sum("第 2 队" in above for above, _ in found) == room > 0
    assert {role for _, role in found} == {role["name"] for role in roles}
    do(desk, session, do="add_seat", run=first, role=roles[0]["id"])
    assert len(cards(desk, session)) == len(found) + 1


def test_a_card_picks_team_and_role(desk: httpx.Client, client: httpx.Client) -> None:
    session = opened(desk, 2)
    role = desk.get("/api/scenarios").json()[0]["roles"][-1]["id"]
    path = f"/join/{session['code']}"
    page = client.get(f"{path}?team=2&role={role}").text
    assert (picked(page, "team"), picked(page, "role")) == ("2", role)
    plain = client.get(path).text
    assert (picked(plain, "team"), picked(plain, "role")) == ("", "")
    wrong = client.get(f"{path}?team=9&role=%3Cb%3E").text
    assert (picked(wrong, "team"), picked(wrong, "role")) == ("", "")


def test_a_seat_that_is_taken_is_picked_by_no_card(
    desk: httpx.Client, client: httpx.Client
) -> None:
    session = opened(desk, 1)
    role = desk.get("/api/scenarios").json()[0]["roles"][0]["id"]
    path = f"/api/sessions/{session['code']}/seats"
    while client.post(path, json={"name": "来客", "role": role}).status_code == 201:
        pass
    assert picked(client.get(f"/join/{session['code']}?team=1&role={role}").text, "role") == ""
