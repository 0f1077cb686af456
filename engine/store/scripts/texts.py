"""The texts sessions began with: scripts by digest, and their words in other languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col

from engine.errors import LostScript
from engine.scenario import compile_scenario
from engine.scenario.model import Scenario
from engine.store.precedence import reads, writes
from engine.store.tables import ScenarioTable, StringsTable


class Texts:
    """The texts of one database, kept for as long as there are sessions on them.

    Raises StoreUnavailable throughout.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def keep(
        self,
        digest: str,
        scenario: str,
        version: str,
        text: bytes,
        strings: Mapping[str, bytes] | None = None,
    ) -> None:
        """Keep a script's text, and its strings files by language: the first for each digest,
        so that no session's words change while it is on."""
        rows: list[tuple[Any, dict[str, Any]]] = [
            (ScenarioTable, {"digest": digest, "id": scenario, "version": version, "text": text})
        ]
        rows += [
            (StringsTable, {"digest": digest, "lang": lang, "text": words})
            for lang, words in (strings or {}).items()
        ]
        dialect: Any = sqlite if self._engine.dialect.name == "sqlite" else postgresql
        async with writes(self._engine) as db:
            for table, row in rows:
                added = dialect.insert(table).values(row).on_conflict_do_nothing()
                await db.execute(added)

    async def find(self, digest: str) -> bytes | None:
        """The script with this digest."""
        query = select(col(ScenarioTable.text)).where(col(ScenarioTable.digest) == digest)
        async with reads(self._engine) as db:
            return (await db.execute(query)).scalar()

    async def scenario(self, digest: str, name: str) -> Scenario:
        """The script with this digest, compiled. Raises LostScript."""
        return compiled(await self.text(digest, name), digest, name)

    async def text(self, digest: str, name: str) -> bytes:
        """The text with this digest. Raises LostScript: it isn't kept."""
        text = await self.find(digest)
        if text is None:
            raise LostScript(name, digest, "its text isn't kept")
        return text

    async def find_strings(self, digest: str, lang: str) -> bytes | None:
        """The strings file of that script in a language."""
        wanted = (col(StringsTable.digest) == digest) & (col(StringsTable.lang) == lang)
        async with reads(self._engine) as db:
            return (await db.execute(select(col(StringsTable.text)).where(wanted))).scalar()


def compiled(text: bytes, digest: str, name: str) -> Scenario:
    """A kept text, compiled. Raises LostScript: this program can't read it."""
    try:
        return compile_scenario(text, f"{name}/scenario.yaml", digest=digest)
    except Exception as error:  # a damaged text may raise anything
        raise LostScript(name, digest, str(error)) from error
