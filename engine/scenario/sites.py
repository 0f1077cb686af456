"""`places` of a scene: two at once, and what holds between them.

What one place does is seen in the other only by what is sent: a card that is handed over, a text
that is read out. Nothing of it is in the state, and no rule asks for it: to the rules, and to the
proof, a scene with two places is a scene. So it is held here that its tasks are as far apart as
people are told: each belongs to one place, and waits for what comes over from the other alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from engine.errors import Issue
from engine.scenario.model import Scenario, Scene, Site, Task
from engine.script.fields import Reader
from engine.script.issues import issue
from engine.script.names import Names, the
from engine.script.source import Node
from engine.values import ANY, Map, RoleId

SITE_KEYS: Final = ("title", "story", "picture", "roles")
SITES: Final = 2


def read_sites(r: Reader, names: Names, node: Node | None) -> Map[str, Site]:
    """The places, in the script's order."""
    found = {}
    for name, key, value in r.named(node, "places"):
        entry = r.mapping(value, the("place", name))
        r.keys(entry, the("place", name), SITE_KEYS, ("title", "roles"))
        found[name] = Site(
            at=r.place(key),
            id=name,
            title=r.text(r.get(entry, "title"), "title"),
            story=r.text(r.get(entry, "story"), "story"),
            picture=r.picture(r.get(entry, "picture"), "picture"),
            roles=names.refs(r.get(entry, "roles"), "role"),
        )
    if node is not None and len(found) != SITES:
        r.issue("SC445", node, number=len(found))
    return Map(found)


def check_sites(scenario: Scenario) -> Iterator[Issue]:
    """What holds of every scene with places."""
    for scene in scenario.scenes.values():
        if scene.places:
            yield from _roles(scenario, scene)
            yield from _tasks(scene)


def _roles(scenario: Scenario, scene: Scene) -> Iterator[Issue]:
    """Every role is in one of them; the way out waits for both."""
    for role in scenario.roles.values():
        sites = [site.title for site in scene.places.values() if role.id in site.roles]
        if len(sites) != 1:
            yield issue("SC446", scene.at, name=role.id, number=len(sites))
    if scene.barrier is not None and scene.barrier.kind != "all":
        yield issue("SC447", scene.barrier.at, name=scene.id)


def _tasks(scene: Scene) -> Iterator[Issue]:
    sites = {role: site.id for role, site in scene.site_by_role.items()}
    for task in scene.tasks.values():
        both = len({sites[role] for role in task.who.roles if role in sites}) > 1
        if both and (task.body.together or task.who.slots == (ANY,)):
            yield issue("SC448", task.at, name=task.id)
        for name in task.after:
            if not _comes_over(scene.tasks[name], task, sites):
                yield issue("SC449", task.at, name=task.id, other=name)


def _comes_over(before: Task, task: Task, sites: Mapping[RoleId, str]) -> bool:
    """Who waits is where it is done, or is sent something: a card, or a text read out to them."""
    here = {sites[role] for role in task.who.roles if role in sites}
    there = {sites[role] for role in before.who.roles if role in sites}
    handing = before.body.handing()
    if handing is not None:
        there |= {sites.get(handing.to, "")}
    for reader in task.body.holders():
        here |= {sites.get(reader, "")}
    return bool(here & there)
