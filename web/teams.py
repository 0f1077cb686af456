"""One team more, while the lobby is open: more people came than were expected."""

from __future__ import annotations

import hashlib
from typing import Final

from engine.rules.commands import FACILITATOR, Close
from engine.rules.rejections import reject
from engine.store.sessions.sessions import Run, Session
from engine.views.session import session_phase
from web.errors import WebError, web_error
from web.services import Services

TEAMS_MAX: Final = 60
KINDS: Final = ("evening", "trial")
"""Practice and make-ups are of one team."""


async def add_team(services: Services, session: Session, name: str) -> Run:
    """The session's next team, with nobody in it. The same command (`name`) makes the same team.

    Raises:
        WebError: invalid (there are TEAMS_MAX, or it is practice or a make-up).
        Rejection: started, closed.
    """
    made = hashlib.sha256(f"{session.id}/{name}".encode()).hexdigest()[:16]
    session = await services.sessions.find_session(session.id) or session
    known = next((run for run in session.runs if run.id == made), None)
    infos = await services.whole_infos(session)
    if known is None:
        if session.kind not in KINDS or len(session.runs) >= TEAMS_MAX:
            raise _too_many()
        if session.closed_ms is not None:
            raise reject("closed")
        if session_phase([info.state for info in infos]) != "lobby":
            raise reject("started")
    run = known or await services.sessions.add_run(session.id, made, most=TEAMS_MAX)
    if run is None:  # others were added meanwhile, or it was closed
        raise reject("closed") if await _closed(services, session) else _too_many()
    await services.host.open(run.id, infos[0].scenario, seed=run.seed, team=run.team)
    if await _closed(services, session):  # while it was being opened
        at_ms = services.host.clock.now_ms()
        await services.host.execute(run.id, Close(id=name, at_ms=at_ms, by=FACILITATOR))
        raise reject("closed")
    for each in session.runs:
        services.host.ring(each.id)  # whoever shows the session looks again
    return run


def _too_many() -> WebError:
    return web_error("invalid", what=f"最多 {TEAMS_MAX} 队，演练和补课只有一队")


async def _closed(services: Services, session: Session) -> bool:
    found = await services.sessions.find_session(session.id)
    return found is None or found.closed_ms is not None
