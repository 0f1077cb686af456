"""The rules of the house, as tests: sizes, names, purity, addresses, and true documents."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.support.punctuation import mended, read_by_people

ROOT = Path(__file__).resolve().parent.parent

FUNCTION_LINES_MAX = 70
MODULE_LINES_MAX = 400
PURE_ROOMS = ("script", "kinds", "scenario", "rules", "views", "proof", "review")
NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc"}


@cache
def tracked() -> tuple[str, ...]:
    """Files of the project, as git sees them: tracked, or new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return tuple(name for name in sorted(set(listed.stdout.splitlines())) if (ROOT / name).exists())


def named(*suffixes: str) -> list[str]:
    """Tracked files of ours with one of the suffixes; vendored ones are somebody else's."""
    return [name for name in tracked() if name.endswith(suffixes) and "/vendor/" not in name]


@cache
def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def tree_of(name: str) -> ast.Module:
    return ast.parse(text_of(name), name)


@cache
def project() -> dict[str, Any]:
    return tomllib.loads(text_of("pyproject.toml"))


def pure(name: str) -> bool:
    return any(name.startswith(f"engine/{room}/") for room in PURE_ROOMS)


TESTS = [name for name in named(".py") if name.startswith(("tests/", "bench/"))]
PATIENCE = "tests/support/patience.py:"
FILM = "bench/film.py:"  # shows people who take their time


def nodes(names: list[str], *kinds: type[ast.AST]) -> Iterator[tuple[str, Any]]:
    for name in names:
        for node in ast.walk(tree_of(name)):
            if isinstance(node, kinds):
                yield f"{name}:{getattr(node, 'lineno', 1)}", node


# ── sizes and names ─────────────────────────────────────────────────────────────────────────────


def test_functions_fit_a_screen() -> None:
    long = [
        f"{place} {node.name}: {length} lines"
        for place, node in nodes(named(".py"), ast.FunctionDef, ast.AsyncFunctionDef)
        if (length := node.end_lineno - node.lineno + 1) > FUNCTION_LINES_MAX
    ]
    assert not long


def test_modules_stay_small() -> None:
    long = [
        f"{name}: {length} lines"
        for name in named(".py", ".js")
        if (length := len(text_of(name).splitlines())) > MODULE_LINES_MAX
    ]
    assert not long


def test_no_two_modules_have_one_name() -> None:
    """Whoever looks for `desk.py` finds one. A kind's folder tells its `kind.py` from the others."""
    names = Counter(
        Path(name).name
        for name in named(".py")
        if name.startswith(("engine/", "web/")) and not name.endswith(("/__init__.py", "/kind.py"))
    )
    assert not [name for name, times in names.items() if times > 1]


def test_every_module_is_named_for_a_noun() -> None:
    assert not [
        name for name in named(".py", ".js") if NAMELESS & {*Path(name).with_suffix("").parts}
    ]


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b|Not" r"ImplementedError\(\)")
    code = named(".py", ".js", ".css", ".html", ".yaml", ".toml") + [".ci/run", "Makefile"]
    assert not [name for name in code if later.search(text_of(name))]


# ── purity ──────────────────────────────────────────────────────────────────────────────────────


def test_pure_rooms_open_no_file_and_wait_for_nothing() -> None:
    rooms = [name for name in named(".py") if pure(name)]
    assert rooms
    waits = nodes(rooms, ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith)
    calls = [
        place
        for place, node in nodes(rooms, ast.Call)
        if isinstance(node.func, ast.Name) and node.func.id in {"open", "input", "print", "eval"}
    ]
    assert not [place for place, _ in waits] + calls


def test_the_import_contract_covers_every_pure_room() -> None:
    contracts = project()["tool"]["importlinter"]["contracts"]
    covered = {
        room
        for c in contracts
        if "random" in c.get("forbidden_modules", ())
        for room in c["source_modules"]
    }
    rooms = {f"engine.{name.split('/')[1]}" for name in named(".py") if pure(name)}
    assert rooms <= covered


SERVED_AT = "engine.evening.addresses"  # what the script says to whoever started it


def test_the_server_script_only_serves() -> None:
    imports = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else node.names[0].name
        for _, node in nodes(["server.py"], ast.Import, ast.ImportFrom)
    }
    assert not {name for name in imports if name.startswith("engine.")} - {"engine.cli", SERVED_AT}


# ── tests ───────────────────────────────────────────────────────────────────────────────────────


