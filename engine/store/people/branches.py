"""The branches of the organisation."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from engine.store.quotas import NAMED, check_branches
from engine.store.repository import Repository, alone, table_of
from engine.store.tables import BranchTable
from engine.store.tokens import new_id

_branch = table_of(BranchTable)


class Branch(msgspec.Struct, frozen=True):
    """A branch of the organisation."""

    id: str
    name: str
    retention_days: int | None
    """How long the names of its sessions are kept; None: as long as they last."""


class Branches(Repository):
    """The repository of branches."""

    async def list_branches(self) -> list[Branch]:
        """All branches, by name."""
        async with self._reading() as db:
            rows = await db.execute(select(_branch).order_by(_branch.c.name))
            return [Branch(*row) for row in rows]

    async def branch_names(self) -> dict[str, str]:
        """Names of all branches by their ids, in the names' order."""
        return {branch.id: branch.name for branch in await self.list_branches()}

    async def create_branch(
        self,
        name: str,
        retention_days: int | None = None,
        *,
        fits: Callable[[list[str]], object] = list,
    ) -> Branch | None:
        """A new branch; None: there is one of this name. `fits` is shown the names that there are,
        and raises where this one won't do."""
        made = Branch(new_id(), name, retention_days)
        try:
            async with self._writing() as db:
                await check_branches(db)
                fits([*(await db.execute(select(_branch.c.name))).scalars()])
                await db.execute(insert(_branch), [msgspec.structs.asdict(made)])
        except IntegrityError:
            return None
        return made

    async def change_branch(
        self,
        branch: Branch,
        was: Branch | None = None,
        *,
        fits: Callable[[list[str]], object] = list,
    ) -> bool:
        """Its new name and retention. `was`: what whoever changes it saw; `fits`: as of a new one.
        False: another has this name, it isn't there, or isn't as it was any more."""
        mine = _branch.c.id == branch.id
        if was is not None:
            days = _branch.c.retention_days.is_not_distinct_from(was.retention_days)
            mine &= (_branch.c.name == was.name) & days
        values = {"name": branch.name, "retention_days": branch.retention_days}
        try:
            async with self._writing() as db:
                await alone(db, NAMED)
                others = select(_branch.c.name).where(_branch.c.id != branch.id)
                fits([*(await db.execute(others)).scalars()])
                return bool((await db.execute(update(_branch).where(mine).values(values))).rowcount)
        except IntegrityError:
            return False
