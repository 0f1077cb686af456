"""Practice: a run taken up where it may have gone otherwise, a make-up for whoever missed it."""

from __future__ import annotations

from engine.evening.actors import PRACTISE, RUN, Actor, Staff, let_to
from engine.evening.house import House
from engine.evening.refusing import refused
from engine.evening.reviewing import Reviews
from engine.review.fork import forked
from engine.store.sessions.sessions import Session
from engine.values import RunId


async def fork(
    house: House, reviews: Reviews, actor: Actor, session: Session, run: RunId, seq: int
) -> Session:
    """A practice session that takes the run up before its record `seq`. Raises CannotForkError;
    Refused no_right, not_found."""
    let_to(actor, PRACTISE, session)
    history = await reviews.history(actor, session, run)
    records = forked(run, history.records, seq, house.host.clock.now_ms())
    made = await _alike(house, actor, session, (run, len(records) - 1))
    await house.host.fork(made.runs[0].id, records)
    return made


async def make_up(house: House, actor: Actor, session: Session) -> Session:
    """A session on the same text for somebody who missed this one and plays alone. Raises Refused
    no_right, not_found."""
    let_to(actor, RUN, session)
    scenario = await house.library.scenario_of_digest(session.digest, session.scenario)
    made = await _alike(house, actor, session, (session.runs[0].id, 0))
    (run,) = made.runs
    await house.host.open(run.id, scenario, seed=run.seed, team=run.team, alone=True)
    return made


async def _alike(
    house: House, actor: Actor, session: Session, origin: tuple[RunId, int]
) -> Session:
    """A session of one team, on the text and with the pictures of another."""
    assert isinstance(actor, Staff), "a session has an owner"
    return await house.sessions.create_session(
        scenario=session.scenario,
        digest=session.digest,
        teams=1,
        owner=actor.account.id,
        branch=session.branch,
        origin=origin,
        pictures=await house.database.pictures.of_session(session.id),
        put=session.put,
    )


async def wind_on(house: House, actor: Actor, session: Session, run: RunId) -> None:
    """Let a practice run's stand-ins go on without thinking. Raises Refused not_practice, no_right,
    not_found."""
    let_to(actor, RUN if session.kind == "rehearsal" else PRACTISE, session)
    if session.kind not in ("practice", "rehearsal"):
        raise refused("not_practice")
    await house.host.wind_on(run)
