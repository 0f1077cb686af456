"""Accounts, branches and logins, on both kinds of database."""

from __future__ import annotations

import asyncio

import pyotp
import pytest

from engine.rights import Role
from engine.store.database import Database, open_database
from engine.store.people.accounts import Account, Branch, People, login_id
from engine.store.people.totp import STEP_MS, step_of, uri
from tests.support.clock import Now


@pytest.fixture
def people(database: Database) -> People:
    return database.people


@pytest.fixture
async def admin(people: People) -> str:
    await people.ensure_admin("secret")
    account = await people.check_login("admin", "secret")
    assert account is not None
    return account.id


async def added(people: People, name: str, *roles: Role, branch: str | None = None) -> Account:
    made = await people.create_account(name, roles or ("facilitator",), branch)
    assert made is not None
    return made[0]


async def founded(people: People, name: str) -> Branch:
    made = await people.create_branch(name)
    assert made is not None
    return made


# ── accounts ────────────────────────────────────────────────────────────────────────────────────


async def test_a_password_is_made_once_and_works(people: People) -> None:
    made = await people.ensure_admin(None)
    assert made is not None
    assert len(made) >= 12
    assert await people.ensure_admin(None) is None
    assert await people.check_login("admin", made) is not None


async def test_an_empty_password_is_none(people: People) -> None:
    """Rather than one made up that nobody is told."""
    made = await people.ensure_admin("")
    assert made is not None
    assert await people.ensure_admin("") is None
    assert await people.check_login("admin", made) is not None


async def test_a_first_password_is_shown_until_somebody_has_logged_in(people: People) -> None:
    """The start that made it may have ended before anybody read it."""
    for _ in range(2):
        assert await people.ensure_admin(None, "first") == "first"
    account = await people.check_login("admin", "first")
    assert account is not None
    assert await people.ensure_admin(None, "first") == "first"
    await people.create_login(account.id, 60)
    assert await people.ensure_admin(None, "first") is None
    assert await people.ensure_admin(None, "another") is None
    assert await people.check_login("admin", "first") == account


async def test_a_first_password_nobody_read_goes_with_its_secret(people: People) -> None:
    await people.ensure_admin(None, "first")
    assert await people.ensure_admin(None, "another") == "another"
    assert await people.check_login("admin", "first") is None
    assert await people.check_login("admin", "another") is not None


async def test_a_password_given_is_never_shown(people: People) -> None:
    await people.ensure_admin(None, "first")
    assert await people.ensure_admin("secret", "first") is None
    assert await people.ensure_admin(None, "first") is None
    assert await people.check_login("admin", "secret") is not None


async def test_a_password_given_is_the_one(people: People, admin: str) -> None:
    token = await people.create_login(admin, 60)
    assert await people.ensure_admin("secret") is None
    assert await people.find_login(token) is not None
    assert await people.ensure_admin("another") is None
    assert await people.check_login("admin", "secret") is None
    changed = await people.check_login("admin", "another")
    assert changed is not None
    assert (changed.id, changed.name, changed.admin) == (admin, "admin", True)
    assert await people.find_login(token) is None


async def test_wrong_names_and_passwords_lead_nowhere(people: People, admin: str) -> None:
    assert await people.check_login("admin", "wrong") is None
    assert await people.check_login("admin", "") is None
    assert await people.check_login("nobody", "secret") is None


async def test_processes_that_start_at_once_make_one_admin(url: str) -> None:
    databases = [await open_database(url) for _ in range(3)]
    made = await asyncio.gather(*(db.people.ensure_admin(None) for db in databases))
    (password,) = [one for one in made if one is not None]
    assert await databases[0].people.check_login("admin", password) is not None
    for database in databases:
        await database.close()


async def test_a_login_lasts_until_it_expires_or_ends(people: People, admin: str, now: Now) -> None:
    short, long = await people.create_login(admin, 10), await people.create_login(admin, 100)
    found = await people.find_login(short)
    assert found is not None
    assert (found.id, found.name) == (admin, "admin")
    now.ms += 10_000
    assert await people.find_login(short) is None
    assert await people.find_login(long) is not None
    await people.end_login(long)
    await people.end_login(long)
    assert await people.find_login(long) is None
    assert await people.find_login("") is None


async def test_an_idle_login_is_over_and_a_used_one_is_not(
    people: People, admin: str, now: Now
) -> None:
    used, idle = await people.create_login(admin, 90_000), await people.create_login(admin, 90_000)
    for _ in range(3):
        now.ms += 100_000
        assert await people.find_login(used, idle_s=120) is not None
    assert await people.find_login(idle, idle_s=120) is None
    assert [login.id for login in await people.list_logins(admin, idle_s=120)] == [login_id(used)]


async def test_logins_are_listed_and_ended(people: People, admin: str, now: Now) -> None:
    first = await people.create_login(admin, 90_000, "192.0.2.1")
    now.ms += 1
    second = await people.create_login(admin, 90_000, "192.0.2.2")
    listed = await people.list_logins(admin)
    assert [(login.id, login.address) for login in listed] == [
        (login_id(second), "192.0.2.2"),
        (login_id(first), "192.0.2.1"),
    ]
    await people.end_logins(admin, keep=second)
    assert await people.find_login(first) is None
    assert await people.find_login(second) is not None
    await people.end_logins(admin)
    assert await people.list_logins(admin) == []


