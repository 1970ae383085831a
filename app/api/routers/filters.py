"""Filters whose values depend on the data: period, area, industry, ownership, kind, code."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from rapidfuzz.distance import Prefix

from app.api.queries import area_names
from app.api.queries.areas import known, parents_of
from app.api.queries.block_rows import EVERY_CODE, PUBLISHED, Flags
from app.api.queries.blocks import BLOCKS
from app.api.queries.industries import OWNERS
from app.api.queries.part_filter import PartFilter
from app.api.queries.projected import projected_parameters
from app.api.routers.place_areas import AskedAreas, asked_areas
from app.api.routers.responses import link
from app.api.schemas.occupation_parameters import OccupationFilters
from app.api.schemas.parameters import MOST_SORTED, Params
from app.database.catalog import Catalog
from app.database.foreign_codes import INDUSTRIES
from app.database.models.occupations import ALL_INDUSTRIES, NATION, SECTORS
from app.database.occupation_info import OccupationInfo
from app.database.place_names import STATE_CODES
from app.database.store import Reader
from app.did_you_mean import did_you_mean
from app.errors import UNRESOLVED, AmbiguousArea, Fault, InvalidParameters


def part_filter(store: Reader, params: Params, block: str | None = None) -> PartFilter:
    """Return the parts that a request asks for; raises ``InvalidParameters`` for unknown values."""
    catalog = store.catalog
    names = {"period", "source", "kind", "area", "industry", "ownership", "release"}
    asked = params.model_dump(include=names)
    located = asked_areas(store, _each(asked.get("area")), _each(asked["period"]))
    if "area" in asked:
        asked["area"] = located.codes
    faults = [*located.faults, *value_faults(catalog, asked, block)]
    if faults:
        raise InvalidParameters(*faults)
    if asked.get("industry") in SECTORS and asked["industry"] not in catalog.industries:
        asked["industry"] = SECTORS[asked["industry"]]
    periods = frozenset(_each(asked.pop("period")))
    areas = frozenset(_each(asked.pop("area", "all")))
    # Only a list over all occupations has a parameter of codes.
    evidence = "code" in type(params).model_fields and _names_evidence(asked)
    wanted = PartFilter(periods, areas=areas, **asked, asked=located.asked, notices=located.notices)
    wanted = replace(wanted, evidence=evidence)
    if faults := _outside_release(catalog, wanted, block):
        raise InvalidParameters(*faults)
    return wanted


WITHIN = {
    "period": "periods",
    "area": "areas",
    "industry": "industry",
    "ownership": "ownership",
    "source": "source",
    "kind": "kind",
}
"""Parameter → what of a ``PartFilter`` it is, where a release has several or one."""


def _outside_release(catalog: Catalog, wanted: PartFilter, block: str | None) -> list[Fault]:
    """Return a fault for each value, its default too, of which the release asked for has no rows.

    An empty list would say that the publisher has none.
    """
    if wanted.release is None:
        return []
    its = [p for p in catalog.by_dataset.get(block or "", ()) if p.release == wanted.release]
    faults = []
    for parameter, name in WITHIN.items():
        value = getattr(wanted, name)
        alone = PartFilter(release=wanted.release, evidence=wanted.evidence, **{name: value})
        if not any(alone.takes(part) for part in its):
            there = sorted({getattr(part, parameter) or NATION for part in its})
            several = () if parameter in {"source", "kind"} else ("all",)
            faults.append(
                Fault(
                    parameter,
                    value if isinstance(value, str) else ",".join(sorted(value)),
                    f"{wanted.release} has none of this {parameter}",
                    _choices((*several, *there)),
                    partial(tuple, (*several, *there)[:3]),
                )
            )
    return faults


def _names_evidence(asked: Mapping[str, object]) -> bool:
    """Tell whether a request names what it asks for: the source, the release or the kind."""
    return any(asked.get(name) is not None for name in ("source", "release", "kind"))


Given = str | tuple[str, ...] | None
"""A value of a parameter, or all values of one that takes several."""


def _each(given: Given) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else given or ()


def value_faults(
    catalog: Catalog, asked: Mapping[str, Given], block: str | None, *, every: bool = True
) -> list[Fault]:
    """Return a fault for each value that is not in the data; ``every``: ``area`` may be all.

    What is known, of whatever dataset, is no fault: where a list has no such rows it is empty and
    says why. Only ``release`` has to have rows of the list.
    """
    kinds = BLOCKS[block].kinds if block in BLOCKS else ()
    checks: dict[str, Callable[[str], Fault | None]] = {
        "period": lambda one: _known("period", one, ("latest", "all"), catalog.periods),
        "industry": partial(_industry, catalog),
        "ownership": partial(_ownership, catalog),
        "area": partial(_area, catalog, every=every),
        "kind": lambda one: _known("kind", one, kinds, ()),
        "release": partial(_release, catalog, block),
    }
    found = (check(one) for name, check in checks.items() for one in _each(asked.get(name)))
    return [fault for fault in found if fault]


def unknown_period(parameter: str, given: str, known: Sequence[str]) -> Fault:
    """Return the fault of a period that no such figures are of."""
    near = partial(did_you_mean, given, known, 0.4)
    why = "no wages of such areas are loaded for this period"
    return Fault(parameter, given, why, _choices(known) or None, near)


def _release(catalog: Catalog, block: str | None, release: str) -> Fault | None:
    its = catalog.releases_of.get(block or "", ())
    if release in its or block not in BLOCKS:
        return None
    if release not in catalog.releases:
        why, likely = "no release that is shown has this id", its
    else:
        why = f"no {block} of this release are shown"
        period = catalog.releases[release]["period"]
        likely = tuple(name for name in its if catalog.releases[name]["period"] == period)
    near = partial(did_you_mean, release, likely, 0.4)
    return Fault("release", release, why, _choices(its) or None, near)


def _choices(names: Sequence[str]) -> str:
    return ", ".join(names[:40]) + (", …" if len(names) > 40 else "")


def areas_with_wages(
    store: Reader, given: Iterable[str], period: str = "latest", parameter: str = "area"
) -> AskedAreas:
    """Return areas that have wages, each once; raises ``InvalidParameters`` for others."""
    located = asked_areas(store, given, (period,), parameter)
    unknown = filter(None, (_area(store.catalog, area, every=False) for area in located.codes))
    faults = [*located.faults, *(replace(fault, parameter=parameter) for fault in unknown)]
    if faults:
        raise InvalidParameters(*faults)
    return located


def check_parent(catalog: Catalog, parent: str | None) -> None:
    """Raise ``InvalidParameters`` for an area that has none below it, or is not known."""
    if parent is None or parent == NATION or parent in STATE_CODES:
        return
    allowed = f"{NATION}, or a state's or territory's postal abbreviation"
    area = known(catalog, parent)
    if area is not None:
        its = tuple(parents_of(area))
        why = f"{area['name']} is {area['level']}: no area lies below it"
        raise InvalidParameters(Fault("parent", parent, why, allowed, lambda: its))
    near = partial(_near_parents, catalog, parent)
    raise InvalidParameters(Fault("parent", parent, "no area has this code", allowed, near))


def _near_parents(catalog: Catalog, given: str) -> tuple[str, ...]:
    """Return what was probably meant by the code of no area: states."""
    codes = area_names.near(catalog, given)
    return tuple(code for code in codes if code == NATION or code in STATE_CODES)


def area_of_list(store: Reader, params: OccupationFilters, path: str) -> AskedAreas:
    """Return the area of a list, none if it is not given.

    Raises ``InvalidParameters`` for one without wages, or without figures to rank by: projections
    are of the nation and of states. They rank and filter no other area.
    """
    located = areas_with_wages(store, [params.area] if params.area else ())
    catalog, area = store.catalog, next(iter(located.codes), None)
    if area in {None, NATION, *catalog.projected}:
        return located
    asked = projected_parameters(params)
    meant = (link(path, params, "cursor", *asked), link(path, params, "cursor", "area"))
    who = f"the nation ({NATION})" + (" and for states" if catalog.projected else "")
    why = f"growth and openings are projected for {who} only, not for {area}"
    allowed = f"only with area={NATION}" + (" or a state's" if catalog.projected else "")
    faults = (Fault(name, value, why, allowed, lambda: meant) for name, value in asked.items())
    if asked:
        raise InvalidParameters(*faults)
    return located


def check_classification(catalog: Catalog, classification: str | None) -> None:
    """Raise ``InvalidParameters`` for an id that no classification of occupations has."""
    every = catalog.concordances.classifications.items()
    known = [name for name, one in every if one.system != INDUSTRIES]
    if classification is None or classification in known:
        return
    near = partial(did_you_mean, classification, known, 0.4)
    why = "no classification of occupations has this id"
    raise InvalidParameters(Fault("classification", classification, why, ", ".join(known), near))


def only(catalog: Catalog, given: Iterable[str] | None) -> list[OccupationInfo]:
    """Return the occupations of the parameter ``code``; raises ``InvalidParameters`` for others."""
    found, faults = occupations_of(catalog, given or (), "code")
    if faults:
        raise InvalidParameters(*faults)
    return list(found.values())


def occupations_of(
    catalog: Catalog, given: Iterable[str], parameter: str = "codes"
) -> tuple[dict[str, OccupationInfo], list[Fault]]:
    """Return the occupations of a parameter as they were given, and the faults of the others.

    An occupation that is given twice is one.
    """
    found: dict[str, OccupationInfo] = {}
    faults = []
    for code in given:
        try:
            occupation = catalog.occupation(code)
        except UNRESOLVED as error:
            faults += [replace(fault, parameter=parameter, value=code) for fault in error.faults]
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


def falls_back(params: Params, wanted: PartFilter) -> bool:
    """Tell whether figures that an area lacks are asked for from the area above.

    Raises ``InvalidParameters`` where that would set areas of several levels in one list.
    """
    given: str | None = getattr(params, "fallback", None)
    if given is None:
        return False
    why = None
    if wanted.area is None:
        why, allowed = "several areas are asked for", "one area"
    elif sort_of(params) is not None:
        why, allowed = "with sort it would mix areas of several levels", "no sort"
    if why is not None:
        raise InvalidParameters(Fault("fallback", given, why, allowed))
    return True


def sort_of(params: Params) -> str | None:
    """Return the figure that a list is sorted by, if it takes one."""
    sort: str | None = getattr(params, "sort", None)
    return sort


NARROWING = ("code", "group", "kind", "area", "period", "source", "release")
"""Parameters that make a flat list shorter; not every list takes each."""


def check_sortable(params: Params, sort: str, total: int) -> None:
    """Raise ``InvalidParameters`` for a list with more rows than can be sorted."""
    if total > MOST_SORTED:
        why = f"the list has {total:,} items"
        taken = [name for name in NARROWING if name in type(params).model_fields]
        allowed = f"a list of up to {MOST_SORTED:,}: add {', '.join(taken[:-1])} or {taken[-1]}"
        raise InvalidParameters(Fault("sort", sort, why, allowed))


def _known(
    name: str,
    value: str,
    words: Sequence[str],
    loaded: Collection[str],
    name_of: Callable[[str], str] | None = None,
) -> Fault | None:
    """Return a fault for a value that is not known; ``name_of`` gives the name of a loaded code."""
    if value in words or value in loaded:
        return None
    choices = list(dict.fromkeys((*words, *loaded)))
    near = partial(did_you_mean, value, choices, 0.4)
    if name_of is not None:
        near = partial(_near, value, {code: name_of(code).lower() for code in loaded})
    why = f"nothing is loaded for this {name}" if loaded else f"no {name} of this list"
    return Fault(name, value, why, _choices(choices), near)


def _industry(catalog: Catalog, industry: str) -> Fault | None:
    loaded = catalog.industries
    if SECTORS.get(industry) in loaded:
        return None
    words = ("all", ALL_INDUSTRIES)
    return _known("industry", industry, words, loaded, lambda code: str(loaded[code]["title"]))


def _ownership(catalog: Catalog, ownership: str) -> Fault | None:
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


def _area(catalog: Catalog, area: str, *, every: bool = True) -> Fault | None:
    known = area == NATION or area in catalog.areas or area in catalog.projected
    if known or (every and area == "all"):
        return None
    allowed = "a code of /v1/areas" + (", or all" if every else "")
    near = partial(area_names.near, catalog, area)
    error = area_names.not_an_area(catalog, area)
    if isinstance(error, AmbiguousArea):
        return replace(error.faults[0], parameter="area", did_you_mean=near)
    return Fault("area", area, "no wages are loaded for this area", allowed, near)
