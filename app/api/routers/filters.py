"""Filters whose values depend on the data: period, area, industry, ownership, kind, code."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial

from rapidfuzz.distance import Prefix

from app.api.queries import areas
from app.api.queries.block_rows import EVERY_CODE, PUBLISHED, Flags, PartFilter
from app.api.queries.blocks import BLOCKS
from app.api.queries.industries import OWNERS
from app.api.schemas.parameters import Params
from app.database.catalog import Catalog
from app.database.foreign_codes import INDUSTRIES
from app.database.models.occupations import ALL_INDUSTRIES, SECTORS
from app.database.occupation_info import OccupationInfo
from app.did_you_mean import did_you_mean
from app.errors import UNRESOLVED, Fault, InvalidParameters


def part_filter(catalog: Catalog, params: Params, block: str | None = None) -> PartFilter:
    """Return the parts that a request asks for; raises ``InvalidParameters`` for unknown values."""
    names = {"period", "source", "kind", "area", "industry", "ownership"}
    asked = params.model_dump(include=names)
    faults = value_faults(catalog, asked, block)
    if faults:
        raise InvalidParameters(*faults)
    if asked.get("industry") in SECTORS and asked["industry"] not in catalog.industries:
        asked["industry"] = SECTORS[asked["industry"]]
    return PartFilter(**asked)


def value_faults(
    catalog: Catalog, asked: Mapping[str, str | None], block: str | None, *, every: bool = True
) -> list[Fault]:
    """Return a fault for each value that is not in the data; ``every``: ``area`` may be all."""
    kinds = BLOCKS[block].kinds if block in BLOCKS else ()
    found = (
        _known("period", asked.get("period"), ("latest", "all"), catalog.periods),
        _industry(catalog, asked.get("industry")),
        _ownership(catalog, asked.get("ownership")),
        _area(catalog, asked.get("area"), every=every),
        _known("kind", asked.get("kind"), kinds, ()),
    )
    return [fault for fault in found if fault]


def check_area(catalog: Catalog, area: str) -> None:
    """Raise ``InvalidParameters`` for an area without wages."""
    fault = _area(catalog, area, every=False)
    if fault:
        raise InvalidParameters(fault)


def check_classification(catalog: Catalog, classification: str | None) -> None:
    """Raise ``InvalidParameters`` for an id that no classification of occupations has."""
    every = catalog.concordances.classifications.items()
    known = [name for name, one in every if one.system != INDUSTRIES]
    if classification is None or classification in known:
        return
    near = partial(did_you_mean, classification, known, 0.4)
    why = "no classification of occupations has this id"
    raise InvalidParameters(Fault("classification", classification, why, ", ".join(known), near))


def occupation_of(catalog: Catalog, given: str | None) -> OccupationInfo | None:
    """Return the occupation of the parameter ``code``; raises ``InvalidParameters`` if none is."""
    if given is None:
        return None
    try:
        return catalog.occupation(given)
    except UNRESOLVED as error:
        raise InvalidParameters(*error.faults) from None


def occupations_of(catalog: Catalog, given: str) -> tuple[dict[str, OccupationInfo], list[Fault]]:
    """Return the occupations of the parameter ``codes`` as they were given, and the others' faults.

    An occupation that is given twice is one.
    """
    found: dict[str, OccupationInfo] = {}
    faults = []
    for code in given.split(","):
        try:
            occupation = catalog.occupation(code)
        except UNRESOLVED as error:
            faults += [replace(fault, parameter="codes", value=code) for fault in error.faults]
        else:
            found.setdefault(occupation.code, occupation)
    return found, faults


def code_range(group: str | None) -> tuple[str, str]:
    """Return the range of codes of a group: first included, last excluded."""
    return (group, f"{group}~") if group else EVERY_CODE


def flags_of(params: Params, block: str) -> Flags:
    """Return the flags that rows are filtered by."""
    asked = params.model_dump(include=set(BLOCKS[block].flags), exclude_none=True)
    flags = tuple((name, value == "true") for name, value in asked.items())
    return (*flags, PUBLISHED) if getattr(params, "level", None) == "published" else flags


def _known(
    name: str,
    value: str | None,
    words: Sequence[str],
    loaded: Collection[str],
    name_of: Callable[[str], str] | None = None,
) -> Fault | None:
    """Return a fault for a value that is not known; ``name_of`` gives the name of a loaded code."""
    if value is None or value in words or value in loaded:
        return None
    choices = list(dict.fromkeys((*words, *loaded)))
    near = partial(did_you_mean, value, choices, 0.4)
    if name_of is not None:
        near = partial(_near, value, {code: name_of(code).lower() for code in loaded})
    shown = ", ".join(choices[:40]) + (", …" if len(choices) > 40 else "")
    why = f"nothing is loaded for this {name}" if loaded else f"no {name} of this list"
    return Fault(name, value, why, shown, near)


def _industry(catalog: Catalog, industry: str | None) -> Fault | None:
    loaded = catalog.industries
    if SECTORS.get(industry or "") in loaded:
        return None
    words = ("all", ALL_INDUSTRIES)
    return _known("industry", industry, words, loaded, lambda code: str(loaded[code]["title"]))


def _ownership(catalog: Catalog, ownership: str | None) -> Fault | None:
    loaded = catalog.ownerships
    return _known("ownership", ownership, ("all",), loaded, lambda code: OWNERS.get(code, ""))


def _near(given: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """Return codes that were probably meant, at most three; ``names`` are in lower case.

    First come those with this name, those whose code begins alike (two characters or more; the
    most alike first), those whose name it begins or stands in, and those with a similar code.
    """
    wanted = given.strip().lower()
    found = [code for code, name in names.items() if name == wanted]
    alike = {code: Prefix.similarity(code, wanted) for code in names}
    least = max(min(2, len(wanted)), 1)
    found += sorted((c for c in names if alike[c] >= least), key=lambda c: -alike[c])
    if len(wanted) > 2:  # a letter or two stand in most names
        found += [code for code, name in names.items() if name.startswith(wanted)]
        found += [code for code, name in names.items() if wanted in name]
    return tuple(dict.fromkeys((*found, *did_you_mean(given, names, 0.4))))[:3]


def _area(catalog: Catalog, area: str | None, *, every: bool = True) -> Fault | None:
    if area is None or area == "US" or area in catalog.areas or (every and area == "all"):
        return None
    allowed = "a code of /v1/areas" + (", or all" if every else "")
    near = partial(areas.near, catalog, area)
    return Fault("area", area, "no wages are loaded for this area", allowed, near)
