"""The facilitator's commands, for one run or all of a session's: one way in for HTTP and socket."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final

from engine.errors import AppError, RunBroken
from engine.rules import commands as cmd
from engine.rules.absence import awaited
from engine.rules.commands import FACILITATOR
from engine.rules.debrief import deck
from engine.rules.rejections import reject
from engine.rules.state import State
from engine.store.sessions.claims import Settled
from engine.store.sessions.sessions import Session
from engine.store.tokens import new_id
from web.claims import settle
from web.errors import web_error
from web.removal import remove_absent, unopened
from web.replies import tell_log
from web.services import Services
from web.teams import add_team
from web.wire import DESK_KINDS, CommandMessage, DeskRequest, build_command

Outcome = list[dict[str, Any]]
ALL_TEAMS: Final = ("start", "close")
"""What is done for all teams leaves none behind that is just being added."""


async def command_session(
    services: Services, session: Session, message: CommandMessage | DeskRequest
) -> Outcome:
    """Carry out a command; what each run it was for said.

    Raises:
        AppError: no run took it (the first refusal), or it isn't a command at all.
    """
    name = message.id or new_id()
    if message.do in BESIDE:
        return await BESIDE[message.do](services, session, message, name)
    runs = [run.id for run in session.runs if message.run in (None, run.id)]
    if not runs:
        raise web_error("not_found")
    if message.do == "remove" and message.run is None:
        raise web_error("malformed", what="run")  # a seat's name is its team's alone
    commands = await _commands(services, session, message, name, runs)
    outcome: Outcome = []
    refused: AppError | None = None
    for run, command in commands:
        try:
            seq = await _carry_out(services, run, command)
        except AppError as error:
            refused = refused or error
            tell_log(error, kind="desk", route=message.do)
            outcome.append({"run": run, "error": error.in_("zh")})
        else:
            outcome.append({"run": run, "seq": seq})
    nobody = refused is not None and not any("seq" in entry for entry in outcome)
    # A session whose teams can't be opened any more can still be closed.
    closes = message.do == "close" and message.run is None
    if refused is not None and nobody and not (closes and isinstance(refused, RunBroken)):
        raise refused
    if closes:
        await services.sessions.close_session(session.id)
    if message.run is None and message.do in ALL_TEAMS:
        outcome += await _added_meanwhile(services, session, commands[0][1])
    return outcome


async def _added_meanwhile(services: Services, session: Session, command: Any) -> Outcome:
    """Teams that another desk has added since the session was looked at begin, and end, with the
    others."""
    known = {run.id for run in session.runs}
    found = await services.sessions.find_session(session.id)
    outcome: Outcome = []
    for run in found.runs if found is not None else ():
        if run.id not in known:
            with suppress(AppError):  # it isn't open yet: whoever adds it looks again, too
                seq = await services.host.execute(run.id, command)
                outcome.append({"run": run.id, "seq": seq})
    return outcome


async def _add_team(services: Services, session: Session, _message: Any, name: str) -> Outcome:
    return [{"run": (await add_team(services, session, name)).id, "seq": 1}]


async def _move(services: Services, session: Session, message: Any, _name: str) -> Outcome:
    """Phones join at this address of ours. Raises WebError no_such_address."""
    address = message.address
    if address not in [one.url for one in services.reachable()]:
        raise web_error("no_such_address")
    await services.sessions.set_address(session.id, address)
    return await _shown(services, session)


async def _lock(services: Services, session: Session, message: Any, _name: str) -> Outcome:
    """Nobody new sits down, or whoever has the code may again; who has a seat keeps it."""
    await services.sessions.lock_joining(session.id, on=message.do == "lock")
    return await _shown(services, session)


async def _renew_code(services: Services, session: Session, _message: Any, name: str) -> Outcome:
    """Another join code on wall and desk; seats, and links to them, go on."""
    await services.sessions.renew_code(session.id, services.key, name)
    return await _shown(services, session)


async def _remove_absent(services: Services, session: Session, message: Any, name: str) -> Outcome:
    """Whoever took a seat and never came loses it, and what would open it; of these, the `seats`
    that are named (run/seat), for the desk was asked about those. Who has come meanwhile stays."""
    wanted = None if message.seats is None else frozenset(message.seats)
    outcome: Outcome = []
    for run, state in await _states(services, session):
        if message.run not in (None, run) or state.phase == "closed":
            continue
        for seat in awaited(state):
            if wanted is None or f"{run}/{seat}" in wanted:
                await remove_absent(services, run, seat, state, name)
        outcome.append({"run": run, "seq": (await services.host.state(run))[1].seq})
    return outcome


async def _shown(services: Services, session: Session) -> Outcome:
    """Wall and desk show what was changed."""
    services.ring_session(session)
    states = await _states(services, session)
    return [{"run": run, "seq": state.seq} for run, state in states]


async def _agree(services: Services, session: Session, message: Any, _name: str) -> Outcome:
    """Whoever claims an offline seat gets it, or doesn't. Raises WebError not_found."""
    settled: Settled = "agreed" if message.do == "agree" else "declined"
    run = await settle(services, session, message.claim or "", settled)
    _, state = await services.host.state(run)
    return [{"run": run, "seq": state.seq}]


