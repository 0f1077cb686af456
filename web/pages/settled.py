"""How templates are rendered: in an environment in which nothing changes once it is there.

Jinja provides for templates that are edited while it runs, for globals that differ from one to the
next, for functions that want to know where they are called from, and for pieces of HTML that are
joined to others. A frame to a phone is a dozen renderings of some lines each, and all of that was
two thirds of them. What of Jinja this rests on is told in docs/dependencies.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, MutableMapping
from functools import partial
from pathlib import Path
from types import FunctionType
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import TemplateModule
from jinja2.runtime import Context, Macro, new_context
from jinja2.utils import missing
from markupsafe import Markup, escape
from markupsafe import _escape_inner as escape_text  # type: ignore[attr-defined]

from engine.errors import Lang
from web.pages.words import word

_SAID: Final = re.compile(r"\bt\('([^'{}\\]+)'\)")
"""Words with nothing to put in."""


class Written(FileSystemLoader):
    """Templates as they are rendered, in one language.

    Indented by one space at most: more is for those who write them, and would be a fifth of all
    bytes on the socket. None at all would be a space lost: after a block's tag Jinja takes the end
    of the line away. Nothing is indented where it would show, in `pre`, `textarea`.

    And what a page always says stands in it, in its language: nobody is asked for it each time.
    """

    def __init__(self, folder: Path | str, lang: Lang) -> None:
        super().__init__(folder)
        self._lang: Lang = lang

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        """As Jinja asks for it; a line stays the line it was."""
        source, path, fresh = super().get_source(environment, template)
        source = _SAID.sub(lambda found: repr(word(self._lang, found[1])), source)
        return re.sub(r"\n[ \t]+", "\n ", source), path, fresh


class SettledContext(Context):
    """What a template of such an environment is given; the globals are looked at where they are."""

    def resolve_or_missing(self, key: str) -> Any:
        """As templates ask for a name."""
        for names in (self.vars, self.parent, self.environment.globals):
            if key in names:
                return names[key]
        return missing

    def call(self, __obj: Any, *given: Any, **named: Any) -> Any:
        """As templates call: ours want nothing besides what they are given."""
        if type(__obj) is Macro:
            given = (self.eval_ctx, *given)
        elif type(__obj) not in _OURS:
            return super().call(__obj, *given, **named)
        named.pop("_loop_vars", None)
        named.pop("_block_vars", None)
        return __obj(*given, **named)


_OURS: Final = (partial, FunctionType)


class SettledTemplate(Template):
    """A template of such an environment."""

    def new_context(
        self,
        vars: dict[str, Any] | None = None,
        shared: bool = False,
        locals: Mapping[str, Any] | None = None,
    ) -> Context:
        """A context without a copy of the globals."""
        return new_context(self.environment, self.name, self.blocks, vars, True, None, locals)

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        # Whoever imports it has the globals that it has: there is nothing to compare.
        return super()._get_default_module()


class Straight(CodeGenerator):
    """Writes templates that ask for an attribute, and escape a string, where they stand, and call a
    function only for what is no attribute and no string: a frame asks three hundred times."""

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        """`a.b`. Whatever has no such attribute may have such an item."""
        self.write("(_found if (_found := getattr((_of := ")
        self.visit(node.node, frame)
        self.write(f"), {node.attr!r}, missing)) is not missing")
        self.write(f" else environment.getattr(_of, {node.attr!r}))")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        assert frame.eval_ctx.autoescape, "all is escaped"
        self.write("(escape_text(_said) if (_said := ")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write(").__class__ is str else escape(_said))")


class Settled(Environment):
    """An environment whose globals are all there before the first template is: each then has these,
    and no layer of its own above them, through which every look at one would go. Rendering is three
    times as fast. And a template that is there is found by its name: it never changes."""

    template_class = SettledTemplate
    context_class = SettledContext
    code_generator_class = Straight

    def __init__(self, **given: Any) -> None:
        super().__init__(auto_reload=False, **given)
        self._found: dict[str, Template] = {}

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """As Jinja asks for them; `d`: those of one template."""
        assert not d, "templates are given what they show"
        return self.globals

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,
    ) -> Template:
        """As Jinja asks for what is included: by its own name, whoever includes it."""
        known = self._found.get(name) if type(name) is str else None
        return known or super().get_template(name, parent, globals)

    def _load_template(self, name: str, globals: MutableMapping[str, Any] | None) -> Template:
        found = self._found.get(name)
        if found is None:
            found = self._found[name] = super()._load_template(name, globals)
            found.root_render_func.__globals__.update(escape=written, escape_text=escape_text)
        return found


def written(value: object) -> str:
    """What a template writes out, escaped. Jinja would make a Markup of each piece, only to join
    them. Plain strings are mostly escaped where they stand (`Straight`)."""
    if type(value) is str:
        said: str = escape_text(value)
        return said
    return value if isinstance(value, Markup) else escape(value)
