"""Accounts, their branches and their logins.

Passwords and tokens are kept as hashes only. `admin` is always there, an administrator of the whole
organisation who can't be disabled: whoever sets up the server has a way in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Any, Final, cast

import msgspec
from sqlalchemy import Update, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from engine.errors import StoreUnavailable
from engine.rights import ROLES, Right, Role, everywhere, reaches, rights_of
from engine.store.people import passwords
from engine.store.people.branches import Branch as Branch
from engine.store.people.codes import NO_TOTP, Codes
from engine.store.people.codes import Changed as Changed
from engine.store.people.passwords import UNUSED
from engine.store.quotas import LOGINS_MAX, check_accounts
from engine.store.repository import table_of
from engine.store.tables import AccountTable, LoginTable
from engine.store.tokens import hash_token, new_id, new_password, new_token

ADMIN: Final = "admin"
IDLE_S: Final = 2 * 3600
"""A login nobody used for so long is over."""
SEEN_MS: Final = 60_000
"""That a login was used is written down once in so long, rather than with every request."""


class Account(msgspec.Struct, frozen=True):
    """Somebody who leads, writes, teaches or looks after the rest."""

    id: str
    name: str
    roles: tuple[Role, ...]
    """In the order of ROLES; never empty."""
    branch: str | None = None
    """Id; None: the whole organisation."""
    disabled_ms: int | None = None
    totp: bool = False
    """A code is asked for besides the password."""
    mark: str = ""
    """Another one as soon as the password is another; opens nothing."""

    @property
    def admin(self) -> bool:
        """May do everything everywhere."""
        return "administrator" in self.roles

    @property
    def rights(self) -> frozenset[Right]:
        """What it may, within `scope`."""
        return rights_of(self.roles)

    @property
    def scope(self) -> str | None:
        """The branch it sees; None: all of them."""
        return None if everywhere(self.roles, self.branch) else self.branch

    def reaches(self, branch: str | None) -> bool:
        """What belongs to `branch` is there for it."""
        return reaches(self.roles, self.branch, branch)


class Login(msgspec.Struct, frozen=True):
    """One login of an account."""

    id: str
    """Names it; opens nothing."""
    created_ms: int
    last_seen_ms: int
    expires_ms: int
    address: str


_account, _login = table_of(AccountTable), table_of(LoginTable)


def _account_of(row: Any) -> Account:
    return Account(
        id=row.id,
        name=row.name,
        roles=_roles(row.roles.split()),
        branch=row.branch,
        disabled_ms=row.disabled_ms,
        totp=row.totp_confirmed,
        mark=_mark(row.password_hash),
    )


def _mark(kept: str) -> str:
    return hashlib.sha256(kept.removeprefix(UNUSED).encode()).hexdigest()[:16]


def _roles(given: Iterable[str]) -> tuple[Role, ...]:
    """Roles that there are, each once, in the order of ROLES."""
    found = set(given)
    return tuple(role for role in ROLES if role in found)


def login_id(token: str) -> str:
    """The id of the login that a token opens."""
    return hash_token(token)[:16]


def _used(account: str) -> Update:
    """Its password has come to whom it is for: it is shown no more."""
    kept = _account.c.password_hash
    waiting = (_account.c.id == account) & kept.startswith(UNUSED)
    return update(_account).where(waiting).values(password_hash=func.substr(kept, len(UNUSED) + 1))


class People(Codes):
    """The repository of accounts, branches and logins."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], int]) -> None:
        super().__init__(engine, clock)
        self.line = passwords.Line()
        """Where to wait before a password is checked for somebody unknown."""

    withdrawn: Callable[[str], None] = staticmethod(lambda account: None)
    """Told the account that may no longer what it could, or a login of which has ended; by what
    withdraws it, so that no route has to think of it."""

    # ── accounts ────────────────────────────────────────────────────────────────────────────────

    async def ensure_admin(self, password: str | None, first: str = "") -> str | None:
        """Make the account `admin`, or give it `password`. Returns a password that was made up:
        `first`, each time until somebody has logged in; else one that is drawn, this once.

        Another password ends all logins and switches codes off: whoever knew the old one is out,
        and whoever can set this one is let in. An empty one is none.
        """
        password = password or None
        known = await self._admin_hash()
        unused = bool(first) and (known is None or known.startswith(UNUSED)) and password is None
        if known is not None and password is None and not unused:
            return None
        made, done = password or first or new_password(), None
        if known is not None and await self._verified(known, made):
            return made if unused else None
        kept = (UNUSED if unused else "") + await self._hashed(made)
        row = {"name": ADMIN, "password_hash": kept, "roles": "administrator"}
        try:
            async with self._writing() as db:
                if known is None:
                    await db.execute(insert(_account), [{"id": new_id(), **row}])
                else:
                    row |= NO_TOTP | {"disabled_ms": None, "branch": None}
                    as_known = (_account.c.name == ADMIN) & (_account.c.password_hash == known)
                    done = await db.execute(update(_account).where(as_known).values(row))
                    if done.rowcount:
                        await db.execute(delete(_login).where(_login.c.account == _ADMIN_ID))
        except IntegrityError:
            if await self._admin_hash() is None:
                raise
            return await self.ensure_admin(password, first)  # another process made it first
        if done is not None and not done.rowcount:
            return await self.ensure_admin(password, first)  # it was given another meanwhile
        return None if password is not None else made

    async def _admin_hash(self) -> str | None:
        async with self._reading() as db:
            wanted = select(_account.c.password_hash).where(_account.c.name == ADMIN)
            known: str | None = (await db.execute(wanted)).scalar()
        return known

    async def _hashed(self, password: str) -> str:
        async with self.line.turn("", known=True):
            return await passwords.hashed(password)

    async def _verified(self, hashed: str | None, password: str) -> bool:
        return await passwords.verified(hashed and hashed.removeprefix(UNUSED), password)

    async def list_accounts(self) -> list[Account]:
        """All accounts, by name."""
        async with self._reading() as db:
            rows = await db.execute(select(_account).order_by(_account.c.name))
            return [_account_of(row) for row in rows]

    async def find_account(self, name: str) -> Account | None:
        """The account with this id."""
        async with self._reading() as db:
            row = (await db.execute(select(_account).where(_account.c.id == name))).first()
        return _account_of(row) if row is not None else None

    async def find_named(self, name: str) -> Account | None:
        """The account of this name."""
        async with self._reading() as db:
            row = (await db.execute(select(_account).where(_account.c.name == name))).first()
        return _account_of(row) if row is not None else None

    async def create_account(
        self,
        name: str,
        roles: Iterable[Role],
        branch: str | None = None,
        *,
        fits: Callable[[list[str]], object] = list,
    ) -> tuple[Account, str] | None:
        """A new account and the password made for it; None: there is one of this name, or no such
        branch. `fits` is shown the names that there are, and raises where this one won't do."""
        password = new_password()
        hashed = await self._hashed(password)
        made = Account(new_id(), name, _roles(roles), branch, mark=_mark(hashed))
        assert made.roles, "an account has a role"
        row = {
            "id": made.id,
            "name": name,
            "roles": " ".join(made.roles),
            "branch": branch,
            "password_hash": hashed,
        }
        try:
            async with self._writing() as db:
                await check_accounts(db)
                fits([*(await db.execute(select(_account.c.name))).scalars()])
                await db.execute(insert(_account), [row])
        except IntegrityError:
            return None
        return made, password

    async def change_account(self, name: str, roles: Iterable[Role], branch: str | None) -> bool:
        """Other roles, another branch. False: no such account or branch, or it is `admin`, who
        stays what it is."""
        kept = _roles(roles)
        assert kept, "an account has a role"
        return await self._change(name, {"roles": " ".join(kept), "branch": branch})

    async def set_disabled(self, name: str, disabled: bool) -> bool:
        """Keep an account out, at once, or let it in again. False: no such account, or `admin`."""
        return await self._change(
            name, {"disabled_ms": self._clock() if disabled else None}, ends=disabled
        )

    async def _change(self, name: str, values: dict[str, Any], *, ends: bool = False) -> bool:
        wanted = (_account.c.id == name) & (_account.c.name != ADMIN)
        try:
            async with self._writing() as db:
                done = await db.execute(update(_account).where(wanted).values(values))
                if done.rowcount and ends:
                    await _end(db, name, "")
        except IntegrityError:
            return False
        self.withdrawn(name)
        return bool(done.rowcount)

    async def set_password(
        self, name: str, password: str | None, keep: str = "", *, checked: Account | None = None
    ) -> str:
        """Give an account `password`, or one made up; returns it. Ends its logins, except that of
        the token `keep`. `checked`: the account as its password was found right. Raises Changed."""
        given = password if password is not None else new_password()
        hashed = await self._hashed(given)
        async with self._writing() as db:
            await self._still(db, name, checked)
            changed = update(_account).where(_account.c.id == name)
            await db.execute(changed.values(password_hash=hashed))
            await _end(db, name, keep)
        self.withdrawn(name)
        return given

    async def check_login(self, name: str, password: str) -> Account | None:
        """The account, if the password is its own and it isn't disabled. Takes as long for an
        unknown name."""
        async with self._reading() as db:
            row = (await db.execute(select(_account).where(_account.c.name == name))).first()
        hashed = row.password_hash if row is not None else None
        right = await self._verified(hashed, password)
        if not right or row is None or row.disabled_ms is not None:
            return None
        return _account_of(row)

    # ── logins ──────────────────────────────────────────────────────────────────────────────────

    async def _still(self, db: AsyncConnection, name: str, checked: Account | None) -> None:
        """The account is, and stays until the transaction ends, as it was when its password was
        found right. Raises Changed."""
        wanted = select(_account).where(_account.c.id == name).with_for_update()
        row = (await db.execute(wanted)).first()
        if checked is None:
            return
        now = _account_of(row) if row is not None else None
        if now is None or now.disabled_ms is not None:
            raise Changed
        if (now.mark, now.totp) != (checked.mark, checked.totp):
            raise Changed

    async def create_login(
        self, account: str, ttl_s: int, address: str = "", *, checked: Account | None = None
    ) -> str:
        """A new login's token. Logins that are over are forgotten, and the oldest of very many.
        `checked`: the account as its password was found right. Raises Changed."""
        token, now_ms = new_token(), self._clock()
        row = {
            "token_hash": hash_token(token),
            "account": account,
            "expires_ms": now_ms + ttl_s * 1000,
            "created_ms": now_ms,
            "last_seen_ms": now_ms,
            "address": address,
        }
        async with self._writing() as db:
            await self._still(db, account, checked)
            await db.execute(delete(_login).where(_login.c.expires_ms <= now_ms))
            await db.execute(insert(_login), [row])
            await db.execute(_used(account))
            newest = select(_login.c.token_hash).where(_login.c.account == account)
            newest = newest.order_by(_login.c.created_ms.desc()).offset(LOGINS_MAX)
            older = (await db.execute(newest)).scalars().all()
            await db.execute(delete(_login).where(_login.c.token_hash.in_(older)))
        return token

    async def find_login(self, token: str, idle_s: int = IDLE_S) -> Account | None:
        """Whose login the token is, unless it is over or was idle for so long. Now it isn't."""
        now_ms, hashed = self._clock(), hash_token(token)
        wanted = (
            select(_account, _login.c.last_seen_ms)
            .join(_login, _login.c.account == _account.c.id)
            .where(
                _login.c.token_hash == hashed,
                _login.c.expires_ms > now_ms,
                _login.c.last_seen_ms > now_ms - idle_s * 1000,
                _account.c.disabled_ms.is_(None),
            )
        )
        async with self._reading() as db:
            row = (await db.execute(wanted)).first()
        if row is None:
            return None
        if now_ms - row.last_seen_ms >= SEEN_MS:
            await self._see(hashed, now_ms)
        return _account_of(row)

    async def login_made(self, token: str) -> int | None:
        """When the login of this token was made; None: there is none."""
        wanted = select(_login.c.created_ms).where(_login.c.token_hash == hash_token(token))
        async with self._reading() as db:
            return cast(int | None, (await db.execute(wanted)).scalar())

    async def _see(self, hashed: str, now_ms: int) -> None:
        try:
            async with self._writing() as db:
                mine = update(_login).where(_login.c.token_hash == hashed)
                await db.execute(mine.values(last_seen_ms=now_ms))
        except StoreUnavailable:
            return  # who is logged in may go on reading; the next request writes it down

    async def list_logins(self, account: str, idle_s: int = IDLE_S) -> list[Login]:
        """The account's logins that aren't over, newest first."""
        now_ms = self._clock()
        of, name = _login.c, func.substr(_login.c.token_hash, 1, 16)
        wanted = (
            select(name, of.created_ms, of.last_seen_ms, of.expires_ms, of.address)
            .where(of.account == account, of.expires_ms > now_ms)
            .where(of.last_seen_ms > now_ms - idle_s * 1000)
            .order_by(of.created_ms.desc())
        )
        async with self._reading() as db:
            return [Login(*row) for row in await db.execute(wanted)]

    async def end_login(self, token: str) -> None:
        """Log out."""
        mine = _login.c.token_hash == hash_token(token)
        async with self._writing() as db:
            whose = (await db.execute(select(_login.c.account).where(mine))).scalar()
            await db.execute(delete(_login).where(mine))
        if whose is not None:
            self.withdrawn(whose)

    async def end_logins(self, account: str, keep: str = "") -> None:
        """End the account's logins, except that of the token `keep`."""
        async with self._writing() as db:
            await _end(db, account, keep)
        self.withdrawn(account)


async def _end(db: AsyncConnection, account: str, keep: str) -> None:
    ended = delete(_login).where(_login.c.account == account)
    await db.execute(ended.where(_login.c.token_hash != hash_token(keep)))


_ADMIN_ID: Final = select(_account.c.id).where(_account.c.name == ADMIN).scalar_subquery()
