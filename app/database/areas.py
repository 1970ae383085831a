"""Areas through time: what releases called them, and which area followed which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, select

from app.database.models import AreaEntry, AreaLink, Part, Release, Source


class NamedArea(NamedTuple):
    """An area as a release names it, from its ``first`` to its ``last`` period (null: on)."""

    release: str
    code: str
    name: str
    level: str
    publisher_code: str
    state: str | None
    first: str
    last: str | None


class Step(NamedTuple):
    """From an area to one that it followed or that followed it, and the release that says so."""

    code: str
    name: str  # what it was called then
    relation: str
    release: str
    common: int  # counties and towns that both have; 0 if it is not said


@dataclass(frozen=True, slots=True)
class AreaHistory:
    """The areas that releases name, those without wages too."""

    entries: dict[str, tuple[NamedArea, ...]]  # by code, the oldest first
    predecessors: dict[str, tuple[Step, ...]]  # the one with most in common first
    successors: dict[str, tuple[Step, ...]]
    changed: dict[str, Step]  # codes that stand for another extent than in the list before


NO_HISTORY = AreaHistory({}, {}, {}, {})


def areas_of(connection: Connection, shown: ColumnElement[bool]) -> dict[str, dict[str, Any]]:
    """Return the areas of the releases for which ``shown`` holds, by code, in order.

    An area has the name that the source that leads gives it (``sources.rank``), of its newest
    period. What only a list of areas has, a release without parts, is no place with wages.
    """
    names = ("code", "name", "level", "publisher_code", "state")
    entries = (
        select(*(getattr(AreaEntry, name) for name in names))
        .join(Release, Release.id == AreaEntry.release_id)
        .join(Source, Source.id == Release.source_id)
        .where(shown, select(Part.id).where(Part.release_id == Release.id).exists())
        .order_by(Source.rank, Source.id, Release.period.desc(), Release.excerpt, Release.name)
    )
    found: dict[str, dict[str, Any]] = {}
    for row in connection.execute(entries):
        found.setdefault(row.code, row._asdict())
    return dict(sorted(found.items()))


def read_areas(connection: Connection, releases: dict[int, str]) -> AreaHistory:
    """Read the areas and links of the releases shown, which are given by their ids."""
    entries: defaultdict[str, list[NamedArea]] = defaultdict(list)
    columns: Any = [getattr(AreaEntry, name) for name in NamedArea._fields[1:]]
    for release, code, *more in connection.execute(select(AreaEntry.release_id, *columns)):
        if release in releases:
            entries[code].append(NamedArea(releases[release], code, *more))
    for its in entries.values():
        its.sort(key=_by_age)
    before: defaultdict[str, list[Step]] = defaultdict(list)
    after: defaultdict[str, list[Step]] = defaultdict(list)
    changed: dict[str, Step] = {}
    order: Any = (AreaLink.from_code, AreaLink.to_code)
    for row in connection.execute(select(AreaLink.__table__).order_by(*order)):
        release = releases.get(row.release_id, "")
        older, newer = _names(entries, row.from_code, row.to_code, release)
        if not (older and newer):
            continue
        said = (row.relation, release, row.common or 0)
        if row.from_code == row.to_code:
            changed[row.to_code] = Step(row.to_code, newer, *said)
        else:
            before[row.to_code].append(Step(row.from_code, older, *said))
            after[row.from_code].append(Step(row.to_code, newer, *said))
    return AreaHistory(
        {code: tuple(its) for code, its in entries.items()},
        _by_common(before),
        _by_common(after),
        changed,
    )


def _names(
    entries: Mapping[str, list[NamedArea]], older: str, newer: str, release: str
) -> tuple[str, str]:
    """Return the names of two areas when one followed the other, by a release that says so.

    A name is "" if no release that is shown has the area of that time.
    """
    newest = entries.get(newer, [])
    since = next((entry.first for entry in newest if entry.release == release), "")
    was = [e.name for e in entries.get(older, []) if not since or e.first < since]
    now = [e.name for e in newest if e.first >= since]
    return (was[-1] if release and was else ""), (now[-1] if now else "")


def _by_common(steps: Mapping[str, list[Step]]) -> dict[str, tuple[Step, ...]]:
    return {code: tuple(sorted(its, key=lambda s: -s.common)) for code, its in steps.items()}


def _by_age(entry: NamedArea) -> tuple[str, str, str]:
    return (entry.last or "~", entry.first, entry.release)
