"""What the server looks at as it starts, beside whoever plays: is the database's file sound, can
every open session be taken up? Better told now, in the log, than to the room in the evening."""

from __future__ import annotations

from typing import Final

import structlog

from engine.errors import AppError, StoreUnavailable
from engine.evening.house import House
from engine.store.sessions.listing import Wanted

REST: Final = 3
"""It rests so many times as long as it worked: those who play come first."""

log = structlog.get_logger()


async def check_up(house: House) -> None:
    """Look once. What is wrong is logged: the file as `database.damaged`, a run as `run.broken`
    (`engine/host/broken.py`). Nothing is changed, and no run is kept in memory. Never raises."""
    try:
        for told in await house.database.damage():
            log.error("database.damaged", why=told)
        sessions = await house.database.listing.every(Wanted(open=True))
    except StoreUnavailable as error:
        log.warning("checkup.ended", why=error.why)
        return
    runs = [run.id for session in sessions for run in session.runs]
    broken = 0
    for run in runs:
        broken += await _is_broken(house, run)
    log.info("checkup.done", sessions=len(sessions), runs=len(runs), broken=broken)


async def _is_broken(house: House, run: str) -> bool:
    clock = house.host.clock
    began_ms = clock.now_ms()
    try:
        found = await house.host.look(run) is not None
    except AppError as error:
        log.warning("checkup.unsure", run=run, why=str(error))
        found = False
    await clock.sleep_until((REST + 1) * clock.now_ms() - REST * began_ms)
    return found
