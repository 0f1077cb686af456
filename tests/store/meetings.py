"""Who may meet whom in the store: for each method that looks before it writes, an act that changes
what it saw (`interleaved.py`). What isn't here says in `test_interleavings.py` why it needn't be."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Final

import pyotp
from sqlalchemy import select

from engine.errors import AppError, Text
from engine.store.database import Database
from engine.store.people.accounts import Account
from engine.store.people.branches import Branch
from engine.store.people.totp import STEP_MS
from engine.store.place.alive import Life
from engine.store.quotas import DAY_MS
from engine.store.receipts import ABANDONED_MS, Answer
from engine.store.sessions.activities import Activity
from engine.store.sessions.claims import WAITING_MAX, Settled
from engine.store.sessions.sessions import Place, Session
from engine.store.tables import AccountTable
from engine.store.tokens import hash_token
from tests.store.interleaved import Act, Row
from tests.support.clock import Now
from tests.support.logs import ready

NOW: Final = Now()
NUMBERS: Final = itertools.count()


NAME: Final = "望志路"


async def found(database: Database, name: str) -> tuple[Branch, Account]:
    branch = await database.people.create_branch(name, 1)
    assert branch is not None
    made = await database.people.create_account(name, ["facilitator"], branch.id)
    assert made is not None
    owner = await database.people.find_named(name)
    assert owner is not None
    return branch, owner


class Ground:
    """A session of two teams, in which one person sits; nobody else uses it."""

    branch: Branch
    owner: Account
    session: Session
    place: Place
    seat: str
    token: str

    def __init__(self) -> None:
        self.mark = f"-{next(NUMBERS)}-"

    async def laid(self, database: Database) -> Ground:
        self.branch, self.owner = await self.of(database)
        NOW.ms += DAY_MS + 1  # what its owner has opened before counts no more
        self.session = await database.sessions.create_session(
            scenario="yida", digest="digest", teams=2, owner=self.owner.id, branch=self.branch.id
        )
        self.token = f"token {self.mark}"
        self.seat, _ = await database.sessions.create_seat(self.run, "张三", self.token)
        self.place = Place(self.run, self.seat, "张三", hash_token(self.token))
        return self

    async def of(self, database: Database) -> tuple[Branch, Account]:
        """A branch and a facilitator of it; those of all grounds."""
        branches = await database.people.list_branches()
        owner = await database.people.find_named(NAME)
        if owner is not None:
            return next(one for one in branches if one.name == NAME), owner
        await database.people.ensure_admin("一大会址的石库门")
        await database.texts.keep("digest", "yida", "1.0.0", b"text")
        return await found(database, NAME)

    @property
    def run(self) -> str:
        return self.session.runs[0].id

    @property
    def other_run(self) -> str:
        return self.session.runs[1].id


class Swept(Ground):
    """Nobody's claims are left to be cleared away: whoever does so makes the next one wait."""

    async def laid(self, database: Database) -> Swept:
        await super().laid(database)
        assert await database.claims.ask("sweep", "sweep" + self.mark, [(self.run, "s1")])
        return self


class Own(Ground):
    """With a branch and a facilitator of its own."""

    async def of(self, database: Database) -> tuple[Branch, Account]:
        await super().of(database)
        return await found(database, "自" + self.mark)


class Known(Own):
    """李四 was there on another evening of the branch."""

    async def laid(self, database: Database) -> Known:
        await super().laid(database)
        evening = await database.sessions.create_session(
            scenario="yida", digest="digest", teams=1, owner=self.owner.id, branch=self.branch.id
        )
        await database.sessions.create_seat(evening.runs[0].id, "李四")
        return self


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


# ── accounts ────────────────────────────────────────────────────────────────────────────────────


def unlike(other: str) -> Callable[[list[str]], None]:
    def fits(names: list[str]) -> None:
        if other in names:
            raise AppError("alike", Text("像", "alike"), Text("", ""))

    return fits


