"""Industries that wages are loaded for, and the names of the survey's ownership codes."""

from __future__ import annotations

from typing import Any

from app.database.catalog import Catalog

OWNERS: dict[str, str] = {
    "1": "Federal government",
    "2": "State government",
    "3": "Local government",
    "5": "Private",
    "15": "Federal government and private",
    "35": "Private and local government",
    "57": "Private, local government gambling establishments (sector 71) and local government "
    "casino hotels (sector 72)",
    "58": "Private, and state and local government hospitals",
    "59": "Private and postal service",
    "123": "Federal, state and local government",
    "235": "Private, state and local government",
    "1235": "Federal, state and local government and private",
}
"""Code of an ownership → its name, as the Field Descriptions of the survey's files have it."""


def industries(catalog: Catalog) -> list[dict[str, Any]]:
    """Return the industries with their ownerships, periods and newest release, by code."""
    owners: dict[str, set[str]] = {}
    shown: dict[str, dict[str, str]] = {}  # industry → period → release, newest first
    for part in catalog.by_dataset.get("wages", ()):
        owners.setdefault(part.industry, set()).add(part.ownership)
        shown.setdefault(part.industry, {}).setdefault(part.period, part.release)
    return [
        {
            **row,
            "ownerships": [
                {"code": owner, "name": OWNERS.get(owner)} for owner in sorted(owners[code] - {""})
            ],
            "periods": sorted(shown[code], reverse=True),
            "release": shown[code][max(shown[code])],
        }
        for code, row in catalog.industries.items()
    ]
