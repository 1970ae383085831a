"""Where a series of wages or projections stands under other codes, and for other areas.

Codes changed with the SOC 2010 and 2018, in the surveys of 2019 and 2020 and between editions of
the projections; areas with each delineation. Each stretch keeps its own code and area: nothing is
summed or split.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from app.api.queries.areas import known, neighbours
from app.api.queries.block_rows import is_detailed, rows_of_occupation
from app.api.queries.part_filter import PartFilter
from app.api.schemas.common import Json
from app.api.schemas.words import RELATIONS
from app.database.catalog import Catalog
from app.database.crosswalks import GROUPING, Chain, Lead, Link
from app.database.models.classifications import CURRENT
from app.database.models.occupations import NATION
from app.database.newest_lines import NEWEST
from app.database.occupation_info import OccupationInfo
from app.database.relations import INVERSE, composed

SERIES = frozenset(NEWEST)
"""Blocks that have a history under other codes."""
SINCE_2018 = "2019"
"""Periods from this on are in codes of the SOC 2018."""
CONTAINS = {
    False: frozenset({"same", "renamed", "split"}),
    True: frozenset({"same", "renamed", "merged"}),
}
"""Whether the other code is the later one → relations in which it has all the people of this."""


USED: dict[str, tuple[str, str]] = {"oews-2019": ("2019", "2021"), "nem-2022": ("2019", "~")}
"""Classification → from which period on, and below which, figures are in its codes."""
ERAS = defaultdict(lambda: 1, {"soc-2000": 0, "oews-2019": 2, "nem-2022": 2})
"""Classification → its place in time; those of the years of the SOC 2010 are all 1."""
BEFORE_2018 = ("", SINCE_2018)
"""The same of all others that the SOC 2018 replaced."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A code or area beside the one asked for; ``later``: it came after.

    A code that is in force now, for other people, counts from ``since`` up to ``below``.
    """

    relation: str
    match: str | None
    crosswalk: str | None
    later: bool
    since: str = ""
    below: str = "~"

    @classmethod
    def of(cls, chain: Chain, *, later: bool, used: tuple[str, str]) -> Neighbour:
        """Return the neighbour at the end of a chain, or at its start."""
        crosswalk = next((step.crosswalk for step in chain.steps if step.crosswalk), None)
        return cls(chain.relation, chain.match, crosswalk, later, *used)

    def turned(self) -> Neighbour:
        """Return what it is seen the other way round in time."""
        match = {"narrow": "broad", "broad": "narrow"}.get(self.match or "", self.match)
        relation = INVERSE.get(self.relation, self.relation)
        return replace(self, relation=relation, match=match, later=not self.later)

    def beside(self, other: Neighbour | None) -> Neighbour:
        """Return what two changes are together, that of the code and that of the area."""
        if other is None:
            return self
        alike = self.later == other.later and {self.relation, other.relation} <= {*RELATIONS}
        relation = composed(self.relation, other.relation) if alike else "part"
        return replace(self, relation=relation, match=None)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows of a series under another code or for another area, newest first.

    ``changes``: code, area or both → how what the rows have stands to what is asked for.
    """

    occupation: OccupationInfo
    area: str | None
    how: Neighbour
    changes: dict[str, Neighbour]
    rows: list[Json]

    def item(self) -> Json:
        """Return the stretch as it goes out."""
        return {
            "code": self.occupation.code,
            "title": self.occupation.title,
            "classification": self.occupation.classification,
            "area": self.area,
            "relation": self.how.relation,
            "match": self.how.match,
            "crosswalk": self.how.crosswalk,
            "periods": list(dict.fromkeys(row["period"] for row in self.rows)),
        }


def stretches(
    connection: Connection,
    catalog: Catalog,
    block: str,
    occupation: OccupationInfo,
    wanted: PartFilter,
    own: Sequence[Json],
) -> list[Stretch]:
    """Return the stretches of a series, whose ``own`` rows are given, in the periods wanted."""
    wanted = wanted.every_period if wanted.newest else wanted
    codes: dict[str, Neighbour | None] = {occupation.code: None, **_codes(catalog, occupation)}
    areas: dict[str | None, Neighbour | None] = {wanted.area: None, **_areas(catalog, wanted.area)}
    newest = max((row["period"] for row in own), default=None)
    found = []
    for code, of_code in codes.items():
        other = catalog.find(code)
        for area, of_area in areas.items():
            how = of_code.beside(of_area) if of_code else of_area
            if how is None or other is None:
                continue
            there = replace(wanted, areas=frozenset({area})) if area and of_area else wanted
            rows = rows_of_occupation(connection, catalog, block, other, there)
            rows = [row for row in rows if _counts(block, row, other, of_code, of_area)]
            if rows:
                changes = {n: c for n, c in (("code", of_code), ("area", of_area)) if c}
                if newest is not None and how.later != (rows[0]["period"] > newest):
                    how = how.turned()
                    changes = {name: change.turned() for name, change in changes.items()}
                place = None if block == "projections" and area == NATION else area
                found.append(Stretch(other, place, how, changes, rows))
    return found


def _counts(
    block: str,
    row: Json,
    other: OccupationInfo,
    of_code: Neighbour | None,
    of_area: Neighbour | None,
) -> bool:
    """Tell whether a row is of the people asked for, or of some of them."""
    if row["inherited_from"] is not None:
        return False
    # Of a group only what the publisher does not divide: its members have figures of their own.
    if other.level not in {"detailed", "onet"} and of_code and not is_detailed(block, row):
        return False
    bounds = [of_area] if of_area else []
    if of_code and other.current and other.classification == CURRENT:
        bounds.append(of_code)
    return all(bound.since <= row["period"] < bound.below for bound in bounds)


