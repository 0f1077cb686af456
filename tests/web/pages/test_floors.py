"""Everything that is served can be read by the oldest browsers that `.browserslistrc` names.

One word that an engine doesn't know is a page without its script: 正在入座…… for ever. So what a
script may be made of is a list (ES2018), and whatever isn't on it is refused, known or yet to come.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

from web.pages import assets

ROOT: Final = Path(__file__).resolve().parents[3]
STATIC: Final = ROOT / "web" / "static"
BROUGHT: Final = sorted(path for path in assets.BROUGHT.values() if path.suffix == ".js")
"""Scripts of kinds of tasks."""
VENDOR: Final = STATIC / "vendor"

KINDS: Final = frozenset(
    """
    arguments array array_pattern arrow_function assignment_expression assignment_pattern
    augmented_assignment_expression await_expression binary_expression break_statement call_expression
    catch_clause class class_body class_declaration class_heritage comment computed_property_name
    continue_statement debugger_statement do_statement else_clause empty_statement escape_sequence
    export_clause export_specifier export_statement expression_statement false finally_clause for_in_statement for_statement formal_parameters
    function_declaration function_expression generator_function generator_function_declaration
    identifier if_statement import_clause import_specifier import_statement named_imports
    namespace_import labeled_statement lexical_declaration member_expression meta_property
    method_definition new_expression null number object object_assignment_pattern object_pattern pair
    pair_pattern parenthesized_expression program property_identifier regex regex_flags regex_pattern
    rest_pattern return_statement sequence_expression shorthand_property_identifier
    shorthand_property_identifier_pattern spread_element statement_block statement_identifier string
    string_fragment subscript_expression super switch_body switch_case switch_default switch_statement
    template_string template_substitution ternary_expression this throw_statement true try_statement
    unary_expression undefined update_expression variable_declaration variable_declarator
    while_statement yield_expression
    ! != !== " ${ % %= & && &= ' ( ) * ** **= *= + ++ += , - -- -= . ... / /= : ; < << <<= <= = == ===
    => > >= >> >>= >>> >>>= ? [ ] ^ ^= ` as async await break case catch class const continue debugger
    default delete do else export extends finally for from function get if import in instanceof let new of return set
    static switch target throw try typeof var void while yield { | |= || } ~
    """.split()
)
"""What ES2018 scripts are made of, in the words of the grammar."""

NUMBER: Final = re.compile(
    r"0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
)
FLAGS: Final = frozenset("gimsuy")
LOOKS_BEHIND: Final = re.compile(r"\(\?<[=!]")
"""Of ES2018, but no Safari before 16.4 reads it."""


def newer(node: Node, text: bytes) -> str:
    """What is newer than ES2018 about this very node; empty: nothing."""
    said = text[node.start_byte : node.end_byte].decode()
    if node.type not in KINDS or node.is_missing:
        return node.type
    if node.type == "import" and node.parent and node.parent.type == "call_expression":
        return "import()"
    if node.type == "number" and not NUMBER.fullmatch(said):
        return f"the number {said}"
    if node.type == "catch_clause" and node.child_by_field_name("parameter") is None:
        return "catch without a name"
    if node.type == "regex_flags" and not set(said) <= FLAGS:
        return f"the flags {said}"
    if node.type == "regex_pattern" and LOOKS_BEHIND.search(said):
        return f"looking behind: {said}"
    return ""


def findings(text: bytes) -> Iterator[str]:
    """Everything in a script that is newer than the floors, with its line."""
    tree = Parser(Language(tree_sitter_javascript.language())).parse(text)
    waiting = [tree.root_node]
    while waiting:
        node = waiting.pop()
        if what := newer(node, text):
            yield f"{node.start_point.row + 1}: {what}"
        waiting += node.children


def served() -> list[Path]:
    """Every script a browser is given."""
    ours = (path for path in STATIC.rglob("*.js") if not path.name.endswith(".entry.js"))
    return [*sorted(ours), *BROUGHT]


@pytest.mark.parametrize("path", served(), ids=lambda path: path.name)
def test_scripts_are_es2018(path: Path) -> None:
    assert list(findings(path.read_bytes())) == []


@pytest.mark.parametrize(
    "text",
    [
        "a?.b", "a ?? b", "a ||= b", "a &&= b", "a ??= b", "try {} catch {}", "1n", "1_000",
        "class A { x = 1 }", "class A { #x() {} }", "class A { static {} }", "import('x')",
        "import x from 'x' with {type: 'json'}", "export * as a from 'x'", "/a/v", "/a/d", "/(?<=a)b/", "/(?<!a)b/",
        "import.meta.url", "await 1; using x = y;", "@a class A {}", "a b", "if (",
    ],
)  # fmt: skip
def test_what_is_newer_is_found(text: str) -> None:
    assert list(findings(text.encode()))


@pytest.mark.parametrize(
    "text",
    [
        "const {a, ...b} = {...c}", "async function* f() { for await (const x of y) yield x }",
        "/(?<year>\\d+)/su", "a ** b", "`${a}`", "try {} catch (e) {}", "0x1F + .5e-3 + 1.",
        "import {a as b} from './x'; import * as c from './y'; export function d() {}",
        "export class E {}; export const f = 1; export {c}", "new.target", "class A extends B { get x() { return super.x } static y() {} }",
    ],
)  # fmt: skip
def test_what_es2018_has_is_let_through(text: str) -> None:
    assert list(findings(text.encode())) == []


# ── what a page asks of its browser ─────────────────────────────────────────────────────────────

CALLS: Final = {
    r"\.at\(": "chrome 92, ios_saf 15.4", r"\bstructuredClone\b": "chrome 98, ios_saf 15.4",
    r"\bObject\.hasOwn\b": "chrome 93, ios_saf 15.4", r"\.findLast": "chrome 97, ios_saf 15.4",
    r"\.to(Sorted|Reversed|Spliced)\b": "chrome 110", r"\bgroupBy\b": "chrome 117",
    r"\bAbortSignal\.(any|timeout)": "chrome 103", r"\.requestSubmit\(": "ios_saf 16",
    r"\bcheckVisibility\b": "chrome 105", r"\bscrollend\b": "chrome 114",
    r"\bPromise\.(withResolvers|try)\b": "chrome 119", r"\.inert\b": "chrome 102, ios_saf 15.5",
    r"\.(show|hide|toggle)Popover\b": "chrome 114", r"\bstartViewTransition\b": "chrome 111",
    r"\brandomUUID\b": "https", r"\bcrypto\.subtle\b": "https", r"\bserviceWorker\b": "https",
}  # fmt: skip
"""Of our own scripts none may call these: since when they are there, or that plain http has none."""

GUARDED: Final = {
    "BroadcastChannel": "window.BroadcastChannel\n", "showModal": "!box.showModal",
    "navigator.clipboard": "navigator.clipboard ?", "navigator.vibrate": "if (navigator.vibrate",
    "navigator.wakeLock": "if (navigator.wakeLock", "visualViewport": "if (seen)",
    "requestFullscreen": "if (root.requestFullscreen)",
}  # fmt: skip
"""These are newer than the floors, or not on plain http, or not on iPhones: what asks whether they are
there."""


@pytest.mark.parametrize("path", [*sorted(STATIC.glob("*.js")), *BROUGHT], ids=str)
def test_scripts_ask_for_nothing_newer(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert {what: since for what, since in CALLS.items() if re.search(what, text)} == {}
    unguarded = {what for what, guard in GUARDED.items() if what in text and guard not in text}
    assert unguarded == set()


STYLES: Final = {
    r":focus-visible": "@supports not selector(:focus-visible)",
    r"aspect-ratio:": "@supports not (aspect-ratio: 1)",
    r"overflow-wrap: anywhere": "@supports not (overflow-wrap: anywhere)",
    r"^dialog\b|[} ]dialog \{": "dialog:not([open]) {\n  display: none;\n}",
    r"100[dsl]vh": "100vh",
    r"(?<![-\w])inset:": "never", r":has\(": "never", r":(is|where)\(": "never",
    r":not\([^()]*,": "never", r"@layer": "never", r"@container": "never", r"color-mix\(": "never",
    r"(?<![-\w])(translate|rotate|scale):": "never", r"@scope": "never", r"light-dark\(": "never",
    r"overflow: clip": "never", r"content-visibility": "never", r"[{;]\s*&": "never",
}  # fmt: skip
"""What came after a floor, and the words that stand in for it there."""


def styles() -> str:
    """All blocks, as a page of the trainer's room has them."""
    names = [*assets.STYLES, *assets.WALL_STYLES, *assets.TRAINERS_STYLES]
    own = [STATIC / f"css/{name}.css" for name in names]
    brought = [path for path in assets.BROUGHT.values() if path.suffix == ".css"]
    return "\n".join(path.read_text(encoding="utf-8") for path in (*own, *brought))


def test_styles_have_something_for_older_browsers() -> None:
    text = styles()
    lost = {what: instead for what, instead in STYLES.items() if re.search(what, text, re.M)}
    assert {what: instead for what, instead in lost.items() if instead not in text} == {}


def test_a_late_word_comes_without_animations_too() -> None:
    """Whoever asks for less motion has all animations off, and this one is no ornament."""
    text = styles()
    off = re.search(r"@media \(prefers-reduced-motion: reduce\) \{\n(.*?)\n\}\n", text, re.S)
    assert off is not None
    late = re.findall(r"@keyframes ([\w-]+) \{\s+to \{\s+visibility", text)
    assert late
    for name in late:
        assert re.search(rf"\.{name} \{{\s+animation: {name} [^;]*!important", off[1])


# ── one list ────────────────────────────────────────────────────────────────────────────────────


def floors() -> dict[str, int]:
    """Version by browser, from `.browserslistrc`."""
    text = (ROOT / ".browserslistrc").read_text(encoding="utf-8")
    return {name: int(least) for name, least in re.findall(r"^(\w+) >= (\d+)$", text, re.M)}


def test_the_guide_names_the_floors() -> None:
    guide = (ROOT / "docs" / "facilitator-guide.zh.md").read_text(encoding="utf-8")
    found = floors()
    assert f"iPhone 的 iOS {found['ios_saf']} 及以后" in guide
    assert f"Chrome 内核 {found['chrome']} 及以后" in guide
    assert f"Firefox {found['firefox']} 及以后" in guide


def test_what_is_vendored_is_what_it_says() -> None:
    told = (VENDOR / "README.md").read_text(encoding="utf-8")
    sums = dict(re.findall(r"^\| `(\S+)` .* ([0-9a-f]{64}) \|$", told, re.M))
    assert sums == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in VENDOR.glob("*.min.js")
    }
    least = floors()
    target = f"chrome{least['chrome']},safari{least['ios_saf']},firefox{least['firefox']}"
    assert told.count(f"--target=es2018,{target}") == len(sums)


def test_every_script_is_looked_at() -> None:
    """None is served from elsewhere."""
    listed = subprocess.run(
        ["git", "ls-files", "*.js", "*.mjs"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    known = {str(path.relative_to(ROOT)) for path in (*STATIC.rglob("*.js"), *BROUGHT)}
    assert set(listed.stdout.split()) <= known
