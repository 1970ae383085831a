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
from app.database.models.occupations import ALL_INDUSTRIES
from app.database.part_lacks import COVERED, NATION, judge, judged_columns
from app.importers.rules import MAJOR_GROUPS

TOTAL = "00-0000"
GROUPS = frozenset(f"{group}-0000" for group in MAJOR_GROUPS) - {TOTAL, "55-0000"}
"""The major groups that every whole dataset has; few have the military."""

ADD_UP = 0.99
"""Least share of a group's employment in the nation that its detailed lines have: 0.995 in all the
official files. Elsewhere lines are withheld."""
AREA_ADDS_UP = 0.85
"""Least share of an area's employment that its major groups have: 0.895 in May 2025."""
INDUSTRY_ADDS_UP = 0.75
"""The same of an industry and owner: 0.764 in May 2012."""


STATE_ADDS_UP = 0.75
"""The same of a state's projections and their lines: 0.771 in those of the Virgin Islands."""
SMALL = {"GU": frozenset({"45-0000"}), "VI": frozenset({"45-0000"})}
"""Area → major groups that its projections have no line of."""


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
            groups = GROUPS - SMALL.get(part.area, frozenset())
            lacking[part.id] = set(groups - {f"{code[:2]}-0000" for code in codes[part.id]})
            if part.dataset == "projections":
                lacking[part.id] |= _not_adding_up_in(connection, part)
    lacking |= _wages_not_adding_up(connection, wages)
    return {part: sorted(groups) for part, groups in lacking.items() if groups}


def _not_adding_up_in(connection: Connection, part: Any) -> set[str]:
    """Return the groups of a part of projections that its lines do not add up to.

    A state's projections have no groups but the total.
    """
    rows = connection.execute(
        select(Projection.code, Projection.base_employment, Projection.line).where(
            Projection.part_id == part.id
        )
    )
    lines = [(code, persons, line != "summary") for code, persons, line in rows]
    if not part.area:
        return _not_the_sum(lines)
    total = next((persons for code, persons, _ in lines if code == TOTAL), None)
    known = sum(persons or 0 for code, persons, _ in lines if code != TOTAL)
    return {TOTAL} if total is None or known < total * STATE_ADDS_UP else set()


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
    """Set ``whole`` and ``lacks`` of every part of a publisher."""
    query = judged_columns().where(
        Release.source_id == source,
        ~Release.superseded,
        ~Release.retired,
        Part.to_number.is_(None),
    )
    parts = connection.execute(query).all()
    now = judge(parts)
    table: Any = Part.__table__
    for part in parts:
        whole, lacks = now.get(part.id, (part.whole, part.lacks))
        if (whole, lacks) != (part.whole, part.lacks):
            values = {"whole": whole, "lacks": lacks}
            connection.execute(update(table).where(table.c.id == part.id).values(**values))


def in_words(connection: Connection, release: int) -> list[str]:
    """Return what the parts of a release lack, a sentence each; of many parts the first three."""
    names = (Part.dataset, Part.kind, Part.area, Part.industry, Part.ownership, Part.rows)
    query = select(*names, Part.lacks).where(
        Part.release_id == release, ~Part.whole, Part.to_number.is_(None)
    )
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
