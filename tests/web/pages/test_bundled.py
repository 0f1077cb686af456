"""Modules as one script: what each had of the others it has, and no form is taken for another."""

from __future__ import annotations

import re

import pytest

from web.pages import assets
from web.pages.bundled import bundle

CLOCK = """// @ts-check
// Tells the time.

/** @param {number} ms */
export function clock(ms) {
  return ms + " ms"; // as it is
}
export const zero = 0;
"""
PAGE = """import * as times from "./clock.js";
import {
  clock as told,
  zero,
} from "./clock.js";
import { open } from "./door.js";
open(told(zero), times.zero);
"""


def test_what_a_module_imports_is_what_the_other_gives_back() -> None:
    assert bundle({"clock": CLOCK, "page": PAGE}) == (
        'import { open } from "./door.js";\n'
        "const _clock = (() => {\n\n"
        "function clock(ms) {\n"
        '  return ms + " ms"; // as it is\n'
        "}\n"
        "const zero = 0;\n"
        "return { clock, zero };\n"
        "})();\n"
        "const _page = (() => {\n"
        "const times = _clock;\n"
        "const { clock: told, zero, } = _clock;\n"
        "open(told(zero), times.zero);\n"
        "return {  };\n"
        "})();\n"
    )


@pytest.mark.parametrize(
    "line",
    [
        "export default 1;", "export { a };", "export let a = 1;", "export async function a() {}",
        'import a from "./clock.js";', 'import "./clock.js";', 'import { a } from "../clock.js";',
    ],
)  # fmt: skip
def test_a_form_that_isnt_known_is_an_error(line: str) -> None:
    with pytest.raises(ValueError, match=r"a\.js"):
        bundle({"a": f"{line}\n"})


def test_the_live_pages_modules_are_all_there_each_after_what_it_imports() -> None:
    text = assets.live().decode()
    order = re.findall(r"^const _(\w+) = \(\(\) => \{$", text, re.M)
    assert order == list(assets.LIVE_MODULES)
    assert re.findall(r'^import .* from "([^"]+)";$', text, re.M) == ["./socket.js"]
    for used in re.finditer(r"= _(\w+);$", text, re.M):
        assert f"const _{used[1]} = " in text[: used.start()], used[1]
    for name in assets.LIVE_MODULES:
        source = (assets.FOLDER / f"{name}.js").read_text(encoding="utf-8")
        code = [line for line in source.splitlines() if not re.match(r"\s*(//|/?\*)", line)]
        kept = [line for line in code if not line.startswith(("import ", "export "))]
        assert [line for line in kept if line not in text] == []


def test_nothing_else_of_a_live_page_has_a_module_of_these_besides() -> None:
    """It would run twice, and listen twice."""
    for path in (*assets.FOLDER.glob("*.js"), *assets.BROUGHT.values()):
        if path.suffix == ".js" and path.stem in (
            "desk",
            "wall",
            "sound",
            "socket",
            "page",
            "kind",
        ):
            used = re.findall(r"^import .*", path.read_text(encoding="utf-8"), re.M)
            named = [re.findall(r'"\./(\w+)\.js";$', line) for line in used]
            assert all(named), path
            assert not {name for (name,) in named} & set(assets.LIVE_MODULES), path
