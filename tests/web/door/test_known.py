"""Whoever guesses in the room locks nobody out whom the account knows: family of security B4."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from argon2 import PasswordHasher

from engine.store.people import passwords
from engine.store.people.attempts import LOCK_OUT_AFTER
from tests.support.inside import Inside, inside, small
from tests.web.pages.test_people import PASSWORD, Browser, added, code_of
from web.door.limits import LOGINS_MAX
from web.door.logins import DEVICE_COOKIE

ROOM = "192.0.2.9"


@pytest.fixture
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    folder = tmp_path_factory.mktemp("known")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(1, 8, 1))
        with inside(small(folder, admin_password=PASSWORD)) as opened:
            yield opened


@pytest.fixture
def admin(app: Inside) -> Browser:
    browser = Browser(app, "198.51.100.1")
    browser.log_in("admin", PASSWORD)
    return browser


def guess(app: Inside, name: str, cookie: str = "") -> int:
    """Guess until the address is shut. The last status."""
    status = 0
    for n in range(LOGINS_MAX + LOCK_OUT_AFTER):
        stranger = Browser(app, ROOM)
        if cookie:
            stranger.cookies[DEVICE_COOKIE] = cookie
        # One name is locked; many names empty the address's bucket.
        status = stranger.log_in(name if n % 2 else f"{name}{n}", "guess").status_code
    return status


def logging_in(browser: Browser, app: Inside, name: str, password: str, secret: str) -> int:
    answer = browser.log_in(name, password)
    if secret:
        passed = answer.text.split('name="passed" value="')[1].split('"')[0]
        answer = browser.send("/login", passed=passed, code=code_of(app, secret, 1), name=name)
    return answer.status_code


def stepping_up(browser: Browser, app: Inside, name: str, password: str, secret: str) -> int:
    fields = {"old": password, "new": "又一个够长的新密码：春", "again": "又一个够长的新密码：春"}
    return browser.send("/account/password", **fields).status_code


WAYS: dict[str, tuple[Callable[[Browser, Inside, str, str, str], int], bool]] = {
    "a login": (logging_in, False),
    "a login with a code": (logging_in, True),
    "a step-up": (stepping_up, False),
}


@pytest.mark.parametrize(("way", "codes"), WAYS.values(), ids=WAYS)
def test_who_is_known_isnt_locked_out_by_their_neighbours(
    app: Inside, admin: Browser, way: Callable[..., int], codes: bool
) -> None:
    password = added(admin, "小赵", "facilitator")
    zhao, secret = Browser(app, ROOM), ""
    assert zhao.log_in("小赵", password).status_code == 303
    if codes:
        zhao.send("/account/codes", password=password)
        secret = app.run(app.services.people.find_totp(admin_id(app, "小赵"))) or ""
        zhao.send("/account/codes/confirm", code=code_of(app, secret))
    assert guess(app, "小赵") == 429
    assert way(zhao, app, "小赵", password, secret) == 303
    assert Browser(app, ROOM).log_in("小赵", password).status_code == 429, "strangers still wait"


def admin_id(app: Inside, name: str) -> str:
    found = app.run(app.services.people.find_named(name))
    assert found is not None
    return found.id


def test_a_mark_is_good_for_its_account_and_its_browser_alone(app: Inside, admin: Browser) -> None:
    passwords_of = {name: added(admin, name, "facilitator") for name in ("小钱", "小孙")}
    qian, sun = Browser(app, ROOM), Browser(app, ROOM)
    qian.log_in("小钱", passwords_of["小钱"])
    sun.log_in("小孙", passwords_of["小孙"])
    own, other = qian.cookies[DEVICE_COOKIE], sun.cookies[DEVICE_COOKIE]
    mixed = own.split(".")[0] + "." + other.split(".")[1]
    guess(app, "小钱")
    for cookie in (other, mixed, "x", ".", "a.b.c", "%00.", own.split(".")[0], own[:-1], "." * 99):
        stranger = Browser(app, ROOM)
        stranger.cookies[DEVICE_COOKIE] = cookie
        answer = stranger.log_in("小钱", passwords_of["小钱"])
        assert answer.status_code == 429, cookie


def test_guesses_from_a_known_browser_count_too(app: Inside, admin: Browser) -> None:
    password = added(admin, "小李", "facilitator")
    li = Browser(app, ROOM)
    li.log_in("小李", password)
    answers = [li.log_in("小李", "guess").status_code for _ in range(LOCK_OUT_AFTER + 1)]
    assert answers == [401] * LOCK_OUT_AFTER + [429]
    assert Browser(app, ROOM).log_in("小李", password).status_code == 303, "the address is another"


def test_what_is_told_is_the_same_whoever_asks(app: Inside, admin: Browser) -> None:
    """No oracle: of names that there are and that there aren't, the same is said and kept."""
    added(admin, "小周", "facilitator")
    told = []
    for name in ("小周", "无此人"):
        stranger = Browser(app, ROOM)
        answer = stranger.log_in(name, "guess")
        text = answer.text.replace(name, "?")
        told.append((answer.status_code, sorted(answer.headers), text.split("<form")[0]))
        assert DEVICE_COOKIE not in stranger.cookies
    assert told[0] == told[1]


def test_one_browser_of_a_whole_office_knows_them_all(app: Inside, admin: Browser) -> None:
    names = {name: added(admin, name, "facilitator") for name in ("甲某", "乙某", "丙某")}
    shared = Browser(app, ROOM)
    for name, password in names.items():
        shared.log_in(name, password)
    guess(app, "甲某")
    for name, password in names.items():
        assert shared.log_in(name, password).status_code == 303
