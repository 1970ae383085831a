"""The page of one occupation: pay, where, outlook, duties, titles, skills, what it takes."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Path as PathParameter
from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from app.api.routers.linked_data import occupation_data
from app.web.areas import Area, area_of
from app.web.asking import Answer, Json
from app.web.charts.drawing import usd
from app.web.charts.history import history
from app.web.charts.maps import legend, steps_of, tiles
from app.web.charts.strips import Row, highest, strip
from app.web.linked_data import script
from app.web.page import Page, PageQuery
from app.web.pay import Pay, pay_of

Slug = Annotated[str, PathParameter(max_length=200)]

BLOCKS = {
    "projections": "projections?period=all",
    "duties": "duties?limit=6",
    "titles": "titles?limit=200",
    "skills": "skills?kind=skill&sort=-importance&limit=8",
    "knowledge": "skills?kind=knowledge&sort=-importance&limit=8",
    "education": "education?limit=200",
    "job_zones": "job-zones",
    "technologies": "technologies?hot=true&limit=50",
    "related": "related?limit=10",
    "codes": "codes?limit=200",
}
"""Block of the page → what it asks of the occupation."""

_BY_PAY = {"sort": "-annual_median"}
STATES: dict[str, Any] = {**_BY_PAY, "level": "state,territory", "floor": 0, "limit": 200}
CITIES: dict[str, Any] = {**_BY_PAY, "level": "metropolitan", "limit": 10}
OF_A_STATE: dict[str, Any] = {
    **_BY_PAY,
    "level": "metropolitan,nonmetropolitan",
    "floor": 0,
    "limit": 200,
}
"""Lists of areas that the page asks for: all states; cities, with a floor; those of a state."""
SHOWN = 10
"""Cities that the page shows."""

ACTIVITIES = 10
"""Work activities, which the page lists where no duties are loaded."""

TITLES = 22
"""Titles on the page beside the usual ones."""


class OccupationQuery(PageQuery):
    """The choice of an area and a year, for the whole page."""

    area: str = ""
    period: str = ""


async def show_occupation(
    request: Request, params: Annotated[OccupationQuery, Query()], slug: Slug
) -> Response:
    """Show one occupation whole, in one area and year."""
    page = Page(request)
    asking = page.asking
    profile = await asking.ask(f"/v1/occupations/{quote(slug)}?include=descriptions")
    page.canonical = f"/occupations/{profile['slug']}"
    area = await area_of(asking, params.area)
    base = f"/v1/occupations/{profile['code']}"
    period = params.period or None
    wages = await asking.ask(Answer.address(f"{base}/wages", area=area.asked, period=period))
    pay = await pay_of(asking, page.words, profile, area)
    blocks = await asking.all(*(f"{base}/{target}" for target in BLOCKS.values()))
    found = dict(zip(BLOCKS, blocks, strict=True))
    context: dict[str, Any] = {
        "profile": profile,
        "area": area,
        "wages": wages,
        "wage": wages.rows[0] if wages.rows else None,
        "pay": pay,
        "chosen": params.period,
        "periods": list(dict.fromkeys(row["period"] for row in pay.years.rows)),
        "of_state": await _projections_of_state(page, base, area),
        **found,
        **await _where(page, base, period, area),
        **await _about_related(page, found["related"]),
        "activities": None
        if found["duties"].rows
        else await asking.ask(f"{base}/activities?limit={ACTIVITIES}"),
        "usual": list(dict.fromkeys(t["title"] for t in found["titles"].rows if t["featured"])),
        "outlook": next(iter(found["projections"].rows), None),
    }
    context["data"] = script(_linked(page, context))
    context["shares"] = _shares(context["outlook"])
    context["called"] = _called(found["titles"].rows, context["usual"])
    context |= _charts(page, context)
    return await page.show("occupation.html", context)


async def _where(page: Page, base: str, period: str | None, area: Area) -> dict[str, Any]:
    """Ask where it pays best: all states, and the cities; of a state or a city, those beside it."""
    asking = page.asking
    states = await asking.try_to(Answer.address(f"{base}/areas", **STATES, period=period))
    query = OF_A_STATE if area.states else CITIES
    metros = []
    page_of = await asking.try_to(Answer.address(f"{base}/areas", **query, period=period))
    while page_of is not None:
        metros.append(page_of)
        following = page_of["next"] if area.states else None
        page_of = await asking.ask(following) if following else None
    rows = [
        row
        for answer in metros
        for row in answer.rows
        if not area.states or not set(area.states).isdisjoint(row["states"])
    ]
    names = {row["area"]: row["area_name"] for row in states.rows} if states else {}
    return {
        "states": states,
        "metros": metros,
        "metro_rows": rows[:SHOWN],
        "metros_of": names.get(area.states[0], area.name) if area.states else None,
        "marked": {area.code, *area.states},
    }


async def _projections_of_state(page: Page, base: str, area: Area) -> Answer | None:
    """Ask for the outlook in a state, whose projections are its own; None: there are none."""
    if area.level not in {"state", "territory"}:
        return None
    found = await page.asking.ask(f"{base}/projections?area={area.code}")
    return found if found.rows else None


async def _about_related(page: Page, related: Answer) -> dict[str, Any]:
    """Ask for pay and growth of the related occupations, in the order of their nearness."""
    codes = [row["related_code"] for row in related.rows]
    if not codes:
        return {"near": [], "near_answer": None}
    target = Answer.address("/v1/occupations", codes=",".join(codes), limit=200)
    answer = await page.asking.ask(target)
    by_code = {row["code"]: row for row in answer.rows}
    return {"near": [by_code[code] for code in codes if code in by_code], "near_answer": answer}


def _called(titles: list[Json], usual: list[str]) -> list[str]:
    """Return the first titles that are not among the usual ones."""
    others = dict.fromkeys(row["title"] for row in titles)
    return [title for title in others if title not in usual and "(" not in title][:TITLES]


def _linked(page: Page, context: dict[str, Any]) -> Json:
    """Return the occupation as linked data, its releases those of all that it is made of."""
    profile, wages, projections = (context[name] for name in ("profile", "wages", "projections"))
    releases: Json = {}
    for answer in (projections, wages, profile):
        releases |= answer["releases"]
    whole = {**profile.document, "releases": releases}
    address = page.address(page.language)
    return occupation_data(
        address, whole, context["wage"], context["outlook"], context["area"].name
    )


def _shares(outlook: Json | None) -> dict[str, int] | None:
    """Tell new jobs from replacements among the openings of a year; None where jobs get fewer."""
    if outlook is None or not outlook["annual_openings"] or (outlook["change"] or 0) <= 0:
        return None
    years = outlook["target_year"] - outlook["base_year"]
    new = round(outlook["change"] / years)
    return {"new": new, "leave": outlook["annual_openings"] - new}


def _charts(page: Page, context: dict[str, Any]) -> dict[str, Any]:
    """Draw what the page shows."""
    words, pay, wage = page.words, context["pay"], context["wage"]
    title = context["profile"]["title"]
    drawn = pay.history(words)
    rows = _rows(title, pay, wage)
    when = words.date(wage["period"]) if wage else ""
    states = context["states"].rows if context["states"] else []
    medians = [row["annual_median"] for row in states if row["annual_median"]]
    limits = steps_of(medians)
    figures = {row["area"]: (row["annual_median"], _why(page, row)) for row in states}
    slug = context["profile"]["slug"]
    return {
        "rows": rows,
        "strip": strip(
            words,
            "strip",
            words.gettext("Pay a year of {title}, {period}").format(title=title, period=when),
            rows,
            highest(rows),
        )
        if wage
        else None,
        "line": history(words, "years", words.gettext("Median pay a year of %s") % title, drawn)
        if drawn
        else None,
        "first": usd(pay.drawn[0]["annual_median"])
        if drawn and pay.drawn[0]["annual_median"]
        else None,
        "map": tiles(
            words,
            "map",
            words.gettext("Median pay a year by state, {period}").format(period=when),
            figures,
            limits,
            lambda code: page.link(f"/occupations/{slug}", area=code),
        )
        if medians
        else None,
        "legend": legend(words, limits),
    }


def _rows(title: str, pay: Pay, wage: Json | None) -> list[Row]:
    """Return the rows of the strip: the occupation, and what it is compared with."""
    if wage is None:
        return []
    label = title if pay.area.asked is None else f"{title}, {pay.area.name}"
    beside = [(one.label, one.at(wage["period"]), "other") for one in pay.beside]
    return [(label, wage, "me"), *(row for row in beside if row[1] is not None)]


def _why(page: Page, row: Json) -> str:
    mark = row["marks"].get("annual_median")
    least = (mark or {}).get("at_least")
    return page.words.at_least(usd(least)) if least else page.words.mark(mark)
