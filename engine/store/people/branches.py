"""The branches of the organisation."""

from __future__ import annotations

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from engine.store.quotas import check_branches
from engine.store.repository import Repository, table_of
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

    async def create_branch(self, name: str, retention_days: int | None = None) -> Branch | None:
        """A new branch; None: there is one of this name."""
        made = Branch(new_id(), name, retention_days)
        try:
            async with self._writing() as db:
                await check_branches(db)
                await db.execute(insert(_branch), [msgspec.structs.asdict(made)])
        except IntegrityError:
            return None
        return made

    async def change_branch(self, branch: Branch) -> bool:
        """Its new name and retention. False: another has this name, or it isn't there."""
        changed = update(_branch).where(_branch.c.id == branch.id)
        values = {"name": branch.name, "retention_days": branch.retention_days}
        try:
            async with self._writing() as db:
                return bool((await db.execute(changed.values(values))).rowcount)
        except IntegrityError:
            return False
