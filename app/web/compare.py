"""The page that compares: several occupations in several areas, side by side."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Query
from pydantic import BeforeValidator
from starlette.requests import Request
from starlette.responses import Response

from app.database.hierarchy import slug
from app.web.areas import Area, area_of
from app.web.asking import Answer, Asking, Json
from app.web.charts.strips import Row, highest, strip
from app.web.page import Page, PageQuery
from app.web.words import Words, _

PATH = "/v1/compare"
CODES, AREAS = 10, 20
"""The most occupations and areas that the API compares."""
FIELDS = 3, 2
"""Fields for occupations and areas that the empty form has."""

FIGURES = {
    "employment": _("Jobs"),
    "annual_mean": _("Mean pay a year"),
    "annual_p10": _("10th percentile"),
    "annual_p25": _("25th percentile"),
    "annual_median": _("Median"),
    "annual_p75": _("75th percentile"),
    "annual_p90": _("90th percentile"),
    "hourly_mean": _("Mean pay an hour"),
    "hourly_median": _("Median pay an hour"),
    "base_employment": _("Jobs where the projection begins"),
    "target_employment": _("Jobs where it ends"),
    "change": _("Change in jobs"),
    "percent_change": _("Growth"),
    "annual_openings": _("Openings a year"),
}
PROJECTED = frozenset(
    ("base_employment", "target_employment", "change", "percent_change", "annual_openings")
)
"""Figures of projections, which most areas have of the nation alone."""
PERCENTILES = ("annual_p10", "annual_p25", "annual_median", "annual_p75", "annual_p90")

_BETWEEN = re.compile(r",(?! )|, (?=[0-9]{2}-)")
_CODE = re.compile(r"[0-9]|[a-z0-9-]+:", re.IGNORECASE)


def _each(given: object) -> object:
    """Split a list; a comma within a name has a space behind it."""
    if not isinstance(given, str):
        return given
    return tuple(text.strip() for text in _BETWEEN.split(given) if text.strip())


Names = Annotated[tuple[str, ...], BeforeValidator(_each)]


class CompareQuery(PageQuery):
    """What to compare: titles or codes, and areas."""

    codes: Names = ()
    areas: Names = ()


@dataclass(frozen=True)
class Choice:
    """An occupation that was asked for. ``code`` is None if no occupation is called so."""

    given: str
    code: str | None
    name: str
    """What the form has: a title or code that leads to it again."""
    guessed: bool = False


async def show_compare(request: Request, params: Annotated[CompareQuery, Query()]) -> Response:
    """Show occupations side by side, or the form alone."""
    page = Page(request)
    asking = page.asking
    if len(params.codes) > CODES or len(params.areas) > AREAS:  # which the API refuses
        await asking.ask(_target(params.codes, params.areas))
    choices = [await _choice(asking, given) for given in params.codes]
    areas = [await area_of(asking, given, "areas") for given in params.areas]
    codes = list(dict.fromkeys(one.code for one in choices if one.code))
    places = {area.code: area for area in areas}
    missing = [one.given for one in choices if one.code is None]
    enough = len(codes) * max(len(places), 1) > 1
    found = await asking.ask(_target(codes, places)) if enough and not missing else None
    example = None if found else await asking.ask("/v1/occupations?sort=-employment&limit=2")
    context: dict[str, Any] = {
        "choices": [one.name for one in choices],
        "areas": [area.name for area in areas],
        "others": [area for area in areas if area.others],
        "guessed": [one for one in choices if one.guessed],
        "missing": missing,
        "found": found,
        "example": example.rows if example else [],
        "fields": FIELDS,
        "most": (CODES, AREAS),
        "FIGURES": FIGURES,
        "PROJECTED": PROJECTED,
    }
    if found:
        context |= _compared(page.words, found, places)
    return await page.show("compare.html", context, 400 if missing else 200)


def _target(codes: Any, areas: Any) -> str:
    return Answer.address(PATH, codes=",".join(codes), areas=",".join(areas))


async def _choice(asking: Asking, given: str) -> Choice:
    """Return the occupation that a text means; codes are left to the API."""
    if _CODE.match(given):
        return Choice(given, given, given)
    fields = "?fields=code,title,slug"
    found = await asking.try_to(f"/v1/occupations/{quote(slug(given) or '-')}{fields}")
    if found:
        same = slug(found["title"]) == found["slug"]
        return Choice(given, found["code"], found["title"] if same else found["code"])
    match = await asking.ask(Answer.address("/v1/titles/match", title=given))
    for best in match.rows[0]["matches"][:1]:
        return Choice(given, best["code"], best["title"], guessed=True)
    return Choice(given, None, given)


def _compared(words: Words, found: Answer, places: dict[str, Area]) -> dict[str, Any]:
    """Return the columns with their names and pay, and what is drawn."""
    columns: list[Json] = found["columns"]
    names = {code: area.name for code, area in places.items()}
    several = len({column["area"] for column in columns}) > 1
    pay = [_pay_of(found, n) for n in range(len(columns))]
    labels = [
        f"{column['title']}, {names.get(column['area'], column['area'])}"
        if several
        else column["title"]
        for column in columns
    ]
    first = columns[0]["area"]
    rows: list[Row] = [
        (label, wages, "me" if column["area"] == first else "other")
        for label, wages, column in zip(labels, pay, columns, strict=True)
    ]
    title = words.gettext("Pay a year, 10th to 90th percentile")
    return {
        "columns": columns,
        "titles": {column["code"]: column["title"] for column in columns},
        "names": names,
        "labels": labels,
        "pay": pay,
        "strip": strip(words, "strip", title, rows, highest(rows)),
        "same": _same(words, labels, pay),
        "wage_releases": {
            name: release
            for name, release in found["releases"].items()
            if name in {column["wage_release"] for column in columns}
        },
        **_best(words, found),
    }


def _pay_of(found: Answer, column: int) -> Json:
    """Return the figures of a column as an item of wages has them."""
    values = {one["figure"]: one["values"][column] for one in found["figures"]}
    marks = {name: value["mark"] for name, value in values.items() if value["mark"]}
    return {name: value["value"] for name, value in values.items()} | {"marks": marks}


def _same(words: Words, labels: list[str], pay: list[Json]) -> list[str]:
    """Say which percentiles of a column coincide."""
    return [
        f"{label}: {words.gettext(FIGURES[low])} = {words.gettext(FIGURES[high])}"
        for label, wages in zip(labels, pay, strict=True)
        for low, high in pairwise(PERCENTILES)
        if wages[low] is not None and wages[low] == wages[high]
    ]


def _best(words: Words, found: Answer) -> dict[str, Any]:
    """Return the column whose median is the highest, unless it is the first, and its ratio."""
    (medians,) = (one["values"] for one in found["figures"] if one["figure"] == "annual_median")
    known = [n for n, value in enumerate(medians) if value["ratio"] is not None]
    best = max(known, key=lambda n: medians[n]["ratio"], default=0)
    return {"best": best, "ratio": words.hundredths(medians[best]["ratio"])}
