"""What a browser would make of HTML of ours: has anything of somebody's text become a tag?"""

from __future__ import annotations

from html.parser import HTMLParser

PROSE = frozenset("p em strong ul ol li blockquote h1 h2 h3 h4 h5 h6 hr br code pre".split())
"""All that a story's Markdown may become."""
ADDRESSES = frozenset({"href", "src", "action", "formaction", "data", "srcset", "xlink:href"})


class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if "zq" in tag or tag == "script":
            self.bad.append(f"<{tag}>")
        for name, value in attrs:
            if "zq" in name or name.startswith("on") or name == "style":
                self.bad.append(f"<{tag} {name}>")
            if name in ADDRESSES and ":" in (value or "").split("/")[0]:
                self.bad.append(f"<{tag} {name}={value}>")

    def handle_comment(self, data: str) -> None:
        self.bad.append(f"<!--{data}")

    def handle_decl(self, decl: str) -> None:
        self.bad.append(f"<!{decl}")

    def unknown_decl(self, data: str) -> None:
        self.bad.append(f"<![{data}")

    def handle_pi(self, data: str) -> None:
        self.bad.append(f"<?{data}")


def tags_of(html: str) -> set[str]:
    """Names of the tags. AssertionError: some come from a text that only wanted to be shown."""
    seen = _Seen()
    seen.feed(html)
    seen.close()
    assert seen.bad == [], f"{seen.bad} in {html!r}"
    return seen.tags
