"""Guards: conditions over what the team has done. Own grammar, typed when loaded, no eval.

    guard   = either {"or" either}         either = both {"and" both}     both = ["not"] … atom
    atom    = "(" guard ")" | operand [op operand]
    op      = == != < <= > >=
    operand = variable | number | word | true | false | trap.ID | done.[SCENE.]TASK | has.CARD

A general expression language was measured and rejected: slower, unbounded, or blind to unknown
names until it ran. Everything here is total: a compiled guard always has an answer.

    >>> holds(Compare(VarRef("m"), ">=", Literal_(2)), facts)   # mistakes >= 2
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, NamedTuple, Protocol, assert_never

from engine.script.meant import sign_meant
from engine.script.nodes import (
    And,
    Compare,
    Done,
    Guard,
    Has,
    Literal_,
    Not,
    Operand,
    Or,
    Picked,
    Sprung,
    VarRef,
)
from engine.values import Value


class Facts(Protocol):
    """What a guard is asked of; a run's State is one."""

    @property
    def vars(self) -> Mapping[str, Value]:
        """The variables' values."""

    @property
    def sprung(self) -> Mapping[str, int]:
        """Traps that have sprung."""

    @property
    def done(self) -> Collection[str]:
        """`scene.task` of every task done."""

    @property
    def holders(self) -> Mapping[str, Collection[str]]:
        """Who holds each card."""


_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def holds(guard: Guard, facts: Facts) -> bool:
    """Whether the guard holds. Total: never raises for a compiled guard."""
    match guard:
        case Compare(left=left, op=op, right=right):
            return _COMPARE[op](_value(left, facts), _value(right, facts))
        case Sprung(trap=trap):
            return trap in facts.sprung
        case Done(scene=scene, task=task):
            return f"{scene}.{task}" in facts.done
        case Has(card=card):
            return bool(facts.holders.get(card))
        case Picked(var=var, task=task):
            return task in str(facts.vars[var]).split("+")
        case And(args=args):
            return all(holds(arg, facts) for arg in args)
        case Or(args=args):
            return any(holds(arg, facts) for arg in args)
        case Not(arg=arg):
            return not holds(arg, facts)
        case _:
            assert_never(guard)


def _value(operand: Operand, facts: Facts) -> Value:
    return facts.vars[operand.var] if isinstance(operand, VarRef) else operand.value


# ── reading ─────────────────────────────────────────────────────────────────────────────────────


