"""What keeps people out of a page, as far as a program can tell (axe-core)."""

from __future__ import annotations

from importlib.resources import files
from typing import Any, Final

from playwright.sync_api import Page

SCRIPT: Final = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
TOLD: Final = frozenset({"critical", "serious", "moderate"})


def barriers(page: Page) -> list[str]:
    """Each by its rule, its first element and why; empty: none was found. The page's own policy
    lets no foreign script in, so it is run as a debugger runs one."""
    page.evaluate(SCRIPT)
    found = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")
    return [_told(one) for one in found["violations"] if one["impact"] in TOLD]


def _told(violation: dict[str, Any]) -> str:
    node = violation["nodes"][0]
    why = next(iter(node["any"] or node["all"] or node["none"]), {"message": ""})["message"]
    return f"{violation['id']}: {node['html'][:120]} ({why})"
