"""The page of a search: occupations with pay, growth and what matched; a code leads on."""

from __future__ import annotations

import re
from functools import partial
from typing import Annotated
from urllib.parse import quote

from fastapi import Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.errors import AmbiguousCode, NotLoaded, UnknownOccupation
from app.web.asking import Answer, Json
from app.web.page import Page, PageQuery
from app.web.words import _

CODE = re.compile(r"\d\d-?\d{4}(\.\d\d)?|\d\d-[\dX]{4}|[a-z]+\d*:[\w.-]+", re.IGNORECASE)
"""What may be a code, of the SOC or with a prefix; the API knows whether it is one."""

AROUND = 60
"""Characters of a long text that stand before and after what matched."""

MATCHED = {
    "code": _("code"),
    "title": _("official title"),
    "duty": _("duty"),
    "description": _("definition"),
    "featured": _("usual title"),
}
"""What of an occupation matched; any other kind is a title."""


class SearchQuery(PageQuery):
    """What people look for, and what narrows it."""

    q: Annotated[str, Field(max_length=200)] = ""
    area: str = ""
    group: str = ""
    education: str = ""
    level: str = ""
    cursor: str = ""


async def show_search(request: Request, params: Annotated[SearchQuery, Query()]) -> Response:
    """Show what a query finds; without one the empty form, and a code's own page."""
    page = Page(request)
    q = params.q.strip()
    if CODE.fullmatch(q) and (leads_to := await _occupation(page, q)) is not None:
        return RedirectResponse(page.link(f"/occupations/{leads_to}"), 303)
    context: dict[str, object] = {"q": q, "found": None}
    if q:
        given = params.model_dump() | {"q": q}
        found = await page.asking.ask(Answer.address("/v1/search", **given))
        understood = found["understood"]
        context = {
            "q": q,
            "given": given,
            "again": partial(_again, page, given),
            "found": found,
            "hits": [(hit, _excerpt(hit["matched"]), _kind(page, hit)) for hit in found.rows],
            "area": understood["area"] or params.area or None,
            "places": understood["places"] if not understood["area"] and not params.area else [],
        }
    return await page.show("search.html", context)


def _again(page: Page, given: dict[str, str], **changed: str) -> str:
    """Return the address of the same search with something changed, from its first page on."""
    return page.link("/search", **(given | {"cursor": ""} | changed))


async def _occupation(page: Page, code: str) -> str | None:
    """Return the slug of a code's occupation; None: there is no such code.

    A code of several occupations, or of a list that is not loaded, has a page that says so.
    """
    try:
        found = await page.asking.ask(f"/v1/occupations/{quote(code, safe=':')}?fields=slug")
    except (AmbiguousCode, NotLoaded):
        return code
    except UnknownOccupation:
        return None
    return str(found["slug"])


def _excerpt(matched: Json) -> tuple[str, str, str]:
    """Cut what matched out of its text: the words before, those that matched, the words after."""
    text: str = matched["text"]
    start, end = matched["span"]
    before, after = text[:start], text[end:]
    if len(before) > AROUND:
        before = "… " + before[-AROUND:].partition(" ")[2]
    if len(after) > AROUND:
        after = after[:AROUND].rpartition(" ")[0] + " …"
    return before, text[start:end], after


def _kind(page: Page, hit: Json) -> str:
    return page.words.gettext(MATCHED.get(hit["matched"]["kind"], _("title")))
