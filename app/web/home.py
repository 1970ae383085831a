"""The home page: one search field, what is here, the ways in, and the first request."""

from __future__ import annotations

from typing import Annotated

import orjson
from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from app.web.asking import Answer
from app.web.charts.drawing import short
from app.web.charts.strips import highest, mini
from app.web.page import Page, PageQuery
from app.web.words import Words

EXAMPLE = "registered-nurses"
FIRST = f"/v1/occupations/{EXAMPLE}/wages?fields=code,area,period,employment,annual_median"


async def show_home(
    request: Request,
    params: Annotated[PageQuery, Query()],  # noqa: ARG001
) -> Response:
    """Show what is here and the ways in."""
    page = Page(request)
    root, occupations, areas, groups = await page.asking.all(
        "/v1",
        "/v1/occupations?limit=1",
        "/v1/areas?limit=1",
        "/v1/occupations?level=major&limit=200&sort=-wage",
    )
    codes = ",".join(group["code"] for group in groups.rows)
    wages = (await page.asking.ask(f"/v1/wages?code={codes}&limit=200")).rows if codes else []
    example = await page.asking.try_to(
        f"/v1/occupations?codes={EXAMPLE}&fields=title,slug,annual_median"
    )
    first = await page.asking.try_to(FIRST)
    of_groups = {row["code"]: row for row in wages if row["annual_median"]}
    high = highest([("", row, "") for row in of_groups.values()])
    first = first if first and first.rows else None
    said = _said(first) if first else ""
    context = {
        "root": root,
        "occupations": occupations,
        "areas": areas,
        "groups": groups,
        "strips": [
            (group, mini(of_groups[group["code"]], high))
            for group in groups.rows
            if group["code"] in of_groups
        ],
        "axis": short(high),
        "example": example.rows[0] if example and example.rows else None,
        "first": first,
        "said": said,
        "sources": len(root["sources"]),
    }
    return await page.show("home.html", context | _periods(page.words, root))


def _said(answer: Answer) -> str:
    """Return an answer as text, its releases shortened: their keys alone."""
    short = dict.fromkeys(answer["releases"], "…")
    document = answer.document | {"releases": short}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()


def _periods(words: Words, root: Answer) -> dict[str, str]:
    """Return which years of pay and of projections are loaded, and the newest."""
    status = {row["source"]: row for row in root["status"]}
    releases: list[str] = root["sources"].get("bls-oews", [])
    years = sorted({name.split("-")[2] for name in releases if name.startswith("bls-oews-")})
    rounds = sorted(
        name.removeprefix("bls-ep-")
        for name in root["sources"].get("bls-ep", [])
        if name.startswith("bls-ep-")
    )
    missing = status.get("bls-oews", {}).get("missing", {}).get("periods", [])
    newest = [words.date(row["newest"]) for row in root["status"] if row["source"] == "bls-oews"]
    return {
        "years": f"{years[0]}\u2013{years[-1]}" if years else "",
        "gaps": ", ".join(period[:4] for period in missing),
        "projections": words.gettext("{first} to {last}").format(
            first=words.date(rounds[0]), last=words.date(rounds[-1])
        )
        if rounds
        else "",
        "newest": newest[0] if newest else "",
    }
