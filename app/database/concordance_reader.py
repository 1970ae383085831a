"""Reads the codes and crosswalks of a data version."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from sys import intern
from typing import Any

from sqlalchemy import Connection, Row, and_, or_, select

from app.database import census_codes
from app.database.concordances import Concordances
from app.database.crosswalks import ClassificationInfo, CodeInfo, Crosswalk
from app.database.models import Classification, Entry, Part
from app.database.models import Mapping as Pair
from app.database.models.classifications import CURRENT

Releases = dict[int, dict[str, Any]]
"""Releases shown, by their id in the database."""


def read_concordances(
    connection: Connection, shown: Iterable[dict[str, Any]], occupations: Mapping[str, Any]
) -> Concordances:
    """Read all codes, each with the title that its own publisher's newest release gives.

    ``shown`` are the catalog's releases. Its ``occupations`` know the parents of the SOC's codes.
    """
    releases = {release["_id"]: release for release in shown}
    parents = {code: occupation.parent for code, occupation in occupations.items()}
    rows = connection.execute(select(Classification.__table__).order_by(Classification.rank)).all()
    sources = {row.id: row.source_id for row in rows}
    parts = _parts(connection, releases)

    def best_first(part: Row[Any]) -> tuple[bool, bool]:
        release = releases[part.release_id]
        classification = part.classification_id or CURRENT
        return sources.get(classification) != release["source"], release["excerpt"]

    parts.sort(key=lambda part: releases[part.release_id]["id"])
    parts.sort(key=lambda part: part.period, reverse=True)
    parts.sort(key=best_first)
    entries = [part for part in parts if part.dataset == "entries"]
    codes = _codes(connection, entries, releases, parents)
    crosswalks = _crosswalks(
        connection, [part for part in parts if part.dataset == "mappings"], releases, sources
    )
    whole = {part.classification_id or CURRENT for part in entries}
    if census := census_codes.named(codes.get(CURRENT, {}), crosswalks):
        codes[census_codes.CENSUS] = census
        whole.add(census_codes.CENSUS)
    if all(releases[p.release_id]["excerpt"] for p in parts if p.classification_id is None):
        whole.discard(CURRENT)
    classifications = {
        row.id: ClassificationInfo(
            row.id,
            row.system,
            row.version,
            row.prefix,
            row.source_id,
            row.valid_from,
            row.valid_to,
            row.rank,
            row.id in whole,
        )
        for row in rows
    }
    return Concordances(classifications, codes, crosswalks)


def _parts(connection: Connection, releases: Releases) -> list[Row[Any]]:
    """Return the parts with codes of classifications; those of the SOC 2018 are occupations."""
    soc = [number for number, release in releases.items() if release["source"] == "soc"]
    of_soc = and_(
        Part.classification_id.is_(None), Part.dataset == "entries", Part.release_id.in_(soc)
    )
    columns = (
        Part.id,
        Part.release_id,
        Part.dataset,
        Part.kind,
        Part.period,
        Part.classification_id,
        Part.detail,
    )
    query = select(*columns).where(or_(Part.classification_id.is_not(None), of_soc))
    return [part for part in connection.execute(query) if part.release_id in releases]


def _codes(
    connection: Connection,
    parts: list[Row[Any]],
    releases: Releases,
    parents: dict[str, str | None],
) -> dict[str, dict[str, CodeInfo]]:
    found: dict[str, dict[str, CodeInfo]] = defaultdict(dict)
    columns = (Entry.code, Entry.title, Entry.level, Entry.parent, Entry.uri)
    for part in parts:
        codes = found[part.classification_id or CURRENT]
        release = releases[part.release_id]["id"]
        for code, title, level, parent, uri in connection.execute(
            select(*columns).where(Entry.part_id == part.id)
        ):
            if code not in codes:
                above = parent if part.classification_id else parents.get(code)
                above = intern(above) if above else None
                codes[intern(code)] = CodeInfo(title, intern(level), above, uri, release)
    return dict(found)


def _crosswalks(
    connection: Connection, parts: list[Row[Any]], releases: Releases, sources: dict[str, str]
) -> tuple[Crosswalk, ...]:
    tables = Counter(part.release_id for part in parts)
    found = []
    columns = (Pair.from_code, Pair.to_code, Pair.match, Pair.note)
    for part in parts:
        release = releases[part.release_id]["id"]
        first, second = part.detail["from"], part.detail["to"]
        several = tables[part.release_id] > 1
        pairs, matches, notes = [], {}, {}
        for one, other, match, note in connection.execute(
            select(*columns).where(Pair.part_id == part.id)
        ):
            pair = intern(one), intern(other)
            pairs.append(pair)
            if match:
                matches[pair] = intern(match)
            if note:
                notes[pair] = note
        made = f"{release}.{first}.{second}" if several else release
        pairs.sort()
        found.append(Crosswalk(made, release, first, second, tuple(pairs), matches, notes))

    def best_first(one: Crosswalk) -> tuple[bool, int, str]:
        publisher = next(r["source"] for r in releases.values() if r["id"] == one.release)
        own = publisher in {sources.get(one.first), sources.get(one.second)}
        return not own, -len(one.pairs), one.id

    return tuple(sorted(found, key=best_first))
