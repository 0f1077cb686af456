"""The facilitator's commands, for one run or all of a session's: one way in for HTTP and socket."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Any, Final, NamedTuple

from msgspec.structs import replace

from engine.errors import AppError, RunBroken
from engine.evening.actors import LEAD, Actor, let_to
from engine.evening.claiming import settle
from engine.evening.commanding import DESK_KINDS, OF_ONE, Said, build_command
from engine.evening.heard import Outcome, once
from engine.evening.house import House
from engine.evening.naming import team_name
from engine.evening.opening import add_team
from engine.evening.refusing import refused
from engine.evening.removal import remove_absent, unopened
from engine.rules import commands as cmd
from engine.rules.absence import awaited
from engine.rules.commands import FACILITATOR
from engine.rules.deck import DECK_MAX, deck, is_deck
from engine.rules.rejections import reject
from engine.rules.state import State
from engine.scenario.model import Scenario
from engine.store.sessions.claims import Settled
from engine.store.sessions.sessions import Session
from engine.store.tokens import new_id

ALL_TEAMS: Final = ("start", "close")
"""What is done for all teams leaves none behind that is just being added."""


class Order(NamedTuple):
    """What a desk asks for beside the logs, and of whom."""

    house: House
    actor: Actor
    session: Session
    asked: Said
    name: str
    """Of the command."""


async def command_session(house: House, actor: Actor, session: Session, asked: Said) -> Outcome:
    """Carry out a command; what each run it was for said.

    Raises:
        AppError: no run took it (the first refusal), it isn't a command at all, or whoever asks
            may not lead this session.
    """
    let_to(actor, LEAD, session)
    name = asked.id or new_id()
    if asked.do in BESIDE:
        return await _beside(Order(house, actor, session, asked, name))
    runs = [run.id for run in session.runs if asked.run in (None, run.id)]
    if not runs:
        raise refused("not_found")
    if asked.do in OF_ONE and asked.run is None:
        raise refused("malformed", what="run")  # a seat's name is its team's alone
    commands = await _commands(house, session, asked, name, runs)
    outcome: Outcome = []
    why: AppError | None = None
    for run, command in commands:
        try:
            seq = await _carry_out(house, run, command)
        except AppError as error:
            why = why or error
            house.on_failed(error, asked.do)
            outcome.append({"run": run, "error": error.in_("zh")})
        else:
            outcome.append({"run": run, "seq": seq})
    nobody = why is not None and not any("seq" in entry for entry in outcome)
    # A session whose teams can't be opened any more can still be closed.
    closes = asked.do == "close" and asked.run is None
    if why is not None and nobody and not (closes and isinstance(why, RunBroken)):
        raise why
    if closes:
        await house.sessions.close_session(session.id)
    if asked.run is None and asked.do in ALL_TEAMS:
        outcome += await _added_meanwhile(house, session, commands[0][1])
    return outcome


async def _added_meanwhile(house: House, session: Session, command: Any) -> Outcome:
    """Teams that another desk has added since the session was looked at begin, and end, with the
    others."""
    known = {run.id for run in session.runs}
    found = await house.sessions.find_session(session.id)
    outcome: Outcome = []
    for run in found.runs if found is not None else ():
        if run.id not in known:
            with suppress(AppError):  # it isn't open yet: whoever adds it looks again, too
                seq = await house.host.execute(run.id, command)
                outcome.append({"run": run.id, "seq": seq})
    return outcome


async def _beside(order: Order) -> Outcome:
    """What no log has. By an id it is done once."""
    do = partial(BESIDE[order.asked.do], order)
    if order.asked.do not in ONCE or not order.asked.id:
        return await do()
    key = f"{order.session.id} {order.asked.do} {order.asked.run or ''} {order.name}"
    return await once(order.house, key, do, partial(_shown, order.house, order.session))


async def _add_team(order: Order) -> Outcome:
    made = await add_team(order.house, order.actor, order.session, order.name)
    return [{"run": made.id, "seq": 1}]


async def _move(order: Order) -> Outcome:
    """Phones join at this address of ours. Raises Refused no_such_address."""
    address = order.asked.address
    if address not in [one.url for one in order.house.reachable()]:
        raise refused("no_such_address")
    await order.house.sessions.set_address(order.session.id, address)
    return await _shown(order.house, order.session)


async def _lock(order: Order) -> Outcome:
    """Nobody new sits down, or whoever has the code may again; who has a seat keeps it."""
    await order.house.sessions.lock_joining(order.session.id, on=order.asked.do == "lock")
    return await _shown(order.house, order.session)


async def _renew_code(order: Order) -> Outcome:
    """Another join code on wall and desk; seats, and links to them, go on."""
    await order.house.sessions.renew_code(order.session.id, order.house.key, order.name)
    return await _shown(order.house, order.session)


async def _remove_absent(order: Order) -> Outcome:
    """Whoever took a seat and never came loses it, and what would open it; of these, the `seats`
    that are named (run/seat), for the desk was asked about those. Who has come meanwhile stays."""
    wanted = None if order.asked.seats is None else frozenset(order.asked.seats)
    outcome: Outcome = []
    for run, state in await _states(order.house, order.session):
        if order.asked.run not in (None, run) or state.phase == "closed":
            continue
        for seat in awaited(state):
            if wanted is None or f"{run}/{seat}" in wanted:
                await remove_absent(order.house, run, seat, state, order.name)
        outcome.append({"run": run, "seq": (await order.house.host.state(run))[1].seq})
    return outcome


async def _shown(house: House, session: Session) -> Outcome:
    """Wall and desk show what was changed."""
    house.ring_session(session)
    states = await _states(house, session)
    return [{"run": run, "seq": state.seq} for run, state in states]


async def _agree(order: Order) -> Outcome:
    """Whoever claims an offline seat gets it, or doesn't. Raises Refused not_found."""
    settled: Settled = "agreed" if order.asked.do == "agree" else "declined"
    run = await settle(order.house, order.actor, order.session, order.asked.claim or "", settled)
    _, state = await order.house.host.state(run)
    return [{"run": run, "seq": state.seq}]


