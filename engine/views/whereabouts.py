"""A scene that is played in two places at once: who sees which, and what is out of sight."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import UNSET, UnsetType

from engine.rules.state import State
from engine.scenario.model import Scenario, Scene, Task
from engine.values import RoleId
from engine.views.parts.shared import SiteTold


def sites(
    scenario: Scenario, scene: Scene, roles: Iterable[RoleId] | None = None
) -> tuple[SiteTold, ...]:
    """The places where these roles are; of None: all, in the script's order."""
    here = scene.places if roles is None else {
        site.id for role in roles if (site := scene.site_by_role.get(role)) is not None
    }  # fmt: skip
    return tuple(
        [
            SiteTold(
                title=site.title,
                story=site.story,
                picture=site.picture,
                roles=tuple([scenario.roles[role].name for role in site.roles]),
            )
            for site in scene.places.values()
            if site.id in here
        ]
    )


def cut_off(scenario: Scenario, state: State, role: RoleId) -> tuple[RoleId, ...] | UnsetType:
    """The roles that are elsewhere; unset where all are together."""
    scene = scenario.scenes[state.scene.id] if state.scene is not None else None
    if scene is None or not scene.places:
        return UNSET
    return tuple([other for other in scenario.roles if scene.apart(role, other)])


def sees(scene: Scene, task: Task, roles: Iterable[RoleId]) -> bool:
    """One of these roles is where the task is done, or all are together."""
    return not scene.places or any(
        not scene.apart(role, one) for role in roles for one in task.who.roles
    )
