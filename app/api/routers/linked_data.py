"""Linked data: an occupation in the words of schema.org.

``Accept: application/ld+json`` leads from an occupation to its path here (``app/server/edge.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from app.addresses import url_of
from app.api.routers.dependencies import Data
from app.api.routers.occupations import Code, get_occupation
from app.api.routers.responses import link, pinned
from app.api.routers.strict_route import StrictRoute
from app.api.schemas.common import Json
from app.api.schemas.parameters import LinkedDataParams, ProfileParams
from app.settings import Settings

router = APIRouter(prefix="/v1/occupations", route_class=StrictRoute)

CONTEXT = {"@context": "https://schema.org"}

PERCENTILES = {
    "percentile10": "p10",
    "percentile25": "p25",
    "median": "median",
    "percentile75": "p75",
    "percentile90": "p90",
}
"""Property of a distribution → the end of a wage figure's name."""

DURATIONS = {"annual": "P1Y", "hourly": "PT1H"}
"""Beginning of a wage figure's name → the time that it is paid for. Pay a year comes first."""


def present(document: Mapping[str, Any]) -> Json:
    """Leave out what is missing: linked data have no word for why."""
    return {name: value for name, value in document.items() if value not in (None, "", [])}


def occupation_data(
    page_address: str,
    profile: Mapping[str, Any],
    wages: Mapping[str, Any] | None,
    projection: Mapping[str, Any] | None,
    place: str | None = None,
) -> Json:
    """Return an occupation with its pay in an area, the nation if ``place`` does not name another.

    ``profile`` is the answer of the API with ``include=descriptions``; ``wages`` and ``projection``
    are items of its blocks. A top-coded figure is left out: its threshold is no percentile.
    """
    descriptions = profile.get("descriptions") or [{}]
    used = [row["release"] for row in (profile, wages, projection) if row is not None]
    releases = {name: profile["releases"].get(name) for name in used}
    training = projection or {}
    return present(
        {
            **CONTEXT,
            "@type": "Occupation",
            "@id": page_address,
            "url": page_address,
            "name": profile["title"],
            "description": descriptions[0].get("text"),
            "occupationalCategory": {
                "@type": "CategoryCode",
                "inCodeSet": profile["classification"],
                "codeValue": profile["code"],
                "name": profile["title"],
            },
            "estimatedSalary": wages and _salary(wages),
            "occupationLocation": wages and _location(wages["area"], place),
            "educationRequirements": _asked(training.get("typical_education")),
            "experienceRequirements": _asked(training.get("work_experience")),
            "mainEntityOfPage": {
                "@type": "WebPage",
                "url": page_address,
                "citation": [_cited(one) for one in releases.values() if one is not None],
            },
        }
    )


def _salary(wages: Mapping[str, Any]) -> list[Json]:
    """Return the distribution of pay a year, or of pay an hour where that alone is published."""
    for unit, duration in DURATIONS.items():
        figures = {name: wages[f"{unit}_{end}"] for name, end in PERCENTILES.items()}
        if known := present(figures):
            kind = {"@type": "MonetaryAmountDistribution", "name": "base", "currency": "USD"}
            return [{**kind, "duration": duration, **known}]
    return []


def _location(code: str, place: str | None) -> Json:
    if code == "US":
        return {"@type": "Country", "name": "United States", "identifier": code}
    return {"@type": "AdministrativeArea", "name": place or code, "identifier": code}


def _asked(what: str | None) -> str | None:
    """Return what an occupation asks for; the publisher writes None where that is nothing."""
    return None if what == "None" else what


def _cited(release: Mapping[str, Any]) -> Json:
    return present(
        {
            "@type": "Dataset",
            "name": release["title"],
            "url": release["source_url"],
            "license": release["licence_url"],
            "creditText": release["attribution"],
            "datePublished": release["published"],
        }
    )


@router.get("/{code}/linked-data", include_in_schema=False)
def get_linked_data(
    code: Code, params: Annotated[LinkedDataParams, Query()], store: Data, request: Request
) -> Response:
    """Give one occupation as linked data, from what its JSON has."""
    blocks = ("descriptions", "wages", "projections")
    asked = ProfileParams(include=blocks, area=params.area, period=params.period)
    answer = get_occupation(code, asked, store, f"/v1/occupations/{code}")
    profile = orjson.loads(answer.body)
    settings: Settings = request.app.state.settings
    where, last = ("", profile["slug"]) if settings.pages == "on" else ("/v1", profile["code"])
    wages, projection = (next(iter(profile[block]), None) for block in blocks[1:])
    place = store.catalog.areas[wages["area"]]["name"] if wages else None
    document = occupation_data(
        url_of(f"{where}/occupations/{last}"), profile, wages, projection, place
    )
    canonical = f"/v1/occupations/{profile['code']}"
    headers = {"Link": f'<{pinned(canonical, params)}>; rel="canonical"'}
    if ":" in code:
        headers["Content-Location"] = link(f"{canonical}/linked-data", params)
    return Response(orjson.dumps(document), 200, headers, "application/ld+json")
