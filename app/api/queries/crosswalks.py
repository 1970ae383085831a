"""Classifications, crosswalks and codes, from the catalog; codes as one release has them."""

from __future__ import annotations

from functools import partial

from sqlalchemy import Connection, select

from app.api.schemas.common import Json
from app.database.catalog import Catalog
from app.database.census_codes import CENSUS
from app.database.crosswalks import ClassificationInfo, Crosswalk, Lead
from app.database.foreign_codes import command_of
from app.database.models import Entry, Part
from app.did_you_mean import did_you_mean
from app.errors import Fault, InvalidParameters, UnknownClassification, UnknownCrosswalk
from app.marks import NOT_PUBLISHED_MARK, Mark, not_loaded

Pair = tuple[Crosswalk, str, str]


def classifications(catalog: Catalog) -> list[Json]:
    """Return every classification, in the order of its rank."""
    found = catalog.concordances
    return [
        {name: getattr(one, name) for name in ClassificationInfo.__slots__ if name != "rank"}
        | {"count": len(found.codes_in(one.id))}
        for one in found.classifications.values()
    ]


def classification(catalog: Catalog, given: str) -> ClassificationInfo:
    """Return a classification by its id. Raises ``UnknownClassification``."""
    known = catalog.concordances.classifications
    if given not in known:
        raise UnknownClassification(given, partial(did_you_mean, given, known, 0.4))
    return known[given]


def codes(catalog: Catalog, one: ClassificationInfo) -> list[Json]:
    """Return the codes of a classification, in order."""
    known = catalog.concordances.codes.get(one.id, {})
    return [
        {"classification": one.id, "code": code} | known[code]._asdict()
        for code in catalog.concordances.codes_in(one.id)
    ]


def codes_of_release(
    connection: Connection, catalog: Catalog, one: ClassificationInfo, release: str
) -> list[Json]:
    """Return the codes of a classification that a release names, in order.

    Raises ``InvalidParameters`` for a release that is not shown.
    """
    if release not in catalog.releases:
        near = partial(did_you_mean, release, catalog.releases, 0.4)
        why, allowed = "no release has this id", "an id of /v1/releases"
        raise InvalidParameters(Fault("release", release, why, allowed, near))
    if one.id == CENSUS:  # no release lists its codes, which have their names of the SOC
        return [code for code in codes(catalog, one) if code["release"] == release]
    columns = (Entry.code, Entry.title, Entry.level, Entry.parent, Entry.uri)
    query = select(*columns).join(Part, Part.id == Entry.part_id).order_by(Entry.code)
    here = Part.release_id == catalog.releases[release]["_id"]
    named = connection.execute(query.where(here, Part.classification_id == one.id)).mappings()
    return [{"classification": one.id, **row, "release": release} for row in named]


def crosswalks(catalog: Catalog) -> list[Json]:
    """Return every crosswalk, by id."""
    found = sorted(catalog.concordances.crosswalks, key=lambda one: one.id)
    return [
        {
            "id": one.id,
            "title": catalog.releases[one.release]["title"],
            "from_classification": one.first,
            "to_classification": one.second,
            "pairs": len(one.pairs),
            "period": catalog.releases[one.release]["period"],
            "source": catalog.releases[one.release]["source"],
            "release": one.release,
        }
        for one in found
    ]


def pairs(catalog: Catalog, given: str, first: str | None, second: str | None) -> list[Pair]:
    """Return the pairs of a crosswalk, or of all of a release, with these codes.

    Raises ``UnknownCrosswalk``, or ``InvalidParameters`` for a code that it does not have.
    """
    known = sorted(catalog.concordances.crosswalks, key=lambda one: one.id)
    chosen = [one for one in known if given in {one.id, one.release}]
    if not chosen and _not_loaded(catalog, given):
        return []
    if not chosen:
        ids = [one.id for one in known]
        raise UnknownCrosswalk(given, partial(did_you_mean, given, ids, 0.4))
    faults = []
    for name, code in (("from", first), ("to", second)):
        if code is not None and not any(_stands(catalog, one, name, code) for one in chosen):
            near = partial(_near, chosen, name, code)
            why, allowed = "no pair has this code", f"a code of GET /v1/crosswalks/{given}"
            faults.append(Fault(name, code, why, allowed, near))
    if faults:
        raise InvalidParameters(*faults)
    wanted = _bare(first), _bare(second)
    return [
        (one, *pair)
        for one in chosen
        if (first is None or _stands(catalog, one, "from", first))
        and (second is None or _stands(catalog, one, "to", second))
        for pair in one.pairs
        if wanted[0] in {None, pair[0]} and wanted[1] in {None, pair[1]}
    ]


