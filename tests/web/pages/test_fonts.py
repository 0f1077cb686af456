"""The wall's fonts: what is named is there, and has what our scripts and pages show."""

from __future__ import annotations

import hashlib
import re
from itertools import chain
from pathlib import Path
from typing import Final

from tests.support.server import ROOT

FONTS: Final = ROOT / "web" / "static" / "vendor" / "fonts"
SHEET: Final = (FONTS / "wall.css").read_text(encoding="utf-8")
RULE: Final = re.compile(
    r'font-family:"([^"]+)";font-weight:(\d+);.*?url\(([^)]+)\).*?unicode-range:([^}]+)}'
)
RULES: Final = RULE.findall(SHEET)
BYTES_MAX: Final = 11 * 1024 * 1024
SHOWN: Final = ("scenarios/**/*.yaml", "web/templates/**/*.html", "engine/views/**/*.py")


def span(told: str) -> set[int]:
    """`U+4e00-4e02,U+4e07` as numbers."""
    ends = (part.removeprefix("U+").partition("-") for part in told.split(","))
    return set(chain.from_iterable(range(int(a, 16), int(b or a, 16) + 1) for a, _, b in ends))


def test_every_slice_that_is_named_is_there_and_no_other() -> None:
    files = sorted(path.name for path in FONTS.glob("*.woff2"))
    assert sorted(file for _, _, file, _ in RULES) == files
    assert all((FONTS / file).read_bytes()[:4] == b"wOF2" for file in files)
    assert sum((FONTS / file).stat().st_size for file in files) < BYTES_MAX


def test_they_have_what_is_written_here() -> None:
    has = dict[tuple[str, str], set[int]]()
    for family, weight, _, told in RULES:
        has.setdefault((family, weight), set()).update(span(told))
    assert set(has) == {("Wall Song", "500"), ("Wall Song", "900"), ("Wall Hand", "400")}
    texts = (path.read_text(encoding="utf-8") for shown in SHOWN for path in ROOT.glob(shown))
    written = {ord(sign) for text in texts for sign in text if "\u4e00" <= sign <= "\u9fff"}
    assert len(written) > 1_000
    missing = {key: {chr(one) for one in written - signs} for key, signs in has.items()}
    assert not missing["Wall Song", "500"]
    assert not missing["Wall Song", "900"]
    assert len(missing["Wall Hand", "400"]) < 5, "a hand that people's own sentences are set in"


def test_they_are_what_the_page_about_them_says() -> None:
    """Each slice's checksum, all in one: they come as they were, from the packages named."""
    found = hashlib.sha256()
    for path in sorted(FONTS.glob("*.woff2")):
        found.update(path.read_bytes())
    told = (FONTS.parent / "README.md").read_text(encoding="utf-8")
    assert found.hexdigest() in told
    for package in ("noto-serif-sc", "ma-shan-zheng"):
        assert "SIL OPEN FONT LICENSE" in (FONTS / f"{package}.LICENSE").read_text(encoding="utf-8")
        version = re.search(rf"@fontsource/{package} ([0-9.]+)[,;]", SHEET)
        assert version is not None
        assert f"@fontsource/{package}@{version[1]}" in told


def test_what_the_wall_names_is_what_they_are_called() -> None:
    css = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "web/static/css").iterdir())
    assert all(f'"{family}"' in css for family, *_ in RULES)
    page = Path(ROOT / "web/templates/projector.html").read_text(encoding="utf-8")
    assert "vendor/fonts/wall.css" in page
