"""The page that matches job titles: a form, what each title may be, and that as csv."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

import anyio.to_thread
from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from app.api.routers.rows import attachment
from app.errors import Fault, InvalidBody
from app.exporting.formats.table import text
from app.exporting.formats.writers import CSV, csv_lines
from app.web.asking import Answer, Json
from app.web.forms import Sent, read_form
from app.web.given_titles import MOST_TITLES, GivenTitles, given_titles
from app.web.page import Page, PageQuery
from app.web.words import _

SURE, LIKELY = 0.9, 0.6
"""Confidence from which a match is sure, and from which it is likely."""

CHOICES = 3
"""Occupations of a title: the likeliest and two others."""

LEAST = ("0", "0.05", "0.5", "0.8")
"""Confidence below which matches may be left out; the second is the API's own."""

SHOWN = 3
"""Titles in the request that the page shows."""

COLUMNS = [
    "title",
    *(
        name + ("" if number == 1 else f"_{number}")
        for number in range(1, CHOICES + 1)
        for name in ("code", "occupation", "confidence", "matched_title")
    ),
]


class MatchQuery(PageQuery):
    """The page takes no query: titles are sent in a form."""


async def show_match(
    request: Request,
    params: Annotated[MatchQuery, Query()],  # noqa: ARG001
) -> Response:
    """Show the form; of a form that was sent, the matches."""
    page = Page(request)
    context: dict[str, Any] = {"most": MOST_TITLES, "choices": LEAST, "found": None}
    if request.method != "POST":
        return await page.show("match.html", context | {"text": "", "least": LEAST[1]})
    content_type = request.headers["content-type"].encode("latin-1")
    body: bytes = request.scope["body"]
    form, given = await anyio.to_thread.run_sync(_read, content_type, body)
    least = _text(form, "min_confidence") or LEAST[1]
    found = await _ask(page, given, least)
    if _text(form, "format") == "csv":
        return _csv(found)
    best = [row["matches"][0]["confidence"] for row in found.rows if row["matches"]]
    context |= {
        "text": "\n".join(given.titles),
        "least": least,
        "choices": list(dict.fromkeys((*LEAST, least))),
        "given": given,
        "found": found,
        "shown": replace(found, body={**(found.body or {}), "titles": given.titles[:SHOWN]}),
        "enough": sum(confidence >= LIKELY for confidence in best),
        "word": lambda confidence: page.words.gettext(word_for(confidence)),
        "likely": LIKELY,
    }
    return await page.show("match.html", context)


def word_for(confidence: float) -> str:
    """Return what a confidence means for who has to decide."""
    if confidence >= SURE:
        return _("sure")
    return _("likely") if confidence >= LIKELY else _("please choose")


def _read(content_type: bytes, body: bytes) -> tuple[dict[str, Sent], GivenTitles]:
    form = read_form(content_type, body)
    given = given_titles(form)
    if not given.titles:
        raise InvalidBody(Fault("titles", None, "no titles", "job titles, one a line, or a file"))
    return form, given


def _text(form: dict[str, Sent], field: str) -> str:
    return form[field].text(field)[0].strip() if field in form else ""


async def _ask(page: Page, given: GivenTitles, least: str) -> Answer:
    """Ask for the matches; what the API refuses gets the line that it stands in."""
    body: Json = {"titles": given.titles, "limit": CHOICES, "min_confidence": _number(least)}
    try:
        return await page.asking.ask("/v1/titles/match", body)
    except InvalidBody as error:
        raise InvalidBody(*(_placed(fault, given) for fault in error.faults)) from None


def _placed(fault: Fault, given: GivenTitles) -> Fault:
    number = re.fullmatch(r"body\.titles\[(\d+)\]", fault.parameter)
    parameter = given.places[int(number[1])] if number else fault.parameter.removeprefix("body.")
    return replace(fault, parameter=parameter)


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _csv(found: Answer) -> Response:
    """Return the matches as csv (RFC 4180), with the mark by which Excel knows UTF-8."""
    lines: list[Sequence[str]] = [COLUMNS]
    for row in found.rows:
        cells = [row["title"]]
        for match in row["matches"]:
            cells += [match[key] for key in ("code", "title", "confidence", "matched_title")]
        lines.append([text(cell) for cell in cells] + [""] * (len(COLUMNS) - len(cells)))
    headers = {"Content-Disposition": attachment("matches.csv")}
    return Response(BOM_UTF8 + csv_lines(lines), 200, headers, f"{CSV}; charset=utf-8")
