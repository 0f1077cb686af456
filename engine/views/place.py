"""Where a seat is, who one is there, what one holds, and whom one may help."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from engine.kinds.shown import Listed, Named
from engine.rules.absence import seats_of
from engine.rules.aims import is_met
from engine.rules.drawn_ids import Options, options_of
from engine.rules.state import State
from engine.scenario.model import Scenario
from engine.script.cues import LOOK_UP
from engine.script.nodes import Role, Trap
from engine.values import RoleId, SeatId
from engine.views.called import name_of
from engine.views.learnt import learnt
from engine.views.parts.seat_parts import (
    Aim,
    Card,
    Cover,
    FreeRole,
    Last,
    Me,
    Rescue,
    RoleStory,
    Scene,
)
from engine.views.team import Names, eats, phase_of, remaining_ms, station_of, stations, wall_ms
from engine.views.whereabouts import cut_off, sites


def scene_part(scenario: Scenario, state: State, role: RoleId, acts: tuple[RoleId, ...]) -> Scene:
    """The scene, as `role` knows it, and what the other roles know that are acted for."""
    scene = scenario.scenes[state.scene.id] if state.scene is not None else None
    limit_ms = state.scene.limit_at_ms if state.scene is not None else None
    playing = state.phase == "playing"
    stories = [
        RoleStory(role=name, role_name=scenario.roles[name].name, text=text)
        for name in acts
        if name != role and scene and (text := scene.story_for.get(name, ""))
    ]
    return Scene(
        id=scene.id if scene else "",
        title=scene.title if scene else scenario.title,
        when=scene.when if scene else "",
        story=scene.story if scene else scenario.summary,
        story_for=scene.story_for.get(role, "") if scene else "",
        stories_for=tuple(stories),
        scenario=scenario.id,
        picture=scene.picture if scene else scenario.cover,
        phase=phase_of(state),
        ending=state.ending or None,
        ending_kind=scene.ending if scene else None,
        ends_at_ms=wall_ms(state, limit_ms) if playing else None,
        remaining_ms=remaining_ms(state, limit_ms) if playing else None,
        station=station_of(scenario, state),
        stations=len(stations(scenario)),
        detour=scene is not None and not scene.main,
        places=sites(scenario, scene, acts or (role,)) if scene and scene.places else UNSET,
        eats=eats(scenario, state),
        look_up=True if scene is not None and LOOK_UP in scene.cues else UNSET,
    )


def me_part(
    scenario: Scenario,
    state: State,
    seat: SeatId,
    names: Names,
    acts: tuple[RoleId, ...],
    last: Last | None,
) -> Me:
    """Who one is there. `last`: what it did last."""
    held = state.seats.get(seat)
    # Whoever waits for other teams is held up by that alone.
    hold = state.holds.get(seat) if not state.waits else None
    role = scenario.roles.get(held.role) if held is not None else None
    others = [scenario.roles[name] for name in acts if role is None or name != role.id]
    covers = [Cover(id=one.id, name=one.name, brief=one.brief, goal=one.goal) for one in others]
    return Me(
        seat=seat,
        role=role.id if role else "",
        role_name=role.name if role else "",
        name=names.get(seat, ""),
        brief=role.brief if role else "",
        goal=role.goal if role else "",
        held_until_ms=wall_ms(state, hold.until_ms) if hold else None,
        held_remaining_ms=remaining_ms(state, hold.until_ms) if hold else None,
        held_by=scenario.traps[hold.trap].belief if hold else None,
        held_why=scenario.traps[hold.trap].why if hold else UNSET,
        acts_for=tuple([other.id for other in others]),
        covers=tuple(covers),
        phase=phase_of(state),
        ready=held.ready if held else False,
        left=held.left if held else False,
        roles_free=_free(scenario, state) if state.phase == "lobby" else (),
        last=last,
        aim=_aim(scenario, state, role),
        team_name=name_of(state),
    )


def _aim(scenario: Scenario, state: State, role: Role | None) -> Aim | UnsetType:
    aim = scenario.aims.get(role.id) if role is not None else None
    if aim is None:
        return UNSET
    return Aim(text=aim.text, secret=aim.secret, met=is_met(aim, state))


def _free(scenario: Scenario, state: State) -> tuple[FreeRole, ...]:
    taken = [seat.role for seat in state.seats.values() if not seat.left]
    free = [
        FreeRole(id=role.id, name=role.name, brief=role.brief)
        for role in scenario.roles.values()
        if taken.count(role.id) < seats_of(state, role)
    ]
    return tuple(free)


def cards(
    scenario: Scenario, state: State, acts: tuple[RoleId, ...], *, given: bool
) -> tuple[Card, ...]:
    """What the seat's role holds, then what those hold that it acts for, then what it was shown.
    `given`: cards may be handed on now."""
    roles, spent = scenario.roles, state.spent or ()
    held = [
        Card(
            id=card.id,
            title=card.title,
            text=card.text,
            role=role,
            role_name=roles[role].name,
            own=role == acts[0],
            learnt=learnt(scenario, card.fact) if card.fact is not None else None,
            to=tuple(
                [
                    Named(id=other.id, name=other.name)
                    for other in roles.values()
                    if given and other.id != role and card.id not in spent
                ]
            ),
            once=("was" if card.id in spent else "may") if card.once else UNSET,
            apart=cut_off(scenario, state, role),
        )
        for role in acts
        for card in scenario.cards.values()
        if role in state.holders.get(card.id, ())
    ]
    return (*held, *_shown(scenario, state, acts))


def _shown(scenario: Scenario, state: State, acts: tuple[RoleId, ...]) -> list[Card]:
    """Cards of others that these roles were let see, each once."""
    found: dict[str, Card] = {}
    for one in state.shown or ():
        card, holders = scenario.cards[one.card], state.holders.get(one.card, ())
        if one.to in acts and not set(acts) & {*holders}:
            found[one.card] = Card(
                id=card.id,
                title=card.title,
                text=card.text,
                role=one.to,
                role_name=scenario.roles[one.to].name,
                own=one.to == acts[0],
                learnt=learnt(scenario, card.fact) if card.fact is not None else None,
                to=(),
                shown_by=scenario.roles[one.by].name,
            )
    return list(found.values())


def rescues(scenario: Scenario, state: State, seat: SeatId, names: Names) -> tuple[Rescue, ...]:
    """Held teammates whom the seat may help."""
    offered, options = [], options_of(state)
    for held, hold in state.holds.items():
        trap = scenario.traps[hold.trap]
        own = state.seats.get(seat)
        if trap.rescue is None or own is None or held == seat or held not in state.seats:
            continue
        if own.role not in trap.rescue.roles or own.left:
            continue
        offered.append(
            Rescue(
                seat=held,
                name=names.get(held, ""),
                role_name=scenario.roles[state.seats[held].role].name,
                trap=trap.belief,
                ask=trap.rescue.ask,
                choices=_rescue_choices(options, trap),
                until_ms=wall_ms(state, hold.until_ms),
                tried=seat in hold.tried,
                held=True if seat in state.holds else UNSET,
            )
        )
    return tuple(offered)


def _rescue_choices(options: Options, trap: Trap) -> tuple[Listed, ...]:
    assert trap.rescue is not None, "nobody is asked otherwise"
    text = {choice.id: choice.text for choice in trap.rescue.choices}
    drawn = options.rescue(trap.id, text, keep=trap.rescue.keep_order)
    return tuple([Listed(id=drawn.told[name], text=text[name]) for name in drawn.order])