def founding(own: str, other: str) -> tuple[Act, Act]:
    """(an account of that name, a branch of that name): each unlike another's."""

    async def account(database: Database, ground: Ground) -> object:
        name, fits = own + ground.mark, unlike(other + ground.mark)
        return bool(await database.people.create_account(name, ["author"], fits=fits))

    async def branch(database: Database, ground: Ground) -> object:
        name, fits = own + ground.mark, unlike(other + ground.mark)
        return bool(await database.people.create_branch(name, fits=fits))

    return account, branch


async def names_of_all(database: Database, ground: Ground) -> object:
    named = [one.name for one in await database.people.list_accounts()]
    named += [one.name for one in await database.people.list_branches()]
    return sorted(name for name in named if name in ("甲" + ground.mark, "乙" + ground.mark))


def renames(name: str) -> Act:
    async def change(database: Database, ground: Ground) -> object:
        branch = Branch(ground.branch.id, name + ground.mark, 1)
        fits = unlike(("甲" if name == "乙" else "乙") + ground.mark)
        return await database.people.change_branch(branch, ground.branch, fits=fits)

    return change


async def keep_longer(database: Database, ground: Ground) -> object:
    branch = Branch(ground.branch.id, ground.branch.name, None)
    return await database.people.change_branch(branch)


async def the_branch(database: Database, ground: Ground) -> object:
    found = {one.id: one for one in await database.people.list_branches()}[ground.branch.id]
    return found.name, found.retention_days


async def log_in(database: Database, ground: Ground) -> object:
    made = database.people.create_login
    return bool(await made(ground.owner.id, 3600, checked=ground.owner))


async def reset(database: Database, ground: Ground) -> object:
    return await database.people.set_password(ground.owner.id, "新" + ground.mark)


async def own_password(database: Database, ground: Ground) -> object:
    given = "自" + ground.mark
    return await database.people.set_password(ground.owner.id, given, checked=ground.owner)


async def disable(database: Database, ground: Ground) -> object:
    return await database.people.set_disabled(ground.owner.id, True)


async def let_in_again(database: Database, ground: Ground) -> object:
    people = database.people
    await people.set_disabled(ground.owner.id, False)
    logins = await people.list_logins(ground.owner.id)
    passwords = [f"{word}{ground.mark}" for word in ("新", "自")]
    known = [await people.check_login(ground.owner.name, one) is not None for one in passwords]
    return len(logins), known


class Tried(Own):
    """Somebody has tried to log in before."""

    async def laid(self, database: Database) -> Tried:
        await super().laid(database)
        await guess(database, self)
        return self


