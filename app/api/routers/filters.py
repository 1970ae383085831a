"""Filters whose values depend on the data: period, area, industry, kind, code."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial

from app.api.queries.block_rows import EVERY_CODE, PartFilter
from app.api.queries.blocks import BLOCKS
from app.api.schemas.parameters import Params
from app.database.catalog import Catalog, OccupationInfo
from app.did_you_mean import did_you_mean
from app.errors import Fault, InvalidParameters, UnknownOccupation


def part_filter(catalog: Catalog, params: Params, block: str | None = None) -> PartFilter:
    """Return the parts that a request asks for; raises ``InvalidParameters`` for unknown values."""
    asked = params.model_dump(include={"period", "source", "kind", "area", "industry"})
    faults = value_faults(catalog, asked, block)
    if faults:
        raise InvalidParameters(*faults)
    return PartFilter(**asked)


def value_faults(
    catalog: Catalog, asked: Mapping[str, str | None], block: str | None, *, every: bool = True
) -> list[Fault]:
    """Return a fault for each value that is not in the data; ``every``: ``area`` may be all."""
    kinds = BLOCKS[block].kinds if block in BLOCKS else ()
    found = (
        _known("period", asked.get("period"), ("latest", "all"), catalog.periods),
        _known("industry", asked.get("industry"), ("all", "000000"), catalog.industries),
        _area(catalog, asked.get("area"), every=every),
        _known("kind", asked.get("kind"), kinds, ()),
    )
    return [fault for fault in found if fault]


def check_area(catalog: Catalog, area: str) -> None:
    """Raise ``InvalidParameters`` for an area without wages."""
    fault = _area(catalog, area, every=False)
    if fault:
        raise InvalidParameters(fault)


def occupation_of(catalog: Catalog, given: str | None) -> OccupationInfo | None:
    """Return the occupation of the parameter ``code``; raises ``InvalidParameters`` if unknown."""
    if given is None:
        return None
    try:
        return catalog.occupation(given)
    except UnknownOccupation as error:
        raise InvalidParameters(*error.faults) from None


def code_range(group: str | None) -> tuple[str, str]:
    """Return the range of codes of a group: first included, last excluded."""
    return (group, f"{group}~") if group else EVERY_CODE


def _known(
    name: str, value: str | None, words: Sequence[str], loaded: Collection[str]
) -> Fault | None:
    if value is None or value in words or value in loaded:
        return None
    choices = list(dict.fromkeys((*words, *loaded)))
    near = partial(did_you_mean, value, choices, 0.4)
    shown = ", ".join(choices[:40]) + (", …" if len(choices) > 40 else "")
    return Fault(name, value, f"nothing is loaded for this {name}", shown, near)


def _area(catalog: Catalog, area: str | None, *, every: bool = True) -> Fault | None:
    if area is None or area == "US" or area in catalog.areas or (every and area == "all"):
        return None
    allowed = "a code of /v1/areas" + (", or all" if every else "")
    near = partial(_areas_like, catalog, area)
    return Fault("area", area, "no wages are loaded for this area", allowed, near)


def _areas_like(catalog: Catalog, given: str) -> tuple[str, ...]:
    """Return near codes: of areas with this name or publisher's code, then similar codes."""
    wanted = given.lower()
    named = [
        code
        for code, row in catalog.areas.items()
        if wanted in {code.lower(), row["publisher_code"], row["name"].lower()}
    ]
    return tuple(dict.fromkeys((*named, *did_you_mean(given, catalog.areas, 0.6))))[:3]
