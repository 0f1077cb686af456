"""Who may meet whom about accounts, branches, codes and tries to log in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pyotp
from sqlalchemy import select

from engine.errors import AppError, Text
from engine.store.database import Database
from engine.store.people.branches import Branch
from engine.store.people.totp import STEP_MS
from engine.store.tables import AccountTable
from tests.store.interleaved import Act, Row
from tests.store.meetings.ground import NOW, Ground, Own

# ── accounts ────────────────────────────────────────────────────────────────────────────────────


def unlike(other: str) -> Callable[[list[str]], None]:
    def fits(names: list[str]) -> None:
        if other in names:
            raise AppError("alike", Text("像", "alike"), Text("", ""))

    return fits


def founding(own: str, other: str) -> tuple[Act, Act]:
    """(an account of that name, a branch of that name): each unlike another's."""

    async def account(database: Database, ground: Ground) -> object:
        name, fits = own + ground.mark, unlike(other + ground.mark)
        return bool(await database.people.create_account(name, ["author"], fits=fits))

    async def branch(database: Database, ground: Ground) -> object:
        name, fits = own + ground.mark, unlike(other + ground.mark)
        return bool(await database.people.create_branch(name, fits=fits))

    return account, branch


async def names_of_all(database: Database, ground: Ground) -> object:
    named = [one.name for one in await database.people.list_accounts()]
    named += [one.name for one in await database.people.list_branches()]
    return sorted(name for name in named if name in ("甲" + ground.mark, "乙" + ground.mark))


def renames(name: str) -> Act:
    async def change(database: Database, ground: Ground) -> object:
        branch = Branch(ground.branch.id, name + ground.mark, 1)
        fits = unlike(("甲" if name == "乙" else "乙") + ground.mark)
        return await database.people.change_branch(branch, ground.branch, fits=fits)

    return change


async def keep_longer(database: Database, ground: Ground) -> object:
    branch = Branch(ground.branch.id, ground.branch.name, None)
    return await database.people.change_branch(branch)


async def the_branch(database: Database, ground: Ground) -> object:
    found = {one.id: one for one in await database.people.list_branches()}[ground.branch.id]
    return found.name, found.retention_days


async def log_in(database: Database, ground: Ground) -> object:
    made = database.people.create_login
    return bool(await made(ground.owner.id, 3600, checked=ground.owner))


async def reset(database: Database, ground: Ground) -> object:
    return await database.people.set_password(ground.owner.id, "新" + ground.mark)


async def own_password(database: Database, ground: Ground) -> object:
    given = "自" + ground.mark
    return await database.people.set_password(ground.owner.id, given, checked=ground.owner)


async def disable(database: Database, ground: Ground) -> object:
    return await database.people.set_disabled(ground.owner.id, True)


async def let_in_again(database: Database, ground: Ground) -> object:
    people = database.people
    await people.set_disabled(ground.owner.id, False)
    logins = await people.list_logins(ground.owner.id)
    passwords = [f"{word}{ground.mark}" for word in ("新", "自")]
    known = [await people.check_login(ground.owner.name, one) is not None for one in passwords]
    return len(logins), known


class Tried(Own):
    """Somebody has tried to log in before."""

    async def laid(self, database: Database) -> Tried:
        await super().laid(database)
        await guess(database, self)
        return self


class Coded(Own):
    """A secret waits to be confirmed, and its code is known."""

    code: str

    async def laid(self, database: Database) -> Coded:
        await super().laid(database)
        secret = await database.people.begin_totp(self.owner.id)
        self.code = pyotp.HOTP(secret).at(NOW.ms // STEP_MS)
        return self


async def confirm(database: Database, ground: Coded) -> object:
    return await database.people.use_code(ground.owner.id, ground.code)


async def begin(database: Database, ground: Coded) -> object:
    return bool(await database.people.begin_totp(ground.owner.id))


async def drop(database: Database, ground: Coded) -> object:
    return await database.people.drop_totp(ground.owner.id, waiting=True)


async def codes(database: Database, ground: Coded) -> object:
    found = await database.people.find_account(ground.owner.id)
    waits = await database.people.find_totp(ground.owner.id)
    return found is not None and found.totp, waits is not None


async def rule(database: Database, ground: Ground) -> object:
    """Whoever starts the server sets the administrator's password."""
    return await database.people.ensure_admin("甲" * 10 + ground.mark)


async def admin_changes(database: Database, ground: Ground) -> object:
    admin = await database.people.find_named("admin")
    assert admin is not None
    return await database.people.set_password(admin.id, "乙" * 10 + ground.mark)


async def who_rules(database: Database, ground: Ground) -> object:
    passwords = [word * 10 + ground.mark for word in "甲乙"]
    return [await database.people.check_login("admin", one) is not None for one in passwords]


async def guess(database: Database, ground: Ground) -> object:
    return await database.attempts.begin("名" + ground.mark, "192.0.2.1")


async def guess_right(database: Database, ground: Ground) -> object:
    await database.attempts.succeeded("名" + ground.mark, "192.0.2.1")
    return None


async def guesses(database: Database, ground: Ground) -> object:
    table = AccountTable.metadata.tables["attempts"]
    wanted = select(table.c.address, table.c.failures).where(table.c.name == "名" + ground.mark)
    async with database.engine.connect() as db:
        return sorted(map(tuple, await db.execute(wanted)))


_NEW, _BRANCH = founding("甲", "乙")
_NEW_TOO, _BRANCH_TOO = founding("乙", "甲")


ROWS: Final = [
    Row("people.create_account", "one of a like name is made", _NEW, _NEW_TOO, names_of_all),
    Row("people.create_branch", "one of a like name is made", _BRANCH, _BRANCH_TOO, names_of_all),
    Row("people.change_branch", "it is changed", renames("甲"), keep_longer, the_branch, Own),
    Row(
        "people.change_branch",
        "one of a like name is made",
        renames("甲"),
        _BRANCH_TOO,
        names_of_all,
        Own,
    ),
    Row("people.create_login", "the password is reset", log_in, reset, let_in_again, Own),
    Row("people.create_login", "the account is disabled", log_in, disable, let_in_again, Own),
    Row("people.create_login", "codes are asked for", log_in, confirm, let_in_again, Coded),
    Row("people.set_password", "the password is reset", own_password, reset, let_in_again, Own),
    Row("people.set_password", "the account is disabled", own_password, disable, let_in_again, Own),
    Row("people.set_disabled", "somebody logs in", disable, log_in, let_in_again, Own),
    Row("people.ensure_admin", "admin takes another password", rule, admin_changes, who_rules),
    Row("people.begin_totp", "a code confirms it", begin, confirm, codes, Coded),
    Row("people.use_code", "it is used", confirm, confirm, codes, Coded),
    Row("people.use_code", "another secret is made", confirm, begin, codes, Coded),
    Row("people.drop_totp", "a code confirms it", drop, confirm, codes, Coded),
    Row("attempts.begin", "another try", guess, guess, guesses),
    Row("attempts.begin", "a try succeeds", guess, guess_right, guesses, Tried),
    Row("attempts.succeeded", "another try", guess_right, guess, guesses, Tried),
]
