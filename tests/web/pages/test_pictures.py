"""A session shows the pictures it began with: the script's folder may be edited or go while it is on.
The kind: an evening that leans on files which are somebody else's to change."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.evening.actors import Staff
from engine.evening.latest import Latest
from engine.evening.library import shown_by
from engine.evening.practising import make_up
from engine.store.backup.backup import backup, restore
from engine.store.database import open_database
from engine.store.tables import PictureTable
from tests.engine.export.test_documents import png
from tests.support.inside import Inside, inside, small
from tests.support.scripts import MINI_TEXT

SCRIPT = "first-congress-demo"
OLD, NEW = png(), png()[:-1] + b"\x00"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Inside]:
    settings = small(tmp_path, admin_password="admin password")
    folder = tmp_path / "scenarios" / "mini"
    text = re.sub(r"(?m)^title:", "cover: lake.png\ntitle:", MINI_TEXT, count=1)
    text = re.sub(r"(?m)^  (\w+):\n    title:", r"  \1:\n    picture: lake.png\n    title:", text)
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    (folder / "lake.png").write_bytes(OLD)
    with inside(settings) as opened:
        yield opened


def open_session(app: Inside) -> dict[str, Any]:
    people = app.services.people
    admin = app.run(people.find_named("admin"))
    assert admin is not None
    token = app.run(people.create_login(admin.id, 3600))
    headers = {"authorization": f"Bearer {token}"}
    made = app.ask("POST", "/api/sessions", json={"scenario": SCRIPT}, headers=headers)
    assert made.status_code == 201, made.text
    return {**made.json(), "token": token}


def shown(app: Inside, session: dict[str, Any]) -> dict[str, bytes]:
    """What the wall, the phone and the review show, by where."""
    token, name, (run,) = session["token"], session["id"], session["runs"]
    headers = {"authorization": f"Bearer {token}"}
    if "seat" not in session:
        seats = f"/api/sessions/{session['code']}/seats"
        session["seat"] = app.ask("POST", seats, json={"name": "赵"}).json()["token"]
        app.hear({"type": "hello", "token": session["seat"]})
        begun = {"do": "start"}
        app.ask("POST", f"/api/sessions/{name}/commands", json=begun, headers=headers)
    wall = app.hear({"type": "hello", "as": "projector", "token": token, "session": name})
    phone = app.hear({"type": "hello", "token": session["seat"]})
    assert wall is not None
    assert phone is not None
    _, state = app.run(app.services.host.state(run))
    path = f"/review/{run}/moment?seq={state.seq}&screens=projector"
    moment = app.ask("GET", path, headers=headers).json()["screens"]["projector"]["story"]
    replayed = re.search(r'src="(\S+pictures\S+)"', moment)
    assert replayed, moment
    addresses = {
        "wall": _address(wall["parts"]["story"]),
        "phone": _address(phone["parts"]["scene"]),
        "review": replayed[1],
    }
    found = {}
    for where, address in addresses.items():
        answer = app.ask("GET", address)
        assert answer.status_code == 200, (where, address)
        assert answer.headers["content-type"] == "image/png"
        found[where] = answer.content
    return found


def _address(part: dict[str, Any]) -> str:
    return f"/scenarios/{part['scenario']}/pictures/{part['picture']}"


def edited(folder: Path) -> None:
    (folder / "lake.png").write_bytes(NEW)


def deleted(folder: Path) -> None:
    (folder / "lake.png").unlink()


def gone(folder: Path) -> None:
    shutil.rmtree(folder)


@pytest.mark.parametrize("change", [edited, deleted, gone])
def test_a_session_shows_what_it_began_with(
    app: Inside, tmp_path: Path, change: Callable[[Path], None]
) -> None:
    session = open_session(app)
    everywhere = dict.fromkeys(("wall", "phone", "review"), OLD)
    assert shown(app, session) == everywhere
    change(tmp_path / "scenarios" / "mini")
    assert shown(app, session) == everywhere
    library, host = app.services.library, app.services.host
    library._by_pictures, library._by_digest = Latest(1), Latest(1)
    for mailbox in [*host._mailboxes.values()]:
        host._drop(mailbox)
    assert shown(app, session) == everywhere, "after a start, too"
    if change is edited:
        assert set(shown(app, open_session(app)).values()) == {NEW}, "the next one shows the new"
        assert shown(app, session) == everywhere


def test_a_session_keeps_the_sounds_it_began_with(app: Inside, tmp_path: Path) -> None:
    folder = tmp_path / "scenarios" / "mini"
    script, sound = folder / "scenario.yaml", folder / "钟声.mp3"
    text = script.read_text(encoding="utf-8")
    called = text.replace(
        "    picture: lake.png\n", "    picture: lake.png\n    cue: 钟声.mp3\n", 1
    )
    script.write_text(called, encoding="utf-8")
    before = b"\xff\xfb\x90\x00" + bytes(99)
    sound.write_bytes(before)
    session = open_session(app)
    shown(app, session)
    sound.unlink()
    wall = app.hear(
        {"type": "hello", "as": "projector", "token": session["token"], "session": session["id"]}
    )
    assert wall is not None
    (cue,) = wall["parts"]["story"]["cues"]
    answer = app.ask("GET", f"/scenarios/{SCRIPT}/pictures/{cue}")
    assert (answer.status_code, answer.content) == (200, before)
    assert answer.headers["content-type"] == "audio/mpeg"


def test_a_picture_is_kept_once(app: Inside) -> None:
    for _ in range(3):
        open_session(app)

    async def count() -> int:
        async with app.services.database.engine.connect() as db:
            found: int = await db.scalar(select(func.count()).select_from(PictureTable)) or 0
            return found

    assert app.run(count()) == 1


def test_a_backup_brings_the_pictures(app: Inside, tmp_path: Path) -> None:
    session = open_session(app)
    url = f"sqlite:///{tmp_path}/back.db"

    async def back() -> list[bytes | None]:
        await backup(app.services.settings.database_url, tmp_path / "a.backup", 1)
        await restore(url, tmp_path / "a.backup")
        database = await open_database(url)
        kept = await database.pictures.of_session(session["id"])
        found = [await database.pictures.find(digest) for digest in kept.values()]
        await database.close()
        return found

    assert app.run(back()) == [OLD]


def test_what_isnt_kept_is_not_there(app: Inside) -> None:
    path = f"/scenarios/{SCRIPT}/pictures/lake.png"
    assert app.ask("GET", path).content == OLD
    assert app.ask("GET", path, params={"of": "0" * 64}).status_code == 404
    session = open_session(app)
    (digest,) = app.run(app.services.database.pictures.of_session(session["id"])).values()
    assert app.ask("GET", path, params={"of": digest}).content == OLD
    page = f"/scenarios/{SCRIPT}/pictures/x.html"
    assert app.ask("GET", page, params={"of": digest}).status_code == 404, "only as a picture"
    scenario = app.run(app.services.library.scenario_of_run(session["runs"][0]))
    assert {name.split("?of=")[-1] for name in shown_by(scenario)} - {""} == {digest}


def test_what_was_forked_shows_the_same(app: Inside) -> None:
    session = open_session(app)

    async def fork() -> dict[str, str]:
        kept = app.services.database.pictures
        found = await app.services.sessions.find_session(session["id"])
        assert found is not None
        owner = await app.services.people.find_account(found.owner)
        assert owner is not None
        made = await make_up(app.services, Staff(owner), found)
        return await kept.of_session(made.id)

    assert app.run(fork()).keys() == {"lake.png"}
