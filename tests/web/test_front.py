"""What browsers get, as it is written: as narrow as the rest of the house, and each thing once."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from web.render import environment

FOLDERS: Final = (Path("web/templates"), Path("engine"))
"""Where templates are: the pages', and what a task kind brings along."""

STATIC: Final = Path("web/static")
LINE_MAX: Final = 100

FORM: Final = re.compile(r"<form\b[^>]*data-task=\"\{\{ task\.id \}\}\"")


def written() -> dict[str, str]:
    """Every template's text by its path."""
    return {
        file.as_posix(): file.read_text(encoding="utf-8")
        for folder in FOLDERS
        for file in folder.rglob("*.html")
    }


def test_lines_are_as_narrow_as_everywhere() -> None:
    own = [file for suffix in ("js", "css") for file in STATIC.glob(f"**/*.{suffix}")]
    texts = written() | {
        file.as_posix(): file.read_text(encoding="utf-8")
        for file in own
        if "vendor" not in file.parts
    }
    assert len(texts) > 60
    assert [
        f"{path}:{number}: {len(line)} characters"
        for path, text in texts.items()
        for number, line in enumerate(text.splitlines(), 1)
        if len(line) > LINE_MAX
    ] == []


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


def test_what_templates_are_indented_by_is_not_sent() -> None:
    """As it is sent, no line begins with more than a space, and is still the line it is in the file."""
    loader = environment().loader
    assert loader is not None
    for path, text in written().items():
        if path.startswith("web/templates/"):
            source, _, _ = loader.get_source(environment(), path.removeprefix("web/templates/"))
            assert not re.search(r"\n[ \t]{2}", source), path
            assert source.count("\n") == text.rstrip("\n").count("\n") + text.endswith("\n")
