"""Who may meet whom about seats, teams and claims."""

from __future__ import annotations

from typing import Final

from engine.store.database import Database
from engine.store.sessions.claims import WAITING_MAX, Settled
from tests.store.interleaved import Row
from tests.store.meetings.ground import Ground, Known, Swept

# ── seats ───────────────────────────────────────────────────────────────────────────────────────


async def sit(database: Database, ground: Ground) -> object:
    code = ground.session.code
    seat, _ = await database.sessions.create_seat(
        ground.run, "李四", "new" + ground.mark, code=code
    )
    return seat


async def sit_elsewhere(database: Database, ground: Ground) -> object:
    run, token = ground.other_run, "new" + ground.mark
    seat, _ = await database.sessions.create_seat(run, "李四", token, code=ground.session.code)
    return seat


async def namesake(database: Database, ground: Ground) -> object:
    seat, _ = await database.sessions.create_seat(ground.other_run, "李四", "third" + ground.mark)
    return seat


async def take_over(database: Database, ground: Ground) -> object:
    token, code = "new" + ground.mark, ground.session.code
    taken = await database.sessions.take_over_seat(ground.run, "s9", "李四", token, code=code)
    return taken is not None


async def take_over_too(database: Database, ground: Ground) -> object:
    token = "third" + ground.mark
    return await database.sessions.take_over_seat(ground.run, "s9", "王五", token) is not None


async def take_over_another(database: Database, ground: Ground) -> object:
    token = "new" + ground.mark
    return await database.sessions.take_over_seat(ground.run, "s8", "李四", token) is not None


async def sit_too(database: Database, ground: Ground) -> object:
    seat, _ = await database.sessions.create_seat(ground.run, "王五")
    return seat


async def lock(database: Database, ground: Ground) -> object:
    await database.sessions.lock_joining(ground.session.id, on=True)
    return None


async def close(database: Database, ground: Ground) -> object:
    await database.sessions.close_session(ground.session.id)
    return None


async def renew_code(database: Database, ground: Ground) -> object:
    await database.sessions.renew_code(ground.session.id, "secret", ground.mark)
    return None


async def who_sits(database: Database, ground: Ground) -> object:
    """Everybody's names, whom the tokens open what, and whether two of a name are two."""
    sessions, persons, names = database.sessions, [], []
    for run in ground.session.runs:
        names.append(dict(await sessions.names(run.id)))
        persons += [*(await sessions.persons(run.id)).values()]
    tokens = [f"{word}{ground.mark}" for word in ("token ", "new", "third", "moved")]
    held = [await sessions.find_seat(token) for token in tokens]
    found = [(one.run == ground.run, one.seat, one.name) if one else None for one in held]
    return names, found, len(persons) == len(set(persons))


async def rename(database: Database, ground: Ground) -> object:
    return await database.sessions.rename_seat(ground.run, ground.seat, "李四", ground.token)


async def remove(database: Database, ground: Ground) -> object:
    return await database.sessions.remove_seat(ground.run, ground.seat, ground.token)


async def hand_over(database: Database, ground: Ground) -> object:
    """The seat is given up, and another takes it over."""
    sessions, token = database.sessions, "third" + ground.mark
    gone = await sessions.remove_seat(ground.run, ground.seat, ground.token)
    return gone, await sessions.take_over_seat(ground.run, ground.seat, "王五", token) is not None


async def withdraw(database: Database, ground: Ground) -> object:
    return await database.sessions.withdraw(ground.place) is not None


async def renew(database: Database, ground: Ground) -> object:
    return await database.sessions.renew_token(ground.run, ground.seat) is not None


async def move(database: Database, ground: Ground) -> object:
    return await database.sessions.move_seat(ground.place, "moved" + ground.mark)


async def put_back(database: Database, ground: Ground) -> object:
    return await database.sessions.put_back(ground.place, ground.token)


async def erase(database: Database, ground: Ground) -> object:
    return await database.privacy.erase(ground.run, ground.seat) is not None


# ── sessions ────────────────────────────────────────────────────────────────────────────────────


async def add_team(database: Database, ground: Ground) -> object:
    made = await database.sessions.add_run(ground.session.id, "a" + ground.mark, most=3)
    return made is not None


async def add_another(database: Database, ground: Ground) -> object:
    made = await database.sessions.add_run(ground.session.id, "b" + ground.mark, most=3)
    return made is not None


