"""What a browser loads comes in few requests and few bytes, and whole for who doesn't take it packed."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Final

import httpx
import pytest

from engine.kinds.registry import FOLDERS, KINDS
from tests.support.inside import Inside
from tests.web.pages.test_locked import Desk, room
from tests.web.pages.test_moves import app
from web.pages import assets, packed

__all__ = ["app", "room"]

LOADED: Final = re.compile(r'<(?:script|link)\b[^>]*(?:href|src)="(/static/[^"]+)"')
PACKED: Final = {"accept-encoding": "br, gzip;q=0.8"}
PLAIN: Final = ({"accept-encoding": "identity"}, {"accept-encoding": "br, gzip;q=0"})


def came(answer: httpx.Response) -> int:
    """Bytes of it that passed the line."""
    return answer.num_bytes_downloaded


def whole(app: Inside, path: str, **headers: str) -> httpx.Response:
    """The file as it is for who takes nothing packed."""
    return app.ask("GET", path, headers={"accept-encoding": "identity", **headers})


@pytest.mark.parametrize("name", ["css/pages.css", "css/wall.css", "live.js", "boat.svg"])
@pytest.mark.parametrize("kept", [True, False])
def test_a_text_comes_packed_to_who_takes_it_so(app: Inside, name: str, kept: bool) -> None:
    path = assets.address(name) if kept else f"/static/{name}"
    plain = whole(app, path)
    assert "content-encoding" not in plain.headers
    for headers in PLAIN:
        assert app.ask("GET", path, headers=headers).headers.get("content-encoding") is None
    answer = app.ask("GET", path, headers=PACKED)
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.content == plain.content
    assert came(answer) < came(plain) * 0.7
    assert {answer.headers["vary"], plain.headers["vary"]} == {"Accept-Encoding"}
    assert answer.headers["content-type"] == plain.headers["content-type"]
    assert answer.headers.get("cache-control") == plain.headers.get("cache-control")


@pytest.mark.parametrize("name", ["css/pages.css", "live.js"])
def test_packed_and_plain_are_two_things_to_whoever_keeps_them(app: Inside, name: str) -> None:
    path = f"/static/{name}"
    tags = [app.ask("GET", path, headers=each).headers["etag"] for each in (PACKED, PLAIN[1])]
    assert len({*tags}) == 2
    for tag, headers in zip(tags, (PACKED, PLAIN[1]), strict=True):
        again = app.ask("GET", path, headers={**headers, "if-none-match": tag})
        assert (again.status_code, again.headers["etag"]) == (304, tag)
        other = app.ask("GET", path, headers={**headers, "if-none-match": '"another"'})
        assert other.status_code == 200


def test_a_piece_of_a_file_is_a_piece_of_the_file(app: Inside) -> None:
    answer = app.ask("GET", "/static/live.js", headers={**PACKED, "range": "bytes=0-9"})
    assert answer.status_code == 206
    assert "content-encoding" not in answer.headers
    assert answer.content == (assets.FOLDER / "live.js").read_bytes()[:10]


def test_what_is_packed_already_is_left_as_it_is(app: Inside) -> None:
    answer = app.ask("GET", "/static/sounds/knock.mp3", headers=PACKED)
    assert "content-encoding" not in answer.headers
    assert "vary" not in answer.headers


def test_every_page_has_one_sheet_of_all_blocks_in_their_order(app: Inside) -> None:
    files = [assets.FOLDER / "css" / f"{name}.css" for name in assets.STYLES]
    brought = [Path(FOLDERS, name, "kind.css") for name in KINDS]
    files += [file for file in brought if file.is_file()]
    texts = [file.read_text(encoding="utf-8") for file in files]
    assert whole(app, assets.address(assets.SHEET)).text == "\n".join(texts)
    sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', app.ask("GET", "/").text)
    assert sheets == [assets.address(assets.SHEET)]
    for file in Path(FOLDERS).glob("*/kind.css"):  # in the sheet it has another address
        assert "url(" not in file.read_text(encoding="utf-8"), file


def play(room: Desk, **headers: str) -> httpx.Response:
    """The phone's page."""
    return room.app.ask("GET", "/play", headers={"cookie": f"seat={room.token}", **headers})


def test_the_play_page_takes_few_requests_and_few_bytes(room: Desk) -> None:
    """With what it loads, but for drawings: what was 24 files and 100 KB."""
    page = play(room, **PACKED)
    found = LOADED.findall(page.text)
    assert len(found) == len({*found})
    assert len([path for path in found if path.endswith(".css")]) == 1
    before_it_is_live = [path for path in found if not path.endswith(".svg")]
    assert len(before_it_is_live) <= 6, "so many come at the same time"
    files = [room.app.ask("GET", path, headers=PACKED) for path in found]
    assert all(file.headers["content-encoding"] == "gzip" for file in files)
    assert came(page) + sum(map(came, files)) < 35_000


def test_the_play_page_comes_packed_and_has_no_secret_beside_what_others_write(room: Desk) -> None:
    page, plain = play(room, **PACKED), play(room, **PLAIN[1])
    assert page.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert page.text == plain.text
    assert page.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert page.headers["cache-control"] == "no-store"
    assert 'name="mark"' not in page.text
    assert room.token not in page.text
    asked = room.app.ask("GET", "/play?words=told", headers={"cookie": f"seat={room.token}"})
    assert "told" not in asked.text


def test_a_page_with_a_mark_goes_as_it_is(room: Desk) -> None:
    for path in ("/login", f"/join/{room.code}"):
        page = room.app.ask("GET", path, headers=PACKED)
        assert 'name="mark"' in page.text
        assert "content-encoding" not in page.headers


def test_packed_is_what_can_be_unpacked() -> None:
    assert gzip.decompress(packed.packed(b"a" * 1000)) == b"a" * 1000
