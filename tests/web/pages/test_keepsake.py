"""纪念卡: a picture of one's own, once the evening is over, and nobody else's."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from engine.review.keepsake import Keepsake
from tests.support.evenings import admin_of
from tests.support.inside import Inside, inside, small
from web.pages.keepsakes import KeepsakePicture
from web.pages.render import render_page
from web.pages.typeset import broken, width_em


def seated(app: Inside) -> tuple[str, str, str]:
    """(token of a login, session, token of its one seat)."""

    async def login() -> str:
        database = app.services.database
        owner = await admin_of(database, "测试密码测试密码")
        return await database.people.create_login(owner, 3600)

    token = app.run(login())
    led = {"authorization": f"Bearer {token}"}
    asked = {"scenario": "first-congress-demo", "teams": 1}
    session = app.ask("POST", "/api/sessions", headers=led, json=asked).json()
    path = f"/api/sessions/{session['code']}/seats"
    seat = app.ask("POST", path, json={"name": "王<芳", "role": "recorder"}).json()
    return token, session["id"], seat["token"]


def test_it_is_there_at_the_end_for_its_seat_alone(tmp_path: Path) -> None:
    with inside(small(tmp_path)) as app:
        token, session, seat = seated(app)
        mine, led = {"cookie": f"seat={seat}"}, {"authorization": f"Bearer {token}"}
        for path in ("/play/keepsake", "/play/keepsake.svg"):
            early = app.ask("GET", path, headers=mine)
            assert (early.status_code, early.headers["location"]) == (303, "/play"), path
        for asked in ({"do": "start"}, {"do": "jump", "scene": "lake"}):
            done = app.ask("POST", f"/api/sessions/{session}/commands", headers=led, json=asked)
            assert done.status_code == 200, done.text
        assert app.ask("GET", "/play/keepsake", headers=mine).status_code == 200
        answer = app.ask("GET", "/play/keepsake.svg", headers=mine)
        assert answer.headers["content-type"].startswith("image/svg+xml")
        assert answer.headers["cache-control"] == "no-store"
        told = "".join(ET.fromstring(answer.text).itertext())
        assert "王<芳 饰 记录员" in told
        assert "南湖" in told
        assert "误区" not in told, "nobody fell"
        assert "拉上来" not in told
        for other in ({}, {"cookie": f"login={token}"}):
            assert app.ask("GET", "/play/keepsake.svg", headers=other).status_code == 303


LONG = "很长的一段话，一直说到格子写不下为止；" * 20


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_longest_stays_in_its_frame(lang: str) -> None:
    card = Keepsake(
        role=LONG, ending=LONG, belief=LONG, truth=LONG, helper="s2", helper_role=LONG, said=LONG
    )
    picture = KeepsakePicture(
        title=LONG, card=card, name=LONG, helper=LONG, date="2026-07-01", branch=LONG
    )
    drawn = ET.fromstring(render_page(picture, "en" if lang == "en" else "zh"))
    texts = [one for one in drawn.iter() if one.tag.endswith("text")]
    assert len(texts) > 15
    places = sorted((int(one.get("y", 0)), int(one.get("font-size", 0))) for one in texts)
    for one in texts:
        assert 72 + width_em(one.text or "") * int(one.get("font-size", 0)) <= 692, one.text
    for (above, _), (below, size) in zip(places, places[1:], strict=False):
        assert below - size >= above - 4, "no line is written over another"
    assert places[-1][0] < 1052


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("一二三，四", ["一二三，", "四"]),
        ("one two", ["one", "two"]),
        ("一二三四五六七八九", ["一二三", "四……"]),
        ("", [""]),
    ],
)
def test_lines_are_broken_as_people_write(text: str, lines: list[str]) -> None:
    assert broken(text, 3, 2) == lines
