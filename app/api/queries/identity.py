"""What an occupation is: its classification, what came before and after, where its figures are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.api.schemas.common import Json
from app.database.catalog import Catalog
from app.database.crosswalks import Link
from app.database.newest_lines import NEWEST
from app.database.occupation_info import OccupationInfo

NOWHERE: Mapping[str, str | None] = dict.fromkeys(NEWEST)
"""``figures_at`` of an occupation that lacks no figures, or whose figures nobody gives."""


def figures_at(catalog: Catalog, code: str) -> Json:
    """Return dataset → the code under which the publisher gives what this one lacks, or null."""
    return {**NOWHERE, **catalog.figures_at.get(code, {})}


def identity(catalog: Catalog, occupation: OccupationInfo) -> Json:
    """Return what a profile says of an occupation itself, but for its place in the hierarchy."""
    known = catalog.concordances
    place = (occupation.classification, occupation.concordance_code)
    before, after = known.predecessors(*place), known.successors(*place)
    version = known.classifications.get(occupation.classification)
    return {
        "classification": occupation.classification,
        "current": occupation.current,
        "valid_from": version.valid_from if version else None,
        "valid_to": version.valid_to if version else None,
        "predecessors": [_neighbour(link) for link in before],
        "successors": [_neighbour(link) for link in after],
        "figures_at": figures_at(catalog, occupation.code),
        "notices": list(_notices(catalog, occupation, after)),
    }


def in_force(catalog: Catalog, q: str) -> str:
    """Return the code that a retired one leads on to first; any other text as it is."""
    if not q.strip()[:1].isdigit():
        return q
    found = catalog.find(q)
    if found is None or found.current:
        return q
    after = catalog.concordances.current(found.classification, found.concordance_code)
    return after[0].code if after else q


def _neighbour(link: Link) -> Json:
    return {
        "code": link.code,
        "title": link.title,
        "classification": link.classification,
        "relation": link.relation,
        "match": link.match,
        "crosswalk": link.crosswalk,
    }


def _notices(catalog: Catalog, occupation: OccupationInfo, after: Iterable[Link]) -> Iterable[str]:
    code = occupation.code
    if not occupation.current:
        now = ", ".join(link.code for link in after)
        leads = f" It leads on to {now}." if now else " No crosswalk says what followed it."
        yield f"{code} is a code of {occupation.classification} and is not in force.{leads}"
    elif code in catalog.changed_extents:
        yield (
            f"{code} means other people in the SOC 2018 than it did before: figures of periods "
            "before 2019 are not of the same people (predecessors)."
        )
    for dataset, at in catalog.figures_at.get(code, {}).items():
        yield f"The newest {dataset} of {code} stand at {at}."
