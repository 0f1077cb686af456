"""Who may meet whom about whatever else is kept: sessions, scripts, files, logs."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from engine.store.database import Database
from engine.store.place.alive import Life
from engine.store.receipts import ABANDONED_MS, Answer
from engine.store.sessions.activities import Activity
from engine.store.tables import AccountTable
from tests.store.interleaved import Act, Row
from tests.store.meetings.accounts import keep_longer
from tests.store.meetings.ground import NOW, Ground, Own
from tests.store.meetings.seats import erase, rename
from tests.support.logs import ready

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


def puts(number: int) -> Act:
    """That draft comes into the menu."""

    async def put(database: Database, ground: Ground) -> object:
        own = database.menu.put("s" + ground.mark, number, "digest", {}, who="甲", proved=True)
        return (await own).number

    return put


class Offered(Ground):
    """A first draft is in the menu."""

    put: str

    async def laid(self, database: Database) -> Offered:
        await super().laid(database)
        own = database.menu.put("s" + self.mark, 1, "digest", {}, who="甲", proved=True)
        self.put = (await own).id
        return self


async def take_back(database: Database, ground: Offered) -> object:
    return await database.menu.take_back("s" + ground.mark, ground.put, who="乙")


async def in_menu(database: Database, ground: Ground) -> object:
    acts = await database.menu.of_script("s" + ground.mark)
    return sorted((one.number, one.taken_by, one.taken_ms is None) for one in acts)


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


ROWS: Final = [
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
    Row("menu.put", "another is put", puts(1), puts(2), in_menu),
    Row("menu.put", "the same is put", puts(1), puts(1), in_menu),
    Row("menu.put", "what is there is taken back", puts(2), take_back, in_menu, Offered),
    Row("menu.take_back", "another takes its place", take_back, puts(2), in_menu, Offered),
    Row("menu.take_back", "it is taken back", take_back, take_back, in_menu, Offered),
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
