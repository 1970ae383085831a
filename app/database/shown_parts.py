"""Which parts of a data version's releases are shown, and which of them are the latest.

Both follow from the releases alone: neither the order in which they were loaded nor what any
other version shows makes a difference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, select

from app.database.models import Industry, Part, Release
from app.database.part_lacks import judge, judged_columns
from app.database.versions import releases_of, shown_in


class Candidate(NamedTuple):
    """What decides whether a part is shown; ``candidates`` selects these columns."""

    id: int
    source: str
    release: str
    excerpt: bool
    dataset: str
    kind: str
    area: str
    industry: str
    ownership: str
    period: str
    rows: int


def candidates() -> Select[Any]:
    """Select the columns of a ``Candidate``, of parts joined with their releases."""
    columns: tuple[Any, ...] = (
        *(Part.id, Release.source_id, Release.name, Release.excerpt, Part.dataset, Part.kind),
        *(Part.area, Part.industry, Part.ownership, Part.period, Part.rows),
    )
    return select(*columns).join(Release, Release.id == Part.release_id)


def choose(
    parts: Iterable[Candidate], industry_levels: Mapping[str, str]
) -> tuple[frozenset[int], frozenset[int]]:
    """Return the ids of the parts that are shown, and of those among them that are the latest.

    Of parts of one source that hold the same thing for the same period one is shown: of a whole
    release before an excerpt, then the one with more rows, then by the release's name. Of those
    shown, the ones of the newest period of their area and industry are the latest, whatever their
    ownership.

    An industry ends when a newer period of its area shows other industries of its level, at least
    three quarters as many as its own newest period does: its last figures are not the latest any
    more. A file of some industries ends no other.
    """
    best: dict[tuple[str, ...], Candidate] = {}
    newest: dict[tuple[str, ...], str] = {}
    industries: dict[tuple[str, str, str], dict[str, set[str]]] = defaultdict(dict)
    for part in parts:
        series = _series(part)
        key = (*series, part.ownership, part.period)
        if key not in best or _order(part) < _order(best[key]):
            best[key] = part
        newest[series] = max(part.period, newest.get(series, ""))
        level = industry_levels.get(part.industry)
        if level is not None:
            of_level = industries[part.source, part.area, level]
            of_level.setdefault(part.period, set()).add(part.industry)
    ended = {key: _ended(of_level) for key, of_level in industries.items()}
    latest = (
        part.id
        for part in best.values()
        if part.period == newest[_series(part)]
        and part.period
        not in ended.get((part.source, part.area, industry_levels.get(part.industry, "")), ())
    )
    return frozenset(part.id for part in best.values()), frozenset(latest)


def parts_of(connection: Connection, number: int, *, stored: bool) -> Sequence[Any]:
    """Return the parts of the releases of a data version, each with all columns of the table.

    ``stored``: the version is the newest, and the table says what it shows.
    """
    table: Any = Part.__table__
    its_own = shown_in(number)
    query = select(table).where(table.c.release_id.in_(releases_of(number)), its_own)
    if stored:
        return connection.execute(query).all()
    its = candidates().where(Release.id.in_(releases_of(number)), its_own)
    levels = industry_levels(connection)
    shown, latest = choose(map(Candidate._make, connection.execute(its)), levels)
    columns = judged_columns().where(Release.id.in_(releases_of(number)), its_own)
    judged = judge(connection.execute(columns))
    parts = [SimpleNamespace(**row) for row in connection.execute(query).mappings()]
    for part in parts:
        part.shown, part.latest = part.id in shown, part.id in latest
        part.whole, part.lacks = judged.get(part.id, (part.whole, part.lacks))
    return parts


def industry_levels(connection: Connection) -> dict[str, str]:
    """Return the level of each industry by its code."""
    rows = connection.execute(select(Industry.code, Industry.level))
    return {row.code: row.level for row in rows}


def _series(part: Candidate) -> tuple[str, ...]:
    return (part.source, part.dataset, part.kind, part.area, part.industry)


def _order(part: Candidate) -> tuple[Any, ...]:
    return (part.excerpt, -part.rows, part.release, part.id)


def _ended(industries: Mapping[str, set[str]]) -> set[str]:
    """Return the periods after which a newer one has enough industries to end theirs."""
    return {
        period
        for period, its in industries.items()
        if any(
            newer > period and 4 * len(others) >= 3 * len(its)
            for newer, others in industries.items()
        )
    }