def test_tests_wait_for_conditions_and_skip_nothing() -> None:
    sleeps = [
        place
        for place, node in nodes(TESTS, ast.Call)
        if (called := ast.unparse(node.func)).endswith((".sleep", "wait_for_timeout"))
        and not place.startswith((PATIENCE, FILM))
        and not (called == "asyncio.sleep" and ast.unparse(node.args[0]) == "0")
    ]
    skips = [
        place
        for place, node in nodes(TESTS, ast.Attribute)
        if ast.unparse(node)
        in {f"pytest.{s}" for s in ("skip", "mark.skip", "mark.skipif", "mark.xfail")}
    ]
    assert not sleeps + skips


def test_whoever_waits_has_the_one_patience() -> None:
    """A limit of its own is right on one machine and wrong on a busy one."""
    found = [
        f"{place} {ast.unparse(limit)}"
        for place, node in nodes(TESTS, ast.Call)
        if not place.startswith((PATIENCE, "tests/sim/"))  # there, time is made up
        for limit in limits_of(node)
        if any(isinstance(part, ast.Constant) and _is_long(part.value) for part in ast.walk(limit))
    ]
    assert not found


def limits_of(call: ast.Call) -> list[ast.expr]:
    """The limits of time that a call is given."""
    given = [
        word.value for word in call.keywords if re.search(r"(^|_)timeout(_s|_ms)?$", word.arg or "")
    ]
    called = ast.unparse(call.func)
    if called == "asyncio.wait_for":
        given += call.args[1:2]
    if called == "asyncio.timeout":
        given += call.args[:1]
    return given


def _is_long(number: object) -> bool:
    """A second and more is a wait; less is a look at what needn't be there."""
    return isinstance(number, int | float) and number >= 1


# ── addresses ───────────────────────────────────────────────────────────────────────────────────

REGISTRIES = re.compile(
    r"py" r"pi\.org|python" r"hosted|npm" r"js\.|deb" r"ian\.org|index-u" r"rl|--find-li" r"nks",
    re.I,
)
MACHINE_PATHS = re.compile(r"(?<![\w.~*)}])/(wor" r"k|roo" r"t|hom" r"e|opt/py)/|(?<![\w.])/tmp/\w")


def test_no_registry_and_no_machine_is_named() -> None:
    allowed = {"scripts/lock"}  # it says which addresses not to write
    found = [
        f"{name}: {hit.group()}"
        for name in tracked()
        if not name.endswith((".png", ".jpg", ".woff2", ".ico", ".mp3")) and name not in allowed
        for pattern in (REGISTRIES, MACHINE_PATHS)
        if (hit := pattern.search(text_of(name)))
    ]
    assert not found


def test_no_secret_and_no_leftover_is_tracked() -> None:
    leftovers = re.compile(
        r"(^|/)(\.env|.*\.(db|sqlite3?|log|pem|key|orig|rej|bak|swp|pyc)|\.DS_Store)$"
    )
    assert not [name for name in tracked() if leftovers.search(name)]


def test_pages_fetch_nothing_from_elsewhere_and_run_nothing_inline() -> None:
    elsewhere = re.compile(r"""(src|href|action)=["'](https?:)?//|url\(["']?(https?:)?//|@import""")
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)[^>]*>|\son[a-z]+=[\"']|\bstyle=[\"']|javascript:", re.I
    )
    pages = named(".html", ".css", ".js", ".svg")
    found = [name for name in pages if elsewhere.search(text_of(name))]
    found += [name for name in named(".html") if inline.search(text_of(name))]
    assert pages
    assert not found


# ── documents ───────────────────────────────────────────────────────────────────────────────────

DOCUMENTS = named(".md")


def anchors(name: str) -> set[str]:
    """What a heading is linked by: lower case, spaces to hyphens, other signs dropped."""
    headings = re.findall(r"^#+ (.+)$", text_of(name), re.M)
    return {re.sub(r"[^\w\- ]", "", h.lower()).strip().replace(" ", "-") for h in headings}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document: str) -> None:
    prose = re.sub(r"^```.*?^```", "", text_of(document), flags=re.M | re.S)
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        path, _, anchor = target.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        place = (ROOT / document).parent / path if path else ROOT / document
        if not place.exists():
            broken.append(target)
        elif anchor and anchor not in anchors(str(place.resolve().relative_to(ROOT))):
            broken.append(target)
    assert not broken