class Coded(Own):
    """A secret waits to be confirmed, and its code is known."""

    code: str

    async def laid(self, database: Database) -> Coded:
        await super().laid(database)
        secret = await database.people.begin_totp(self.owner.id)
        self.code = pyotp.HOTP(secret).at(NOW.ms // STEP_MS)
        return self


async def confirm(database: Database, ground: Coded) -> object:
    return await database.people.use_code(ground.owner.id, ground.code)


async def begin(database: Database, ground: Coded) -> object:
    return bool(await database.people.begin_totp(ground.owner.id))


async def drop(database: Database, ground: Coded) -> object:
    return await database.people.drop_totp(ground.owner.id, waiting=True)


async def codes(database: Database, ground: Coded) -> object:
    found = await database.people.find_account(ground.owner.id)
    waits = await database.people.find_totp(ground.owner.id)
    return found is not None and found.totp, waits is not None


async def rule(database: Database, ground: Ground) -> object:
    """Whoever starts the server sets the administrator's password."""
    return await database.people.ensure_admin("甲" * 10 + ground.mark)


async def admin_changes(database: Database, ground: Ground) -> object:
    admin = await database.people.find_named("admin")
    assert admin is not None
    return await database.people.set_password(admin.id, "乙" * 10 + ground.mark)


async def who_rules(database: Database, ground: Ground) -> object:
    passwords = [word * 10 + ground.mark for word in "甲乙"]
    return [await database.people.check_login("admin", one) is not None for one in passwords]


async def guess(database: Database, ground: Ground) -> object:
    return await database.attempts.begin("名" + ground.mark, "192.0.2.1")


async def guess_right(database: Database, ground: Ground) -> object:
    await database.attempts.succeeded("名" + ground.mark, "192.0.2.1")
    return None


async def guesses(database: Database, ground: Ground) -> object:
    table = AccountTable.metadata.tables["attempts"]
    wanted = select(table.c.address, table.c.failures).where(table.c.name == "名" + ground.mark)
    async with database.engine.connect() as db:
        return sorted(map(tuple, await db.execute(wanted)))


# ── what came of a session, and who is forgotten ────────────────────────────────────────────────


async def fork(database: Database, ground: Ground) -> object:
    sessions = database.sessions
    return bool(
        await sessions.create_session(
            scenario="yida", digest="digest", teams=1, owner=ground.owner.id,
            branch=ground.branch.id, origin=(ground.run, 1),
        )
    )  # fmt: skip


async def hold_for_all(database: Database, ground: Ground) -> object:
    await database.sessions.hold_for(ground.session.id, None)
    return None


async def whose(database: Database, ground: Ground) -> object:
    sessions = database.sessions
    runs = [ground.run, *(run.id for run, _, _ in await sessions.forks_of(ground.run))]
    found = [await sessions.session_of_run(run) for run in runs]
    return [one is not None and one.branch is None for one in found]


async def open_one(database: Database, ground: Ground) -> object:
    made = database.sessions.create_session
    asked = {"scenario": "yida", "digest": "digest", "teams": 1, "owner": ground.owner.id}
    return bool(await made(**asked))  # type: ignore[arg-type]


async def opened(database: Database, ground: Ground) -> object:
    table = AccountTable.metadata.tables["sessions"]
    wanted = select(table.c.id).where(table.c.owner == ground.owner.id)
    async with database.engine.connect() as db:
        return len((await db.execute(wanted)).all())


class Ripe(Own):
    """Its time is up."""

    async def laid(self, database: Database) -> Ripe:
        await super().laid(database)
        await database.sessions.close_session(self.session.id)
        NOW.ms += 2 * 86_400_000
        self.due = [one for one in await database.privacy.due() if one.session == self.session.id]
        assert self.due
        return self


async def lapse(database: Database, ground: Ripe) -> object:
    return len(await database.privacy.lapse(ground.due))


async def forgotten(database: Database, ground: Ground) -> object:
    return dict(await database.sessions.names(ground.run))


# ── scripts, and what is on file ────────────────────────────────────────────────────────────────


def saves(text: bytes) -> Act:
    async def save(database: Database, ground: Ground) -> object:
        found = await database.drafts.save("s" + ground.mark, text, base=0, author="甲")
        return found.number

    return save


def takes_in(text: bytes, body: bytes) -> Act:
    async def take_in(database: Database, ground: Ground) -> object:
        files = {"a.png": body}
        return await database.drafts.take_in("s" + ground.mark, text, files, author="甲")

    return take_in


def keeps(body: bytes) -> Act:
    async def keep(database: Database, ground: Ground) -> object:
        return await database.drafts.keep_files("s" + ground.mark, {"a.png": body})

    return keep


class Illustrated(Ground):
    """A script with a picture beside it, and one laid aside."""

    at_ms: int

    async def laid(self, database: Database) -> Illustrated:
        await super().laid(database)
        for body in (b"1", b"2"):
            await database.drafts.keep_files("s" + self.mark, {"a.png": body})
        [aside] = await database.drafts.aside("s" + self.mark)
        self.at_ms = aside.at_ms
        return self


async def lay_aside(database: Database, ground: Illustrated) -> object:
    return await database.drafts.lay_aside("s" + ground.mark, "a.png")


async def bring_back(database: Database, ground: Illustrated) -> object:
    return await database.drafts.bring_back("s" + ground.mark, "a.png", ground.at_ms)


async def shelf(database: Database, ground: Ground) -> object:
    drafts, name = database.drafts, "s" + ground.mark
    texts = [
        (one.number, await drafts.find(name, one.number)) for one in await drafts.history(name)
    ]
    told = [(number, one is not None and one.text) for number, one in texts]
    return told, await drafts.files(name), [one.file for one in await drafts.aside(name)]


def files(place: str) -> Act:
    async def save(database: Database, ground: Ground) -> object:
        seen = Activity(session=ground.session.id)
        filled = Activity(session=ground.session.id, place=place)
        return await database.activities.save(filled, only=["place"], seen=seen.mark)

    return save


async def add_photo(database: Database, ground: Ground) -> object:
    filled = Activity(session=ground.session.id, photo=b"photo")
    return await database.activities.save(filled, only=["photo"])


async def filed(database: Database, ground: Ground) -> object:
    found = await database.activities.get(ground.session.id)
    return found.place, found.photo


async def note(database: Database, ground: Ground) -> object:
    return bool(await database.notes.add(ground.run, 1, author="甲", text="看"))


async def notes(database: Database, ground: Ground) -> object:
    return len(await database.notes.of_run(ground.run))


# ── beside ──────────────────────────────────────────────────────────────────────────────────────


class Claimed(Ground):
    """Somebody has sent a key, and isn't through."""

    claim: int

    async def laid(self, database: Database) -> Claimed:
        await super().laid(database)
        claim = await database.receipts.claim("key" + self.mark)
        assert claim is not None
        self.claim = claim
        return self


async def send(database: Database, ground: Ground) -> object:
    return await database.receipts.claim("sent" + ground.mark) is not None


async def sent(database: Database, ground: Ground) -> object:
    return await database.receipts.find("sent" + ground.mark, "secret")


async def fill(database: Database, ground: Claimed) -> object:
    answer = Answer(200, (), b"mine")
    return await database.receipts.fill("key" + ground.mark, ground.claim, "secret", answer)


async def give_up(database: Database, ground: Claimed) -> object:
    return await database.receipts.drop("key" + ground.mark, ground.claim)


async def think_abandoned(database: Database, ground: Claimed) -> object:
    """Somebody else, long after, does it and answers."""
    NOW.ms += ABANDONED_MS + 1
    receipts, key = database.receipts, "key" + ground.mark
    claim = await receipts.claim(key)
    return claim is not None and await receipts.fill(
        key, claim, "secret", Answer(200, (), b"other")
    )


async def answered(database: Database, ground: Claimed) -> object:
    return await database.receipts.find("key" + ground.mark, "secret")


async def live(database: Database, ground: Ground) -> object:
    await database.alive.mark(Life(ground.mark, 1, 2))
    return None


async def lives(database: Database, ground: Ground) -> object:
    return [one for one in await database.alive.lives() if one.process == ground.mark]


def appends(command: str) -> Act:
    async def append(database: Database, ground: Ground) -> object:
        await database.store.append(ground.run, 0, ready(1, command))
        return None

    return append


async def logged(database: Database, ground: Ground) -> object:
    return [record.command for record in await database.store.read(ground.run)]


async def keep_text(database: Database, ground: Ground) -> object:
    strings = {"en": b"words"}
    await database.texts.keep("t" + ground.mark, "yida", "1.0.0", b"text", strings)
    return await database.texts.find("t" + ground.mark)


async def keep_picture(database: Database, ground: Ground) -> object:
    return [*await database.pictures.keep({"a.png": b"x" + ground.mark.encode()})]


async def nothing(database: Database, ground: Ground) -> object:
    return None


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


_NEW, _BRANCH = founding("甲", "乙")
_NEW_TOO, _BRANCH_TOO = founding("乙", "甲")
ROWS = [
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
    Row("people.create_account", "one of a like name is made", _NEW, _NEW_TOO, names_of_all),
    Row("people.create_branch", "one of a like name is made", _BRANCH, _BRANCH_TOO, names_of_all),
    Row("people.change_branch", "it is changed", renames("甲"), keep_longer, the_branch, Own),
    Row(
        "people.change_branch",
        "one of a like name is made",
        renames("甲"),
        _BRANCH_TOO,
        names_of_all,
        Own,
    ),
    Row("people.create_login", "the password is reset", log_in, reset, let_in_again, Own),
    Row("people.create_login", "the account is disabled", log_in, disable, let_in_again, Own),
    Row("people.create_login", "codes are asked for", log_in, confirm, let_in_again, Coded),
    Row("people.set_password", "the password is reset", own_password, reset, let_in_again, Own),
    Row("people.set_password", "the account is disabled", own_password, disable, let_in_again, Own),
    Row("people.set_disabled", "somebody logs in", disable, log_in, let_in_again, Own),
    Row("people.ensure_admin", "admin takes another password", rule, admin_changes, who_rules),
    Row("people.begin_totp", "a code confirms it", begin, confirm, codes, Coded),
    Row("people.use_code", "it is used", confirm, confirm, codes, Coded),
    Row("people.use_code", "another secret is made", confirm, begin, codes, Coded),
    Row("people.drop_totp", "a code confirms it", drop, confirm, codes, Coded),
    Row("attempts.begin", "another try", guess, guess, guesses),
    Row("attempts.begin", "a try succeeds", guess, guess_right, guesses, Tried),
    Row("attempts.succeeded", "another try", guess_right, guess, guesses, Tried),
    Row("sessions.create_session", "its origin goes to another branch", fork, hold_for_all, whose),
    Row(
        "sessions.create_session",
        "the last one of the day is opened",
        open_one,
        open_one,
        opened,
        Own,
    ),
    Row("sessions.hold_for", "a practice run is forked", hold_for_all, fork, whose),
    Row("privacy.lapse", "the branch gets more days", lapse, keep_longer, forgotten, Ripe),
    Row("privacy.lapse", "it goes to another branch", lapse, hold_for_all, forgotten, Ripe),
    Row("privacy.erase", "it is erased", erase, erase, forgotten),
    Row("privacy.erase", "the name is changed", erase, rename, forgotten),
    Row("drafts.save", "another is saved", saves(b"a"), saves(b"b"), shelf),
    Row("drafts.save", "a package is taken in", saves(b"a"), takes_in(b"b", b"1"), shelf),
    Row("drafts.take_in", "another is", takes_in(b"a", b"1"), takes_in(b"b", b"2"), shelf),
    Row("drafts.take_in", "another is saved", takes_in(b"a", b"1"), saves(b"b"), shelf),
    Row("drafts.keep_files", "others are", keeps(b"1"), keeps(b"2"), shelf),
    Row("drafts.lay_aside", "it is laid aside", lay_aside, lay_aside, shelf, Illustrated),
    Row("drafts.lay_aside", "another takes its place", lay_aside, keeps(b"3"), shelf, Illustrated),
    Row("drafts.bring_back", "it is brought back", bring_back, bring_back, shelf, Illustrated),
    Row(
        "drafts.bring_back", "another takes its place", bring_back, keeps(b"3"), shelf, Illustrated
    ),
    Row("notes.add", "the last one is written", note, note, notes),
    Row("activities.save", "others write", files("甲"), files("乙"), filed),
    Row("activities.save", "a photo is added", files("甲"), add_photo, filed),
    Row("receipts.claim", "it is claimed", send, send, sent),
    Row("receipts.fill", "it is thought abandoned", fill, think_abandoned, answered, Claimed),
    Row("receipts.drop", "it is thought abandoned", give_up, think_abandoned, answered, Claimed),
    Row("alive.mark", "it is marked", live, live, lives),
    Row("store.append", "another is appended", appends("a"), appends("b"), logged),
    Row("texts.keep", "it is kept", keep_text, keep_text, nothing),
    Row("pictures.keep", "it is kept", keep_picture, keep_picture, nothing),
]
BLIND: Final = {
    "sessions.set_address": "one statement, whatever stood there",
    "sessions.lock_joining": "one statement, whatever stood there",
    "sessions.renew_code": "one statement, which names the open session; codes are unique",
    "sessions.count_in": "one statement, whatever stood there",
    "sessions.close_session": "one statement, which names the open session",
    "sessions.strike": "one statement, whatever stood there",
    "people.change_account": "one statement, which names who stays what it is",
    "people.find_login": "that a login is used is noted where there is one",
    "people.end_login": "one statement ends it, whoever else does",
    "people.end_logins": "one statement ends them, whoever else does",
    "notes.change": "one statement, which names the author",
    "notes.remove": "one statement, which names the author",
    "alive.try_write": "writes what stands there",
    "audit.act": "one chain of all workers: tests/store/test_audit.py",
    "audit.ready": "as `act`",
    "audit.close": "as `act`",
}
"""What writes without having looked, or in the statement that looks."""