def _codes(catalog: Catalog, occupation: OccupationInfo) -> dict[str, Neighbour]:
    """Return the codes that wages and projections of an occupation's people may stand under.

    A group above it counts as one that it was split from.
    """
    known, code = catalog.concordances, occupation.code
    found: dict[str, Neighbour] = {}
    if occupation.current:
        _add(found, known.leads_to(CURRENT, code, GROUPING), None)
        if occupation.parent is not None:
            found.setdefault(occupation.parent, Neighbour("split", None, None, later=False))
    else:
        place = (occupation.classification, occupation.concordance_code)
        chains = known.current(*place)
        targets = [catalog.occupations.get(chain.code) for chain in chains]
        groups = {target.parent for target in targets if target and target.parent}
        for chain in chains:
            now = (SINCE_2018, "~")
            found.setdefault(chain.code, Neighbour.of(chain, later=True, used=now))
            beside = known.leads_to(CURRENT, chain.code, GROUPING)
            later = (one for one in beside if ERAS[one.classification] > ERAS[place[0]])
            _add(found, later, chain)
        for group in sorted(groups):
            relation = "merged" if len(groups) == 1 else "part"
            found.setdefault(group, Neighbour(relation, None, None, True, SINCE_2018))
        _add(found, known.leads_to(*place, GROUPING), None)
    found.pop(code, None)
    return found


def _add(found: dict[str, Neighbour], leads: Iterable[Lead], through: Chain | None) -> None:
    """Add codes that lead to one, or that lead where it does: beside it by way of ``through``."""
    for lead in leads:
        since, below = USED.get(lead.classification, BEFORE_2018)
        if lead.code in found:  # by several classifications: it counts in the years of each
            known = found[lead.code]
            since, below = min(since, known.since), max(below, known.below)
            found[lead.code] = replace(known, since=since, below=below)
            continue
        how = Neighbour.of(lead.chain, later=False, used=(since, below))
        if through is not None:
            back = INVERSE.get(how.relation, how.relation)
            how = replace(how, relation=composed(through.relation, back), match=None, later=True)
        found[lead.code] = how


def _areas(catalog: Catalog, area: str | None) -> dict[str | None, Neighbour]:
    """Return the areas that an area followed, or that followed it, each for the years beside."""
    if area is None:
        return {}
    both = neighbours(catalog, area)
    asked = known(catalog, area)
    if asked is None or not any(both):
        return {}
    # Up to where the one asked for begins, and from after its last period on.
    times = ("", asked["valid_from"] or "~"), (f"{asked['valid_to'] or ''}~", "~")
    found: dict[str | None, Neighbour] = {}
    for later, its in zip((False, True), both, strict=True):
        for one in its:
            how = Neighbour(one.relation, None, one.crosswalk, later, *times[later])
            found.setdefault(one.code, how)
    return found


def continues(found: Sequence[Stretch]) -> Json:
    """Return the stretches as they go out."""
    return {
        "earlier": [one.item() for one in found if not one.how.later],
        "later": [one.item() for one in found if one.how.later],
    }


def of_profile(
    connection: Connection,
    catalog: Catalog,
    occupation: OccupationInfo,
    asked: Mapping[str, PartFilter],
    blocks: Mapping[str, Sequence[Json]],
) -> Json:
    """Return block → where its series goes on; null if not all of its periods are asked for."""
    return {
        name: continues(stretches(connection, catalog, name, occupation, asked[name], blocks[name]))
        if name in blocks and "all" in asked[name].periods
        else None
        for name in NEWEST
    }


def stands_at(found: Sequence[Stretch], area: str | None) -> str | None:
    """Return the code of a stretch in the area that has all the people of the one asked for."""
    return next(
        (
            one.occupation.code
            for one in found
            if one.how.relation in CONTAINS[one.how.later] and one.area in {None, area}
        ),
        None,
    )


def linked(
    own: Sequence[Json], found: Sequence[Stretch], code: str, area: str | None
) -> list[Json]:
    """Return all rows in one list, newest first; those of a stretch have notes."""
    rows = list(own)
    asked = {"code": code, "area": area}
    for one in found:
        notes = {
            name: {
                "kind": "break",
                "code": asked[name],
                "relation": change.relation,
                "crosswalk": change.crosswalk,
            }
            for name, change in one.changes.items()
        }
        for row in one.rows:
            noted = row["notes"]
            for name, note in notes.items():
                noted = _with_note(noted, name, note)
            rows.append(row | {"notes": noted})
    rows.sort(key=lambda row: row["code"] != code)
    rows.sort(key=lambda row: row["period"], reverse=True)
    return rows


def with_extents(catalog: Catalog, items: list[Json]) -> list[Json]:
    """Note on rows of periods before the SOC 2018 that their code meant other people then."""
    changed = catalog.changed_extents
    return [
        item | {"notes": _with_note(item["notes"], "code", _extent(changed[item["code"]]))}
        if item["code"] in extents_of(catalog, item["period"])
        else item
        for item in items
    ]


def extents_of(catalog: Catalog, period: str) -> Mapping[str, Link]:
    """Return the codes that meant other people in a period than they do now."""
    return catalog.changed_extents if period < SINCE_2018 else {}


def _extent(link: Link) -> Json:
    return {
        "kind": "extent",
        "code": link.code,
        "relation": link.relation,
        "crosswalk": link.crosswalk,
    }


def _with_note(notes: Json, key: str, note: Json) -> Json:
    return {**notes, key: [*notes.get(key, ()), note]}
