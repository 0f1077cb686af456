"""Logging in, one's own account, and the administrator's page, as a browser sees them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import httpx
import pyotp
import pytest

from engine.errors import Refused
from tests.support.inside import Inside, inside
from web.door.audit import Actor
from web.live.lines import SessionLine
from web.settings import Settings

PASSWORD = "admin password"


class Browser:
    """Keeps its cookies, and sends forms with their mark."""

    def __init__(self, app: Inside, address: str = "192.0.2.9") -> None:
        self.app = app
        self.address = address
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, **more: object) -> httpx.Response:
        headers = {"cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        answer = self.app.ask(
            method, path, address=self.address, headers=headers if self.cookies else {}, **more
        )
        for name, value in answer.cookies.items():
            self.cookies[name] = value
        return answer

    def send(self, path: str, **fields: object) -> httpx.Response:
        mark = self.app.mark(self.cookies.get("login", ""))
        return self.ask("POST", path, data={"mark": mark, **fields})

    def log_in(self, name: str, password: str) -> httpx.Response:
        return self.send("/login", name=name, password=password)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    folder = tmp_path_factory.mktemp("people")
    settings = Settings(
        scenarios=folder,
        database_url=f"sqlite:///{folder}/test.db",
        secret="x",
        admin_password=PASSWORD,
        public_url="https://party.example.cn",
        origins="https://other.example.cn",
    )
    with inside(settings) as opened:
        yield opened


@pytest.fixture
def admin(app: Inside) -> Browser:
    browser = Browser(app)
    assert browser.log_in("admin", PASSWORD).headers["location"] == "/sessions"
    return browser


def added(admin: Browser, name: str, *roles: str, branch: str = "all") -> str:
    """The password of a new account."""
    answer = admin.send("/people", name=name, roles=list(roles), branch=branch)
    assert answer.status_code == 201, answer.text
    found = re.search(r'link-text">([^<]+)</code>', answer.text)
    assert found is not None
    return found[1]


def person(admin: Browser, name: str) -> str:
    found = re.search(
        rf'id="person-(\w+)">\s*<summary>\s*<b>{name}</b>', admin.ask("GET", "/people").text
    )
    assert found is not None
    return found[1]


def code_of(app: Inside, secret: str, step: int = 0) -> str:
    now_s = app.services.host.clock.now_ms() // 1000
    return pyotp.TOTP(secret).at(now_s + 30 * step)


def test_who_is_added_sees_what_they_may(app: Inside, admin: Browser) -> None:
    password = added(admin, "讲师小王", "trainer")
    trainer = Browser(app)
    assert trainer.log_in("讲师小王", password).status_code == 303
    page = trainer.ask("GET", "/sessions").text
    assert 'href="/review"' in page
    assert 'href="/studio"' not in page
    assert 'href="/people"' not in page
    assert "再开一场" not in page
    refused = trainer.ask("GET", "/people")
    assert (refused.status_code, "不能做这件事" in refused.text) == (403, True)
    assert admin.send("/people", name="讲师小王", roles=["author"]).status_code == 409
    assert admin.send("/people", name="没角色").status_code == 422
    assert admin.send("/people", name=" ", roles=["author"]).status_code == 422


def test_roles_change_and_disabling_is_at_once(app: Inside, admin: Browser) -> None:
    password = added(admin, "小李", "author")
    li, name = Browser(app), person(admin, "小李")
    li.log_in("小李", password)
    assert li.ask("GET", "/studio").status_code == 200
    assert admin.send(f"/people/accounts/{name}", roles=["auditor"]).status_code == 303
    assert li.ask("GET", "/studio").status_code == 403
    assert admin.send(f"/people/accounts/{name}/disable").status_code == 303
    assert li.ask("GET", "/account").headers["location"] == "/login?next=/account"
    assert li.log_in("小李", password).status_code == 401
    assert admin.send(f"/people/accounts/{name}/enable").status_code == 303
    shown = admin.send(f"/people/accounts/{name}/password").text
    found = re.search(r'link-text">([^<]+)</code>', shown)
    assert found is not None
    assert li.log_in("小李", password).status_code == 401
    assert li.log_in("小李", found[1]).status_code == 303
    own = person(admin, "admin")
    assert admin.send(f"/people/accounts/{own}/disable").status_code == 422
    assert admin.send(f"/people/accounts/{own}", roles=["auditor"]).status_code == 422


def test_branches_are_added_renamed_and_kept_apart(admin: Browser) -> None:
    assert "还没有支部" in admin.ask("GET", "/people").text
    assert admin.send("/people/branches", name="一支部", retention_days="90").status_code == 303
    assert admin.send("/people/branches", name="一支部").status_code == 409
    for days in ("0", "-1", "x", "1.5"):
        assert admin.send("/people/branches", name="二支部", retention_days=days).status_code == 422
    page = admin.ask("GET", "/people").text
    found = re.search(r"/people/branches/(\w+)", page)
    assert found is not None
    assert 'value="90"' in page
    path = found[0]
    assert admin.send(path, name="第一支部", retention_days="").status_code == 303
    assert "第一支部" in admin.ask("GET", "/people").text
    assert admin.send("/people/branches/nowhere", name="x").status_code == 404
    [branch] = admin.app.run(admin.app.services.people.list_branches())
    assert (branch.name, branch.retention_days) == ("第一支部", None)


def test_another_password_ends_the_other_logins(app: Inside, admin: Browser) -> None:
    password = added(admin, "小张", "facilitator")
    here, there = Browser(app), Browser(app)
    for browser in (here, there):
        browser.log_in("小张", password)
    new = "一个新的密码 1921"
    for old, one, two in (("wrong", new, new), (password, new, "x"), (password, "短", "短")):
        assert here.send("/account/password", old=old, new=one, again=two).status_code == 422
    assert there.ask("GET", "/account").status_code == 200
    assert here.send("/account/password", old=password, new=new, again=new).status_code == 303
    assert here.ask("GET", "/account").status_code == 200
    assert there.ask("GET", "/account").status_code == 303
    assert there.log_in("小张", new).status_code == 303
    assert "本机" in here.ask("GET", "/account").text
    assert here.send("/account/logins/end").status_code == 303
    assert there.ask("GET", "/account").status_code == 303


def test_a_second_device_is_asked_for_its_code(app: Inside, admin: Browser) -> None:
    password = added(admin, "小赵", "facilitator")
    zhao = Browser(app)
    zhao.log_in("小赵", password)
    assert zhao.send("/account/codes", password="wrong").status_code == 422
    assert zhao.send("/account/codes", password=password).status_code == 303
    page = zhao.ask("GET", "/account").text
    found = re.search(r'link-text">([A-Z2-7 ]+)</code>', page)
    assert found is not None
    secret = found[1].replace(" ", "")
    assert "<svg" in page
    assert zhao.send("/account/codes/confirm", code="000000").status_code == 422
    assert zhao.log_in("小赵", password).status_code == 303, "unconfirmed, it isn't asked for"
    first = code_of(app, secret, -1)
    assert zhao.send("/account/codes/confirm", code=first).status_code == 303
    assert zhao.send("/account/codes", password=password).status_code == 409
    body = {"name": "小赵", "password": password}
    needed = app.ask("POST", "/api/token", json=body)
    assert (needed.status_code, needed.json()["error"]["code"]) == (401, "code_needed")
    again = app.ask("POST", "/api/token", json={**body, "code": first})
    assert again.json()["error"]["code"] == "wrong_code", "a code counts once"
    assert (
        "token" in app.ask("POST", "/api/token", json={**body, "code": code_of(app, secret)}).json()
    )
    step = Browser(app).log_in("小赵", password)
    found = re.search(r'name="passed" value="([^"]+)"', step.text)
    assert found is not None
    browser = Browser(app)
    assert "动态码不对" in browser.send("/login", passed=found[1], code="000000").text
    assert (
        browser.send("/login", passed=found[1] + "0", code=code_of(app, secret, 1)).status_code
        == 401
    )
    done = browser.send("/login", passed=found[1], code=code_of(app, secret, 1), next="/account")
    assert (done.status_code, done.headers["location"]) == (303, "/account")
    assert admin.send(f"/people/accounts/{person(admin, '小赵')}/codes/drop").status_code == 303
    assert Browser(app).log_in("小赵", password).status_code == 303


def test_failures_lock_out_and_say_for_how_long(app: Inside) -> None:
    stranger = Browser(app, "192.0.2.66")
    answers = [stranger.log_in("admin", "guess") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 300
    assert stranger.log_in("admin", PASSWORD).status_code == 429, "though it is the right one"
    assert Browser(app, "192.0.2.67").log_in("admin", PASSWORD).status_code == 303


def test_cookies_are_for_https_alone_where_the_server_is(app: Inside) -> None:
    answer = Browser(app).log_in("admin", PASSWORD)
    cookie = answer.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("secure", "httponly", "samesite=lax"))
    assert "strict-transport-security" in answer.headers


def test_a_console_ends_with_its_login(app: Inside, admin: Browser) -> None:
    services, token = app.services, admin.cookies["login"]
    account = app.run(services.people.find_login(token))
    assert account is not None
    app.run(services.database.texts.keep("d", "s", "1", b"text"))
    session = app.run(
        services.sessions.create_session(scenario="s", digest="d", teams=1, owner=account.id)
    )
    actor = Actor.of_account(account, session, "192.0.2.9")
    line = SessionLine(services, session, "console", token, actor, account)
    app.run(line.check())
    app.run(services.people.end_login(token))
    with pytest.raises(Refused, match="login_needed"):
        app.run(line.check())


def logins(app: Inside, admin: Browser) -> list[tuple[str, str, str]]:
    """What the log says of logins, oldest first."""
    app.run(app.services.database.audit.close())
    lines = admin.ask("GET", "/audit/log.jsonl", params={"act": "login"}).text.splitlines()
    found = [json.loads(line) for line in reversed(lines)]
    return [(each["kind"], each["who"], each["outcome"]) for each in found]


def test_a_login_is_told_however_it_is_sent(app: Inside, admin: Browser) -> None:
    before = len(logins(app, admin))
    form = {"mark": app.mark(), "password": PASSWORD}
    as_files = {name: (None, value) for name, value in {**form, "name": "admin"}.items()}
    twice = {**form, "name": ["nobody", "admin"]}
    assert app.ask("POST", "/login", files=as_files).status_code == 415, "in parts come files alone"
    assert app.ask("POST", "/login", data=twice).status_code == 303
    assert ("staff", "admin", "ok") in logins(app, admin)[before:]


def with_codes(app: Inside, admin: Browser, name: str) -> tuple[str, str]:
    """A new account with codes: its secret, and the ticket of a first step."""
    password = added(admin, name, "facilitator")
    people = app.services.people
    account = app.run(people.find_named(name))
    assert account is not None
    secret = app.run(people.begin_totp(account.id))
    assert app.run(people.use_code(account.id, code_of(app, secret, -1)))
    step = Browser(app).log_in(name, password)
    found = re.search(r'name="passed" value="([^"]+)"', step.text)
    assert found is not None
    return secret, found[1]


def test_both_steps_of_a_login_are_told(app: Inside, admin: Browser) -> None:
    before = len(logins(app, admin))
    secret, ticket = with_codes(app, admin, "小郑")
    assert Browser(app).send("/login", passed=ticket, code=code_of(app, secret)).status_code == 303
    assert logins(app, admin)[before:] == [
        ("staff", "小郑", "code_needed"),
        ("staff", "小郑", "ok"),
    ]


def test_a_ticket_ends_with_its_password_and_with_codes(app: Inside, admin: Browser) -> None:
    secret, ticket = with_codes(app, admin, "小钱")
    admin.send(f"/people/accounts/{person(admin, '小钱')}/password")
    reset = Browser(app).send("/login", passed=ticket, code=code_of(app, secret))
    assert reset.status_code == 401
    _, ticket = with_codes(app, admin, "小王")
    admin.send(f"/people/accounts/{person(admin, '小王')}/codes/drop")
    assert Browser(app).send("/login", passed=ticket).status_code == 401


def test_a_login_leads_to_a_page_that_may_be_seen(app: Inside, admin: Browser) -> None:
    for name, role, page in (("作者", "author", "/studio"), ("审计", "auditor", "/sessions")):
        password = added(admin, name, role)
        browser = Browser(app)
        assert browser.log_in(name, password).headers["location"] == page
        assert browser.ask("GET", page).status_code != 403
    failed = Browser(app).log_in("审计", "guess").text
    assert 'name="name" value="审计"' in failed


def test_a_form_that_is_refused_says_so_on_its_page(admin: Browser) -> None:
    for path, fields in (
        ("/people", {"name": "没角色", "branch": "all"}),
        ("/people/branches", {"name": "三支部", "retention_days": "x"}),
        (f"/people/accounts/{person(admin, 'admin')}", {"roles": ["auditor"]}),
    ):
        answer = admin.send(path, **fields)
        assert (answer.status_code, 'class="problem"' in answer.text) == (422, True)
    admin.send("/people/branches", name="四支部")
    assert "请选一个支部" in admin.send("/people", name="谁的", roles=["author"]).text


def test_an_error_page_keeps_who_is_logged_in_and_leads_back(app: Inside, admin: Browser) -> None:
    password = added(admin, "小孙", "author")
    sun = Browser(app)
    sun.log_in("小孙", password)
    refused = sun.ask("GET", "/people")
    assert 'href="/account">小孙</a>' in refused.text
    for came, back in (
        ("http://inside/studio?x=1", "/studio?x=1"),
        ("http://inside//evil.example", ""),
        ("http://evil.example/studio", ""),
        ("http://inside/people", ""),
        ("http://[", ""),
        ("", ""),
    ):
        page = app.ask(
            "GET", "/people", headers={"cookie": f"login={sun.cookies['login']}", "referer": came}
        )
        assert (f'href="{back}">返回上一页</a>' in page.text) is bool(back), came
        assert ("返回上一页" in page.text) is bool(back), came


def test_codes_that_wait_are_given_up_without_a_password(app: Inside, admin: Browser) -> None:
    password = added(admin, "小吴", "facilitator")
    wu = Browser(app)
    wu.log_in("小吴", password)
    wu.send("/account/codes", password=password)
    assert "不启用了" in wu.ask("GET", "/account").text
    answer = wu.send("/account/codes/drop")
    assert answer.headers["location"] == "/account?told=cancelled"
    assert "不启用了" not in wu.ask("GET", "/account").text


def test_a_phone_without_its_seat_is_told_so(app: Inside) -> None:
    answer = app.ask("GET", "/play", headers={"cookie": "seat=gone"})
    assert answer.headers["location"] == "/join?left=1"
    assert "请找组织者" in app.ask("GET", "/join?left=1").text
    assert "请找组织者" not in app.ask("GET", "/join").text


def test_who_guessed_too_often_is_told_that(app: Inside) -> None:
    codes = ("ABCDEFG" + letter for letter in "ABCDEFGHJKLMNPQRSTUVWXYZ" * 4)
    answers = [app.ask("GET", f"/join/{code}", address="192.0.2.99") for code in codes]
    assert answers[-1].status_code == 429
    assert "输错的次数太多" in answers[-1].text
    assert "没有这个邀请码" not in answers[-1].text


@pytest.mark.parametrize("by", ["bearer", "cookie", "both"])
def test_whoever_logs_out_is_out_however_they_said_who_they_are(app: Inside, by: str) -> None:
    found = app.run(app.services.people.find_named("admin"))
    assert found is not None
    tokens = [app.run(app.services.people.create_login(found.id, 3600)) for _ in range(2)]
    bearer, cookie = tokens
    headers = {} if by == "cookie" else {"authorization": f"Bearer {bearer}"}
    headers |= {} if by == "bearer" else {"cookie": f"login={cookie}"}
    mark = app.mark("" if by == "bearer" else cookie)
    assert app.ask("POST", "/logout", data={"mark": mark}, headers=headers).status_code == 303
    over = [app.run(app.services.people.find_login(token)) is None for token in tokens]
    assert over == [by != "cookie", by != "bearer"]


@pytest.mark.parametrize("new", ["1111111111", "1234567890", "小郑小郑小郑小郑小郑", "password123"])
def test_a_password_that_is_guessed_easily_is_refused(app: Inside, new: str) -> None:
    found = app.run(app.services.people.find_named("admin"))
    assert found is not None
    browser = Browser(app)
    browser.cookies["login"] = app.run(app.services.people.create_login(found.id, 3600))
    answer = browser.send("/account/password", old=PASSWORD, new=new, again=new)
    assert answer.status_code == 422
    assert "这个密码太好猜：" in answer.text
    assert Browser(app).log_in("admin", PASSWORD).status_code == 303


@pytest.mark.parametrize("name", ["Аdmin", "ａｄｍｉｎ", "系统", "adm\u200bin", "管理員", "x<y"])
def test_nobody_is_called_like_the_program_or_another(admin: Browser, name: str) -> None:
    answer = admin.send("/people", name=name, roles="author", branch="all")
    assert answer.status_code in (409, 422), answer.text
    assert 'role="alert"' in answer.text
    assert admin.send("/people/branches", name="全组织", retention_days="").status_code == 422
