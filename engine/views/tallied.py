"""How a vote fell, for who voted and for the wall.

Who voted sees it with the decision. The wall shows it once no team that is here may still be asked
the same: else the first to vote would vote for all. It says nothing of a vote that not every role
of a team had a part in: whoever wasn't asked isn't told there what the question was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.kinds.tallying import explains_first
from engine.rules.drawn_ids import options_of
from engine.rules.state import Act, Poll, State
from engine.scenario.model import Scenario, Task
from engine.views.called import name_of
from engine.views.faced import to_come
from engine.views.parts.seat_parts import Side
from engine.views.parts.stage_parts import Row, TeamRows, WallTally
from engine.views.team import played

Runs = Sequence[tuple[Scenario, State]]


def poll_of(state: State, act: Act) -> Poll | None:
    """How the vote fell that this act was part of; None: it was none, or isn't decided."""
    if not act.decided:
        return None
    for poll in state.aside.polls:
        if poll.seq > act.seq and (poll.scene, poll.task) == (act.scene, act.subject):
            return poll
    return None


def sides(scenario: Scenario, state: State, poll: Poll) -> tuple[tuple[Side, ...], str | None]:
    """(the choices that have votes, as this run draws them; that whose side explains first)."""
    task = _task(scenario, poll)
    drawn, texts = options_of(state).of(task, "choices").order, task.body.sides["choices"]
    first = explains_first(drawn, poll.votes)
    told = [
        Side(text=texts[name], votes=poll.votes[name], won=name == poll.decided)
        for name in drawn
        if name in poll.votes
    ]
    return tuple(told), texts[first] if first is not None else None


def _task(scenario: Scenario, poll: Poll) -> Task:
    return scenario.scenes[poll.scene].tasks[poll.task]


# ── the wall ────────────────────────────────────────────────────────────────────────────────────


def tallies(runs: Runs, after_ms: int) -> Iterator[tuple[int, WallTally]]:
    """(since when it may be told, how it fell) of each team's latest vote that is behind all; those
    told before `after_ms` may be missing."""
    for scenario, state in runs:
        latest = state.aside.polls[-1] if state.aside.polls else None
        if latest is None:
            continue
        task = _task(scenario, latest)
        found = [(*run, poll) for run in runs if (poll := _poll_on(run[1], task)) is not None]
        since_ms = max([poll.at_ms for _, _, poll in found], default=after_ms)
        if since_ms > after_ms and _behind_all(runs, task):
            teams = tuple([_rows(*one) for one in found])
            yield since_ms, WallTally(ask=task.ask, teams=teams)


def _poll_on(state: State, task: Task) -> Poll | None:
    """The team's latest on it."""
    for poll in reversed(state.aside.polls):
        if (poll.scene, poll.task) == (task.scene, task.id):
            return poll
    return None


def _behind_all(runs: Runs, task: Task) -> bool:
    """Every role that is played was asked, and no team is still to be."""
    return all(
        set(played(state)) <= set(task.who.slots)
        if _poll_on(state, task) is not None
        else not _may_come(scenario, state, task)
        for scenario, state in runs
    )


def _may_come(scenario: Scenario, state: State, task: Task) -> bool:
    """The team hasn't this vote behind it. One that nobody has joined has nothing before it."""
    if state.phase == "lobby":
        return any(not seat.left for seat in state.seats.values())
    begun = [held for held in (state.scene, state.interrupted) if held is not None]
    here = [held.tasks.get(task.id) for held in begun if held.id == task.scene]
    if state.phase == "playing" and any(one is None or one.status == "open" for one in here):
        return True
    return task.scene in to_come(scenario, state)


def _rows(scenario: Scenario, state: State, poll: Poll) -> TeamRows:
    task = _task(scenario, poll)
    texts = task.body.sides["choices"]
    first = explains_first(options_of(state).of(task, "choices").order, poll.votes)
    rows = [
        Row(text=texts[name], votes=number, won=name == poll.decided, first=name == first)
        for name, number in poll.votes.items()
    ]
    rows.sort(key=lambda row: row.text)
    return TeamRows(team=state.team, rows=tuple(rows), team_name=name_of(state))
