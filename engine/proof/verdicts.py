"""What a graph of plays shows: the findings of groups 1 to 4 of the language's §5.

What follows from another finding isn't told again: a scene that jams hides what lies behind it, and
a way never taken is told as the scene it leads to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from engine.errors import Issue, Place, Text
from engine.proof.coverage import Item, everything
from engine.proof.culprit import culprit
from engine.proof.findings import finding
from engine.proof.moves import Draws
from engine.proof.play_graph import Before, Edge, Explored, Node, before, behind, endings
from engine.proof.plays import play_to
from engine.scenario.checks import gifts_of, traps_of
from engine.scenario.model import BACK, Scene
from engine.scenario.playtests import spelt
from engine.values import TrapId

Root = tuple[Item, str, Place, str]
"""An unseen item, and the code, place and name it is told with."""


class Judge:
    """Reads the findings of groups 1 to 4 off one graph."""

    def __init__(self, graph: Explored) -> None:
        self.graph = graph
        self.scenario = graph.scenario
        self.opened = {
            graph.nodes[n].scene
            for n in range(len(graph.nodes))
            for edge in graph.nodes[n].edges
            if edge.opened
        }
        self._edges, self._hands = before(graph), before(graph, _by_hand)
        """All of the graph's edges, and those that are a move of somebody's hand."""
        self._ended = behind(self._edges, endings(graph))
        """Nodes from which an ending can be reached."""
        self.hopeless = [n for n in range(len(graph.nodes)) if n not in self._ended]
        self.dead = [n for n in self.hopeless if all(e.target == n for e in graph.nodes[n].edges)]
        """Nodes in which nobody has anything to do that would change anything."""
        self.circles = list(self._circles())
        """Sets of nodes that a play never leaves, once it is there."""
        self.stuck = {graph.nodes[n].scene for n in (*self.dead, *chain(*self.circles))}
        """Scenes in which plays end up for good: what is never seen there follows from it."""

    def all(self) -> list[Issue]:
        """Every finding; of what is out of reach only where the search was complete."""
        found = self.jams()
        if self.graph.complete:
            found += [*self._unreached(), *self._traps(), *self._draws()]
        return found

    def jams(self) -> list[Issue]:
        """Groups 1 and 2; none where the search was cut short: its last nodes lead nowhere yet."""
        if not self.graph.complete:
            return []
        return [*self._endless(), *self._dead_ends(), *self._by_timer(set(self.hopeless))]

    # ── groups 1 and 2 ──────────────────────────────────────────────────────────────────────────

    def _endless(self) -> Iterator[Issue]:
        for number in self.graph.endless[:1]:
            scene = self.scenario.scenes[self.graph.nodes[number].scene]
            yield finding("SC605", scene.at, play_to(self.graph, number), scene=scene.id)

    def _dead_ends(self) -> Iterator[Issue]:
        """One finding for each scene with a dead end, and one for each circle without a way out."""
        told: set[str] = set()
        for number in self.dead:
            scene = self.graph.nodes[number].scene
            if scene not in told and number not in self.graph.endless:
                told.add(scene)
                yield self._dead(number)
        yield from (self._round(circle) for circle in self.circles)

    def _circles(self) -> Iterator[set[int]]:
        """What hopeless plays go round in, if they don't come to a dead end."""
        explained = behind(self._edges, {*self.graph.endless, *self.dead})
        for number in self.hopeless:
            if number not in explained:
                circle = self._circle(number)
                yield circle
                explained |= behind(self._edges, circle)

    def _circle(self, number: int) -> set[int]:
        """Nodes that a hopeless play comes to at last and never leaves."""
        while True:
            ahead = self._ahead(number)
            beyond = ahead - behind(self._edges, {number})
            if not beyond:
                return ahead
            number = min(beyond)

    def _round(self, circle: set[int]) -> Issue:
        scenes = {self.graph.nodes[n].scene for n in circle}
        scene = next(scene for scene in self.scenario.scenes.values() if scene.id in scenes)
        code = "SC603" if len(scenes) == 1 and scene.id not in self.opened else "SC602"
        at, stuck = culprit(self.graph, min(circle), scene, _any)
        return finding(code, at, play_to(self.graph, min(circle)), scene=scene.id, stuck=stuck)

    def _dead(self, number: int) -> Issue:
        node = self.graph.nodes[number]
        scene = self.scenario.scenes[node.scene]
        code = "SC601" if scene.id in self.opened else "SC603"
        at, stuck = culprit(self.graph, number, scene, _any)
        return finding(code, at, play_to(self.graph, number), scene=scene.id, stuck=stuck)

    def _ahead(self, number: int) -> set[int]:
        seen, waiting = {number}, [number]
        while waiting:
            for edge in self.graph.nodes[waiting.pop()].edges:
                if edge.target not in seen:
                    seen.add(edge.target)
                    waiting.append(edge.target)
        return seen

    def stuck_at(self, number: int) -> Text:
        """The clause that says what is stuck in a node, and what that waits for."""
        scene = self.scenario.scenes[self.graph.nodes[number].scene]
        return culprit(self.graph, number, scene, _any)[1]

    def _by_timer(self, stuck: set[int]) -> Iterator[Issue]:
        """Scenes that, from some node on, only the limit gets a team out of: detours too."""
        told: set[int] = set()
        for (name, inner), numbers in self._visits(stuck).items():
            scene = self.scenario.scenes[name]
            goals = {n for n in numbers if self._walks_out(self.graph.nodes[n], name, inner)}
            free = behind(self._hands, goals)
            caught = [n for n in numbers if n not in free and n not in told]
            if caught:
                told.update(caught if inner else ())
                at, at_task = culprit(self.graph, caught[0], scene, _by_hand)
                play = play_to(self.graph, caught[0])
                yield finding("SC604", at, play, scene=name, stuck=at_task)

    def _visits(self, stuck: set[int]) -> dict[tuple[str, bool], list[int]]:
        """Nodes by the scene with a limit in which they are, detours (inner) first."""
        inside: dict[tuple[str, bool], list[int]] = {}
        outside: dict[tuple[str, bool], list[int]] = {}
        for number, node in enumerate(self.graph.nodes):
            if node.left is not None or number in stuck or node.state.phase != "playing":
                continue
            outer = node.state.interrupted or node.state.scene
            assert outer is not None, "the run has begun"
            outside.setdefault((outer.id, False), []).append(number)
            if node.state.interrupted is not None:
                inside.setdefault((node.scene, True), []).append(number)
        visits = {**inside, **outside}
        return {key: visits[key] for key in visits if self.scenario.scenes[key[0]].time is not None}

    def _walks_out(self, node: Node, scene: str, inner: bool) -> bool:
        """Some move of a hand leaves the visit."""
        for edge in node.edges:
            if not _by_hand(edge):
                continue
            after = self.graph.nodes[edge.target].state
            outer = after.interrupted or after.scene
            if edge.opened and (inner or node.state.interrupted is None):
                return True
            if after.phase != "playing" or (outer is not None and outer.id != scene and not inner):
                return True
        return False

    # ── group 3 ─────────────────────────────────────────────────────────────────────────────────

    def _unreached(self) -> Iterator[Issue]:
        missing = [item for item in everything(self.scenario) if item not in self.graph.seen]
        roots = [found for item in missing if (found := self._root(item)) is not None]
        named = {root[0] for root in roots}
        for name, code, at, shown in roots:
            lost = [item for item in missing if item not in named and self._behind(item, name)]
            yield finding(code, at, None, name=shown, lost=_listed(lost))

    def _root(self, item: Item) -> Root | None:
        """The finding an unseen item is told as; None: it follows from another."""
        match item:
            case ("scene" | "ending" as kind, name):
                if any(self._went(scene) for scene in self._into(name)):
                    code = "SC611" if kind == "scene" else "SC612"
                    return item, code, self.scenario.scenes[name].at, name
            case ("task", scene, name):
                return self._task(item, self.scenario.scenes[scene], name)
            case ("guard", scene, name, side):
                return self._guard(item, self.scenario.scenes[scene], name, side)
            case ("way", scene, number, side):
                return self._way(item, self.scenario.scenes[scene], int(number), side)
            case ("choice", scene, task, name):
                return self._choice(item, self.scenario.scenes[scene], task, name)
            case ("card", name) if not self._given_only_unseen(name):
                return item, "SC616", self.scenario.cards[name].at, name
        return None

    def _task(self, item: Item, scene: Scene, name: str) -> Root | None:
        """Its guard is told instead if it never holds; and so is a task it waits for."""
        task, seen = scene.tasks[name], self.graph.seen
        dropped = task.guard is not None and ("guard", scene.id, name, "yes") not in seen
        waits = any(("task", scene.id, before) not in seen for before in task.after)
        if not self._went(scene) or dropped or waits:
            return None
        return item, "SC613", task.at, name

    def _choice(self, item: Item, scene: Scene, task: str, name: str) -> Root | None:
        """One that isn't always offered, in a task that was done without it."""
        option = next((one for one in scene.tasks[task].body.conditional if one.id == name), None)
        if option is None or ("task", scene.id, task) not in self.graph.seen:
            return None
        return (item, "SC619", option.at, name) if self._went(scene) else None

    def _guard(self, item: Item, scene: Scene, name: str, side: str) -> Root | None:
        other = "no" if side == "yes" else "yes"
        if ("guard", scene.id, name, other) not in self.graph.seen or not self._went(scene):
            return None
        return item, "SC618" if side == "yes" else "SC617", scene.tasks[name].at, name

    def _way(self, item: Item, scene: Scene, number: int, side: str) -> Root | None:
        """A guard on a way out, one side of which is never seen: told as the scenes that are out of
        reach for it, if there are any."""
        other = ("way", scene.id, item[2], "no" if side == "yes" else "yes")
        if other not in self.graph.seen or not self._went(scene):
            return None
        after = scene.next[number + 1 :] if side == "no" else scene.next[number : number + 1]
        if any(way.go != BACK and not self._entered(way.go) for way in after):
            return None
        code = "SC618" if side == "yes" else "SC617"
        return item, code, scene.next[number].at, scene.id

    def _entered(self, name: str) -> bool:
        return ("scene", name) in self.graph.seen or ("ending", name) in self.graph.seen

    def _into(self, name: str) -> Iterator[Scene]:
        for scene in self.scenario.scenes.values():
            if any(way.go == name for way in scene.next):
                yield scene
            elif scene.time is not None and scene.time.then == name:
                yield scene

    def _went(self, scene: Scene) -> bool:
        """The scene was played to its end, and never jams."""
        return scene.id in self.opened and scene.id not in self.stuck

    def _carriers(self, wanted: Callable[[Scene, str], bool]) -> Iterator[tuple[str, str]]:
        for scene in self.scenario.scenes.values():
            for name in scene.tasks:
                if wanted(scene, name):
                    yield scene.id, name

    def _given_only_unseen(self, card: str) -> bool:
        """Every task that gives the card is out of reach itself."""
        carriers = list(
            self._carriers(lambda s, name: card in gifts_of(self.scenario, s.tasks[name]))
        )
        return all(("task", scene, task) not in self.graph.seen for scene, task in carriers)

    def _behind(self, item: Item, root: Item) -> bool:
        """The unseen item is listed with the root: it lies in its scene or task, or is a trap that
        only lies there."""
        if item[0] == "trap":
            where = self._carriers(lambda s, name: item[1] in traps_of(s.tasks[name]))
            return all(_within(("task", *each), root) for each in where)
        return item[0] in ("task", "choice") and _within(item, root)

    # ── group 4 ─────────────────────────────────────────────────────────────────────────────────

    def judged(self, found: Iterable[Issue]) -> tuple[bool, bool, bool, bool]:
        """For groups 1 to 4: all that it asks about was looked at. What lies behind a jam, or in a
        scene that is never reached, wasn't: nothing found there is nothing known. `found`: what
        `all` told."""
        if not self.graph.complete or self.graph.endless:
            return False, False, False, False
        unseen = {item for item in everything(self.scenario) if item not in self.graph.seen}
        jams = any(issue.code < "SC610" for issue in found)
        scenes = any(item[0] in ("scene", "ending") for item in unseen)
        hidden = jams and bool(unseen)
        told = any(issue.code in ("SC621", "SC622") for issue in found)
        return not hidden, not scenes, not hidden, self._traps_judged(told=told)

    def _traps_judged(self, *, told: bool) -> bool:
        """Every trap springs in some play, and each time an ending may follow by hands alone; by
        the limit too, where it is `told` what is wrong with a trap."""
        by_hand = behind(self._hands, endings(self.graph))
        goals = self._ended if told else by_hand
        springing = self._springing()
        for trap in self.scenario.traps:
            free = [(n, e) for n, e in springing[trap] if self.graph.nodes[n].left is None]
            if not free or any(n not in by_hand or e.target not in goals for n, e in free):
                return False
        return True

    def _traps(self) -> Iterator[Issue]:
        goals = endings(self.graph)
        if not goals or self.graph.endless:
            return
        by_hand = behind(self._hands, goals)
        saved = behind(self._edges, {n for n in goals if not self._is_bad(n)})
        springing, avoiding = self._springing(), Avoiding(self._hands, goals)
        for trap in self.scenario.traps.values():
            found = springing[trap.id]
            avoided = avoiding.trap(trap.id) if found else set()
            caught = [(n, e) for n, e in found if n in by_hand and n not in avoided]
            if caught:
                yield finding("SC621", trap.at, play_to(self.graph, *caught[0]), name=trap.id)
            ending = [(n, e) for n, e in found if e.target in self._ended]
            if ending and saved and not any(e.target in saved for _, e in ending):
                yield finding("SC622", trap.at, play_to(self.graph, *ending[0]), name=trap.id)

    def _draws(self) -> Iterator[Issue]:
        """Draws that leave bad endings only, where another would have left better ones."""
        saved = behind(self._edges, {n for n in endings(self.graph) if not self._is_bad(n)})
        roots = range(self.graph.roots)
        drawn = [(n, self.graph.nodes[n].by) for n in roots if saved.intersection(roots)]
        drawn += [
            (edge.target, edge.move)
            for number, node in enumerate(self.graph.nodes)
            for edge in node.edges
            if edge.move.draws
            and any(e.target in saved and e.move.undrawn == edge.move.undrawn for e in node.edges)
        ]
        told = set[Draws]()
        for number, move in drawn:
            if move is None or number in saved or number not in self._ended or move.draws in told:
                continue
            told.add(move.draws)
            what = "、".join(f"{name} = {spelt(value)}" for name, value in move.draws)
            at = self.scenario.vars[move.draws[0][0]].at
            yield finding("SC623", at, play_to(self.graph, number), what=what)

    def _springing(self) -> dict[TrapId, list[tuple[int, Edge]]]:
        """(node, edge) at which each trap springs."""
        found: dict[TrapId, list[tuple[int, Edge]]] = {trap: [] for trap in self.scenario.traps}
        for number, node in enumerate(self.graph.nodes):
            for edge in node.edges:
                for trap in edge.sprung:
                    found[trap].append((number, edge))
        return found

    def _is_bad(self, number: int) -> bool:
        return self.scenario.scenes[self.graph.nodes[number].state.ending].ending == "bad"


