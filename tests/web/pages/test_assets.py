"""What browsers load besides pages comes in one version, or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Final

import pytest

from tests.support.inside import Inside, inside, small
from web.pages import assets

KEPT: Final = "public, max-age=31536000, immutable"
LOADED: Final = re.compile(r'(?:href|src)="(/static/[^"]+)"')


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Inside]:
    with inside(small(tmp_path)) as running:
        yield running


@pytest.fixture
def updated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The files are others than those that the page was made for."""
    folder = tmp_path / "static"
    copytree(assets.FOLDER, folder)
    script = folder / "page.js"
    script.write_text(script.read_text(encoding="utf-8") + "// and more", encoding="utf-8")
    monkeypatch.setattr(assets, "FOLDER", folder)
    assets.version.cache_clear()
    yield
    assets.version.cache_clear()


def loaded(app: Inside) -> list[str]:
    """The addresses that the first page loads."""
    found = LOADED.findall(app.ask("GET", "/").text)
    assert len(found) > 3
    assert assets.address(assets.SHEET) in found
    return found


def test_a_page_loads_all_in_one_version_and_keeps_it(app: Inside) -> None:
    for address in loaded(app):
        assert address.startswith(f"/static/{assets.version()}/")
        answer = app.ask("GET", address)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, KEPT), address


def test_what_a_file_names_is_of_its_own_version() -> None:
    """Relative, it stands under the same address; from the root it would be of any version."""
    for file in [*assets.FOLDER.glob("css/*.css"), *assets.FOLDER.glob("*.js")]:
        text = file.read_text(encoding="utf-8")
        named = re.findall(r'url\("([^"]+)"\)|\bfrom "([^"]+)"|\bimport "([^"]+)"', text)
        for name in filter(None, (one for each in named for one in each)):
            assert name.startswith("."), f"{file.name} names {name}"
            assert (file.parent / name).resolve().is_file(), f"{file.name} names {name}"


def test_after_an_update_yesterdays_page_gets_nothing_of_todays(
    app: Inside, request: pytest.FixtureRequest
) -> None:
    """It was answered with today's file before, which the browser then kept for a year as yesterday's."""
    before = loaded(app)
    request.getfixturevalue("updated")
    for address in before:
        answer = app.ask("GET", address)
        assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store"), address
    assert not set(before) & {assets.address(each.split("/", 3)[3]) for each in before}


def test_under_its_bare_name_a_file_is_there_but_not_kept(app: Inside) -> None:
    answer = app.ask("GET", "/static/seal.svg")
    assert answer.status_code == 200
    assert "cache-control" not in answer.headers
    assert answer.headers["etag"]


def test_scripts_are_called_scripts_whatever_the_system_says(
    app: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("starlette.responses.guess_type", lambda *_: ("text/plain", None))
    for address in loaded(app):
        if address.endswith(".js"):
            kind = app.ask("GET", address).headers["content-type"]
            assert kind == "text/javascript; charset=utf-8"


def test_a_page_names_no_file_that_isnt_there() -> None:
    with pytest.raises(FileNotFoundError):
        assets.address("css/nowhere.css")


def test_of_a_kinds_folder_styles_and_scripts_are_served_and_nothing_else(app: Inside) -> None:
    assert assets.BROUGHT
    sheet = app.ask("GET", assets.address(assets.SHEET)).text
    for path, file in assets.BROUGHT.items():
        assert not path.endswith(".css") or file.read_text(encoding="utf-8") in sheet
        assert app.ask("GET", assets.address(path)).text == file.read_text(encoding="utf-8")
        for beside in ("kind.py", "seat.html", "examples.yaml", "../registry.py", "kind%2Epy"):
            there = f"/static/{path.rpartition('/')[0]}/{beside}"
            assert app.ask("GET", there).status_code == 404, there
