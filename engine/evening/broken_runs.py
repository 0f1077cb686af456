"""A session some of whose teams can't be opened: the others are shown as ever, these as broken.

What a log folds to may not fit its script (a byte has changed in a role's name). Only making its
view tells; so whoever makes one for several runs makes it through `whole`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from msgspec import UNSET

from engine.errors import AppError, Lang, RunBroken
from engine.host.broken import BrokenRuns
from engine.store.sessions.sessions import Session
from engine.views.parts.shared import BrokenTeam
from engine.views.session import RunInfo

T = TypeVar("T")


def whole(
    found: BrokenRuns,
    infos: Sequence[RunInfo],
    broken: Sequence[RunBroken],
    make: Callable[[list[RunInfo]], T],
) -> tuple[T, list[RunBroken]]:
    """What `make` makes of those runs of which it can, and all the others, noted in `found`.

    `make` is asked again without the runs that it can't take alone; if it fails still, that is told
    as it is: no run's fault.
    """
    try:
        return make([*infos]), [*broken]
    except AppError:
        raise
    except Exception:
        taken, others = [], [*broken]
        for info in infos:
            try:
                make([info])
                taken.append(info)
            except Exception as error:  # noqa: BLE001 - a damaged state may raise anything
                others.append(found.note(info.run, error))
        if len(taken) == len(infos):
            raise
        return make(taken), others


def broken_part(
    session: Session, broken: Sequence[RunBroken], lang: Lang, *, wall: bool = False
) -> tuple[BrokenTeam, ...]:
    """The runs that can't be opened, by team, as desk and wall are told of them. Why is the desk's
    alone."""
    why = {error.run: error for error in broken}
    return tuple(
        [
            BrokenTeam(
                run=run.id,
                team=run.team,
                **why[run.id].in_(lang),
                why=UNSET if wall else why[run.id].why,
            )
            for run in session.runs
            if run.id in why
        ]
    )
