"""Codes of other classifications, written with a prefix: soc2010:15-1132, isco:2221."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from app.api.schemas.words import RELATIONS
from app.database.crosswalks import Chain, ClassificationInfo
from app.database.models.classifications import CURRENT
from app.database.occupation_codes import canonical_code
from app.database.relations import is_residual
from app.did_you_mean import did_you_mean
from app.errors import AmbiguousCode, NotLoaded, UnknownOccupation

if TYPE_CHECKING:
    from app.database.catalog import Catalog
    from app.database.occupation_info import OccupationInfo

ALSO: Mapping[str, tuple[str, ...]] = {"esco-1.2": ("esco-1.1", "isco-08")}
"""Classification → those whose codes its prefix takes too.

ESCO's own groups are those of ISCO, and some codes of a version are in the one before only.
"""
INDUSTRIES = "naics"


def resolve(catalog: Catalog, given: str) -> OccupationInfo:
    """Return the one occupation that a code with a prefix leads to.

    Raises ``UnknownOccupation``, ``NotLoaded`` or ``AmbiguousCode``.
    """
    prefix, _, code = given.strip().partition(":")
    known = catalog.concordances.by_prefix
    classification = known.get(prefix.lower())
    if classification is None or classification.system == INDUSTRIES:
        prefixes = [one.prefix for one in known.values() if one.system != INDUSTRIES]
        what = "of industries, not of occupations" if classification else "unknown"
        why = f"the prefix {prefix[:40]!r} is {what}"
        near = partial(_with_near_prefix, prefix.lower(), code, prefixes)
        raise UnknownOccupation(given, near, why, f"a code with one of {', '.join(prefixes)}")
    if classification.id == CURRENT:
        return _of_current(catalog, given, code)
    if not classification.loaded:
        raise NotLoaded(given, classification.id, command_of(catalog, classification))
    found = _code(catalog, classification, code)
    if found is None:
        near = partial(_near, catalog, classification, code)
        why = f"{classification.id} has no code {code[:100]!r}"
        raise UnknownOccupation(given, near, why, f"a code of {classification.id}")
    own = catalog.occupations.get(found[1])
    if found[0] == "onet-soc-2019" and own is not None:
        return own
    return _led_to(catalog, given, *found)


def _with_near_prefix(prefix: str, code: str, prefixes: list[str]) -> tuple[str, ...]:
    return tuple(f"{one}:{code}" for one in did_you_mean(prefix, prefixes, 0.5))


def _of_current(catalog: Catalog, given: str, code: str) -> OccupationInfo:
    concordances = catalog.concordances
    found = catalog.occupations.get(canonical_code(code))
    listed = concordances.classifications[CURRENT].loaded
    if found is None or (listed and concordances.entry(CURRENT, found.code) is None):
        near = partial(catalog.nearest_occupations, code)
        why = f"{CURRENT} has no code {code[:100]!r}"
        raise UnknownOccupation(given, near, why, f"a code of {CURRENT}")
    return found


def _code(
    catalog: Catalog, classification: ClassificationInfo, given: str
) -> tuple[str, str] | None:
    """Return classification and code of what is written after a prefix, if there is such a code."""
    concordances = catalog.concordances
    for written in _forms(classification.system, given.strip()):
        for one in (classification.id, *ALSO.get(classification.id, ())):
            if concordances.entry(one, written) is not None:
                return one, written
    if classification.system == "esco":
        return concordances.by_address.get(given.strip())
    return None


def _forms(system: str, given: str) -> tuple[str, ...]:
    """Return the ways to write a code that are tried, the likeliest first."""
    if system == "onet-soc":
        code = canonical_code(given)
        return (code if "." in code else f"{code}.00",)
    return (given, canonical_code(given))


def _led_to(catalog: Catalog, given: str, classification: str, code: str) -> OccupationInfo:
    concordances = catalog.concordances
    chains = concordances.answering(classification, code)
    if not chains:
        title = concordances.title(classification, code)
        why = f"{code} of {classification} ({title}) leads to no current occupation"
        raise UnknownOccupation(
            given, tuple[str, ...], why, f"a code of {classification} that does"
        )
    missing = [chain.code for chain in chains if chain.code not in catalog.occupations]
    if missing:
        what = f"the SOC 2018, to whose {missing[0]} {code} of {classification} leads,"
        soc = concordances.classifications[CURRENT]
        raise NotLoaded(given, what, command_of(catalog, soc))
    if len(chains) == 1:
        return catalog.occupations[chains[0].code]
    raise AmbiguousCode(given, tuple(_choices(catalog, chains)))


def _choices(catalog: Catalog, chains: tuple[Chain, ...]) -> list[dict[str, Any]]:
    """Return what a client chooses from: who employs most first, residual groups last."""
    employed = catalog.lines["wages"].all
    choices = [
        {
            "code": chain.code,
            "title": catalog.occupations[chain.code].title,
            "employment": employed.get(catalog.occupations[chain.code].figures_code),
            "relation": chain.relation,
            "match": chain.match,
            "url": f"/v1/occupations/{chain.code}",
        }
        for chain in chains
    ]

    def order(choice: dict[str, Any]) -> tuple[bool, int, int, str]:
        employed = choice["employment"] or 0
        relation = RELATIONS.index(choice["relation"])
        return is_residual(choice["title"]), -employed, relation, choice["code"]

    return sorted(choices, key=order)


def _near(catalog: Catalog, classification: ClassificationInfo, code: str) -> tuple[str, ...]:
    near = catalog.concordances.near(classification.id, code)
    return tuple(f"{classification.prefix}:{one}" for one in near)


def command_of(catalog: Catalog, classification: ClassificationInfo) -> str:
    """Return how to load a classification. `occupations download` knows the SOC's files only."""
    if classification.id == CURRENT:
        return "occupations download soc && occupations import downloads"
    source = catalog.sources[classification.source]
    return f"get its files from {source['homepage']} and run occupations import FOLDER"
