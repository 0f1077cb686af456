"""Modules of scripts as one script: on a slow line seven requests take a way there and back more
than one does.

Each stays a file of its own for those who write it, and is a function here, called in their order;
what it exports is what the function gives back. No tool does this, and it knows only those forms of
import and export that our modules have: another one is an error, at the first request there is.
Comments stay behind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_IMPORT: Final = re.compile(
    r'^import (?:\* as (?P<all>\w+)|\{(?P<some>[\w,\s]+)\}) from "\./(?P<of>\w+)\.js";\n', re.M
)
_EXPORT: Final = re.compile(r"^export (?=(?:function|class|const) (\w+))", re.M)
_COMMENT: Final = re.compile(r"^[ \t]*(?://.*|/\*\*(?:[^*]|\*(?!/))*\*/)\n", re.M)
_LEFT: Final = re.compile(r"^(?:import|export)\b.*", re.M)


def bundle(texts: Mapping[str, str]) -> str:
    """One module of these, by name, each after those that it imports. What they import besides is
    imported from beside it.

    Raises:
        ValueError: an import or export of a form that isn't known here.
    """
    beside: list[str] = []
    made: list[str] = []
    for name, text in texts.items():

        def bound(found: re.Match[str]) -> str:
            if found["of"] not in texts:
                beside.append(found[0])
                return ""
            some = " ".join((found["some"] or "").replace(" as ", ": ").split())
            return f"const {found['all'] or f'{{ {some} }}'} = _{found['of']};\n"

        body = _IMPORT.sub(bound, _COMMENT.sub("", text))
        given = ", ".join(_EXPORT.findall(body))
        body = _EXPORT.sub("", body)
        if left := _LEFT.search(body):
            raise ValueError(f"{name}.js: {left[0]}")
        made.append(f"const _{name} = (() => {{\n{body}return {{ {given} }};\n}})();\n")
    return "".join(beside + made)
