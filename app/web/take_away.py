"""Charts for other people's pages: pay over the years as a picture, and in a frame."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from app.database.models.occupations import NATION
from app.errors import NotFound
from app.server.response_headers import PAGE_POLICY
from app.web.areas import area_of
from app.web.asking import Answer
from app.web.charts.drawing import usd
from app.web.charts.history import History, history
from app.web.charts.picture import Caption, picture
from app.web.occupation import Slug
from app.web.page import Page, PageQuery
from app.web.pay import Pay, pay_of


class PayQuery(PageQuery):
    """The area of a chart of pay."""

    area: str = ""


async def show_picture(
    request: Request, params: Annotated[PayQuery, Query()], slug: Slug
) -> Response:
    """Give pay over the years as an SVG that has title, source and period in it."""
    page = Page(request)
    profile, pay, drawn = await _pay(page, slug, params.area)
    words = page.words
    last = pay.drawn[-1]
    where = words.gettext("United States") if pay.area.code == NATION else pay.area.name
    periods = words.span([row["period"] for row in pay.drawn])
    title = profile["title"]
    if last["annual_median"]:
        form = words.gettext("{title}: {median} a year")
        title = form.format(title=title, median=usd(last["annual_median"]))
    notes = [
        words.gettext("{area}, employees, {periods}. Code {codes}.").format(
            area=where, periods=periods, codes=", ".join(pay.codes)
        ),
        words.sources(pay.years["releases"]),
    ]
    if len(pay.codes) > 1:
        notes.insert(1, words.gettext("The code changed: the stretches are not comparable."))
    subtitle = words.gettext(
        "Median pay and the span from the 10th to the 90th percentile, in dollars of each year"
    )
    svg = picture(words, Caption(title, subtitle, notes), drawn)
    return Response(svg, media_type="image/svg+xml", headers={"Content-Language": page.language})


async def show_frame(
    request: Request, params: Annotated[PayQuery, Query()], slug: Slug
) -> Response:
    """Show pay over the years alone, for a frame in the pages that the settings let show it."""
    page = Page(request)
    profile, pay, drawn = await _pay(page, slug, params.area)
    title = page.words.gettext("Median pay a year of %s") % profile["title"]
    context = {
        "profile": profile,
        "pay": pay,
        "line": history(page.words, "years", title, drawn),
        "title": title,
    }
    response = await page.show("frame_pay.html", context)
    origins = " ".join(page.settings.embed_origins) or "'none'"
    policy = PAGE_POLICY.decode().replace("frame-ancestors 'none'", f"frame-ancestors {origins}")
    response.headers["Content-Security-Policy"] = policy
    return response


async def _pay(page: Page, slug: str, given: str) -> tuple[Answer, Pay, History]:
    """Ask for pay over the years; ``NotFound`` where fewer than two have a median."""
    asking = page.asking
    profile = await asking.ask(f"/v1/occupations/{quote(slug)}?include=descriptions")
    pay = await pay_of(asking, page.words, profile, await area_of(asking, given))
    drawn = pay.history(page.words)
    if drawn is None:
        raise NotFound(
            f"{profile['title']} has no pay of two or more years in {pay.area.name}: there is "
            "nothing to draw."
        )
    return profile, pay, drawn