BESIDE: Final = {
    "add_team": _add_team, "address": _move, "agree": _agree, "decline": _agree,
    "lock": _lock, "unlock": _lock, "renew_code": _renew_code, "remove_absent": _remove_absent,
}  # fmt: skip
"""What is beside every run's log."""
ONCE: Final = ("address", "lock", "unlock", "remove_absent")
"""Of these, what a late copy would do once more: the others go by what they were asked about."""


async def _carry_out(house: House, run: str, command: Any) -> int:
    """Whoever is removed is out, before anybody hears of it: the token opens nothing any more, its
    sockets end. A late copy takes nothing from whoever sits there by then."""
    if not isinstance(command, cmd.RemoveSeat):
        return await house.host.execute(run, command)
    known = await house.host.seq_of(run, command.by, command.id)
    if known is not None:
        return known
    async with unopened(house, run, command.seat):
        return await house.host.execute(run, command)


async def _commands(
    house: House,
    session: Session,
    asked: Said,
    name: str,
    runs: list[str],
) -> list[tuple[str, Any]]:
    at_ms = house.host.clock.now_ms()
    if asked.do == "debrief":
        return await _debrief(house, session, asked, name)
    if asked.do == "show_reflections":
        return _shown_by(asked, name, at_ms, runs)
    if asked.do == "name_team":
        return [(runs[0], await _named(house, session, asked, name))]
    if asked.do == "draw":
        return await _taken(house, session, name) or await _draw(house, session, name)
    command = build_command(DESK_KINDS, asked, name=name, by=FACILITATOR, at_ms=at_ms)
    return [(run, command) for run in runs]


def _shown_by(asked: Said, name: str, at_ms: int, runs: list[str]) -> list[tuple[str, Any]]:
    """Of each run the seats that are named (run/seat): what the desk has read."""
    if asked.seats is None:
        named = dict.fromkeys(runs)
    else:
        pairs = [one.partition("/") for one in asked.seats]
        named = {run: tuple(seat for of, _, seat in pairs if of == run) for run in runs}
    return [
        (run, cmd.ShowReflections(id=name, at_ms=at_ms, by=FACILITATOR, seats=seats))
        for run, seats in named.items()
        if seats is None or seats
    ]


