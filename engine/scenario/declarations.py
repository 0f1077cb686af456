"""Roles, variables, cards, sources, facts, traps, debrief: all declared outside scenes."""

from __future__ import annotations

from typing import Any, Final

from msgspec.structs import replace

from engine.errors import Text
from engine.scenario.afterwards import DEBRIEF_KEYS, read_fates, read_words
from engine.scenario.model import Absence, Debrief
from engine.script.conditions import read_guard
from engine.script.effects import read_choices, read_costs, unlike
from engine.script.fields import Reader
from engine.script.meant import range_meant
from engine.script.names import RESERVED, Names, the
from engine.script.nodes import (
    STATUSES,
    Account,
    Aim,
    Card,
    Citation,
    Fact,
    Rescue,
    Role,
    Source,
    Trap,
    Var,
)
from engine.script.source import Mapping, Node, Scalar, Sequence
from engine.values import Map, Value

DRAWN: Final = "drawn"
DRAWN_MAX: Final = 6
"""Values of a drawn variable: each is played out by the proof."""
_ENDS: Final = Text("[最小, 最大]", "[least, most]")


class Declarations:
    """Reads the declarations of one script."""

    def __init__(self, reader: Reader, names: Names) -> None:
        self.r = reader
        self.names = names

    def roles(self, node: Node | None) -> Map[str, Role]:
        """Roles in the script's order."""
        r, roles = self.r, {}
        for name, key, value in r.named(node, "roles"):
            entry = r.mapping(value, the("role", name))
            r.keys(entry, the("role", name), ("name", "brief", "goal", "seats"), ("name", "brief"))
            low, high = self._range(r.get(entry, "seats"), "seats", 0, 20, (1, 1))
            roles[name] = Role(
                at=r.place(key),
                id=name,
                name=r.text(r.get(entry, "name"), "name"),
                brief=r.text(r.get(entry, "brief"), "brief"),
                goal=r.text(r.get(entry, "goal"), "goal"),
                seats_min=low,
                seats_max=max(1, high),
            )
        return Map(roles)

    def _range(
        self, node: Node | None, what: str, low: int, high: int, default: tuple[int, int]
    ) -> tuple[int, int]:
        """`[low, high]`, or one number for both."""
        if node is None:
            return default
        items = self.r.items(node, what)
        if len(items) == 1 and isinstance(items[0], Scalar) and range_meant(items[0].value):
            self._no_range(node, what, items)
            return default
        told = len(self.r.issues)
        ends = [self.r.integer(item, what, low, high, default=default[0]) for item in items]
        if len(self.r.issues) > told:
            return default
        if len(ends) == 1:
            return ends[0], ends[0]
        if len(ends) != 2 or ends[0] > ends[1]:
            self._no_range(node, what, items)
            return default
        return ends[0], ends[1]

    def vars(self, node: Node | None) -> Map[str, Var]:
        """Variables, each with its one domain."""
        found = {}
        for name, key, value in self.r.named(node, "vars"):
            entry = self.r.mapping(value, the("var", name))
            kinds = [kind for kind in entry.entries if kind in ("int", "bool", "one_of")]
            known = ("int", "bool", "one_of", "start", "label", "show")
            self.r.keys(entry, the("var", name), known, () if kinds else ("bool",))
            if len(kinds) > 1:
                self.r.issue("SC116", entry.entries[kinds[1]][0], kinds=", ".join(kinds))
            if kinds:
                found[name] = self._var(name, key, kinds[0], entry)
        return Map(found)

    def _var(self, name: str, key: Scalar, kind: Any, entry: Mapping) -> Var:
        r = self.r
        drawn = self._is_drawn(kind, entry)
        start, low, high, values = self._domain(kind, entry, drawn=drawn)
        var = Var(
            at=r.place(key),
            id=name,
            kind=kind,
            start=start,
            low=low,
            high=high,
            values=values,
            label=r.text(r.get(entry, "label"), "label"),
            show=r.boolean(r.get(entry, "show"), "show"),
            drawn=drawn,
        )
        if drawn and len(var.domain) > DRAWN_MAX:
            r.issue("SC430", key, name=name, number=len(var.domain), most=DRAWN_MAX)
        return replace(var, start=var.domain[0]) if drawn and var.domain else var

    def _is_drawn(self, kind: str, entry: Mapping) -> bool:
        """`start: drawn`, unless that is one of its words."""
        start, words = self.r.get(entry, "start"), self.r.get(entry, "one_of")
        if not isinstance(start, Scalar) or start.value.strip() != DRAWN:
            return False
        items = words.items if isinstance(words, Sequence) else ()
        named = (item.value.strip() for item in items if isinstance(item, Scalar))
        return kind != "one_of" or DRAWN not in named

    def _ends(self, node: Node | None) -> tuple[int, int]:
        """Both ends of an `int`: more than one number lies between them."""
        items = self.r.items(node, "int")
        if len(items) != 2:
            self._no_range(node or Node(1, 1), "int", items)
            return -1000, 1000
        return self._range(node, "int", -1000, 1000, (-1000, 1000))

    def _no_range(self, node: Node, what: str, items: list[Node]) -> None:
        shown = ", ".join(item.value for item in items if isinstance(item, Scalar))
        near = range_meant(shown)
        self.r.issue("SC106", node, what=what, wanted=_ENDS, found=shown, nearest=near)

    def _domain(
        self, kind: str, entry: Mapping, *, drawn: bool
    ) -> tuple[Value, int, int, tuple[str, ...]]:
        r, start = self.r, None if drawn else self.r.get(entry, "start")
        if kind == "bool":
            first = r.boolean(r.get(entry, "bool"), "bool")
            return r.boolean(start, "start", default=first), 0, 0, ()
        if kind == "int":
            low, high = self._ends(r.get(entry, "int"))
            return r.integer(start, "start", low, high, default=low), low, high, ()
        nodes = r.items(r.get(entry, "one_of"), "one_of")
        words = tuple(r.name(item, "one_of") for item in nodes)
        unlike(r, nodes, list(words))
        for item, word in zip(nodes, words, strict=True):
            if word in RESERVED["var"] or self.names.known("var", word):
                r.issue("SC113", item, name=word)
        if len(words) < 2:
            r.issue("SC401", entry, what="one_of", least=2)
            return "", 0, 0, words
        return r.word(start, "start", words, default=words[0]), 0, 0, words

    def cards(self, node: Node | None) -> Map[str, Card]:
        """Cards."""
        r, cards = self.r, {}
        for name, key, value in r.named(node, "cards"):
            entry = r.mapping(value, the("card", name))
            r.keys(entry, the("card", name), ("title", "text", "fact", "once"), ("title", "text"))
            cards[name] = Card(
                at=r.place(key),
                id=name,
                title=r.text(r.get(entry, "title"), "title"),
                text=r.text(r.get(entry, "text"), "text"),
                fact=self.names.ref(r.get(entry, "fact"), "fact") or None,
                once=r.boolean(r.get(entry, "once"), "once"),
            )
        return Map(cards)

    def sources(self, node: Node | None) -> Map[str, Source]:
        """Sources."""
        r, sources = self.r, {}
        for name, key, value in r.named(node, "sources"):
            entry = r.mapping(value, the("source", name))
            r.keys(entry, the("source", name), ("cite", "kind", "verify", "note"), ("cite",))
            sources[name] = Source(
                at=r.place(key),
                id=name,
                cite=r.text(r.get(entry, "cite"), "cite"),
                kind=r.text(r.get(entry, "kind"), "kind"),
                verify=r.boolean(r.get(entry, "verify"), "verify"),
                note=r.text(r.get(entry, "note"), "note"),
            )
        return Map(sources)

    def facts(self, node: Node | None) -> Map[str, Fact]:
        """Facts; contested ones with their accounts."""
        r, facts = self.r, {}
        for name, key, value in r.named(node, "facts"):
            entry = r.mapping(value, the("fact", name))
            known = ("text", "status", "sources", "accounts", "objective")
            r.keys(entry, the("fact", name), known, ("text", "status", "sources"))
            status: Any = r.word(r.get(entry, "status"), "status", STATUSES, default="accepted")
            sources = self._cited(r.get(entry, "sources"), key, name)
            if status == "statute" and sources and not any(one.where for one in sources):
                r.issue("SC505", key, name=name)
            accounts = tuple(
                self._account(item)
                for item in r.items(r.get(entry, "accounts"), "accounts", alone="says")
            )
            if status == "contested" and len(accounts) < 2:
                r.issue("SC501", key)
            facts[name] = Fact(
                at=r.place(key),
                id=name,
                text=r.text(r.get(entry, "text"), "text"),
                status=status,
                sources=sources,
                accounts=accounts,
                objective=self.names.ref(r.get(entry, "objective"), "objective") or None,
            )
        return Map(facts)

    def _account(self, node: Node) -> Account:
        r, entry = self.r, self.r.mapping(node, "accounts")
        r.keys(entry, "accounts", ("says", "basis", "sources"), ("says", "basis", "sources"))
        says = r.text(r.get(entry, "says"), "says")
        return Account(
            at=r.place(node),
            says=says,
            basis=r.text(r.get(entry, "basis"), "basis"),
            sources=self._cited(r.get(entry, "sources"), node, says),
        )

    def _cited(self, node: Node | None, owner: Node, name: str) -> tuple[Citation, ...]:
        """What the statement `name`, written at `owner`, rests on: names of sources, or mappings
        that say besides where in the source and in which words."""
        if node is None:
            return ()
        r, items = self.r, self.r.items(node, "sources", alone="source")
        if not items:
            r.issue("SC502", owner, name=name)
        if not any(isinstance(item, Mapping) for item in items):
            names = self.names.refs(node, "source")
            return tuple(Citation(at=r.place(node), source=source) for source in names)
        found = (self._citation(item) for item in items)
        return tuple(one for one in found if one.source)

    def _citation(self, node: Node) -> Citation:
        r, place = self.r, self.r.place(node)
        if isinstance(node, Scalar):
            return Citation(at=place, source=self.names.ref(node, "source"))
        entry = r.mapping(node, "sources")
        r.keys(entry, "sources", ("source", "where", "quote"), ("source",))
        return Citation(
            at=place,
            source=self.names.ref(r.get(entry, "source"), "source"),
            where=r.text(r.get(entry, "where"), "where"),
            quote=r.text(r.get(entry, "quote"), "quote"),
        )

    def traps(self, node: Node | None) -> Map[str, Trap]:
        """Traps."""
        r, traps = self.r, {}
        known = ("belief", "truth", "why", "cost", "hold", "rescue", "then", "say", "cue")
        for name, key, value in r.named(node, "traps"):
            entry = r.mapping(value, the("trap", name))
            r.keys(entry, the("trap", name), known, ("belief", "truth", "why"))
            then, detour = self._then(r.get(entry, "then"))
            hold_ms = r.duration_ms(r.get(entry, "hold"), "hold", least_ms=1_000)
            rescue = self._rescue(name, r.get(entry, "rescue"))
            if rescue is not None and "hold" not in entry.entries:
                r.issue("SC409", key)
            traps[name] = Trap(
                at=r.place(key),
                id=name,
                belief=r.text(r.get(entry, "belief"), "belief"),
                truth=self.names.ref(r.get(entry, "truth"), "fact"),
                why=r.text(r.get(entry, "why"), "why"),
                cost=read_costs(r, self.names, r.get(entry, "cost")),
                hold_ms=hold_ms,
                rescue=rescue,
                then=then,
                detour=detour,
                say=r.text(r.get(entry, "say"), "say"),
                cues=r.cues(r.get(entry, "cue")),
            )
        return Map(traps)

    def _then(self, node: Node | None) -> tuple[Any, str | None]:
        if isinstance(node, Mapping):
            self.r.keys(node, "then", ("detour",), ("detour",))
            scene = self.names.ref(self.r.get(node, "detour"), "scene")
            return ("detour", scene) if scene else ("retry", None)
        return self.r.word(node, "then", ("retry", "accept"), default="retry"), None

    def _rescue(self, trap: str, node: Node | None) -> Rescue | None:
        if node is None:
            return None
        r, entry = self.r, self.r.mapping(node, "rescue")
        known = ("role", "ask", "choices", "keep_order", "cue")
        r.keys(entry, "rescue", known, ("ask", "choices"))
        choices = read_choices(r, self.names, r.get(entry, "choices"), f"rescue:{trap}", plain=True)
        if choices and not any(choice.right for choice in choices):
            r.issue("SC402", node, what="rescue")
        return Rescue(
            at=r.place(node),
            roles=self.rescuers(r.get(entry, "role")),
            ask=r.text(r.get(entry, "ask"), "ask"),
            choices=choices,
            keep_order=r.boolean(r.get(entry, "keep_order"), "keep_order"),
            cues=r.cues(r.get(entry, "cue")),
        )

    def rescuers(self, node: Node | None) -> tuple[str, ...]:
        """Roles named; `any`, `all` or nothing: every role."""
        if node is None or (isinstance(node, Scalar) and node.value in ("any", "all")):
            return self.names.everybody
        if not self.r.items(node, "role"):
            self.r.issue("SC401", node, what="role", least=1)
        return self.names.refs(node, "role", words=("any", "all"))

    def aims(self, node: Node | None) -> Map[str, Aim]:
        """What roles want for themselves, one each; in the script's order."""
        r, aims = self.r, {}
        for role, key, value in r.references(node, "aims"):
            if not self.names.ref(key, "role"):
                continue
            entry = r.mapping(value, "aims")
            r.keys(entry, "aims", ("text", "met", "secret"), ("text", "met"))
            met = read_guard(r, self.names, r.get(entry, "met"), "met")
            if met is not None:
                aims[role] = Aim(
                    at=r.place(key),
                    role=role,
                    text=r.text(r.get(entry, "text"), "text"),
                    met=met,
                    secret=r.boolean(r.get(entry, "secret"), "secret"),
                )
        return Map(aims)

    def debrief(self, node: Node | None, root: Mapping) -> Debrief:
        """The debrief; nothing written: facts of traps only."""
        r, entry = self.r, self.r.mapping(node, "debrief")
        r.keys(entry, "debrief", DEBRIEF_KEYS, ())
        return Debrief(
            at=r.place(node or root),
            facts=self.names.refs(r.get(entry, "facts"), "fact"),
            fates=read_fates(r, r.get(entry, "fates"), self._cited),
            words=read_words(r, r.get(entry, "words"), self._cited),
            discuss=tuple(
                r.text(item, "discuss") for item in r.items(r.get(entry, "discuss"), "discuss")
            ),
            oath=r.boolean(r.get(entry, "oath"), "oath"),
            reflect=r.text(r.get(entry, "reflect"), "reflect"),
            say=r.text(r.get(entry, "say"), "say"),
        )

    def absence(self, node: Node | None, root: Mapping) -> Absence:
        """What happens when a role has nobody."""
        r, entry = self.r, self.r.mapping(node, "absence")
        r.keys(entry, "absence", ("grace", "then"), ())
        then: Any = r.word(
            r.get(entry, "then"), "then", ("wait", "share", "stand_in"), default="share"
        )
        grace_ms = r.duration_ms(r.get(entry, "grace"), "grace", default=60_000)
        return Absence(at=r.place(node or root), grace_ms=grace_ms, then=then)
