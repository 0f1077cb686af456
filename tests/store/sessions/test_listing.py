"""Sessions found, counted and turned over: none is out of reach, however many there are."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from engine.rules.codec import decode_log, tag_of
from engine.rules.evolve import EMPTY, evolve
from engine.store.database import Database
from engine.store.sessions.activities import Activity
from engine.store.sessions.listing import OUTLINING, WHOLE, Wanted, Word
from engine.store.sessions.sessions import Session
from engine.views.team import phase_of
from tests.support.clock import Now

PAGE = 100
MANY = 210
"""More than any list showed when it stopped at a number of its own."""


@pytest.fixture
async def owner(database: Database) -> str:
    await database.people.ensure_admin("secret")
    account = await database.people.check_login("admin", "secret")
    assert account is not None
    for name in ("yida", "other"):
        await database.texts.keep(name, name, "1.0.0", name.encode())
    return account.id


async def opened(
    database: Database, owner: str, scenario: str = "yida", branch: str | None = None
) -> Session:
    return await database.sessions.create_session(
        scenario=scenario, digest=scenario, teams=2, owner=owner, branch=branch
    )


async def founded(database: Database, name: str) -> str:
    branch = await database.people.create_branch(name)
    assert branch is not None
    return branch.id


async def ids(database: Database, wanted: Wanted) -> list[str]:
    found = [session.id for session in await database.listing.every(wanted)]
    assert await database.listing.count(wanted) == len(found)
    return found


async def test_the_newest_comes_first_with_its_runs(
    database: Database, owner: str, now: Now
) -> None:
    first = await opened(database, owner)
    now.ms += 1
    later = await opened(database, owner)
    assert await database.listing.every(Wanted()) == [later, first]
    assert await database.listing.page(Wanted(), first=1, count=5) == [first]


async def test_every_session_is_on_one_page_of_many_made_in_one_instant(
    database: Database, owner: str
) -> None:
    made = {(await opened(database, owner)).id for _ in range(MANY)}
    assert await database.listing.count(Wanted()) == MANY
    assert len(await database.listing.every(Wanted())) == MANY
    turned = [
        session.id
        for first in range(0, MANY, PAGE)
        for session in await database.listing.page(Wanted(), first=first, count=PAGE)
    ]
    assert len(turned) == MANY, "none twice"
    assert set(turned) == made, "none missed"


async def test_by_branch_script_and_time(database: Database, owner: str, now: Now) -> None:
    one, other = await founded(database, "一支部"), await founded(database, "二支部")
    a = await opened(database, owner, branch=one)
    now.ms += 10
    b = await opened(database, owner, "other", branch=other)
    now.ms += 10
    c = await opened(database, owner)
    assert await ids(database, Wanted(branch=one)) == [a.id]
    assert await ids(database, Wanted(branch=WHOLE)) == [c.id]
    assert await ids(database, Wanted(scope=other)) == [b.id]
    assert await ids(database, Wanted(scope=other, branch=one)) == [], "a filter widens nothing"
    assert await ids(database, Wanted(scenario="yida")) == [c.id, a.id]
    assert await ids(database, Wanted(since_ms=b.created_ms)) == [c.id, b.id]
    assert await ids(database, Wanted(until_ms=b.created_ms)) == [a.id]
    assert await database.listing.scripts(Wanted()) == [("yida", "yida", 2), ("other", "other", 1)]
    assert await database.listing.scripts(Wanted(branch=other)) == [("other", "other", 1)]


async def test_practice_and_make_ups_are_left_out_of_evenings(
    database: Database, owner: str
) -> None:
    evening = await opened(database, owner)
    for seq in (0, 5):
        await database.sessions.create_session(
            scenario="yida",
            digest="yida",
            teams=1,
            owner=owner,
            origin=(evening.runs[0].id, seq),
        )
    assert await ids(database, Wanted(evenings=True)) == [evening.id]
    assert len(await ids(database, Wanted())) == 3


@pytest.mark.parametrize("word", ["yida", "YiDa", "一支", "adm", "礼堂", "党章", "周 ", "CODE"])
async def test_words_are_looked_for_wherever_a_session_is_spoken_of(
    database: Database, owner: str, word: str
) -> None:
    branch = await founded(database, "第一支部")
    found = await opened(database, owner, branch=branch)
    activity = Activity(session=found.id, place="大礼堂", topic="学党章 100%", host="周 颖")
    await database.activities.save(activity)
    text = found.code.lower() if word == "CODE" else word
    assert await ids(database, Wanted(words=(Word(text),))) == [found.id]
    nothing = Wanted(words=(Word(text), Word("无")))
    assert await ids(database, nothing) == [], "all words, not any"
    titled = Wanted(words=(Word("建党", ("yida",)),))
    assert await ids(database, titled) == [found.id]
    assert await ids(database, replace(titled, words=(Word("建党", ("other",)),))) == []
    assert await ids(database, Wanted(words=(Word("1_0%"),))) == [], "no wildcards"


GOLDEN = sorted(file.parent for file in (Path(__file__).parents[2] / "golden").rglob("log.jsonl"))


@pytest.mark.parametrize("folder", GOLDEN, ids=lambda folder: folder.name)
def test_an_outline_says_of_each_recorded_evening_what_its_whole_log_says(folder: Path) -> None:
    """At every length of the log: phase, and who sits there."""
    records = list(decode_log("r", (folder / "log.jsonl").read_bytes().splitlines()))
    whole, outline = EMPTY, EMPTY
    for record in records:
        whole = evolve(whole, record.event)
        if tag_of(record.event) in OUTLINING:
            outline = evolve(outline, record.event)
        assert phase_of(outline) == phase_of(whole), record.seq
        sitting = [
            {seat for seat, held in state.seats.items() if not held.left}
            for state in (whole, outline)
        ]
        assert sitting[0] == sitting[1], record.seq
