"""A form that wasn't taken comes back as it was filled in, with why it wasn't, at the form.

Whatever page a refused form stood on, its HTML is rendered as always; the form in it is filled in
here: one way for all forms, those to come included. Passwords aren't put back, nor what the page
itself hid in the form; a file can't be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import Request
from fastapi.responses import HTMLResponse

from engine.errors import AppError
from engine.fitting import plain
from web.door.replies import status_of

Typed = Mapping[str, Sequence[str]]
UNTYPED: Final = {"hidden", "password", "file", "submit"}
"""Kinds of input that nobody's words are put back into."""


async def typed_in(request: Request) -> dict[str, list[str]]:
    """What a request's form said, by field: no files, nor what no page can hold."""
    form = await request.form()
    return {
        plain(name): [plain(one) for one in form.getlist(name) if isinstance(one, str)]
        for name in form
    }


async def not_taken(request: Request, page: str, problem: str, status: int) -> HTMLResponse:
    """The page of the form that this request sent, filled in as it was sent."""
    typed = await typed_in(request)
    return HTMLResponse(refilled(page, request.url.path, typed, plain(problem)), status)


async def form_refused(request: Request, page: str, error: AppError) -> HTMLResponse:
    """The same, with what the error says and what to do about it."""
    request.state.refusal = error.code  # for the audit log
    told = error.in_("zh")
    return await not_taken(request, page, f"{told['message']} {told['remedy']}", status_of(error))


def refilled(page: str, action: str, typed: Typed, problem: str = "") -> str:
    """The page with its form to `action` filled in; of several, the one that hides what was sent.
    `problem`: said at the top of the form, of a page without it at the top; empty for nothing."""
    # Only here: most pages are taken at once, and lxml is a heavy import.
    from lxml import html  # type: ignore[import-untyped]

    typed = {name: [plain(one) for one in values] for name, values in typed.items()}
    whole = html.document_fromstring(page)
    forms = [form for form in whole.forms if (form.get("action") or "").split("#")[0] == action]
    form = max(forms, key=lambda one: _alike(one, typed), default=None)
    if form is None and not problem:
        return page
    if form is None:
        _say(whole, whole.get_element_by_id("main"), problem)
        return _written(whole)
    for field in form.xpath(".//input | .//select | .//textarea"):
        name = field.get("name") or ""
        # What can't be chosen any more isn't: then the page's own choice stands.
        if field.get("type") == "radio" and not _choosable(form, name, typed.get(name, ())):
            continue
        if name in typed or field.get("type") == "checkbox":
            _fill(field, typed.get(name, ()))
    _say(whole, form, problem)
    return _written(whole)


def _written(whole: Any) -> str:
    from lxml import html

    written: str = html.tostring(whole, encoding="unicode", doctype="<!doctype html>")
    return written


def _alike(form: Any, typed: Typed) -> int:
    hidden = form.xpath(".//input[@type='hidden']")
    return sum(field.get("value") in typed.get(field.get("name") or "", ()) for field in hidden)


def _choosable(form: Any, name: str, values: Sequence[str]) -> bool:
    open_ = form.xpath(".//input[@type='radio' and not(@disabled)]")
    return any(one.get("name") == name and one.get("value", "on") in values for one in open_)


def _fill(field: Any, values: Sequence[str]) -> None:
    kind = field.get("type", "")
    if field.tag == "textarea":
        field.text = values[0] if values else ""
    elif field.tag == "select":
        for option in field.xpath(".//option"):
            _mark(option, "selected", option.get("value", option.text_content()) in values)
    elif kind in ("checkbox", "radio"):
        _mark(field, "checked", field.get("value", "on") in values)
    elif kind not in UNTYPED and values:
        field.set("value", values[0])


def _mark(field: Any, name: str, on: bool) -> None:
    if on:
        field.set(name, name)
    else:
        field.attrib.pop(name, None)


def _say(whole: Any, form: Any, problem: str) -> None:
    """Say it in the form, and have the browser go there."""
    for field in whole.xpath("//*[@autofocus]"):
        field.attrib.pop("autofocus")
    fields = form.xpath(
        ".//input[not(@type='hidden') and not(@disabled)] | .//select | .//textarea"
    )
    if fields:
        fields[0].set("autofocus", "autofocus")
    for around in form.xpath("ancestor::details"):
        around.set("open", "open")
    if problem:
        said = form.makeelement("p", {"class": "problem", "role": "alert"})
        said.text = plain(problem)
        form.insert(0, said)
