"""The page of one area, what it pays and what is frequent there, and the list of areas."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Path as PathParameter
from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from app.api.queries.compare import ALL_OCCUPATIONS
from app.database.models.occupations import NATION
from app.web.asking import Answer, Json
from app.web.charts.dots import pairs
from app.web.page import Page, PageQuery
from app.web.words import Words, _

LEVELS = {
    "nation": _("nation"),
    "state": _("state"),
    "territory": _("territory"),
    "metropolitan": _("metropolitan area"),
    "nonmetropolitan": _("nonmetropolitan area"),
}
REUSED = _("reused")
"""A relation that areas alone have."""


class AreasQuery(PageQuery):
    """What is looked for among the areas."""

    q: str = ""


async def show_areas(request: Request, params: Annotated[AreasQuery, Query()]) -> Response:
    """Show the areas that a text finds, and all states."""
    page = Page(request)
    found = None
    if q := params.q.strip():
        found = await page.asking.ask(Answer.address("/v1/areas", q=q, limit=50))
    states = await page.asking.ask(f"/v1/areas?parent={NATION}&limit=200")
    context = {"q": q, "found": found, "states": states, "LEVELS": LEVELS}
    return await page.show("areas.html", context)


async def show_area(
    request: Request,
    params: Annotated[PageQuery, Query()],  # noqa: ARG001
    code: Annotated[str, PathParameter(max_length=200)],
) -> Response:
    """Show one area: where it lies, what pays there, what is frequent, what it was before."""
    page = Page(request)
    asking = page.asking
    profile = await asking.ask(f"/v1/areas/{quote(code, safe=':')}")
    code, period = profile["code"], profile["wage_period"]
    page.canonical = f"/areas/{code}"
    facts: dict[str, list[Json]] = defaultdict(list)
    for fact in profile["special"]:
        facts[fact["kind"]].append(fact)
    context: dict[str, Any] = {
        "profile": profile,
        "facts": facts,
        "ratio": next((fact["ratio"] for fact in facts["median"]), None),
        "of_nation": code == NATION,
        "within": await asking.ask(Answer.address("/v1/areas", parent=code, limit=200))
        if profile["children"]
        else None,
        "totals": None,
        "total": None,
        "drawn": [],
        "LEVELS": LEVELS,
    }
    if period:
        both = code if code == NATION else f"{code},{NATION}"
        totals, context["lines"] = await asking.all(
            Answer.address("/v1/wages", code=ALL_OCCUPATIONS, area=both, period=period),
            Answer.address("/v1/wages", area=code, period=period, level="published", limit=1),
        )
        of_area = {row["area"]: row for row in totals.rows}
        context |= {"totals": totals, "total": of_area.get(code), "nation": of_area.get(NATION)}
        if code != NATION:
            context |= await _groups(page, profile)
    return await page.show("area.html", context)


async def _groups(page: Page, profile: Answer) -> dict[str, Any]:
    """Ask for the groups of occupations here and in the nation, and draw them."""
    query: dict[str, Any] = {"level": "major", "sort": "-wage", "floor": 0, "limit": 200}
    here, nation = await page.asking.all(
        Answer.address("/v1/occupations", area=profile["code"], **query),
        Answer.address("/v1/occupations", **query),
    )
    there = {row["code"]: row for row in nation.rows}
    beside = [(row, there[row["code"]]) for row in here.rows if row["code"] in there]
    drawn = [
        (row["title"].removesuffix(" Occupations"), row["annual_median"], other["annual_median"])
        for row, other in beside
        if row["annual_median"] and other["annual_median"]
    ]
    return {
        "groups": (here, nation),
        "beside": beside,
        "drawn": drawn,
        "more": sum(mine > other for _name, mine, other in drawn),
        "chart": _chart(page.words, profile["name"], drawn),
    }


def _chart(words: Words, name: str, drawn: list[tuple[str, float, float]]) -> Any:
    title = words.gettext("Median pay of the groups of occupations, {area} and the nation")
    return pairs(words, "groups-chart", title.format(area=name), drawn) if drawn else None
