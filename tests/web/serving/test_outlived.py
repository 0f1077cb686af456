"""What a run owns lives and dies with its mailbox: nothing of an evening that is over stays in memory.
The kind: a second lifetime for what a run owns, as a cache by run id is that nobody empties."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.evening.latest import Latest
from engine.host.mailbox import Mailbox
from engine.host.remembered import Remembered
from engine.views.seat import RunViews
from tests.support.depth import depth
from tests.support.finished import bearer, finish, held, sweep
from tests.support.inside import Inside, inside, small

OWNED = (Mailbox, Remembered, RunViews)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Inside]:
    with inside(small(tmp_path, admin_password="admin password")) as opened:
        opened.services.presence._return_ms = 0
        yield opened


def alive() -> dict[str, int]:
    """How many there are of what a run owns, wherever they are held."""
    gc.collect()
    counts = dict.fromkeys((one.__name__ for one in OWNED), 0)
    for one in gc.get_objects():
        if type(one) in OWNED:
            counts[type(one).__name__] += 1
    return counts


def test_nothing_reachable_names_a_run_that_is_over(app: Inside) -> None:
    token, before = bearer(app), alive()
    runs = finish(app, token, teams=3)
    assert held(app.services, runs) == set(runs), "while they are loaded"
    sweep(app)
    assert held(app.services, runs) == set()
    assert alive() == before


def test_after_many_runs_there_is_as_much_as_after_few(app: Inside) -> None:
    token = bearer(app)
    finish(app, token, teams=2)
    sweep(app)
    few = alive()
    for _ in range(depth(3, 300)):
        finish(app, token, teams=2)
        sweep(app)
    assert alive() == few


def test_a_run_that_is_looked_at_again_is_shown_as_it_was(app: Inside) -> None:
    token = bearer(app)
    (run, _) = finish(app, token, teams=2)
    names = app.run(app.services.names(run))
    sweep(app)
    assert app.run(app.services.names(run)) == names
    _, state = app.run(app.services.host.state(run))
    assert state.phase == "closed"


def test_whoever_is_erased_is_in_no_view_that_is_kept(app: Inside) -> None:
    (run,) = finish(app, bearer(app), teams=1)
    names = app.run(app.services.names(run))
    remembered = app.services.host.remembered(run)
    assert remembered is not None
    assert remembered.views
    app.services.host.forget(run)
    del remembered
    assert held(app.services.host, names.values()) == set()


def test_only_the_latest_are_kept() -> None:
    kept = Latest[str, int](2)
    for number, name in enumerate("abca"):
        kept.keep(name, number)
    assert kept.find("a") == 3
    assert kept.find("b") is None
    assert kept.find("c") == 2
    assert len(kept) == 2