# ── accounts ────────────────────────────────────────────────────────────────────────────────────


async def test_an_account_has_roles_and_a_branch(people: People, admin: str) -> None:
    branch = await founded(people, "一支部")
    made = await people.create_account("小李", ("trainer", "facilitator"), branch.id)
    assert made is not None
    account, password = made
    assert account.roles == ("facilitator", "trainer")
    assert await people.check_login("小李", password) == account
    assert await people.create_account("小李", ("author",)) is None, "the name is taken"
    assert await people.create_account("小王", ("author",), "nowhere") is None
    assert await people.change_account(account.id, ("auditor",), None)
    changed = await people.find_account(account.id)
    assert changed is not None
    assert (changed.roles, changed.branch, changed.scope) == (("auditor",), None, None)
    assert not await people.change_account(account.id, ("auditor",), "nowhere")
    assert not await people.change_account("nobody", ("auditor",), None)
    assert [one.name for one in await people.list_accounts()] == ["admin", "小李"]


async def test_admin_stays_what_it_is(people: People, admin: str) -> None:
    assert not await people.change_account(admin, ("auditor",), None)
    assert not await people.set_disabled(admin, True)
    account = await people.find_account(admin)
    assert account is not None
    assert (account.roles, account.disabled_ms) == (("administrator",), None)


async def test_a_disabled_account_is_out_at_once(people: People) -> None:
    made = await people.create_account("小李", ("facilitator",))
    assert made is not None
    account, password = made
    token = await people.create_login(account.id, 90_000)
    assert await people.set_disabled(account.id, True)
    assert await people.find_login(token) is None
    assert await people.check_login("小李", password) is None
    assert await people.set_disabled(account.id, False)
    assert await people.find_login(token) is None
    assert await people.check_login("小李", password) is not None


async def test_another_password_ends_the_other_logins(people: People) -> None:
    account = await added(people, "小李")
    here, there = [await people.create_login(account.id, 90_000) for _ in range(2)]
    assert await people.set_password(account.id, "自己想的密码", keep=here) == "自己想的密码"
    assert await people.find_login(here) is not None
    assert await people.find_login(there) is None
    made = await people.set_password(account.id, None)
    assert await people.find_login(here) is None
    assert await people.check_login("小李", made) is not None
    assert await people.check_login("小李", "自己想的密码") is None


async def test_whoever_sets_up_the_server_has_a_way_in(people: People, admin: str) -> None:
    secret = await people.begin_totp(admin)
    assert await people.use_code(admin, pyotp.TOTP(secret).at(1000))
    assert await people.ensure_admin("another") is None
    account = await people.check_login("admin", "another")
    assert account is not None
    assert not account.totp


# ── branches ────────────────────────────────────────────────────────────────────────────────────


async def test_branches_are_kept(people: People) -> None:
    one, two = await founded(people, "一支部"), await founded(people, "二支部")
    assert await people.create_branch("一支部") is None
    assert await people.list_branches() == [one, two]
    longer = Branch(one.id, "第一支部", 90)
    assert await people.change_branch(longer)
    assert not await people.change_branch(Branch(two.id, "第一支部", None)), "the name is taken"
    assert not await people.change_branch(Branch("nowhere", "三支部", None))
    assert set(await people.list_branches()) == {longer, two}


# ── codes ───────────────────────────────────────────────────────────────────────────────────────


async def test_a_code_confirms_and_counts_once(people: People, now: Now) -> None:
    account = await added(people, "小李")
    assert not await people.use_code(account.id, "123456"), "there is no secret yet"
    secret = await people.begin_totp(account.id)
    assert await people.find_totp(account.id) == secret
    device = pyotp.TOTP(secret)
    code = device.at(now.ms // 1000)
    assert not await people.use_code(account.id, "12345x")
    assert await people.use_code(account.id, f"{code[:3]} {code[3:]}")
    assert not await people.use_code(account.id, code), "a code counts once"
    confirmed = await people.find_account(account.id)
    assert confirmed is not None
    assert confirmed.totp
    assert await people.find_totp(account.id) is None, "it is shown no more"
    now.ms += STEP_MS
    nexts = await asyncio.gather(
        *(people.use_code(account.id, device.at(now.ms // 1000)) for _ in range(4))
    )
    assert sorted(nexts) == [False, False, False, True]
    await people.drop_totp(account.id)
    assert not await people.use_code(account.id, device.at(now.ms // 1000 + 30))


def test_a_step_before_and_after_counts_and_no_other() -> None:
    secret = pyotp.random_base32()
    device, now_ms = pyotp.TOTP(secret), 1_700_000_000_000
    steps = [step_of(secret, device.at(now_ms // 1000 + 30 * n), now_ms) for n in range(-2, 3)]
    here = now_ms // STEP_MS
    assert steps == [None, here - 1, here, here + 1, None]
    assert step_of(secret, "१२३४५६", now_ms) is None
    assert uri(secret, "小李").startswith("otpauth://totp/")
