"""Evenings that are played and closed, in an app of this process; and what it still holds of them."""

from __future__ import annotations

import gc
from collections.abc import Iterable
from types import FunctionType, ModuleType
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from tests.support.inside import Inside
from tests.support.patience import comes

SCRIPT = "first-congress-demo"
SWEPT_MS = 24 * 3_600_000
"""Long after any of them was touched."""


def bearer(app: Inside) -> str:
    """A login of the administrator."""
    admin = app.run(app.services.people.find_named("admin"))
    assert admin is not None
    return app.run(app.services.people.create_login(admin.id, 24 * 3600))


def finish(app: Inside, token: str, *, teams: int) -> list[str]:
    """An evening of so many teams, two phones each, in both languages, with a wall and a desk; then
    it is closed and everybody goes. The ids of its runs."""
    headers = {"authorization": f"Bearer {token}"}
    asked = {"scenario": SCRIPT, "teams": teams}
    made = app.ask("POST", "/api/sessions", json=asked, headers=headers).json()
    phones = []
    for team in range(1, teams + 1):
        for name in ("赵", "钱"):
            # Each phone from an address of its own: a meeting room has a limit, all of them none.
            seats, address = f"/api/sessions/{made['code']}/seats", f"10.{made['id']}.{team}.{name}"
            wish = {"name": name, "team": team}
            phones.append(app.ask("POST", seats, json=wish, address=address).json()["token"])
            app.hear({"type": "hello", "token": phones[-1]})
    path = f"/api/sessions/{made['id']}/commands"
    for do in ({"do": "start"}, {"do": "jump", "scene": "lake"}, {"do": "debrief", "to": "open"}):
        app.ask("POST", path, json=do, headers=headers)
    for phone in phones:
        app.hear({"type": "hello", "token": phone, "lang": "en"})
    for kind in ("projector", "console"):
        app.hear({"type": "hello", "as": kind, "token": token, "session": made["id"]})
    app.ask("POST", path, json={"do": "close"}, headers=headers)
    runs: list[str] = made["runs"]
    return runs


def sweep(app: Inside) -> None:
    """Time goes by, as far as runs are concerned that nobody touches."""
    host, presence = app.services.host, app.services.presence
    app.run(comes(lambda: not presence._checking))
    app.run(presence.close())  # those that wait twenty seconds whether a phone comes
    for run in host._touched_ms:
        host._touched_ms[run] -= SWEPT_MS
    app.run(_sweep(host))
    gc.collect()


async def _sweep(host: Any) -> None:
    host._sweep()


def held(root: object, names: Iterable[str]) -> set[str]:
    """Which of these strings can still be reached from the root, as a key, a field or an item."""
    wanted, found = frozenset(names), set[str]()
    # Of statements that were compiled lately SQLAlchemy keeps the values first asked for: so many.
    others = (type, ModuleType, FunctionType, AsyncEngine)
    ahead, seen = [root], {id(root)}
    while ahead:
        for one in gc.get_referents(ahead.pop()):
            if isinstance(one, str):
                if one in wanted:
                    found.add(one)
            elif id(one) not in seen and not isinstance(one, others):
                seen.add(id(one))
                ahead.append(one)
    return found
