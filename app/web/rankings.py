"""The page of rankings: occupations by every filter of the API, as a table and as a scatter."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from app.api.schemas.parameter_types import COMMAS
from app.api.schemas.words import EDUCATION_LEVELS
from app.web.areas import Area, area_of
from app.web.asking import Answer, Json
from app.web.charts.dots import Dot, scatter
from app.web.page import Page, PageQuery
from app.web.words import MINUS, Words, _

PATH = "/v1/occupations"
ROWS = 25
"""Rows of the table."""
DOTS = 200
"""Circles of the scatter: the most that the API lists at once."""

SORTS = {
    "-wage": _("Pay, highest first"),
    "wage": _("Pay, lowest first"),
    "-growth": _("Growth, fastest first"),
    "growth": _("Growth, slowest first"),
    "-openings": _("Openings, most first"),
    "openings": _("Openings, fewest first"),
    "-employment": _("Jobs, most first"),
    "employment": _("Jobs, fewest first"),
    "title": _("Name"),
    "-title": _("Name, from Z to A"),
    "code": _("Code"),
    "-code": _("Code, descending"),
}
LEVELS = {
    "detailed": _("Detailed occupations of the SOC"),
    "published": _("As the surveys publish them"),
    "broad": _("Broad occupations"),
    "minor": _("Minor groups"),
    "major": _("Major groups"),
    "onet": _("O*NET-SOC occupations"),
    "all": _("All levels"),
}
BOUNDS = {
    "wage_min": (_("Pay at least"), "${}"),
    "wage_max": (_("Pay at most"), "${}"),
    "growth_min": (_("Growth at least"), "{}%"),
    "growth_max": (_("Growth at most"), "{}%"),
    "openings_min": (_("Openings a year at least"), "{}"),
    "employment_min": (_("Jobs at least"), "{}"),
    "floor": (_("Leave out below so many jobs"), "{}"),
}
"""Filter by a figure → its words, and the form of its value."""
COLUMNS = {
    "annual_median": (_("Median pay"), "wage"),
    "percent_change": (_("Growth"), "growth"),
    "annual_openings": (_("Openings a year"), "openings"),
    "employment": (_("Jobs"), "employment"),
}
"""Figure of the table → its heading and the order by it."""

Listed = Annotated[tuple[str, ...], COMMAS]


class RankingsQuery(PageQuery):
    """The filters of the API; ``cursor``: those of the pages up to this one."""

    q: str = ""
    sort: str = "-wage"
    group: str = ""
    level: Listed = ()
    area: str = ""
    wage_min: str = ""
    wage_max: str = ""
    growth_min: str = ""
    growth_max: str = ""
    openings_min: str = ""
    employment_min: str = ""
    floor: str = ""
    education: Listed = ()
    cursor: Listed = ()


async def show_rankings(request: Request, params: Annotated[RankingsQuery, Query()]) -> Response:
    """Show the occupations that pass the filters."""
    page = Page(request)
    asking = page.asking
    area = await area_of(asking, params.area) if params.area else None
    chosen = _chosen(params, area)
    cursors = tuple(filter(None, params.cursor))
    at = cursors[-1] if cursors else None
    found = await asking.ask(Answer.address(PATH, **chosen, limit=ROWS, cursor=at))
    every = found
    if cursors or found["next"]:
        fields = f"title,wage_release,projection_release,{','.join(COLUMNS)}"
        every = await asking.ask(Answer.address(PATH, **chosen, limit=DOTS, fields=fields))
    groups = await asking.ask(f"{PATH}?level=major&limit=200&fields=code,title")
    titles = {group["code"][:2]: group["title"] for group in groups.rows}
    without = (found["left_out"] or {}).get("first_without")
    first = None
    if without:
        first = await asking.ask(Answer.address(PATH, codes=without, area=chosen.get("area")))
    filters = _filters(page.words, chosen, area, titles)
    context: dict[str, Any] = {
        "params": params,
        "area": area,
        "chosen": chosen,
        "found": found,
        "every": every,
        "before": ROWS * len(cursors),
        "cursors": cursors,
        "groups": titles,
        "first": first,
        "filters": filters,
        "fewer": {} if every.rows else await _fewer(page, chosen, filters),
        "projected": _projected(found.rows),
        "sifted": bool(every["next"]) or not chosen.keys().isdisjoint(("growth_min", "growth_max")),
        # What the floor leaves out stands in a note of its own.
        "other_notices": [text for text in found["notices"] if "floor=0" not in text],
        "tables": (SORTS, LEVELS, BOUNDS, COLUMNS, EDUCATION_LEVELS),
    }
    return await page.show("rankings.html", context | _scatter(page.words, every))


def _chosen(params: RankingsQuery, area: Area | None) -> dict[str, str]:
    """Return the filters as a request has them: ``$60,000`` is 60000."""
    chosen = {
        name: ",".join(value) if isinstance(value, tuple) else value
        for name, value in params
        if value and name not in {"area", "cursor"}
    }
    for name in chosen.keys() & BOUNDS.keys():
        plain = chosen[name].translate({ord(sign): None for sign in "$%, \u00a0"})
        chosen[name] = plain.replace(MINUS, "-") or chosen[name]
    return chosen | ({"area": area.asked} if area and area.asked else {})


def _filters(
    words: Words, chosen: dict[str, str], area: Area | None, groups: dict[str, str]
) -> dict[str, str]:
    """Return each filter that is chosen, in words."""
    said = {}
    for name, value in chosen.items():
        each = value.split(",")
        if name in BOUNDS:
            label, form = BOUNDS[name]
            figure = form.format(f"{int(value):,}" if value.isdecimal() else value)
            said[name] = f"{words.gettext(label)}: {figure}"
        elif name == "education":
            said[name] = "; ".join(EDUCATION_LEVELS.get(one, one) for one in each)
        elif name == "level":
            said[name] = "; ".join(words.gettext(LEVELS.get(one, one)) for one in each)
        elif name == "group":
            said[name] = groups.get(value, value)
        elif name == "area":
            said[name] = area.name if area else value
        elif name == "q":
            said[name] = f"{words.gettext('Words of the name')}: {value}"
    return said


async def _fewer(page: Page, chosen: dict[str, str], filters: dict[str, str]) -> dict[str, Answer]:
    """Ask how many occupations there are without each filter."""
    return {
        name: await page.asking.ask(Answer.address(PATH, **{**chosen, name: None}, limit=1))
        for name in filters
    }


def _projected(rows: list[Json]) -> list[tuple[str, str]]:
    """Return the areas and periods that the projections of rows are of."""
    its = ((row["projection_area"], row["projection_period"]) for row in rows)
    return sorted({one for one in its if one[0]})


def _scatter(words: Words, every: Answer) -> dict[str, Any]:
    """Draw the occupations that have all three figures."""
    dots = [
        Dot(row["title"], row["percent_change"], row["annual_median"], row["employment"])
        for row in every.rows
        if None not in (row["percent_change"], row["annual_median"], row["employment"])
    ]
    title = words.gettext("Median pay against projected growth, %s occupations") % f"{len(dots):,}"
    return {
        "dots": len(dots),
        "growing": sum(dot.growth > 0 for dot in dots),
        "chart": scatter(words, "dots", title, dots),
    }
