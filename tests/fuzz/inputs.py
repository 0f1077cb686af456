"""Input that somebody hostile, or merely unlucky, might send: drawn by hypothesis from real files."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from engine.scenario import compile_scenario
from engine.scenario.samples import SOUND
from engine.scenario.strings import strings_of
from tests.support.generated import script_texts
from tests.support.scripts import MINI_TEXT

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = {"mini": MINI_TEXT, "sound": SOUND}
LARGE = [
    path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("scenarios/*/scenario.yaml"))
]
TREES = {name: yaml.load(text, Loader=yaml.CBaseLoader) for name, text in SCRIPTS.items()}
SCENARIOS = {name: compile_scenario(text.encode(), name) for name, text in SCRIPTS.items()}
WORDS = {name: strings_of(scenario) for name, scenario in SCENARIOS.items()}

PIECES = (
    "[", "]", "{", "}", ": ", ",", "- ", "&a ", "*a", "!!int ", "|\n", ">\n", "'", '"', "#", "\t", "\n", "---\n", "?",
    "\x00", "\x85", "\u2028", "\ufeff", "\ud7ff", "\U0010ffff", "not ", "and ", "or ", "m > 0", "(", ")", "trap.t",
    "has.k", "done.p", "99999999999999999999", "-1", "1e9", "0x10", "1:30", "no", "null", "~", "all", "any", "back",
    "role: ", "choices: ", "kind: vote", "kind: hand", "then: {detour: side}", "set: {m: +1}", "if: w, ", "id: ",
)  # fmt: skip
HOSTILE = (
    "<zq>", "</zq>", "<zq zq=zq>", '" zq="', "' zq='", "><zq ", "<script>zq</script>", "<!--zq", "-->", "]]>", "&lt;zq&gt;",
    "&", "javascript:zq", "[zq](javascript:zq)", "![zq](zq)", "<zq@zq.zq>", "<javascript:zq>", "{{ 7 }}", "{% zq %}", "`", "**",
    "> ", "\n\n    <zq>", "\n- <zq>", "\n\n<zq>\n\n", "\\<zq>", "甲", "一大", " ", "\n", "#", "\n===\n", "[zq]: zq 'zq'\n\n[zq]",
)  # fmt: skip
"""Whatever of it comes out as a tag's or an attribute's name has not been escaped."""

hostile_texts = st.lists(
    st.one_of(
        st.sampled_from(HOSTILE),
        st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=6),
    ),
    max_size=8,
).map("".join)
"""Text that wants to be HTML."""


@st.composite
def mangled(draw: st.DrawFn, text: str) -> bytes:
    """The text, cut and pasted at a few places."""
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        end = at + draw(st.sampled_from((0, 0, 1, 3, 20, 200)))
        other = draw(st.integers(0, len(text)))
        piece = draw(
            st.one_of(
                st.sampled_from(PIECES), st.text(max_size=8), st.just(text[other : other + 30])
            )
        )
        text = text[:at] + piece + text[end:]
    data = text.encode("utf-8", "surrogatepass")
    return data + draw(st.sampled_from((b"", b"", b"", b"\xff", b"\xe4")))


leaves = st.one_of(
    st.sampled_from(PIECES),
    st.text(max_size=8),
    st.sampled_from(("a", "b", "w", "m", "x", "k", "f", "t", "d", "one", "z", "side", "good", "p")),
    st.integers(-(2**70), 2**70).map(str),
)
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(PIECES) | leaves, inner, max_size=3),
    ),
    max_leaves=6,
)


@st.composite
def grafted(draw: st.DrawFn, tree: Any) -> Any:
    """The tree with something else at one place, something missing, or something twice."""
    if not isinstance(tree, dict | list) or not tree or draw(st.integers(0, 7)) == 0:
        return draw(trees)
    if isinstance(tree, list):
        at = draw(st.integers(0, len(tree) - 1))
        changed = draw(st.sampled_from(("into", "into", "drop", "twice")))
        if changed == "into":
            return [*tree[:at], draw(grafted(tree[at])), *tree[at + 1 :]]
        return [
            *tree[:at],
            *(tree[at : at + 1] * (2 if changed == "twice" else 0)),
            *tree[at + 1 :],
        ]
    key = draw(st.sampled_from(sorted(tree)))
    changed = draw(st.sampled_from(("into", "into", "into", "drop", "rename", "add")))
    if changed == "into":
        return {**tree, key: draw(grafted(tree[key]))}
    if changed == "add":
        return {**tree, draw(leaves): draw(trees)}
    rest = {name: value for name, value in tree.items() if name != key}
    return rest if changed == "drop" else {**rest, draw(leaves): tree[key]}


@st.composite
def scripts(draw: st.DrawFn) -> bytes:
    """The bytes of what might be a script."""
    way = draw(st.sampled_from(("tree", "tree", "tree", "text", "text", "drawn", "large", "bytes")))
    if way == "bytes":
        return draw(st.binary(max_size=200))
    if way == "drawn":
        return draw(mangled(draw(script_texts())))
    if way == "large":
        return draw(mangled(draw(st.sampled_from(LARGE))))
    name = draw(st.sampled_from(sorted(SCRIPTS)))
    if way == "text":
        return draw(mangled(SCRIPTS[name]))
    tree = TREES[name]
    for _ in range(draw(st.integers(1, 3))):
        tree = draw(grafted(tree))
    return dumped(tree)


def dumped(tree: Any) -> bytes:
    """The tree as YAML."""
    return yaml.safe_dump(tree, allow_unicode=True).encode("utf-8", "replace")


def overlay_of(words: dict[str, str]) -> dict[str, Any]:
    """The tree of a strings file."""
    root: dict[str, Any] = {}
    for address, text in words.items():
        *way, last = address.split(".")
        inner = root
        for name in way:
            inner = inner.setdefault(name, {})
        inner[last] = text
    return root


@st.composite
def overlays(draw: st.DrawFn) -> tuple[str, bytes]:
    """The name of a script, and what might be its words in another language."""
    name = draw(st.sampled_from(sorted(SCRIPTS)))
    tree = overlay_of(WORDS[name])
    if draw(st.booleans()):
        return name, draw(mangled(dumped(tree).decode()))
    for _ in range(draw(st.integers(0, 2))):
        tree = draw(grafted(tree))
    return name, dumped(tree)


names = st.one_of(
    st.sampled_from(
        ("scenario.yaml", "manifest.json", "strings.en.yaml", "NOTES.zh.md", "a.svg", "A.svg", "a.png", "..", "../a.svg", "/a", "a/",
         "mine/scenario.yaml", "mine/a.svg", "C:a.svg", "a\\b.svg", ".a", "con.svg", "a.svg.", "é.svg", "e\u0301.svg", "ﬀ.svg")
    ),
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=8),
)  # fmt: skip
bodies = st.one_of(
    st.sampled_from(
        (
            b"",
            b"<svg/>",
            b"<svg onload=x>",
            b"\x89PNG\r\n\x1a\n",
            b'{"digest": 1}',
            b"[" * 50,
            MINI_TEXT.encode(),
        )
    ),
    st.binary(max_size=30),
)


@st.composite
def packages(draw: st.DrawFn) -> bytes:
    """The bytes of what might be a package."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, body in draw(st.dictionaries(names, bodies, max_size=4)).items():
            info = zipfile.ZipInfo(name)
            info.compress_type = draw(
                st.sampled_from(
                    (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2)
                )
            )
            info.external_attr = draw(
                st.sampled_from((0, 0o100644 << 16, 0o120777 << 16, 0o10644 << 16))
            )
            archive.writestr(info, body)
    data = bytearray(out.getvalue())
    for _ in range(draw(st.sampled_from((0, 0, 1, 2, 4)))):
        data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    return bytes(data[: len(data) - draw(st.sampled_from((0, 0, 0, 1, 20)))])


tokens = st.lists(
    st.one_of(
        st.sampled_from(
            ("w", "m", "x", "front", "none", "and", "or", "not", "(", ")", "==", "!=", "<", ">=", "0", "3", "true", "trap.t",
             "done.p", "done.one.p", "has.k", ".", "=", "&&", "或", "\u3000", "-1", "1.5", "99999999999")
        ),
        st.text(max_size=3),
    ),
    max_size=14,
)  # fmt: skip
guards = tokens.map(" ".join)
"""What might be a condition."""
