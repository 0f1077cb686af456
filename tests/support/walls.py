"""The wall's page without a server: its own HTML, styles and pictures, with the parts in place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page, Route

from web.pages.assets import FOLDER, MADE
from web.pages.evenings import ProjectorPage
from web.pages.render import render_page, render_parts

SITE: Final = "http://wall.test"
TYPES: Final = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
SCENARIOS: Final = Path(__file__).resolve().parents[2] / "scenarios"


def wall_html(parts: Mapping[str, Any], state: str) -> str:
    """The page with these parts, in this state. Nothing in it runs."""
    page = ProjectorPage(
        account="",
        may=frozenset(),
        mark="",
        session="x",
        code="39QWHAEN",
        title="x",
        scenario="x",
        cues={},
    )
    text = re.sub(r"<script.*?</script>", "", render_page(page), flags=re.S)
    text = text.replace('data-state="blank"', f'data-state="{state}"')
    for name, html in render_parts("projector", parts).items():
        holder = re.compile(rf'(<div data-part="{name}"[^>]*>).*?</div>(?=\s*<(?:div|p) )', re.S)
        text, found = holder.subn(lambda at, html=html: f"{at[1]}{html}</div>", text, count=1)  # type: ignore[misc]
        assert found, name
    return text


def serve(page: Page) -> None:
    """What the page asks for is read from the repository."""

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(SITE).partition("?")[0]
        file = FOLDER / re.sub(r"^/static/(?:[0-9a-f]{12}/)?", "", path)
        if path.startswith("/scenarios/"):
            _, _, script, _, name = path.split("/")
            file = SCENARIOS / script / name
        made = MADE.get(re.sub(r"^/static/(?:[0-9a-f]{12}/)?", "", path))
        if made is not None:
            route.fulfill(body=made(), content_type="text/css")
        elif file.is_file():
            kind = TYPES.get(file.suffix, "application/octet-stream")
            route.fulfill(body=file.read_bytes(), content_type=kind)
        else:
            route.fulfill(status=404)

    page.route("**/*", answer)


WRONG: Final = """() => {
  const wrong = [];
  const doc = document.documentElement;
  const wide = innerWidth, high = innerHeight, unit = high / 36;
  if (doc.scrollWidth > wide || doc.scrollHeight > high) wrong.push("the page scrolls");
  const least = Math.min(high / 36, wide / 64) - 0.05;
  const shown = (e) => {
    for (let at = e; at; at = at.parentElement) {
      const s = getComputedStyle(at);
      if (s.display === "none" || s.visibility === "hidden" || at.classList.contains("sr")) return false;
    }
    return true;
  };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const boxes = [];
  for (let node; (node = walk.nextNode());) {
    const text = node.textContent.trim();
    if (!text || !shown(node.parentElement) || node.parentElement.closest("script,style,.skip")) continue;
    const said = text.slice(0, 12);
    const px = parseFloat(getComputedStyle(node.parentElement).fontSize);
    if (px < least) wrong.push("small " + px.toFixed(1) + ": " + said);
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const r of range.getClientRects()) {
      if (r.left < -1 || r.top < -1 || r.right > wide + 1 || r.bottom > high + 1) {
        wrong.push("off the wall: " + said + " " + [r.left, r.top, r.right, r.bottom].map(Math.round));
        break;
      }
      boxes.push([r, node.parentElement, said]);
    }
  }
  // Two texts that aren't of one line never lie on each other.
  for (let i = 0; i < boxes.length; i++) {
    for (let j = i + 1; j < boxes.length; j++) {
      const [a, ea, sa] = boxes[i], [b, eb, sb] = boxes[j];
      if (ea === eb || ea.contains(eb) || eb.contains(ea)) continue;
      const x = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const y = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (x > 2 && y > Math.min(a.height, b.height) * 0.35) { wrong.push("overlap: " + sa + " / " + sb); }
    }
  }
  return wrong;
}"""
"""What is wrong with the wall that is shown, in words; an expression."""


def wrong(page: Page) -> list[str]:
    """What is cut, scrolls, is too small to be read or lies on something else; one page of what
    people wrote, which the wall's own script would choose."""
    page.evaluate(
        "() => document.querySelectorAll('[data-page]')"
        ".forEach((one) => { one.hidden = one.dataset.page !== '0'; })"
    )
    found: list[str] = page.evaluate(WRONG)
    return found


def show(page: Page, parts: Mapping[str, Any], state: str) -> None:
    """Stand before the wall, once its type and pictures are there."""
    html = wall_html(parts, state)
    page.unroute_all()
    serve(page)
    page.route(f"{SITE}/", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(f"{SITE}/")
    page.evaluate("() => document.fonts.ready.then(() => true)")
