"""Linked data: an occupation in the words of schema.org."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.api.schemas.common import Json

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
