"""Opening a session; and one team more, while the lobby is open: more came than were expected."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

from engine.errors import Refused
from engine.evening.actors import LEAD, RUN, Actor, Staff, allowed, let_to
from engine.evening.house import House
from engine.evening.refusing import refused
from engine.rules.commands import FACILITATOR, Close, NameTeam
from engine.rules.rejections import reject
from engine.store.people.accounts import Account
from engine.store.sessions.listing import WHOLE
from engine.store.sessions.sessions import Run, Session
from engine.store.tokens import new_id
from engine.views.session import session_phase

TEAMS_MAX: Final = 60
KINDS: Final = ("evening", "trial")
"""Practice and make-ups are of one team."""


async def add_team(house: House, actor: Actor, session: Session, name: str) -> Run:
    """The session's next team, with nobody in it. The same command (`name`) makes the same team.

    Raises:
        Refused: invalid (there are TEAMS_MAX, or it is practice or a make-up).
        Rejection: started, closed.
    """
    let_to(actor, LEAD, session)
    made = hashlib.sha256(f"{session.id}/{name}".encode()).hexdigest()[:16]
    session = await house.sessions.find_session(session.id) or session
    known = next((run for run in session.runs if run.id == made), None)
    infos = await house.whole_infos(session)
    if known is None:
        if session.kind not in KINDS or len(session.runs) >= TEAMS_MAX:
            raise _too_many()
        if session.closed_ms is not None:
            raise reject("closed")
        if session_phase([info.state for info in infos]) != "lobby":
            raise reject("started")
    run = known or await house.sessions.add_run(session.id, made, most=TEAMS_MAX)
    if run is None:  # others were added meanwhile, or it was closed
        raise reject("closed") if await _closed(house, session) else _too_many()
    abreast = infos[0].state.abreast is True
    await house.host.open(run.id, infos[0].scenario, seed=run.seed, team=run.team, abreast=abreast)
    if await _closed(house, session):  # while it was being opened
        at_ms = house.host.clock.now_ms()
        await house.host.execute(run.id, Close(id=name, at_ms=at_ms, by=FACILITATOR))
        raise reject("closed")
    for each in session.runs:
        house.host.ring(each.id)  # whoever shows the session looks again
    return run


def _too_many() -> Refused:
    return refused("invalid", what=f"最多 {TEAMS_MAX} 队，演练和补课只有一队")


async def _closed(house: House, session: Session) -> bool:
    found = await house.sessions.find_session(session.id)
    return found is None or found.closed_ms is not None


async def open_session(
    house: House,
    actor: Actor,
    name: str,
    teams: int,
    *,
    branch: str | None = None,
    trial: bool = False,
    rehearsal: bool = False,
    called: Sequence[str] = (),
    abreast: bool = False,
) -> Session:
    """A new session on the script called `name`, with its runs opened. `branch`: id or name of the
    branch it is held for, from whoever may in all; None: the account's own.
    What was put into the menu unproved is only tried out (`trial`), whatever is asked.
    `rehearsal`: stand-ins play all roles but one's own (`rehearsing.py`). `called`: names of its
    teams, in order, as `naming.team_names` gives them. `abreast`: whoever is through with an act
    waits for the other teams (`convoy.py`).

    Raises:
        Refused: no_right, not_found, broken_scenario, invalid (teams, branch).
    """
    staff = allowed(actor, RUN)
    assert isinstance(staff, Staff), "a session has an owner"
    if not 1 <= teams <= TEAMS_MAX:
        raise refused("invalid", what=f"teams: 1–{TEAMS_MAX}")
    entry = await house.library.get(name, staff.account)
    scenario = entry.scenario
    assert scenario is not None, "get() refuses broken ones"
    await house.database.texts.keep(
        scenario.digest, scenario.id, scenario.version, entry.text, entry.strings
    )
    unproved = entry.put is not None and not entry.put.proved
    session = await house.sessions.create_session(
        scenario=scenario.id,
        digest=scenario.digest,
        teams=teams,
        owner=staff.account.id,
        branch=await _branch_of(house, staff.account, branch),
        origin=(None, 0) if rehearsal else None,
        trial=trial or rehearsal or unproved,
        pictures=await house.library.keep_pictures(entry),
        put=entry.put.id if entry.put is not None else None,
    )
    for run in session.runs:
        await house.host.open(
            run.id, scenario, seed=run.seed, team=run.team, alone=rehearsal, abreast=abreast
        )
    for run, one in zip(session.runs, called, strict=False):
        if one:
            at_ms = house.host.clock.now_ms()
            named = NameTeam(id=new_id(), at_ms=at_ms, by=FACILITATOR, name=one)
            await house.host.execute(run.id, named)
    return session


async def _branch_of(house: House, owner: Account, asked: str | None) -> str | None:
    """The branch a session is held for; None: the whole organisation. Raises Refused invalid."""
    if not asked:
        return owner.branch
    if asked == WHOLE and owner.scope is None:
        return None
    for branch in await house.people.list_branches():
        if asked in (branch.id, branch.name) and owner.reaches(branch.id):
            return branch.id
    raise refused("invalid", what="没有这个支部")
