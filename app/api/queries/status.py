"""What is loaded of each source, what is missing, and what its publisher has newer.

``GET /v1`` and ``occupations status`` say the same: both ask here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.api.queries.commands import command_for
from app.database.catalog import Catalog
from app.database.download_table import released
from app.database.part_lacks import STATES

Json = dict[str, Any]

EXPECTED: Mapping[str, frozenset[str]] = {
    "soc": frozenset({"descriptions", "titles"}),
    "bls-oews": frozenset({"wages"}),
    "bls-ep": frozenset({"projections"}),
}
"""Source → datasets that its publisher has of each period. What a release of O*NET lacks is known
since it was loaded."""
KEPT = frozenset({"bls-oews", "onet"})
"""Sources whose publisher keeps older periods where they can be downloaded."""


def status_of(catalog: Catalog) -> list[Json]:
    """Return an entry for each source that has releases or can be downloaded, in their order.

    A crosswalk is of its source's only if the source has nothing else.
    """
    if "status" not in catalog.derived:
        catalog.derived["status"] = [*_entries(catalog)]
    found: list[Json] = catalog.derived["status"]
    return found


def _entries(catalog: Catalog) -> Iterator[Json]:
    for source in catalog.sources:
        its = [one for one in catalog.releases.values() if one["source"] == source]
        own = [one for one in its if not one["id"].startswith("crosswalk-")]
        if its or source in released():
            yield _status(catalog, source, own or its)


def _status(catalog: Catalog, source: str, releases: Sequence[Json]) -> Json:
    newest = max((one["period"] for one in releases), default=None)
    of_newest = [one for one in releases if one["period"] == newest]
    datasets = _datasets_lacking(catalog, source, of_newest)
    areas = _areas_lacking(catalog, of_newest) if source == "bls-oews" else []
    newer = _newer(source, releases)
    gaps = _gaps(source, releases)
    whole = not (datasets or areas) and _has_all_lines(of_newest)
    command = None
    if newer is not None or (not whole and source in released()):
        command = command_for(source, _wanted(catalog, source, newer, of_newest, bool(areas)))
    elif gaps and source in KEPT:
        command = command_for(source, released()[source][gaps[0]])
    return {
        "source": source,
        "newest": newest,
        "published": max((one["published"] for one in of_newest if one["published"]), default=None),
        "excerpt": bool(of_newest) and all(one["excerpt"] for one in of_newest),
        "whole": whole,
        "missing": {"datasets": datasets, "areas": areas, "periods": gaps},
        "newer": newer,
        "command": command,
    }


def _newer(source: str, releases: Sequence[Json]) -> Json | None:
    """Return the publisher's newest period and its release, if what is loaded is older."""
    for period, name in released().get(source, {}).items():
        older = all(one["period"] < period and one["id"] != name for one in releases)
        return {"period": period, "release": name} if older else None
    return None


def _gaps(source: str, releases: Sequence[Json]) -> list[str]:
    """Return the publisher's periods between two that are loaded, newest first."""
    loaded = {one["period"] for one in releases}
    names = {one["id"] for one in releases}
    return [
        period
        for period, name in released().get(source, {}).items()
        if loaded and min(loaded) < period < max(loaded)
        if period not in loaded and name not in names
    ]


def _datasets_lacking(catalog: Catalog, source: str, releases: Sequence[Json]) -> list[str]:
    """Return what no release of the newest period has; ``job_zones.training`` is a column."""
    names = {one["id"] for one in releases if not one["excerpt"]}
    has = {part.dataset for part in catalog.parts if part.release in names}
    lacking = EXPECTED.get(source, frozenset()) if releases else frozenset()
    for one in releases:
        lacking = lacking.union(one["lacks"]["datasets"])
    left_out = {name for one in releases for name in one["left_out"]}
    return sorted((lacking - has) | left_out)


def _areas_lacking(catalog: Catalog, releases: Sequence[Json]) -> list[str]:
    """Return the states, and what is known of other areas, that no release of a period has."""
    lacking = STATES.union(*(one["lacks"]["areas"] for one in releases)) if releases else set()
    return sorted(lacking - _areas_of(catalog, releases))


def _areas_of(catalog: Catalog, releases: Sequence[Json]) -> set[str]:
    names = {one["id"] for one in releases}
    return {part.area for part in catalog.by_dataset.get("wages", ()) if part.release in names}


def _has_all_lines(releases: Sequence[Json]) -> bool:
    """Tell whether no file that a period was loaded from was cut short."""
    whole = [one for one in releases if not one["excerpt"]]
    cut = ("groups", "codes", "rows", "industries")
    return bool(whole) and not any(one["lacks"][what] for one in whole for what in cut)


def _wanted(
    catalog: Catalog, source: str, newer: Json | None, releases: Sequence[Json], areas: bool
) -> str | None:
    """Return the release to get: the newer one, or the newest again with what it lacks.

    It is of all areas where some are missing, and where the newest period has some: the publisher
    puts the nation into that file too.
    """
    name: str | None = newer["release"] if newer else None
    if name is None and source in KEPT:
        name = releases[0]["id"] if source == "onet" else f"{source}-{releases[0]['period']}"
    some = not _areas_of(catalog, releases).isdisjoint(STATES)
    return f"{name}-all" if source == "bls-oews" and (some or (areas and not newer)) else name