async def teams(database: Database, ground: Ground) -> object:
    found = await database.sessions.find_session(ground.session.id)
    assert found is not None
    return [run.team for run in found.runs], found.closed_ms is not None


# ── claims ──────────────────────────────────────────────────────────────────────────────────────


async def claim(database: Database, ground: Ground) -> object:
    seats = [(ground.run, f"s{number}") for number in range(WAITING_MAX - 5)]
    return await database.claims.ask("phone" + ground.mark, ground.session.id, seats)


async def claim_again(database: Database, ground: Ground) -> object:
    """The same phone; it has the button pressed twice."""
    return await claim(database, ground)


async def claim_of_another(database: Database, ground: Ground) -> object:
    seats = [(ground.run, f"s{number}") for number in range(10)]
    return await database.claims.ask("other" + ground.mark, ground.session.id, seats)


async def claims(database: Database, ground: Ground) -> object:
    waiting = await database.claims.waiting(ground.session.id)
    return sorted((one.run == ground.run, one.seat, one.settled) for one in waiting)


async def agree(database: Database, ground: Ground) -> object:
    return await settles(database, ground, "agreed")


async def decline(database: Database, ground: Ground) -> object:
    return await settles(database, ground, "declined")


async def settles(database: Database, ground: Ground, said: Settled) -> object:
    claims = database.claims
    [one] = await claims.of_phone("phone" + ground.mark, ground.session.id)
    found = await claims.settle(ground.session.id, one.id, said)
    return found is not None and found.settled


class Asked(Ground):
    """A phone has claimed a seat."""

    async def laid(self, database: Database) -> Asked:
        await super().laid(database)
        seats = [(self.run, self.seat)]
        assert await database.claims.ask("phone" + self.mark, self.session.id, seats)
        return self


async def settled(database: Database, ground: Ground) -> object:
    found = await database.claims.of_phone("phone" + ground.mark, ground.session.id)
    return [one.settled for one in found]


ROWS: Final = [
    Row("sessions.create_seat", "joining is locked", sit, lock, who_sits),
    Row("sessions.create_seat", "the session is closed", sit, close, who_sits),
    Row("sessions.create_seat", "the code is another", sit, renew_code, who_sits),
    Row("sessions.create_seat", "somebody else sits down", sit, sit_too, who_sits),
    Row(
        "sessions.create_seat", "the same phone sits in another team", sit, sit_elsewhere, who_sits
    ),
    Row("sessions.create_seat", "another of the name sits down", sit, namesake, who_sits, Known),
    Row("sessions.take_over_seat", "joining is locked", take_over, lock, who_sits),
    Row("sessions.take_over_seat", "the session is closed", take_over, close, who_sits),
    Row("sessions.take_over_seat", "the code is another", take_over, renew_code, who_sits),
    Row("sessions.take_over_seat", "another takes it", take_over, take_over_too, who_sits),
    Row("sessions.take_over_seat", "it takes two", take_over, take_over_another, who_sits),
    Row("sessions.rename_seat", "another sits there", rename, hand_over, who_sits),
    Row("sessions.rename_seat", "the name is erased", rename, erase, who_sits),
    Row("sessions.rename_seat", "the seat moves", rename, move, who_sits),
    Row("sessions.remove_seat", "another sits there", remove, hand_over, who_sits),
    Row("sessions.remove_seat", "the seat moves", remove, move, who_sits),
    Row("sessions.renew_token", "the seat moves", renew, move, who_sits),
    Row("sessions.withdraw", "another sits there", withdraw, hand_over, who_sits),
    Row("sessions.withdraw", "the seat moves", withdraw, move, who_sits),
    Row("sessions.move_seat", "the desk renews it", move, renew, who_sits),
    Row("sessions.put_back", "the desk renews it", put_back, renew, who_sits),
    Row("sessions.add_run", "another team is added", add_team, add_another, teams),
    Row("sessions.add_run", "the same is added", add_team, add_team, teams),
    Row("sessions.add_run", "the session is closed", add_team, close, teams),
    Row("claims.ask", "another phone asks", claim, claim_of_another, claims, Swept),
    Row("claims.ask", "it asks twice", claim, claim_again, claims, Swept),
    Row("claims.settle", "another desk says otherwise", agree, decline, settled, Asked),
]
