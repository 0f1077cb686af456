"""Every use case asks for itself what its actor may, whichever way it was reached."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Awaitable, Callable, Iterator
from types import SimpleNamespace
from typing import Any, Final, NamedTuple, cast

import pytest

import engine.evening
from engine.errors import Refused
from engine.evening import (
    claiming,
    copying,
    filing,
    forgetting,
    leading,
    managing,
    noting,
    opening,
    practising,
    publishing,
    putting,
    rehearsing,
)
from engine.evening.actors import LEAD, Actor, Guest, Operator, Staff, allowed, let_to
from engine.evening.reviewing import Reviews
from engine.rights import RIGHTS_OF, Right, Role
from engine.store.people.accounts import Account, Branch
from engine.store.sessions.sessions import Run, SeatHolder, Session

NOTHING: Final = cast(Any, SimpleNamespace())
"""What no use case may look at before it has asked."""
MINE: Final = Session(
    id="s", code="AAAAAAAA", scenario="x", digest="d", owner="a", created_ms=0, closed_ms=None,
    address="", runs=(Run("r", "s", 1, "seed"),), branch="here",
)  # fmt: skip
ASKED: Final = cast(Any, SimpleNamespace(do="start", id="i", run=None))

OTHER: Final = Account(id="b", name="乙", roles=("author",), branch="here")
HERE: Final = Branch("here", "甲支部", None)


async def SURE(always: bool) -> None:
    """Whoever asks is who they say."""


Doing = Callable[[Actor], Awaitable[object]]


class Case(NamedTuple):
    right: Right
    do: Doing
    of_session: bool = True


CASES: Final[dict[Callable[..., Any], Case]] = {
    opening.open_session: Case(
        "run", lambda a: opening.open_session(NOTHING, a, "x", 1), of_session=False
    ),
    rehearsing.rehearse: Case(
        "run", lambda a: rehearsing.rehearse(NOTHING, a, Guest("?"), "x", None), of_session=False
    ),
    rehearsing.go_at: Case("run", lambda a: rehearsing.go_at(NOTHING, a, MINE, 2)),
    rehearsing.end: Case("run", lambda a: rehearsing.end(NOTHING, a, MINE)),
    opening.add_team: Case("run", lambda a: opening.add_team(NOTHING, a, MINE, "n")),
    leading.command_session: Case(
        "run", lambda a: leading.command_session(NOTHING, a, MINE, ASKED)
    ),
    claiming.settle: Case("run", lambda a: claiming.settle(NOTHING, a, MINE, "c", "agreed")),
    forgetting.erase: Case("run", lambda a: forgetting.erase(NOTHING, a, MINE, "r", "s1")),
    filing.strike: Case("run", lambda a: filing.strike(NOTHING, a, MINE, "r/s1", off=True)),
    filing.hold_for: Case("run", lambda a: filing.hold_for(NOTHING, a, MINE, "there")),
    filing.count_in: Case("run", lambda a: filing.count_in(NOTHING, a, MINE, "trial")),
    filing.save_activity: Case(
        "run", lambda a: filing.save_activity(NOTHING, a, MINE, NOTHING, only=(), seen=None)
    ),
    filing.take_out: Case("export", lambda a: filing.take_out(NOTHING, a, MINE, "report")),
    noting.add_note: Case(
        "review", lambda a: noting.add_note(NOTHING, NOTHING, a, MINE, "r", 1, "")
    ),
    noting.change_note: Case(
        "review", lambda a: noting.change_note(NOTHING, a, MINE, "r", "n", "")
    ),
    noting.remove_note: Case("review", lambda a: noting.remove_note(NOTHING, a, MINE, "r", "n")),
    practising.fork: Case("practise", lambda a: practising.fork(NOTHING, NOTHING, a, MINE, "r", 1)),
    practising.make_up: Case("run", lambda a: practising.make_up(NOTHING, a, MINE)),
    Reviews.history: Case("review", lambda a: Reviews(NOTHING).history(a, MINE, "r")),
    Reviews.scenario: Case("review", lambda a: Reviews(NOTHING).scenario(a, MINE)),
    Reviews.readable: Case("see", lambda a: Reviews(NOTHING).readable(a, [MINE])),
    Reviews.played: Case("review", lambda a: Reviews(NOTHING).played(a, [MINE])),
    Reviews.tallies: Case("see", lambda a: Reviews(NOTHING).tallies(a, [MINE])),
    Reviews.moment: Case("review", lambda a: Reviews(NOTHING).moment(a, MINE, "r", 1, ["s1"])),
    practising.wind_on: Case("practise", lambda a: practising.wind_on(NOTHING, a, MINE, "r")),
    managing.found_account: Case(
        "manage",
        lambda a: managing.found_account(NOTHING, a, "甲", ["author"], None, SURE, chosen=True),
        of_session=False,
    ),
    managing.change_account: Case(
        "manage",
        lambda a: managing.change_account(NOTHING, a, OTHER, ["author"], None, SURE),
        of_session=False,
    ),
    managing.new_password: Case(
        "manage", lambda a: managing.new_password(NOTHING, a, OTHER, SURE, ""), of_session=False
    ),
    managing.disable: Case(
        "manage", lambda a: managing.disable(NOTHING, a, OTHER), of_session=False
    ),
    managing.enable: Case(
        "manage", lambda a: managing.enable(NOTHING, a, OTHER, SURE), of_session=False
    ),
    managing.drop_codes: Case(
        "manage", lambda a: managing.drop_codes(NOTHING, a, OTHER, SURE), of_session=False
    ),
    managing.found_branch: Case(
        "manage", lambda a: managing.found_branch(NOTHING, a, "甲支部", ""), of_session=False
    ),
    managing.change_branch: Case(
        "manage",
        lambda a: managing.change_branch(NOTHING, a, HERE, HERE),
        of_session=False,
    ),
    publishing.begin: Case(
        "write", lambda a: publishing.begin(NOTHING, a, "x", ""), of_session=False
    ),
    publishing.take_in: Case(
        "write", lambda a: publishing.take_in(NOTHING, a, "id: x", {}), of_session=False
    ),
    publishing.save: Case(
        "write", lambda a: publishing.save(NOTHING, a, "x", "", 0), of_session=False
    ),
    publishing.move_file: Case(
        "write", lambda a: publishing.move_file(NOTHING, a, "x", "f", "aside"), of_session=False
    ),
    copying.copy: Case(
        "write", lambda a: copying.copy(NOTHING, a, NOTHING, "x", ""), of_session=False
    ),
    putting.put_into_menu: Case(
        "write", lambda a: putting.put_into_menu(NOTHING, a, "x", 1, None), of_session=False
    ),
    putting.take_out: Case(
        "write", lambda a: putting.take_out(NOTHING, a, "x", "p"), of_session=False
    ),
}


def with_an_actor() -> Iterator[Callable[..., Any]]:
    """The use cases there are: public, of `engine/evening`, and asked by somebody."""
    for found in pkgutil.iter_modules(engine.evening.__path__, "engine.evening."):
        module = importlib.import_module(found.name)
        for home in (module, *(one for _, one in inspect.getmembers(module, inspect.isclass))):
            for name, function in inspect.getmembers(home, inspect.iscoroutinefunction):
                mine = function.__module__ == found.name and not name.startswith("_")
                if mine and "actor" in inspect.signature(function).parameters:
                    yield function


def test_every_use_case_is_tried_here() -> None:
    assert set(with_an_actor()) == set(CASES)


def test_a_review_is_told_to_nobody_unasked() -> None:
    """`warm` tells nobody anything: a server reads ahead."""
    told = inspect.getmembers(Reviews, inspect.isfunction)
    public = {function for name, function in told if not name.startswith("_")}
    assert public - {Reviews.warm} <= set(CASES)


async def test_a_run_of_another_session_is_not_reviewed_by_this_one() -> None:
    trainer = account("trainer", branch="here")
    reviews = Reviews(NOTHING)
    assert await refusal(reviews.history(trainer, MINE, "other")) == "not_found"
    assert await refusal(reviews.moment(trainer, MINE, "other", 1, ["s1"])) == "not_found"


def account(*roles: Role, branch: str | None) -> Staff:
    return Staff(Account(id="a", name="甲", roles=roles, branch=branch))


def without(right: Right) -> list[Role]:
    return [role for role, rights in RIGHTS_OF.items() if right not in rights]


async def refusal(doing: Awaitable[object]) -> str:
    with pytest.raises(Refused) as caught:
        await doing
    return caught.value.code


@pytest.mark.parametrize("case", CASES.values(), ids=[use.__qualname__ for use in CASES])
async def test_whoever_may_not_is_refused_before_anything_is_looked_at(case: Case) -> None:
    holder = SeatHolder("r", "s1", "张三", "s", "here")
    for nobody in (Guest("192.0.2.1", "phone"), holder):
        assert await refusal(case.do(nobody)) == "login_needed"
    for role in without(case.right):
        assert await refusal(case.do(account(role, branch="here"))) == "no_right"
    may = [role for role in RIGHTS_OF if case.right in RIGHTS_OF[role] and role != "administrator"]
    for role in may if case.of_session else ():
        assert await refusal(case.do(account(role, branch="there"))) == "not_found"


def test_whoever_may_is_let_in() -> None:
    need = LEAD
    assert let_to(account("facilitator", branch="here"), need, MINE) is MINE
    assert let_to(account("facilitator", branch=None), need, MINE) is MINE
    assert let_to(account("administrator", branch="there"), need, MINE) is MINE
    assert let_to(Operator(), need, MINE) is MINE
    assert allowed(Operator(), need) == Operator()
