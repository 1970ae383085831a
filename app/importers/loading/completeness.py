"""Whether each part of a release is whole, and what it lacks of what its publisher has.

A file may be cut short, or somebody's extract. What can be seen from the part alone is seen when it
is loaded: the major groups without lines, and in wages and projections also groups whose lines do
not add up to them. How a part compares with those of other periods follows from the tables, so it
is worked out anew with every load, whatever came first.

``lacks`` may have ``groups`` (codes of major groups, 00-0000 for the total), ``codes`` (rows that
the nearest other period has more, in datasets with one row an occupation; ``rows`` in others). What
a release lacks, ``datasets``, ``areas`` and ``industries``, stands in its entries, of which nothing
is ever marked absent, or in its first part if it names no occupations.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select, update

from app.database.models import Part, Projection, Release, Wage
from app.database.models.occupations import ALL_INDUSTRIES, ALL_OWNERSHIPS, POSTAL, TERRITORIES
from app.importers.oews.areas import industry_level
from app.importers.rules import MAJOR_GROUPS

TOTAL = "00-0000"
GROUPS = frozenset(f"{group}-0000" for group in MAJOR_GROUPS) - {TOTAL, "55-0000"}
"""The major groups that every whole dataset has; few have the military."""

COVERED: dict[str, frozenset[str]] = {
    "entries": frozenset({""}),
    "descriptions": frozenset({"definition"}),
    "duties": frozenset({"core", "supplemental"}),
    "titles": frozenset({"direct_match", "alternate", "reported", "example"}),
    "skills": frozenset(
        {
            *("skill", "knowledge", "ability", "work_activity"),
            *("work_style", "work_value", "work_context"),
        }
    ),
    "technologies": frozenset({"technology", "tool"}),
    "interests": frozenset({""}),
    "education": frozenset({"required_level", "attainment"}),
    "experience": frozenset({"related_work", "on_site_training", "on_the_job_training"}),
    "job_zones": frozenset({""}),
    "related": frozenset({"primary_short", "primary_long", "supplemental"}),
    "projections": frozenset({""}),
}
"""Dataset → kinds of which a whole file has rows in every major group. Wages have measures of
their own, and the occupations that a file of wages names are as many as it has."""

ONET_DATASETS = frozenset(COVERED) - {"entries", "projections"}
"""The datasets that a whole release of O*NET has."""

ADD_UP = 0.99
"""Least share of a group's employment in the nation that its detailed lines have: 0.995 in all the
official files. Elsewhere lines are withheld."""
AREA_ADDS_UP = 0.85
"""Least share of an area's employment that its major groups have: 0.895 in May 2025."""
INDUSTRY_ADDS_UP = 0.75
"""The same of an industry and owner: 0.764 in May 2012."""
NATION = ("US", ALL_INDUSTRIES, ALL_OWNERSHIPS)

LEAST_ROWS = 0.75
"""Share of the rows of the nearest other period from which a part passes for whole: national files
have at least 0.94 of each other's."""
LEAST_ROWS_OF_MANY = 0.5
"""The same of datasets with many rows an occupation, which releases of O*NET redesign."""
ONE_ROW = frozenset({"wages", "projections", "job_zones"})
"""Datasets with one row an occupation."""

PUBLISHERS = frozenset({"soc", "bls-oews", "bls-ep", "onet"})
"""Sources whose files are judged: the article is about one occupation."""

STATES = frozenset(POSTAL.values()) - {POSTAL[code] for code in TERRITORIES}


def groups_lacking(
    connection: Connection, parts: Iterable[Any], codes: Mapping[int, Iterable[str]]
) -> dict[int, list[str]]:
    """Return part → the groups that it lacks, for those of a new release that lack any.

    ``codes``: part → the occupations that it has rows of.
    """
    lacking: dict[int, set[str]] = {}
    wages: dict[int, Any] = {}
    for part in parts:
        if part.dataset == "wages":
            wages[part.id] = part
        elif part.kind in COVERED.get(part.dataset, ()):
            lacking[part.id] = set(GROUPS - {f"{code[:2]}-0000" for code in codes[part.id]})
            if part.dataset == "projections":
                lacking[part.id] |= _not_adding_up_in(connection, part.id)
    lacking |= _wages_not_adding_up(connection, wages)
    return {part: sorted(groups) for part, groups in lacking.items() if groups}


