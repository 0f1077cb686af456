"""What was asked when a request came is asked once more where it is done: between the two somebody
else acts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from engine.evening.actors import Operator
from engine.evening.leading import command_session
from engine.rules.commands import ComeBack, FreeSeat, RemoveSeat
from engine.store.sessions.sessions import Sessions
from engine.store.tokens import new_id, new_token
from tests.support.inside import Inside
from tests.web.pages.test_claims import Lost
from tests.web.pages.test_locked import Desk
from tests.web.pages.test_moves import app, token_of
from web.door.statuses import web_error
from web.live.wire import DeskRequest
from web.services import Services

__all__ = ["app"]

Doing = Callable[[], Awaitable[object]]


@pytest.fixture
def room(app: Inside) -> Desk:
    return Desk(app)


def before(
    patch: pytest.MonkeyPatch,
    owner: Any,
    name: str,
    do: Doing,
    when: Callable[..., bool] | None = None,
) -> None:
    """The first time that `owner.name` is called (with what `when` holds of), something is done
    before it."""
    real, done = getattr(owner, name), list[bool]()

    async def delayed(*args: Any, **more: Any) -> Any:
        if not done and (when is None or when(*args)):
            done.append(True)
            await do()
        return await real(*args, **more)

    patch.setattr(owner, name, delayed)


def removal_of(*kinds: type[Any]) -> Callable[..., bool]:
    return lambda run, command: isinstance(command, kinds)


async def back(services: Services, run: str, seat: str, token: str) -> bool:
    """A phone comes with this token, if that opens the seat."""
    if await services.sessions.find_seat(token) is None:
        return False
    at_ms = services.host.clock.now_ms()
    await services.host.execute(run, ComeBack(id=new_id(), at_ms=at_ms, by=seat))
    return True


# ── joining ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("do", "status"), [("lock", 409), ("close", 404), ("renew_code", 404)])
@pytest.mark.parametrize("named", [True, False], ids=["a team named", "no team named"])
def test_the_door_is_shut_while_somebody_is_in_it(
    room: Desk, monkeypatch: pytest.MonkeyPatch, do: str, status: int, named: bool
) -> None:
    sessions = room.app.services.sessions

    async def shut() -> None:
        if do == "lock":
            await sessions.lock_joining(room.id, on=True)
        elif do == "close":
            await sessions.close_session(room.id)
        else:
            await sessions.renew_code(room.id, "x", "tap")

    before(monkeypatch, sessions, "create_seat", shut)
    refused = room.join(key=new_token(), team=1 if named else None)
    assert refused.status_code == status
    assert [*room.app.run(sessions.names(room.run))] == [room.seat], "nobody sat down"


def test_a_phone_that_two_workers_seat_sits_once(
    room: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same tap reached two workers, and the other chose another team: both answers are one."""
    room.say("add_team", "more")
    sessions, key = room.app.services.sessions, new_token()
    session = room.app.run(sessions.find_session(room.id))
    assert session is not None
    runs = [run.id for run in session.runs]
    asked: list[tuple[Any, ...]] = []

    async def elsewhere() -> None:
        run, name, token = asked[0]
        [other] = [each for each in runs if each != run]
        await Sessions.create_seat(sessions, other, name, token, code=room.code)

    def seen(*args: Any) -> bool:
        asked.append(args)
        return True

    before(monkeypatch, sessions, "create_seat", elsewhere, seen)
    got = room.join(key=key)
    assert got.status_code == 201
    assert got.json()["run"] != asked[0][0], "where the other worker seated it"
    assert room.join(key=key).json() == got.json()


# ── the desk removes somebody ───────────────────────────────────────────────────────────────────


def test_whoever_is_removed_does_not_slip_back_in(
    room: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    services, came = room.app.services, []
    execute = services.host.execute

    async def slip(run: str, command: Any, **more: Any) -> int:
        done = await execute(run, command, **more)
        if isinstance(command, RemoveSeat):  # between the log and whatever comes after
            came.append(await back(services, room.run, room.seat, room.token))
        return done

    monkeypatch.setattr(services.host, "execute", slip)
    assert room.say("remove", "tap", run=room.run, seat=room.seat).status_code == 200
    assert came == [False]
    assert not room.opens(room.token)


def test_a_removal_that_is_refused_takes_nothing(room: Desk) -> None:
    services = room.app.services

    async def leave() -> None:
        _, state = await services.host.state(room.run)
        since_ms = state.seats[room.seat].away_since_ms
        free = FreeSeat(
            id="f", at_ms=services.host.clock.now_ms(), by="host", seat=room.seat,
            away_since_ms=since_ms,
        )  # fmt: skip
        await services.host.execute(room.run, free)

    room.app.run(leave())
    refused = room.say("remove", "tap", run=room.run, seat=room.seat)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "left")
    assert room.opens(room.token), "whoever comes late has the seat back, while there is room"


def test_a_late_copy_of_a_removal_takes_nothing_from_whoever_was_let_in_again(room: Desk) -> None:
    told = room.say("remove", "tap", run=room.run, seat=room.seat)
    token = room.app.run(room.app.services.sessions.renew_token(room.run, room.seat))
    assert token is not None
    assert room.opens(token), "the desk gave them another link"
    assert room.say("remove", "tap", run=room.run, seat=room.seat).json() == told.json()
    assert room.opens(token)