@pytest.mark.parametrize("document", DOCUMENTS)
def test_commands_in_documents_exist(document: str) -> None:
    snippets = re.findall(
        r"`([^`\n]+)`|^ {0,3}```\w*\n(.*?)^ {0,3}```", text_of(document), re.M | re.S
    )
    code = "\n".join(inline or block for inline, block in snippets)
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.M))
    missing = [
        f"make {name}"
        for name in re.findall(r"\bmake ([a-z]+)(?![\w-])", code)
        if name not in targets
    ]
    missing += [
        name
        for name in re.findall(r"(?<![\w/])(scripts/[a-z-]+)", code)
        if not (ROOT / name).stat().st_mode & 0o100
    ]
    assert not missing


def test_files_named_in_documents_exist() -> None:
    """`engine/rules/decide.py` in a document is a promise that it is there."""
    pattern = re.compile(r"`((?:engine|web|tests|docs|scripts|bench|scenarios)/[\w./-]+?)/?`")
    missing = {
        f"{document}: {name}"
        for document in DOCUMENTS
        for name in pattern.findall(text_of(document))
        if not (ROOT / name).exists()
    }
    assert not missing


def test_the_changelog_speaks_of_this_version() -> None:
    newest = re.search(r"^## (\d+\.\d+\.\d+)", text_of("CHANGELOG.md"), re.M)
    assert newest is not None
    assert newest.group(1) == project()["project"]["version"]


def test_every_setting_is_documented() -> None:
    from web.settings import Settings

    settings = {f"HONGCHUAN_{field.upper()}" for field in Settings.model_fields}
    settings.add("HONGCHUAN_HOME")  # by which the others' defaults go: `engine/home.py`
    assert set(re.findall(r"HONGCHUAN_[A-Z_]+", text_of("docs/settings.md"))) == settings
    for document in DOCUMENTS:
        assert set(re.findall(r"HONGCHUAN_[A-Z_]+", text_of(document))) <= settings


# ── dependencies ────────────────────────────────────────────────────────────────────────────────

NEEDED_BY_NAME_ONLY = {
    "asyncpg",
    "greenlet",
    "python-multipart",
    "setuptools",
    "tzdata",
    "websockets",
}
"""Drivers that SQLAlchemy loads by a URL, what FastAPI, uvicorn
and `zoneinfo` load for themselves, the build."""


def required(name: str) -> set[str]:
    lines = [line.split("#")[0].strip() for line in text_of(name).splitlines()]
    return {re.split(r"[<>=\[;]", line)[0].lower() for line in lines if line and line[0] != "-"}


def imported(roots: tuple[str, ...]) -> set[str]:
    """Distributions imported by modules under `roots`, ours and the standard library's left out."""
    tops = {
        top.split(".")[0]
        for _, node in nodes(
            [n for n in named(".py") if n.startswith(roots)], ast.Import, ast.ImportFrom
        )
        for top in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [a.name for a in node.names]
        )
    }
    foreign = tops - set(sys.stdlib_module_names) - {"engine", "web", "server", "tests"}
    owners = importlib.metadata.packages_distributions()
    return {re.sub(r"[_.]", "-", owners[top][0].lower()) for top in foreign}


def test_what_is_required_is_imported_and_the_other_way_round() -> None:
    used = imported(("engine/", "web/", "server.py"))
    assert used == required("requirements.in") - NEEDED_BY_NAME_ONLY


def test_every_dependency_says_why_it_is_here() -> None:
    wanted = required("requirements.in") | required("requirements-dev.in")
    explained = text_of("docs/dependencies.md").lower()
    assert not {
        name
        for name in wanted
        if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", explained)
    }


def test_chinese_text_has_chinese_punctuation() -> None:
    """`python -m tests.support.punctuation` mends what is found here."""
    wrong = []
    for name, mend in read_by_people(tracked()):
        was, right = text_of(name).splitlines(), mend(text_of(name)).splitlines()
        wrong += [f"{name}: {a} → {b}" for a, b in zip(was, right, strict=True) if a != b]
    assert not wrong


@pytest.mark.parametrize(
    ("typed", "mended_"),
    [
        ("请改好,再提交:{what}", "请改好，再提交：{what}"),
        ("人(谁)来? 走!", "人（谁）来？走！"),
        ("`a, b`,都行;见 https://x.cn/a?b=1", "`a, b`，都行；见 https://x.cn/a?b=1"),
        ("写成“键: 值”", "写成“键: 值”"),
        ("第 3 条({tag})无法重放.", "第 3 条（{tag}）无法重放。"),
        ("21:05 到场;第1队.jsonl", "21:05 到场；第1队.jsonl"),
        ("plain (text), in English: yes?", "plain (text), in English: yes?"),
    ],
)
def test_the_mending_of_punctuation(typed: str, mended_: str) -> None:
    assert mended(typed) == mended_
    assert mended(mended_) == mended_