class GuardError(Exception):
    """What is wrong with a guard's text: an issue code, the offset from its beginning, and values
    for the message."""

    def __init__(self, code: str, offset: int, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.offset = offset
        self.values = values


class Names(Protocol):
    """What a guard may speak of."""

    def var_kind(self, name: str) -> tuple[str, Collection[Value]] | None:
        """(`bool` | `int` | `one_of`, its domain) of a variable; None: no such variable."""

    def known(self, kind: str, name: str) -> bool:
        """`trap` or `card`: declared."""

    def task(self, scene: str | None, name: str) -> list[tuple[str, str]]:
        """(scene, task) a `done.` may mean; more than one: ambiguous."""

    def word(self, name: str) -> bool:
        """A value of some variable."""

    def nearest(self, kind: str, name: str) -> str:
        """What may be meant by a name, as a guard has it; possibly empty. `kind`: `var`, `trap`,
        `card`, `task`, or `guard`, whose name has a dot."""


class _Token(NamedTuple):
    kind: str
    text: str
    offset: int


_TOKEN: Final = re.compile(
    r"(?P<space>\s+)|(?P<op>==|!=|<=|>=|<|>)(?![=<>!~])|(?P<paren>[()])"
    r"|(?P<number>-?[0-9]{1,6})(?![\w.-])"
    r"|(?P<name>[^\W\d][\w-]*(?:\.[^\W\d][\w-]*)*)"
)
DEPTH_MAX: Final = 20
_ODD: Final = re.compile(
    r"[“‘\"'][^“”‘’\"']*[”’\"']|[=!<>&|~:]{2,3}|[0-9０-９]+(?:[^\W\d]|[.])*|[^\w\s()]"
)
"""What is told as one piece where nothing can be read."""


def parse_guard(text: str, names: Names) -> Guard:
    """The typed guard of its text. Raises GuardError."""
    parser = _Parser(_tokens(text), names, len(text))
    guard = parser.either(0)
    parser.end()
    return guard


def _unreadable(found: str, offset: int) -> GuardError:
    if not found:
        return GuardError("SC310", offset)
    return GuardError("SC301", offset, found=found, nearest=sign_meant(found))


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            odd = _ODD.match(text, at)
            raise _unreadable(odd[0] if odd is not None else text[at], at)
        kind = found.lastgroup or ""
        if kind != "space":
            tokens.append(_Token(kind, found[0], at))
        at = found.end()
    return tokens


class _Typed(NamedTuple):
    """An operand with what is known of its type."""

    operand: Operand
    kind: str
    domain: Collection[Value]
    text: str
    offset: int


_TRUTHS: Final = ("== true", "!= false", "== false", "!= true")
"""Comparisons that nothing with a dot needs; the latter half turns it round."""


class _Parser:
    def __init__(self, tokens: list[_Token], names: Names, end: int) -> None:
        self._tokens = tokens
        self._names = names
        self._at = 0
        self._end = end

    def _peek(self) -> _Token:
        if self._at < len(self._tokens):
            return self._tokens[self._at]
        return _Token("end", "", self._end)

    def _take(self) -> _Token:
        token = self._peek()
        self._at += 1
        return token

    def _accept(self, text: str) -> bool:
        if self._peek().kind != "end" and self._peek().text == text:
            self._at += 1
            return True
        return False

    def end(self) -> None:
        token = self._peek()
        if token.kind != "end":
            raise self._left_over(token)

    def _left_over(self, token: _Token) -> GuardError:
        """What stands behind a whole guard: a comparison of what is true or false by itself."""
        before = self._tokens[self._at - 1].text if self._at else ""
        rest = " ".join(each.text for each in self._tokens[self._at :])
        if "." in before and rest in _TRUTHS:
            near = f"not {before}" if rest in _TRUTHS[len(_TRUTHS) // 2 :] else before
            return GuardError("SC301", token.offset, found=rest, nearest=near)
        return _unreadable(token.text, token.offset)

    def either(self, depth: int) -> Guard:
        args = [self._both(depth)]
        while self._accept("or"):
            args.append(self._both(depth))
        return args[0] if len(args) == 1 else Or(tuple(args))

    def _both(self, depth: int) -> Guard:
        args = [self._not(depth)]
        while self._accept("and"):
            args.append(self._not(depth))
        return args[0] if len(args) == 1 else And(tuple(args))

    def _not(self, depth: int) -> Guard:
        if depth > DEPTH_MAX:
            raise GuardError("SC302", self._peek().offset)
        if self._accept("not"):
            return Not(self._not(depth + 1))
        if self._accept("("):
            inside = self.either(depth + 1)
            if not self._accept(")"):
                raise GuardError("SC303", self._peek().offset)
            return inside
        return self._atom()

    def _atom(self) -> Guard:
        token = self._take()
        if token.kind == "name" and "." in token.text:
            return self._dotted(token)
        left = self._operand(token)
        if self._peek().kind != "op":
            if sign_meant(self._peek().text) in _COMPARE:
                raise _unreadable(self._peek().text, self._peek().offset)
            if left.kind == "word":
                raise self._unknown(left)
            if left.kind != "bool" or isinstance(left.operand, Literal_):
                raise GuardError("SC307", left.offset, found=left.text)
            return Compare(left.operand, "==", Literal_(True))
        op = self._take()
        right = self._operand(self._take())
        return self._compared(left, op, right)

    def _dotted(self, token: _Token) -> Guard:
        head, _, rest = token.text.partition(".")
        if head == "done":
            scene, _, task = rest.rpartition(".")
            meant = self._names.task(scene or None, task)
            if len(meant) != 1:
                if meant:
                    raise GuardError("SC305", token.offset, name=rest)
                nearest = self._names.nearest("task", task)
                raise GuardError("SC304", token.offset, name=token.text, nearest=nearest)
            return Done(*meant[0])
        kind = {"trap": "trap", "has": "card"}.get(head)
        if kind is None or not self._names.known(kind, rest):
            nearest = self._names.nearest(kind or "guard", rest if kind else token.text)
            raise GuardError("SC304", token.offset, name=token.text, nearest=nearest)
        return Sprung(rest) if kind == "trap" else Has(rest)

    def _operand(self, token: _Token) -> _Typed:
        if token.kind == "number":
            value = int(token.text)
            return _Typed(Literal_(value), "int", (), token.text, token.offset)
        if token.kind != "name" or token.text in ("and", "or", "not"):
            raise _unreadable(token.text, token.offset)
        if token.text in ("true", "false"):
            value = token.text == "true"
            return _Typed(Literal_(value), "bool", (), token.text, token.offset)
        known = self._names.var_kind(token.text)
        if known is not None:
            return _Typed(VarRef(token.text), *known, token.text, token.offset)
        return _Typed(Literal_(token.text), "word", (), token.text, token.offset)

    def _compared(self, left: _Typed, op: _Token, right: _Typed) -> Guard:
        for side, other in ((left, right), (right, left)):
            if side.kind == "word" and other.kind != "one_of":
                if self._names.word(side.text) and other.kind != "word":
                    raise GuardError("SC306", op.offset, left=left.text, right=right.text)
                raise self._unknown(side)
        return _compared(left, op, right)

    def _unknown(self, word: _Typed) -> GuardError:
        nearest = self._names.nearest("var", word.text)
        return GuardError("SC304", word.offset, name=word.text, nearest=nearest)


def _compared(left: _Typed, op: _Token, right: _Typed) -> Guard:
    """`left op right`, if it makes sense: one type on both sides, order only for numbers, words
    and numbers within the variable's domain."""
    kinds = {left.kind, right.kind} - {"word"}
    if len(kinds) != 1:
        raise GuardError("SC306", op.offset, left=left.text, right=right.text)
    if op.text not in ("==", "!=") and kinds != {"int"}:
        raise GuardError("SC308", op.offset, op=op.text)
    for side, other in ((left, right), (right, left)):
        if isinstance(side.operand, Literal_) and isinstance(other.operand, VarRef):
            if other.domain and side.operand.value not in other.domain:
                listed = ", ".join(str(value) for value in list(other.domain)[:12])
                raise GuardError("SC309", side.offset, value=side.text, domain=listed)
    assert op.text in _COMPARE
    return Compare(left.operand, op.text, right.operand)  # type: ignore[arg-type]
