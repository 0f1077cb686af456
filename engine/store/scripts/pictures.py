"""The pictures that sessions began with, by the digest of their bytes: each is kept once, however
many sessions show it, and stays when the script's folder changes or goes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.store.repository import Repository, table_of
from engine.store.tables import PictureTable, SessionPictureTable

NO_PICTURES: Final[Mapping[str, str]] = MappingProxyType({})
"""Of a session that shows none, or goes by what lies in its script's folder."""

_pictures, _shown = table_of(PictureTable), table_of(SessionPictureTable)


def digest_of(body: bytes) -> str:
    """What a picture is kept by."""
    return hashlib.sha256(body).hexdigest()


class Pictures(Repository):
    """The pictures of one database. Raises StoreUnavailable throughout."""

    async def keep(self, bodies: Mapping[str, bytes]) -> dict[str, str]:
        """Keep pictures, by file; their digests, by file."""
        kept = {file: digest_of(body) for file, body in bodies.items()}
        rows = {kept[file]: body for file, body in bodies.items()}
        async with self._writing() as db:
            dialect: Any = sqlite if db.dialect.name == "sqlite" else postgresql
            for digest, body in rows.items():
                row = {"digest": digest, "body": body}
                await db.execute(dialect.insert(_pictures).values(row).on_conflict_do_nothing())
        return kept

    async def of_session(self, session: str) -> dict[str, str]:
        """Digests of a session's pictures, by file."""
        wanted = select(_shown.c.file, _shown.c.picture).where(_shown.c.session == session)
        async with self._reading() as db:
            return {row.file: row.picture for row in await db.execute(wanted)}

    async def find(self, digest: str) -> bytes | None:
        """The picture with this digest."""
        wanted = select(_pictures.c.body).where(_pictures.c.digest == digest)
        async with self._reading() as db:
            return (await db.execute(wanted)).scalar()


async def show(db: AsyncConnection, session: str, pictures: Mapping[str, str]) -> None:
    """A new session's pictures: digests, by file."""
    rows = [{"session": session, "file": file, "picture": pictures[file]} for file in pictures]
    if rows:
        await db.execute(insert(_shown), rows)
