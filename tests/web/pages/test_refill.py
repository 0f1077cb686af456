"""What was typed into a form that isn't taken is in the form that comes back, and why it wasn't."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import html  # type: ignore[import-untyped]

from tests.support.inside import Inside, inside
from tests.support.routes import ways
from tests.support.scripts import MINI
from tests.web.pages.test_people import PASSWORD, Browser
from web.pages.refill import refilled
from web.settings import Settings

Fields = Mapping[str, Any]


SCRIPT = "first-congress-demo"


class Refused(NamedTuple):
    """A form as it is sent, and refused."""

    route: str
    sent: Fields
    where: Mapping[str, str] = {}
    """What stands in the route's address."""


REFUSED = {
    "a seat in a team that isn't there": Refused(
        "/join/{code}", {"name": "王芳", "team": "9", "role": "lookout"}, {"code": "CODE"}
    ),
    "a seat without a name": Refused(
        "/join/{code}", {"name": "\u200b", "team": "2", "role": "recorder"}, {"code": "CODE"}
    ),
    "an account that exists": Refused(
        "/people", {"name": "admin", "roles": ["author", "auditor"], "branch": "all"}
    ),
    "an account without a role": Refused("/people", {"name": "小孙", "roles": [], "branch": "all"}),
    "other roles, none of them": Refused(
        "/people/accounts/{person}", {"roles": [], "branch": "all"}, {"person": "PERSON"}
    ),
    "a branch for half a day": Refused(
        "/people/branches", {"name": "第二支部", "retention_days": "0.5"}
    ),
    "a branch that exists": Refused(
        "/people/branches", {"name": "第一支部", "retention_days": "7"}
    ),
    "a branch's new name": Refused(
        "/people/branches/{branch}",
        {"name": "第一支部改名", "retention_days": "0"},
        {"branch": "BRANCH"},
    ),
    "a script's name with a blank": Refused("/studio/new", {"name": "a b", "title": "井冈山 1927"}),
    "a script that exists": Refused("/studio/new", {"name": "mini", "title": "再来一个"}),
    "too many teams": Refused("/scenarios/{name}/sessions", {"teams": "99"}, {"name": SCRIPT}),
    "teams in words": Refused("/scenarios/{name}/sessions", {"teams": "三"}, {"name": SCRIPT}),
    "a login": Refused("/login", {"name": "小王", "password": "guess", "next": "/studio"}),
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    folder = tmp_path_factory.mktemp("refill")
    script = folder / "scenarios" / "mini"
    script.mkdir(parents=True)
    (script / "scenario.yaml").write_bytes(MINI)
    settings = Settings(
        scenarios=folder / "scenarios",
        database_url=f"sqlite:///{folder}/test.db",
        secret="x",
        admin_password=PASSWORD,
    )
    with inside(settings) as opened:
        yield opened


@pytest.fixture(scope="module")
def admin(app: Inside) -> Browser:
    browser = Browser(app)
    assert browser.log_in("admin", PASSWORD).status_code == 303
    return browser


@pytest.fixture(scope="module")
def there(app: Inside, admin: Browser) -> dict[str, str]:
    """What stands in addresses: a session's code, an account, a branch."""
    admin.send("/people/branches", name="第一支部", retention_days="30")
    admin.send("/people", name="小李", roles=["author"], branch="all")
    opened = admin.send(f"/scenarios/{SCRIPT}/sessions", teams="2")
    assert opened.status_code == 303, opened.text
    desk = opened.headers["location"]
    people = html.document_fromstring(admin.ask("GET", "/people").text)
    console = admin.ask("GET", desk).text
    return {
        "CODE": console.split("邀请码 <code>")[1].split("<")[0],
        "PERSON": next(
            form.get("action").split("/")[-1]
            for form in people.forms
            if "/people/accounts/" in form.get("action", "") and form.get("action").count("/") == 3
        ),
        "BRANCH": next(
            form.get("action").split("/")[-1]
            for form in people.forms
            if form.get("action", "").startswith("/people/branches/")
        ),
    }


def form_of(answer: httpx.Response, action: str) -> Any:
    page = html.document_fromstring(answer.text)
    found = [form for form in page.forms if form.get("action") == action]
    assert found, f"{answer.status_code}: no form to {action} comes back"
    return found[0]


@given(st.text())
@example("\ufffe")
@example("a\x00b\ud800")
def test_whatever_was_typed_can_be_put_back(text: str) -> None:
    page = (
        "<main id=main><form action='/x'><input name=a><textarea name=b></textarea></form></main>"
    )
    shown = refilled(page, "/x", {"a": [text], "b": [text]}, f"没有{text}")
    assert "没有" in shown


@pytest.mark.parametrize("name", REFUSED)
def test_what_was_typed_is_in_the_form_that_comes_back(
    name: str, admin: Browser, there: dict[str, str]
) -> None:
    case = REFUSED[name]
    path = case.route.format(**{key: there.get(at, at) for key, at in case.where.items()})
    answer = admin.send(path, **case.sent)
    assert 400 <= answer.status_code < 500, answer.text[:300]
    form = form_of(answer, path)
    problem = form.xpath(".//*[@role='alert']") or html.document_fromstring(answer.text).xpath(
        "//*[@role='alert']"
    )
    assert problem[0].text_content().strip(), "why it wasn't taken"
    kept = _said(form)
    for field, value in case.sent.items():
        if field == "password":
            assert kept.get(field, [""]) == [""], "never put back"
        elif (field, value) != ("team", "9"):  # no such choice stands there
            assert kept.get(field, []) == (value if isinstance(value, list) else [value]), field


def _said(form: Any) -> dict[str, list[str]]:
    """What the form would send."""
    said: dict[str, list[str]] = {}
    for name, value in form.form_values():
        said.setdefault(name, []).append(value)
    return said


def test_a_wrong_code_stands_in_its_box(app: Inside) -> None:
    answer = app.ask("GET", "/join/ZZZZ2222")
    assert answer.status_code == 404
    assert _said(form_of(answer, "/join"))["code"] == ["ZZZZ2222"]


def test_a_bad_package_leads_back_to_the_shelf(admin: Browser) -> None:
    mark = admin.app.mark(admin.cookies["login"])
    answer = admin.ask(
        "POST", "/studio/import", data={"mark": mark}, files={"package": ("x.zip", b"no zip")}
    )
    assert form_of(answer, "/studio/import").xpath(".//*[@role='alert']")


def test_every_form_tried_here_is_one_of_ours(app: Inside) -> None:
    taken = {way.path for way in ways(app.app) if way.form}
    assert {case.route for case in REFUSED.values()} <= taken


PAGE = """<!doctype html><html lang="zh-CN"><body><details><form action="/x">
<input type="hidden" name="mark" value="ours"><input type="password" name="secret">
<input name="a" value="was" autofocus><textarea name="t">was</textarea>
<select name="s"><option value="1" selected>一</option><option value="2">二</option></select>
<input type="checkbox" name="c" value="p" checked><input type="checkbox" name="c" value="q">
<input type="radio" name="r" value="" checked><input type="radio" name="r" value="gone" disabled>
<svg viewBox="0 0 1 1"></svg></form></details><form action="/y"><input name="a"></form></body></html>"""


def test_every_kind_of_field_is_filled_and_nothing_else() -> None:
    typed = {
        "mark": ["theirs"], "secret": ["s"], "a": ["<b>&\""], "t": ["两\n行"], "s": ["2"],
        "c": ["q"], "r": ["gone"],
    }  # fmt: skip
    page = refilled(PAGE, "/x", typed, "不行 <i>")
    whole = html.document_fromstring(page)
    first, second = whole.forms
    typed_again = dict(first.form_values())
    assert {name: typed_again[name] for name in ("mark", "a", "t", "s", "c")} == {
        "mark": "ours", "a": '<b>&"', "t": "两\n行", "s": "2", "c": "q",
    }  # fmt: skip
    assert not typed_again.get("secret")
    assert [box.get("value") for box in first.xpath(".//*[@name='r' and @checked]")] == [""]
    assert second.fields["a"] is None
    assert first.xpath("./*[1]")[0].text_content() == "不行 <i>"
    assert whole.xpath("//details")[0].get("open") is not None
    assert page.startswith("<!doctype html>")
    assert refilled(PAGE, "/elsewhere", typed) == PAGE
    without = PAGE.replace("<body>", "<body><main id=main>")
    assert "不行" in refilled(without, "/elsewhere", typed, "不行")


def test_of_several_forms_to_one_address_the_one_that_was_sent_is_filled() -> None:
    page = "<html><body>" + "".join(
        f'<form action="/x"><input type="hidden" name="who" value="{who}"><input name="a"></form>'
        for who in ("one", "two")
    )
    forms = html.document_fromstring(refilled(page, "/x", {"who": ["two"], "a": ["here"]})).forms
    assert [form.fields["a"] for form in forms] == [None, "here"]
