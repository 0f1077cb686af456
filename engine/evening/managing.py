"""Accounts and branches: what they may be called and may do, and who can't be kept out.

Whoever lets somebody in shows once more that it is they: `sure` is asked, with whether the way
leads to an administrator's account, and raises where it isn't. How that is shown is the door's.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Final, cast, get_args

from engine import guessable, lookalikes, typed
from engine.errors import Refused, Text
from engine.evening.actors import MANAGE, Actor, allowed
from engine.evening.house import House
from engine.evening.naming import fit_name
from engine.evening.refusing import refused
from engine.rights import Role
from engine.store.people.accounts import ADMIN, Account, Branch

Sure = Callable[[bool], Awaitable[None]]

OWN_NAME_MAX: Final = 24
DAYS_MAX: Final = 36_500
PASSWORD_MIN: Final = 10
"""Characters of a password that somebody thinks up."""


def fit_own(text: str) -> str:
    """The name of an account or a branch. Raises Refused invalid."""
    return fit_name(text, OWN_NAME_MAX, Text("名字", "name"))


def _unlike(name: str, others: list[str]) -> str:
    """The name. One that is there already, to the letter, is told of by who finds it."""
    problem = lookalikes.problem_with(name, others) if name not in others else None
    if problem is not None:
        raise refused("invalid", what=f"名字{problem.zh}")
    return name


def _roles(given: Sequence[str]) -> tuple[Role, ...]:
    roles = tuple(cast(Role, role) for role in given if role in get_args(Role))
    if not roles:
        raise refused("invalid", what="至少勾一个角色")
    return roles


def _leads(roles: Sequence[Role]) -> bool:
    return "administrator" in roles


def password_problem(new: str, again: str, name: str) -> str:
    """What is wrong with a password that somebody thought up; empty: nothing."""
    if len(new) < PASSWORD_MIN:
        return f"新密码至少要 {PASSWORD_MIN} 个字符。"
    if weak := guessable.problem_with(new, name):
        return weak.zh
    return "两次填的新密码不一样。" if new != again else ""


# ── accounts ────────────────────────────────────────────────────────────────────────────────────


async def found_account(
    house: House,
    actor: Actor,
    name: str,
    roles: Sequence[str],
    branch: str | None,
    sure: Sure,
    *,
    chosen: bool,
) -> tuple[Account, str] | None:
    """A new account and its password. `branch` None: of the whole organisation, which has to be
    `chosen` where there are branches. None: the name is taken. Raises Refused invalid, no_right."""
    allowed(actor, MANAGE)
    name = fit_own(name)
    _unlike(name, [each.name for each in await house.people.list_accounts()])
    given = _roles(roles)
    if not chosen and await house.people.list_branches():
        raise refused("invalid", what="请选一个支部，或选“全组织”")
    await sure(_leads(given))
    fits = partial(_unlike, name)
    return await house.people.create_account(name, given, branch, fits=fits)


async def change_account(
    house: House,
    actor: Actor,
    found: Account,
    roles: Sequence[str],
    branch: str | None,
    sure: Sure,
) -> None:
    """Other roles, another branch. Raises Refused invalid, no_right."""
    allowed(actor, MANAGE)
    given = _roles(roles)
    if found.name == ADMIN:
        raise refused("invalid", what="这个账号不能这样改")
    await sure(_leads(given) or _leads(found.roles))
    if not await house.people.change_account(found.id, given, branch):
        raise refused("invalid", what="这个账号或支部不能这样改")


async def new_password(house: House, actor: Actor, found: Account, sure: Sure, keep: str) -> str:
    """Another password, which ends the account's logins but the one of this token (`keep`). Raises
    Refused no_right."""
    allowed(actor, MANAGE)
    await sure(_leads(found.roles))
    return await house.people.set_password(found.id, None, keep)


async def disable(house: House, actor: Actor, found: Account) -> None:
    """Keep an account out; not one's own. Raises Refused invalid, no_right."""
    staff = allowed(actor, MANAGE)
    mine = getattr(staff, "account", None)
    own = mine is not None and mine.id == found.id
    if own or not await house.people.set_disabled(found.id, True):
        raise refused("invalid", what="不能停用自己，也不能停用 admin")


async def enable(house: House, actor: Actor, found: Account, sure: Sure) -> None:
    """Let it in again. Raises Refused no_right."""
    allowed(actor, MANAGE)
    await sure(_leads(found.roles))
    await house.people.set_disabled(found.id, False)


async def drop_codes(house: House, actor: Actor, found: Account, sure: Sure) -> None:
    """Ask it for no codes: whoever lost the device gets in by the password again. Raises Refused
    no_right."""
    allowed(actor, MANAGE)
    await sure(_leads(found.roles))
    await house.people.drop_totp(found.id)


# ── branches ────────────────────────────────────────────────────────────────────────────────────


def days_of(text: str) -> int | None:
    """How long names are kept; None: for good. Raises Refused invalid."""
    if not text.strip():
        return None
    days = typed.number(text, DAYS_MAX)
    if not days:
        raise refused("invalid", what="保留天数（1 以上的整数，留空为一直保留）")
    return days


async def branch_name(house: House, text: str, own: str = "") -> str:
    """The name of a branch, which nobody takes for another; `own`: the id of the branch itself.
    Raises Refused invalid."""
    branches = await house.people.list_branches()
    return _unlike(fit_own(text), [each.name for each in branches if each.id != own])


async def found_branch(house: House, actor: Actor, name: str, days: str) -> Branch | None:
    """A new branch. None: the name is taken. Raises Refused invalid, no_right."""
    allowed(actor, MANAGE)
    name, kept = await branch_name(house, name), days_of(days)
    return await house.people.create_branch(name, kept, fits=partial(_unlike, name))


async def change_branch(house: House, actor: Actor, was: Branch, changed: Branch) -> None:
    """Another name, another retention than it was seen with. Raises Refused taken, invalid,
    no_right."""
    allowed(actor, MANAGE)
    fits = partial(_unlike, changed.name)
    if not await house.people.change_branch(changed, was, fits=fits):
        raise await _why_not(house, was, changed)


async def _why_not(house: House, was: Branch, changed: Branch) -> Refused:
    """Why a branch wasn't changed."""
    if was in await house.people.list_branches():
        return refused("taken", what=changed.name)
    return refused("invalid", what=f"“{was.name}”刚刚被别人改过，没有再改；请看清楚再填")