BESIDE: Final = {
    "add_team": _add_team, "address": _move, "agree": _agree, "decline": _agree,
    "lock": _lock, "unlock": _lock, "renew_code": _renew_code, "remove_absent": _remove_absent,
}  # fmt: skip
"""What is beside every run's log."""


async def _carry_out(services: Services, run: str, command: Any) -> int:
    """Whoever is removed is out, before anybody hears of it: the token opens nothing any more, its
    sockets end. A late copy takes nothing from whoever sits there by then."""
    if not isinstance(command, cmd.RemoveSeat):
        return await services.host.execute(run, command)
    known = await services.host.seq_of(run, command.by, command.id)
    if known is not None:
        return known
    async with unopened(services, run, command.seat):
        return await services.host.execute(run, command)


async def _commands(
    services: Services,
    session: Session,
    message: CommandMessage | DeskRequest,
    name: str,
    runs: list[str],
) -> list[tuple[str, Any]]:
    at_ms = services.host.clock.now_ms()
    if message.do == "debrief":
        return await _debrief(services, session, message, name)
    if message.do == "draw":
        return await _taken(services, session, name) or await _draw(services, session, name)
    command = build_command(DESK_KINDS, message, name=name, by=FACILITATOR, at_ms=at_ms)
    return [(run, command) for run in runs]


async def _states(services: Services, session: Session) -> list[tuple[str, State]]:
    """Of those that can be opened."""
    return [(info.run, info.state) for info in await services.whole_infos(session)]


async def _debrief(
    services: Services, session: Session, message: CommandMessage | DeskRequest, name: str
) -> list[tuple[str, Any]]:
    """Open the debrief, or turn its pages: alike for all runs that have somebody in them."""
    states = await _states(services, session)
    at_ms = services.host.clock.now_ms()
    if message.to in (None, "open"):
        began = [(run, state) for run, state in states if state.phase != "lobby"]
        if not began:
            raise reject("not_ended")
        playing = [state for _, state in began if state.phase == "playing"]
        if playing:
            raise reject("not_ended")
        scenario = await services.library.scenario_of_digest(session.digest, session.scenario)
        cards = deck(scenario, [state for _, state in began])
        opened = cmd.OpenDebrief(id=name, at_ms=at_ms, by=FACILITATOR, deck=cards)
        return [(run, opened) for run, state in began if state.phase in ("ended", "debrief")]
    led = [(run, state) for run, state in states if state.phase == "debrief"]
    if not led:
        taken = await _taken(services, session, name)
        if taken:
            return taken
        raise reject("no_debrief")
    step = led[0][1].step
    if message.to == "next":
        step += 1
    elif message.to == "previous":
        step -= 1
    elif isinstance(message.to, int):
        step = message.to
    else:
        raise web_error("malformed", what="to")
    moved = cmd.MoveDebrief(id=name, at_ms=at_ms, by=FACILITATOR, step=step)
    return [(run, moved) for run, _ in led]


async def _taken(services: Services, session: Session, name: str) -> list[tuple[str, Any]]:
    """The runs that took this command already, to be asked again: they go by its id alone."""
    at_ms = services.host.clock.now_ms()
    again = cmd.DrawSpeaker(id=name, at_ms=at_ms, by=FACILITATOR)
    known = [
        (run, await services.host.seq_of(run, FACILITATOR, name))
        for run, _ in await _states(services, session)
    ]
    return [(run, again) for run, seq in known if seq is not None]


async def _draw(services: Services, session: Session, name: str) -> list[tuple[str, Any]]:
    """Draw a speaker from the team that has spoken least, for its size."""
    states = await _states(services, session)
    led = [
        (len(state.speakers) / seats, number, run)
        for number, (run, state) in enumerate(states)
        if state.phase == "debrief"
        and (seats := sum(not seat.left for seat in state.seats.values()))
    ]
    if not led:
        raise reject("no_debrief")
    at_ms = services.host.clock.now_ms()
    return [(min(led)[2], cmd.DrawSpeaker(id=name, at_ms=at_ms, by=FACILITATOR))]