async def _named(house: House, session: Session, asked: Said, name: str) -> cmd.NameTeam:
    """Raises Refused invalid, taken."""
    states, _ = await house.states(session)
    others = [(state.team, state.aside.called) for run, _, state in states if run != asked.run]
    at_ms = house.host.clock.now_ms()
    return cmd.NameTeam(
        id=name, at_ms=at_ms, by=FACILITATOR, name=team_name(asked.name or "", others)
    )


async def _states(house: House, session: Session) -> list[tuple[str, State]]:
    """Of those that can be opened."""
    return [(info.run, info.state) for info in await house.whole_infos(session)]


async def _debrief(house: House, session: Session, asked: Said, name: str) -> list[tuple[str, Any]]:
    """Open the debrief, or turn its pages: alike for all runs that have somebody in them."""
    states = await _states(house, session)
    at_ms = house.host.clock.now_ms()
    if asked.to in (None, "open"):
        began = [(run, state) for run, state in states if state.phase != "lobby"]
        if not began:
            raise reject("not_ended")
        playing = [state for _, state in began if state.phase == "playing"]
        if playing:
            raise reject("not_ended")
        scenario = await house.library.scenario_of_digest(session.digest, session.scenario)
        opened = cmd.OpenDebrief(id=name, at_ms=at_ms, by=FACILITATOR, deck=(), moderated=True)
        return _opened(opened, scenario, began, asked.cards)
    led = [(run, state) for run, state in states if state.phase == "debrief"]
    if not led:
        taken = await _taken(house, session, name)
        if taken:
            return taken
        raise reject("no_debrief")
    step = led[0][1].step
    if asked.to == "next":
        step += 1
    elif asked.to == "previous":
        step -= 1
    elif isinstance(asked.to, int):
        step = asked.to
    else:
        raise refused("malformed", what="to")
    moved = cmd.MoveDebrief(id=name, at_ms=at_ms, by=FACILITATOR, step=step)
    return [(run, moved) for run, _ in led]


def _opened(
    opened: cmd.OpenDebrief,
    scenario: Scenario,
    began: list[tuple[str, State]],
    wished: list[str] | None,
) -> list[tuple[str, Any]]:
    """The debrief begins with the cards that are wished for, else those that are proposed; where it
    goes on already, it goes on with the card that lies open. Raises Refused malformed."""
    states = [state for _, state in began]
    led = next((state for state in states if state.phase == "debrief" and state.deck), None)
    named = wished if wished is not None else led.deck if led else deck(scenario, states)
    if wished is not None and not is_deck(scenario, states, wished):
        raise refused("malformed", what=f"cards: 1–{DECK_MAX}, each once")
    shown = replace(opened, deck=tuple(named))
    # What began before sentences were put on the wall by hand goes on as it began.
    anew = replace(shown, step=_still_open(led, shown.deck), moderated=False) if led else shown
    return [
        (run, anew if state.phase == "debrief" and state.deck else shown)
        for run, state in began
        if state.phase in ("ended", "debrief")
    ]


def _still_open(state: State, named: tuple[str, ...]) -> int:
    """Where the card that lies open is in another deck; left out, the one that has its place."""
    step = min(state.step, len(state.deck) - 1)
    card = state.deck[step]
    return named.index(card) if card in named else min(step, len(named) - 1)


async def _taken(house: House, session: Session, name: str) -> list[tuple[str, Any]]:
    """The runs that took this command already, to be asked again: they go by its id alone."""
    at_ms = house.host.clock.now_ms()
    again = cmd.DrawSpeaker(id=name, at_ms=at_ms, by=FACILITATOR)
    known = [
        (run, await house.host.seq_of(run, FACILITATOR, name))
        for run, _ in await _states(house, session)
    ]
    return [(run, again) for run, seq in known if seq is not None]


async def _draw(house: House, session: Session, name: str) -> list[tuple[str, Any]]:
    """Draw a speaker from the team that has spoken least, for its size."""
    states = await _states(house, session)
    led = [
        (len(state.speakers) / seats, number, run)
        for number, (run, state) in enumerate(states)
        if state.phase == "debrief"
        and (seats := sum(not seat.left for seat in state.seats.values()))
    ]
    if not led:
        raise reject("no_debrief")
    at_ms = house.host.clock.now_ms()
    return [(min(led)[2], cmd.DrawSpeaker(id=name, at_ms=at_ms, by=FACILITATOR))]
