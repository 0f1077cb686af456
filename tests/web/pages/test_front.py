"""What browsers get, as it is written: as narrow as the rest of the house, and each thing once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from web.app import HTTP_ROUTES
from web.pages import assets
from web.pages.page import Page
from web.pages.render import environment

FOLDERS: Final = (Path("web/templates"), Path("engine"))
"""Where templates are: the pages', and what a task kind brings along."""

STATIC: Final = Path("web/static")
LINE_MAX: Final = 100

FORM: Final = re.compile(r"<form\b[^>]*data-task=\"\{\{ task\.id \}\}\"")
MARK: Final = re.compile(r'<input\s[^>]*name="mark"')

LINES_MAX: Final = 400


def own() -> dict[str, str]:
    """Every script's and style's text by its path, the kinds' too; vendored ones are somebody
    else's."""
    pages = (file for file in sorted(STATIC.rglob("*")) if file.suffix in (".js", ".css"))
    files = [file for file in pages if "vendor" not in file.parts]
    named = {file.as_posix(): file for file in files} | assets.BROUGHT
    return {name: file.read_text(encoding="utf-8") for name, file in named.items()}


def written() -> dict[str, str]:
    """Every template's text by its path."""
    return {
        file.as_posix(): file.read_text(encoding="utf-8")
        for folder in FOLDERS
        for file in folder.rglob("*.html")
    }


def test_lines_are_as_narrow_as_everywhere() -> None:
    texts = written() | own()
    assert len(texts) > 70
    assert [
        f"{path}:{number}: {len(line)} characters"
        for path, text in texts.items()
        for number, line in enumerate(text.splitlines(), 1)
        if len(line) > LINE_MAX
    ] == []


def test_files_are_as_short_as_everywhere() -> None:
    lengths = {path: len(text.splitlines()) for path, text in (written() | own()).items()}
    assert {path: lines for path, lines in lengths.items() if lines > LINES_MAX} == {}


def test_every_block_of_style_is_on_a_page() -> None:
    rooms = (assets.WALL_STYLES, assets.DESK_STYLES, assets.TRAINERS_STYLES, assets.OWN_STYLES)
    listed = [*assets.STYLES, *(name for styles in rooms for name in styles)]
    assert sorted(listed) == sorted(file.stem for file in STATIC.glob("css/*.css"))


ALONE: Final = re.compile(r"^([a-z0-9]*)\.([\w-]+)(?: \{|,)$", re.M)
"""A rule of a class by itself, outside of any `@media`: there it is said what the class is."""


def test_no_class_means_two_things() -> None:
    """What a class is, is said in one block, for every element that has it; elsewhere it is only told
    how it looks there (`.wall-debrief .accounts`), or beside another (`.tag.held`)."""
    homes: dict[str, set[str]] = {}
    for path, text in own().items():
        if path.endswith(".css"):
            block = path if path in assets.BROUGHT else Path(path).stem
            for element, name in ALONE.findall(text):
                homes.setdefault(name, set()).add(f"{element} in {block}")
    assert len(homes) > 150
    assert {name: places for name, places in homes.items() if len(places) > 1} == {}


NARROW: Final = re.compile(r"(?<!screen and )\((?:max-width|max-height|orientation|pointer|hover)")
"""A query that a sheet of paper may answer as a phone does."""


def test_what_is_for_phones_is_not_printed() -> None:
    """A sheet of A4 less its margins is no wider than a phone on its side, and nobody scrolls it."""
    asked = [
        f"{path}: {query}"
        for path, text in own().items()
        if path.endswith(".css")
        for query in re.findall(r"@media ([^{]+)\{", text)
        if NARROW.search(query)
    ]
    assert asked == []
    assert NARROW.search("screen and (max-width: 9px), (max-height: 9px)")
    assert NARROW.search("print and (max-width: 9px)")


def test_the_form_that_answers_a_task_is_written_once() -> None:
    """Whose answer it is, whether it may be given now, what it is called for who doesn't see it."""
    texts = written()
    assert [path for path, text in texts.items() if FORM.search(text)] == [
        "web/templates/macros.html"
    ]
    asking = {path for path, text in texts.items() if "{% call m.answer(task, " in text}
    kinds = {path for path in texts if re.search(r"kinds/\w+(/seat)?\.html$", path)}
    assert len(kinds) >= 12
    assert asking == kinds


def test_the_mark_of_a_form_of_ours_is_written_once() -> None:
    assert [path for path, text in written().items() if MARK.search(text)] == [
        "web/templates/macros.html"
    ]


def test_what_templates_are_indented_by_is_not_sent() -> None:
    """As it is sent, no line begins with more than a space, and is still the line it is in the file."""
    loader = environment().loader
    assert loader is not None
    for path, text in written().items():
        if path.startswith("web/templates/"):
            source, _, _ = loader.get_source(environment(), path.removeprefix("web/templates/"))
            assert not re.search(r"\n[ \t]{2}", source), path
            assert source.count("\n") == text.rstrip("\n").count("\n") + text.endswith("\n")


def pages(of: type[Page] = Page) -> Iterator[type[Page]]:
    """Every page's class."""
    for each in of.__subclasses__():
        yield each
        yield from pages(each)


def test_what_a_page_is_given_hides_nothing_that_all_pages_have() -> None:
    """`sheet` was the style of all pages, and of two lists the sheet that is turned to: they were 500."""
    shared = {*environment().globals} | {*Page.__dataclass_fields__}
    found = {page.__name__: {*page.__dataclass_fields__} for page in pages()}
    assert len(found) > len(HTTP_ROUTES)
    own = {name: given - {*Page.__dataclass_fields__} for name, given in found.items()}
    assert {name: given & shared for name, given in own.items() if given & shared} == {}