def test_whoever_comes_while_the_absent_are_removed_stays(
    room: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = room.join(team=1).json()
    services = room.app.services

    async def come() -> None:  # let in before, and in the log only now
        at_ms = services.host.clock.now_ms()
        await services.host.execute(mine["run"], ComeBack(id="c", at_ms=at_ms, by=mine["seat"]))

    before(monkeypatch, services.host, "execute", come, removal_of(FreeSeat))
    name = f"{mine['run']}/{mine['seat']}"
    assert room.say("remove_absent", "tap", seats=[name]).status_code == 200
    assert room.opens(mine["token"])


# ── teams ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("at", ["add_run", "open"])
def test_a_team_added_while_the_session_is_closed_is_not_left_open(
    room: Desk, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    services = room.app.services

    async def close() -> None:
        session = await services.sessions.find_session(room.id)
        assert session is not None
        await command_session(services, Operator(), session, DeskRequest(do="close", id="tap"))

    owner = services.sessions if at == "add_run" else services.host
    before(monkeypatch, owner, at, close)
    answer = room.say("add_team", "more")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "closed")
    assert phases(room) == {"closed"}


@pytest.mark.parametrize(("do", "phase"), [("start", "playing"), ("close", "closed")])
def test_all_teams_are_those_there_are_by_then(room: Desk, do: str, phase: str) -> None:
    """A console knows the session as it was; another has added a team since, and it is full."""
    services = room.app.services
    session = room.app.run(services.sessions.find_session(room.id))
    assert session is not None
    room.say("add_team", "more")
    for role in ("recorder", "lookout"):
        assert room.join(team=2, role=role).status_code == 201
    room.join(team=1, role="lookout")
    said = DeskRequest(do=do, id="tap")
    told = room.app.run(command_session(services, Operator(), session, said))
    assert len(told) == 2
    assert phases(room) == {phase}


def phases(room: Desk) -> set[str]:
    services = room.app.services
    found = room.app.run(services.sessions.find_session(room.id))
    assert found is not None
    return {room.app.run(services.host.state(run.id))[1].phase for run in found.runs}


def test_a_team_whose_opening_was_cut_short_is_opened_by_the_next_tap(
    room: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = room.app.services

    async def cut() -> None:
        raise web_error("failed")

    with monkeypatch.context() as patch:
        before(patch, services.host, "open", cut)
        assert room.say("add_team", "more").status_code == 500
    again = room.say("add_team", "more")
    assert again.status_code == 200
    (made,) = again.json()["runs"]
    assert room.app.run(services.host.state(made["run"]))[1].phase == "lobby"


# ── claims ──────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def lost(app: Inside) -> Lost:
    return Lost(app)


def test_what_the_desk_agreed_to_is_over_once_the_seat_has_moved(lost: Lost) -> None:
    assert lost.claim().status_code == 303
    (waiting,) = lost.desk_part()["claims"]
    assert lost.say("agree", waiting["id"]).status_code == 200
    assert lost.say("agree", waiting["id"]).status_code == 200, "a lost answer is given again"
    assert lost.say("decline", waiting["id"]).status_code == 404, "and another isn't"
    link = lost.look().headers["location"]
    token_of(lost.press(link, lost.phone))
    desk_press = {"mark": lost.app.mark(lost.desk["cookie"].removeprefix("login="))}
    path = f"/seats/{lost.run}/{lost.seat}"
    assert lost.app.ask("POST", path, data=desk_press, headers=lost.desk).status_code == 303
    assert lost.look().status_code == 200, "the desk gave the seat another token: that counts"


# ── the desk's forms ────────────────────────────────────────────────────────────────────────────


def test_nobody_overwrites_what_they_were_not_shown(room: Desk) -> None:
    for role in ("recorder", "lookout"):
        room.join(team=1, role=role)
    room.say("start")
    path, cookie = f"/review/sessions/{room.id}", room.desk["cookie"]

    def seen() -> str:
        page = room.app.ask("GET", path, headers=room.desk).text
        return page.split('name="seen" value="')[1].split('"')[0]

    def save(**fields: str) -> httpx.Response:
        form = {"mark": room.app.mark(cookie.removeprefix("login=")), **fields}
        return room.app.ask("POST", f"{path}/activity", data=form, headers=room.desk)

    mine = theirs = seen()
    assert save(seen=theirs, place="望志路", host="李汉俊").status_code == 303
    refused = save(seen=mine, place="嘉兴南湖")
    assert refused.status_code == 409
    assert "“望志路”、“李汉俊”" in refused.text, "what stands there"
    assert 'value="嘉兴南湖"' in refused.text, "and what was typed"
    again = refused.text.split('name="seen" value="')[1].split('"')[0]
    assert save(seen=again, place="嘉兴南湖").status_code == 303
    kept = room.app.run(room.app.services.database.activities.get(room.id))
    assert (kept.place, kept.host) == ("嘉兴南湖", "")


@pytest.mark.parametrize("change", ["the password is reset", "the account is disabled"])
def test_an_old_password_opens_nothing_once_it_is_another(
    room: Desk, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    people, name = room.app.services.people, f"李达{room.id[:6]}"
    made = room.app.run(people.create_account(name, ["author"]))
    assert made is not None
    account, password = made

    async def reset() -> None:
        if change == "the password is reset":
            await people.set_password(account.id, None)
        else:
            await people.set_disabled(account.id, True)

    before(monkeypatch, people, "create_login", reset)
    asked = {"name": name, "password": password}
    refused = room.app.ask("POST", "/api/token", json=asked)
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "wrong_password")
    assert room.app.run(people.list_logins(account.id)) == []