def _not_adding_up_in(connection: Connection, part: int) -> set[str]:
    """Return the groups of a part of projections that its lines do not add up to."""
    rows = connection.execute(
        select(Projection.code, Projection.base_employment, Projection.line).where(
            Projection.part_id == part
        )
    )
    return _not_the_sum([(code, persons, line != "summary") for code, persons, line in rows])


def _wages_not_adding_up(connection: Connection, parts: Mapping[int, Any]) -> dict[int, set[str]]:
    """Return part → groups of wages that are missing or have fewer employed than they should."""
    found: dict[int, dict[str, int | None]] = {part: {} for part in parts}
    first = min(parts, default=0)
    groups = select(Wage.part_id, Wage.code, Wage.employment).where(
        Wage.part_id.between(first, max(parts, default=0)), Wage.code.like("__-0000")
    )
    for part, code, persons in connection.execute(groups):
        found[part][code] = persons
    lacking: dict[int, set[str]] = {}
    for part, its in parts.items():
        gone = {TOTAL} - found[part].keys()
        nation = (its.area, its.industry, its.ownership) == NATION
        if nation:
            gone |= GROUPS - found[part].keys()
        total = found[part].get(TOTAL)
        if nation and total is None:
            gone.add(TOTAL)
        if total:
            known = [persons for code, persons in found[part].items() if code != TOTAL]
            least = AREA_ADDS_UP if its.industry == ALL_INDUSTRIES else INDUSTRY_ADDS_UP
            if sum(filter(None, known)) < total * least:
                gone.add(TOTAL)
        if nation and not gone:
            rows = connection.execute(
                select(Wage.code, Wage.employment, Wage.published_levels).where(
                    Wage.part_id == part
                )
            )
            gone = _not_the_sum([(c, persons, "detailed" in levels) for c, persons, levels in rows])
        if gone:
            lacking[part] = gone
    return lacking


def _not_the_sum(lines: Sequence[tuple[str, int | None, bool]]) -> set[str]:
    """Return the major groups that the lines of their occupations do not add up to.

    A line is a code, its employment, and whether it is of the most detailed ones.
    """
    groups = {code: persons for code, persons, _ in lines if code[2:] == "-0000"}
    sums: dict[str, int] = defaultdict(int)
    for code, persons, detailed in lines:
        if detailed:
            sums[f"{code[:2]}-0000"] += persons or 0
    gone = {TOTAL, *GROUPS} - groups.keys()
    return gone | {
        code
        for code, persons in groups.items()
        if code != TOTAL and persons and sums[code] < persons * ADD_UP
    }


def judge_parts(connection: Connection, source: str) -> None:
    """Set ``whole`` and ``lacks`` of every part of a publisher. An excerpt's are not whole."""
    if source not in PUBLISHERS:
        return
    query = (
        select(
            *(Part.id, Part.dataset, Part.kind, Part.area, Part.industry, Part.ownership),
            *(Part.period, Part.rows, Part.whole, Part.lacks, Part.release_id),
            *(Release.excerpt, Release.name),
        )
        .join(Release, Release.id == Part.release_id)
        .where(Release.source_id == source, ~Release.superseded, ~Release.retired)
        .where(Part.classification_id.is_(None))  # these are judged by none of this
        .order_by(Part.id)
    )
    parts = connection.execute(query).all()
    lacks = {
        part.id: {"groups": part.lacks["groups"]} if "groups" in part.lacks else {}
        for part in parts
    }
    by_series = defaultdict(list)
    for part in parts:
        if not part.excerpt:
            series = (part.dataset, part.kind, part.area, part.industry, part.ownership)
            by_series[series].append(part)
    for series, its in by_series.items():
        if series[0] == "entries":
            continue
        sound = [part for part in its if not lacks[part.id]]  # as far as each says by itself
        for part in its:
            if short := _rows_short(part, sound):
                lacks[part.id] |= {"codes" if part.dataset in ONE_ROW else "rows": short}
    for first, more in _of_releases(parts, source).items():
        lacks[first] |= more
    now = {part.id: (not (lacks[part.id] or part.excerpt), lacks[part.id]) for part in parts}
    for part in parts:
        if now[part.id] != (part.whole, part.lacks):
            whole, its_lacks = now[part.id]
            values = {"whole": whole, "lacks": its_lacks}
            connection.execute(update(Part).where(Part.id == part.id).values(**values))


