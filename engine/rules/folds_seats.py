"""Folds of what happens to seats and roles: covers, traps, holds, variables and cards."""

from __future__ import annotations

from typing import Any, Final

from msgspec.structs import replace

from engine.rules import events as ev
from engine.rules.folds import Changes, Folds, news, run_clock
from engine.rules.state import Cover, Hold, SeatState, Shown, State
from engine.values import Map, RoleId

# ── seats and roles ─────────────────────────────────────────────────────────────────────────────


def _seat_taken(state: State, event: ev.SeatTaken) -> Changes:
    seat = SeatState(event.role, away_since_ms=run_clock(state, event.at_ms))
    return {"seats": state.seats.set(event.seat, seat)}


def _seat(state: State, seat: str, **changes: Any) -> Changes:
    held = state.seats.get(seat)
    return {} if held is None else {"seats": state.seats.set(seat, replace(held, **changes))}


def _seat_added(state: State, event: ev.SeatAdded) -> Changes:
    added = state.added or Map[RoleId, int]()
    return {"added": added.set(event.role, added.get(event.role, 0) + 1)}


def _role_changed(state: State, event: ev.RoleChanged) -> Changes:
    return _seat(state, event.seat, role=event.role, ready=False)


def _seat_ready(state: State, event: ev.SeatReady) -> Changes:
    return _seat(state, event.seat, ready=True)


def _seat_away(state: State, event: ev.SeatAway) -> Changes:
    return _seat(state, event.seat, online=False, away_since_ms=run_clock(state, event.at_ms))


def _seat_back(state: State, event: ev.SeatBack) -> Changes:
    return _seat(state, event.seat, online=True, left=False)


def _seat_left(state: State, event: ev.SeatLeft) -> Changes:
    at_ms = run_clock(state, event.at_ms)
    return _seat(state, event.seat, online=False, left=True, ready=False, away_since_ms=at_ms)


def _role_covered(state: State, event: ev.RoleCovered) -> Changes:
    cover = Cover(event.how, event.seat, run_clock(state, event.at_ms))
    return {
        "covers": state.covers.set(event.role, cover),
        **news(state, event, "covered", event.role, seat=event.seat, **_how(state, event)),
    }


def _how(state: State, event: ev.RoleCovered) -> dict[str, str]:
    return {"how": event.how} if state.stands else {}


def _role_uncovered(state: State, event: ev.RoleUncovered) -> Changes:
    return {
        "covers": state.covers.without(event.role),
        **news(state, event, "uncovered", event.role),
    }


def _seat_nudged(state: State, event: ev.SeatNudged) -> Changes:
    held = state.seats.get(event.seat)
    if held is None:
        return {}
    return news(state, event, "nudged", event.seat, role=held.role, seat=event.seat)


# ── traps, holds, effects ───────────────────────────────────────────────────────────────────────


def _trap_sprung(state: State, event: ev.TrapSprung) -> Changes:
    return {
        "sprung": state.sprung.set(event.trap, state.sprung.get(event.trap, 0) + 1),
        **news(state, event, "trap", event.trap, seat=event.seat),
    }


def _hold_began(state: State, event: ev.HoldBegan) -> Changes:
    return {"holds": state.holds.set(event.seat, Hold(event.trap, event.until_ms))}


def _hold_ended(state: State, event: ev.HoldEnded) -> Changes:
    changes: Changes = {"holds": state.holds.without(event.seat)}
    if event.how == "rescue":
        changes |= news(state, event, "rescued", event.seat, seat=event.seat)
    elif event.how == "facilitator":
        changes |= news(state, event, "released", event.seat, seat=event.seat)
    return changes


def _rescue_tried(state: State, event: ev.RescueTried) -> Changes:
    hold = state.holds.get(event.seat)
    if hold is None:
        return {}
    tried = replace(hold, tried=(*hold.tried, event.rescuer))
    return {"holds": state.holds.set(event.seat, tried)}


def _var_set(state: State, event: ev.VarSet) -> Changes:
    return {"vars": state.vars.set(event.var, event.value)}


def _card_given(state: State, event: ev.CardGiven) -> Changes:
    held = state.holders.get(event.card, ())
    if event.role in held:
        return {}
    return {
        "holders": state.holders.set(event.card, (*held, event.role)),
        **news(state, event, "card", event.card, role=event.role),
    }


def _card_handed(state: State, event: ev.CardHanded) -> Changes:
    left = tuple(r for r in state.holders.get(event.card, ()) if r not in (event.giver, event.to))
    return {
        "holders": state.holders.set(event.card, (*left, event.to)),
        **_spent(state, event),
        **news(state, event, "card", event.card, role=event.to),
    }


def _spent(state: State, event: ev.CardHanded | ev.CardShown) -> Changes:
    spent = state.spent or ()
    return {"spent": (*spent, event.card)} if event.once and event.card not in spent else {}


def _card_shown(state: State, event: ev.CardShown) -> Changes:
    return {
        **_spent(state, event),
        "shown": (*(state.shown or ()), Shown(event.card, event.giver, event.to)),
        **news(state, event, "shown", event.card, role=event.to, by=event.giver),
    }


def _told(state: State, event: ev.Told) -> Changes:
    told = state.told if event.tell in state.told else (*state.told, event.tell)
    return {"told": told, **news(state, event, "told", event.tell, role=event.role)}


def _seat_thanked(state: State, event: ev.SeatThanked) -> Changes:
    return news(state, event, "thanked", event.rescued, seat=event.seat)


FOLDS: Final[Folds] = {
    ev.SeatTaken: _seat_taken,
    ev.RoleChanged: _role_changed,
    ev.SeatAdded: _seat_added,
    ev.SeatReady: _seat_ready,
    ev.SeatThanked: _seat_thanked,
    ev.SeatAway: _seat_away,
    ev.SeatBack: _seat_back,
    ev.SeatLeft: _seat_left,
    ev.RoleCovered: _role_covered,
    ev.RoleUncovered: _role_uncovered,
    ev.SeatNudged: _seat_nudged,
    ev.TrapSprung: _trap_sprung,
    ev.HoldBegan: _hold_began,
    ev.HoldEnded: _hold_ended,
    ev.RescueTried: _rescue_tried,
    ev.VarSet: _var_set,
    ev.CardGiven: _card_given,
    ev.CardHanded: _card_handed,
    ev.CardShown: _card_shown,
    ev.Told: _told,
}