def _not_loaded(catalog: Catalog, given: str) -> ClassificationInfo | None:
    """Return the first classification of a crosswalk that is known by its name and not loaded."""
    known = catalog.concordances.classifications
    names = {f"crosswalk-{one}-{other}": one for one in known for other in known if one != other}
    one = known.get(names.get(given, ""))
    return one if one is not None and not one.loaded else None


def absence(catalog: Catalog, one: ClassificationInfo | None) -> Mark:
    """Return why a list is empty: a classification, by default any other, is not loaded."""
    found = catalog.concordances
    if one is None and found.crosswalks:
        return NOT_PUBLISHED_MARK
    return not_loaded(command_of(catalog, one or found.classifications["soc-2010"]))


def absence_of_pairs(catalog: Catalog, given: str) -> Mark:
    """Return why a crosswalk has no pairs."""
    return absence(catalog, _not_loaded(catalog, given))


def _bare(code: str | None) -> str | None:
    return None if code is None else code.rpartition(":")[2]


def _stands(catalog: Catalog, one: Crosswalk, side: str, given: str) -> bool:
    prefix, _, code = given.rpartition(":")
    classification = one.first if side == "from" else one.second
    info = catalog.concordances.classifications[classification]
    return code in _side(one, side) and prefix.lower() in {"", info.prefix}


def _side(one: Crosswalk, side: str) -> dict[str, tuple[str, ...]]:
    return one.targets if side == "from" else one.sources


def _near(chosen: list[Crosswalk], side: str, given: str) -> tuple[str, ...]:
    codes = dict.fromkeys(code for one in chosen for code in _side(one, side))
    return did_you_mean(str(_bare(given)), codes, 0.5)


def pair_item(catalog: Catalog, pair: Pair) -> Json:
    """Make an item of a pair."""
    found = catalog.concordances
    crosswalk, first, second = pair
    return {
        "from_classification": crosswalk.first,
        "from_code": first,
        "from_title": found.title(crosswalk.first, first),
        "to_classification": crosswalk.second,
        "to_code": second,
        "to_title": found.title(crosswalk.second, second),
        "relation": found.relation(crosswalk, first, second),
        "match": crosswalk.matches.get((first, second)),
        "note": crosswalk.notes.get((first, second)),
        "release": crosswalk.release,
    }


def leads(catalog: Catalog, code: str, wanted: str | None) -> list[Lead]:
    """Return the codes of others that lead to an occupation; ``wanted``: of one classification.

    Raises ``InvalidParameters`` for a classification that is not known.
    """
    found = catalog.concordances
    if wanted is not None and wanted not in found.classifications:
        allowed = ", ".join(found.classifications)
        near = partial(did_you_mean, wanted, found.classifications, 0.4)
        fault = Fault("classification", wanted, "no classification has this id", allowed, near)
        raise InvalidParameters(fault)
    occupation = catalog.occupation(code)
    place = (occupation.classification, occupation.concordance_code)
    known = found.leads_to(*place)
    return [one for one in known if wanted in {None, one.classification}]


def lead_item(catalog: Catalog, lead: Lead) -> Json:
    """Make an item of a code that leads to an occupation."""
    found = catalog.concordances
    info = found.entry(lead.classification, lead.code)
    return {
        "classification": lead.classification,
        "code": lead.code,
        "prefixed": f"{found.classifications[lead.classification].prefix}:{lead.code}",
        "title": info.title if info else None,
        "relation": lead.chain.relation,
        "match": lead.chain.match,
        "chain": [
            step._asdict() | {"title": found.title(step.classification, step.code)}
            for step in lead.chain.steps
        ],
        "release": info.release if info else None,
    }
