"""What nobody means to send: it is refused, and costs and tells nothing."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import httpx
import pytest
import structlog

from engine.errors import Refused
from engine.evening.commanding import DESK_KINDS, SEAT_KINDS, build_command
from engine.rules.commands import FACILITATOR
from tests.web.door.test_api import opened
from web import logs
from web.door.auth import safe_next
from web.door.bodies import read_body
from web.live.wire import CommandMessage, DeskRequest, id_of, read_message

DEEP = b'{"type":"ping","id":' + b"[" * 60_000


def test_a_way_on_that_is_none(client: httpx.Client) -> None:
    for target in ("//[", "//evil.example.cn", "/\\evil.example.cn", "https:///x", "/a\r\nb", "x"):
        assert safe_next(target) == "/sessions", target
        assert client.get("/login", params={"next": target}).status_code == 200
    assert safe_next("/studio/x?y=1") == "/studio/x?y=1"


def test_a_team_with_a_number_beyond_all_numbers(client: httpx.Client, desk: httpx.Client) -> None:
    code = opened(desk)["code"]
    page = client.get(f"/join/{code}").text
    mark = page.split('name="mark" value="')[1].split('"')[0]
    form = {"mark": mark, "name": "某某", "team": "9" * 5_000}
    assert client.post(f"/join/{code}", data=form).status_code == 303


def test_brackets_without_end(client: httpx.Client) -> None:
    with pytest.raises(Refused):
        read_message(DEEP)
    with pytest.raises(Refused):
        read_body(DEEP, DeskRequest)
    assert id_of(DEEP) == ""
    headers = {"content-type": "application/json"}
    answer = client.post("/api/token", content=DEEP, headers=headers)
    assert answer.status_code == 422


@pytest.mark.parametrize("name", ["a\0b", "\n", "", "x" * 65])
def test_ids_are_short_and_can_be_printed(name: str) -> None:
    """A database would refuse such an id, and with it what others wait to have written."""
    asked = DeskRequest(do="pause", id=name)
    with pytest.raises(Refused):
        build_command(DESK_KINDS, asked, name=name, by=FACILITATOR, at_ms=0)


@pytest.fixture
def console_log(capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    root = logging.getLogger()
    before, level = root.handlers, root.level
    logs.configure("console")
    yield
    root.handlers, root.level = before, level
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def _fail() -> None:
    password = "tell-nobody"
    raise ValueError(len(password))


@pytest.mark.usefixtures("console_log")
def test_a_traceback_tells_no_values(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        _fail()
    except ValueError:
        structlog.get_logger().exception("failed")
    said = capsys.readouterr().err
    assert "_fail" in said
    assert said.count("tell-nobody") == 0


@pytest.mark.parametrize("spoilt", ["红\x00船", "\u202e红船\u2066", "红\x1b船\x7f", "红船\ud800"])
def test_what_is_typed_is_cleaned_before_it_is_kept(spoilt: str) -> None:
    """It goes on the wall and into Word: nothing in it turns a line about, or can't be written."""
    answered = CommandMessage(id="a", do="submit", task="t", answer=[spoilt])
    command = build_command(SEAT_KINDS, answered, name="a", by="s1", at_ms=0)
    assert command.answer == ("红船",)
