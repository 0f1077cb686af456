"""Every refusal has a page that people can read, in Chinese first, with a way on; programs get JSON."""

from __future__ import annotations

import re
from typing import Any, Final

import pytest
from starlette.requests import Request

from engine.errors import AppError, StoreUnavailable
from engine.export.report import NothingPlayedError
from engine.work.bounds import work_error
from tests.support.finished import bearer
from tests.support.inside import Inside
from tests.web.pages.test_moves import app
from web.door.replies import respond
from web.door.statuses import CODES, STATUS, web_error
from web.pages.work import PROVE

__all__ = ["app"]

ENGLISH: Final = re.compile(r"[A-Za-z]{2,}[ ,]+[A-Za-z]{2,}[ ,]+[a-z]{2,}")
"""Three words of it in a row are a sentence that isn't Chinese."""
PASSING: Final = {429, 500, 503}


def asked(app: Inside, path: str, method: str = "GET", **headers: str) -> Request:
    scope: dict[str, Any] = {
        "type": "http", "method": method, "path": path, "query_string": b"a=1", "scheme": "http",
        "server": ("inside", 80), "client": ("192.0.2.9", 1), "app": app.app,
        "headers": [(b"host", b"inside"), *((k.encode(), v.encode()) for k, v in headers.items())],
    }  # fmt: skip
    return Request(scope)


def said(error: AppError, request: Request) -> tuple[int, str]:
    answer = respond(request, error)
    return answer.status_code, bytes(answer.body).decode()


def main_of(page: str) -> str:
    return page.split("<main", 1)[1].split("</main>", 1)[0]


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_refusal_has_a_page_with_a_way_on(app: Inside, code: str) -> None:
    error = web_error(code, what="x", who="x")
    status, page = said(error, asked(app, "/somewhere", referer="http://inside/sessions"))
    assert status == STATUS[code]
    assert '<html lang="zh-CN"' in page
    told = main_of(page)
    assert not ENGLISH.search(re.sub("<[^>]*>", " ", told)), told
    links = re.findall(r'href="([^"]*)"', told)
    wanted = ["/sessions", "/", "/join"] if code != "wrong_host" else []
    assert links == (["/somewhere?a=1"] if status in PASSING else []) + wanted
    status, shape = said(error, asked(app, "/api/somewhere"))
    assert (status, shape[:10]) == (STATUS[code], '{"error":{')


@pytest.mark.parametrize(
    "error", [StoreUnavailable("x"), NothingPlayedError(), work_error("work_lost", PROVE)]
)
def test_what_is_none_of_a_requests_refusals_has_one_too(app: Inside, error: AppError) -> None:
    _, page = said(error, asked(app, "/somewhere", "POST"))
    told = main_of(page)
    assert 'href="/"' in told
    assert "再试一次" not in re.findall(r">([^<]*)</a>", told), "what was sent would be sent again"
    assert not ENGLISH.search(re.sub("<[^>]*>", " ", told)), told


@pytest.mark.parametrize(
    ("method", "path", "status", "says"),
    [
        ("GET", "/nowhere", 404, "没有找到"),
        ("DELETE", "/", 405, "不能这样操作"),
        ("GET", "/review?threshold=abc", 422, "“threshold”要是一个整数"),
    ],
)
def test_what_the_framework_refuses_is_said_in_our_words(
    app: Inside, method: str, path: str, status: int, says: str
) -> None:
    desk = bearer(app)
    answer = app.ask(method, path, headers={"cookie": f"login={desk}"})
    assert answer.status_code == status
    told = main_of(answer.text)
    assert says in told
    assert not ENGLISH.search(re.sub("<[^>]*>", " ", told)), told


def test_no_way_on_leads_to_another_host(app: Inside) -> None:
    _, page = said(web_error("failed"), asked(app, "//evil.example/x"))
    assert 'href="/evil.example/x?a=1"' in main_of(page)