class Avoiding:
    """Nodes from which an ending can be reached by hands alone though some trap never springs. Most
    can it without any trap, so that is found out once for all of them."""

    def __init__(self, hands: Before, goals: set[int]) -> None:
        self._hands = hands
        quiet = [[(n, edge) for n, edge in into if not edge.sprung] for into in hands]
        self._without_any = behind(quiet, goals)
        self._springing = [
            (n, target, edge)
            for target, into in enumerate(hands)
            for n, edge in into
            if edge.sprung
        ]

    def trap(self, trap: TrapId) -> set[int]:
        """Without this one."""
        seen = set(self._without_any)
        waiting = [
            n
            for n, target, edge in self._springing
            if target in seen and n not in seen and trap not in edge.sprung
        ]
        seen.update(waiting)
        while waiting:
            for number, edge in self._hands[waiting.pop()]:
                if number not in seen and trap not in edge.sprung:
                    seen.add(number)
                    waiting.append(number)
        return seen


def _any(edge: Edge) -> bool:
    return True


def _by_hand(edge: Edge) -> bool:
    return edge.move.kind not in ("limit", "tick", "dawdle", "leave_be")


def _listed(items: list[Item]) -> str:
    """What else is out of reach, in one clause; empty for nothing."""
    names = [".".join(item[1:]) for item in items]
    if not names:
        return ""
    return f"连带到不了：{'、'.join(names[:6])}{'……' if len(names) > 6 else ''}。"


def _within(item: Item, root: Item) -> bool:
    """The task or choice lies in the root's scene, or is the root's task."""
    if root[0] in ("scene", "ending"):
        return item[1] == root[1]
    return root[0] in ("task", "guard") and item[1:3] == root[1:3]