def _rows_short(part: Any, others: Sequence[Any]) -> int:
    """Return how many rows fewer a part has than that of the nearest other period, if notable."""
    nearest = min(
        (other for other in others if other.period != part.period),
        key=lambda other: (abs(_months(other.period) - _months(part.period)), -other.rows),
        default=None,
    )
    least = LEAST_ROWS if part.dataset in ONE_ROW else LEAST_ROWS_OF_MANY
    if nearest is None or part.rows >= nearest.rows * least:
        return 0
    return int(nearest.rows - part.rows)


def _months(period: str) -> int:
    """Return a period's first year in months, and the month if it has one."""
    year, _, month = period.partition("-")
    return int(year) * 12 + (int(month) if month and int(month) <= 12 else 0)


def _of_releases(parts: Sequence[Any], source: str) -> dict[int, dict[str, Any]]:
    """Return part → the datasets, areas and industries that its release lacks."""
    releases: dict[int, list[Any]] = defaultdict(list)
    for part in parts:
        if not part.excerpt:
            releases[part.release_id].append(part)
    places = [_places(its) for its in releases.values()]
    found: dict[int, dict[str, Any]] = {}
    for its, (period, kinds) in zip(releases.values(), places, strict=True):
        areas = {part.area for part in its}
        lacking: dict[str, set[str]] = {
            "datasets": {*ONET_DATASETS} - {part.dataset for part in its}
            if source == "onet"
            else set(),
            "areas": {*STATES} - areas if areas & STATES else set(),
            "industries": set(),
        }
        for (name, kind), known in kinds.items():
            lacking[name] |= _lacking_of_kind(period, (name, kind), known, places)
        if more := {name: sorted(gone) for name, gone in lacking.items() if gone}:
            holder = next((part for part in its if part.dataset == "entries"), its[0])
            found[holder.id] = more
    return found


Places = dict[tuple[str, Any], set[str]]
"""Areas by digits of their codes (metropolitan 5, nonmetropolitan 7), industries by level."""


def _places(parts: Sequence[Any]) -> tuple[str, Places]:
    """Return the period of a release, and what its wages are about."""
    found: Places = defaultdict(set)
    for part in parts:
        if part.dataset == "wages" and part.area.isdigit():
            found["areas", len(part.area)].add(part.area)
        elif part.dataset == "wages" and part.area == NATION[0] and part.industry != ALL_INDUSTRIES:
            found["industries", industry_level(part.industry)].add(part.industry)
    return parts[0].period, found


def _lacking_of_kind(
    period: str, kind: tuple[str, Any], known: set[str], others: Sequence[tuple[str, Places]]
) -> set[str]:
    """Return what the nearest other period has of this kind and a release with few of it has not.

    Codes change with each delineation and each revision of NAICS, so they are counted.
    """
    beside = [
        (abs(_months(other) - _months(period)), kinds[kind])
        for other, kinds in others
        if other != period and kind in kinds
    ]
    nearest = min(beside, key=lambda one: (one[0], -len(one[1])), default=(0, known))[1]
    return nearest - known if len(known) < len(nearest) * LEAST_ROWS else set()


def in_words(connection: Connection, release: int) -> list[str]:
    """Return what the parts of a release lack, a sentence each; of many parts the first three."""
    names = (Part.dataset, Part.kind, Part.area, Part.industry, Part.ownership, Part.rows)
    query = select(*names, Part.lacks).where(Part.release_id == release, ~Part.whole)
    said: list[str] = []
    places: list[str] = []
    for *key, rows, lacks in connection.execute(query.order_by(Part.id)):
        places += [*lacks.get("areas", ()), *lacks.get("industries", ())]
        what = f"{' '.join(filter(None, key))}: {rows:,} {'row' if rows == 1 else 'rows'}"
        if groups := lacks.get("groups"):
            said.append(f"{what}, and lines are missing in {_listed(groups)}")
        elif short := lacks.get("codes", lacks.get("rows")):
            said.append(f"{what}, {short:,} fewer than in another period")
    more = [f"the same in {len(said) - 3:,} more"] if len(said) > 3 else []
    return said[:3] + more + ([f"no lines of {_listed(places)}"] if places else [])


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
