"""The templates as they are written: what must stand once stands once."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

FOLDERS: Final = (Path("web/templates"), Path("engine"))
"""Where templates are: the pages', and what a task kind brings along."""

FORM: Final = re.compile(r"<form\b[^>]*data-task=\"\{\{ task\.id \}\}\"")


def written() -> dict[str, str]:
    """Every template's text by its path."""
    return {
        file.as_posix(): file.read_text(encoding="utf-8")
        for folder in FOLDERS
        for file in folder.rglob("*.html")
    }


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
