"""Codes of a second device: an account has none, one that waits to be confirmed, or one that is
asked for."""

from __future__ import annotations

from typing import Any, Final, cast

from sqlalchemy import select, update

from engine.errors import StoreError, Text
from engine.store.people import totp
from engine.store.people.branches import Branches
from engine.store.repository import table_of
from engine.store.tables import AccountTable

_account = table_of(AccountTable)
NO_TOTP: Final[dict[str, Any]] = {"totp_secret": None, "totp_confirmed": False}
"""Of an account that is asked for no code."""


class Changed(StoreError):
    """The account has another password by now, asks for a code, or is disabled: what was found
    right before counts no more, and nothing was written."""

    def __init__(self) -> None:
        super().__init__(
            "changed",
            Text("这个账号刚刚改过。", "This account was changed just now."),
            Text("请重新登录。", "Log in again."),
        )


class Codes(Branches):
    """The repository of codes."""

    async def begin_totp(self, name: str) -> str:
        """A new secret for an account; it counts once a code has confirmed it. Raises Changed: one
        has, and codes are asked for already."""
        secret = totp.new_secret()
        waiting = (_account.c.id == name) & _account.c.totp_confirmed.is_(False)
        async with self._writing() as db:
            done = await db.execute(update(_account).where(waiting).values(totp_secret=secret))
        if not done.rowcount:
            raise Changed
        return secret

    async def find_totp(self, name: str) -> str | None:
        """The secret that waits to be confirmed."""
        wanted = select(_account.c.totp_secret).where(
            _account.c.id == name, _account.c.totp_confirmed.is_(False)
        )
        async with self._reading() as db:
            return cast(str | None, (await db.execute(wanted)).scalar())

    async def use_code(self, name: str, code: str) -> bool:
        """The code is right, and wasn't used before; it confirms a secret that waited. Of two that
        use it at once, one is refused."""
        wanted = select(_account.c.totp_secret, _account.c.totp_step).where(_account.c.id == name)
        async with self._reading() as db:
            row = (await db.execute(wanted)).first()
        if row is None or row.totp_secret is None:
            return False
        step = totp.step_of(row.totp_secret, code, self._clock())
        if step is None or step <= row.totp_step:
            return False
        used = update(_account).where(
            _account.c.id == name,
            _account.c.totp_secret == row.totp_secret,
            _account.c.totp_step < step,
        )
        async with self._writing() as db:
            done = await db.execute(used.values(totp_step=step, totp_confirmed=True))
        return bool(done.rowcount)

    async def drop_totp(self, name: str, *, waiting: bool = False) -> bool:
        """Ask for no code any more. `waiting`: only where nobody has confirmed it. False: somebody
        has."""
        mine = _account.c.id == name
        if waiting:
            mine &= _account.c.totp_confirmed.is_(False)
        async with self._writing() as db:
            done = await db.execute(update(_account).where(mine).values(NO_TOTP))
        return bool(done.rowcount)
