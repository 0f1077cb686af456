"""One team more, while the lobby is open: more people came than were expected."""

from __future__ import annotations

import hashlib
from typing import Final

from engine.rules.rejections import reject
from engine.store.sessions.sessions import Run, Session
from engine.views.session import session_phase
from web.errors import web_error
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
    if known := next((run for run in session.runs if run.id == made), None):
        return known
    if session.kind not in KINDS or len(session.runs) >= TEAMS_MAX:
        raise web_error("invalid", what=f"最多 {TEAMS_MAX} 队，演练和补课只有一队")
    infos = await services.whole_infos(session)
    if session.closed_ms is not None:
        raise reject("closed")
    if session_phase([info.state for info in infos]) != "lobby":
        raise reject("started")
    run = await services.sessions.add_run(session.id, made)
    await services.host.open(run.id, infos[0].scenario, seed=run.seed, team=run.team)
    for each in session.runs:
        services.host.ring(each.id)  # whoever shows the session looks again
    return run
