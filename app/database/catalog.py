"""The catalog of a data version, in memory: releases, parts, occupations, areas.

A catalog is read in one transaction and never changes. It names the parts to answer from, and
content rows of a part never change, so an answer made with one catalog is of one data version
even while another is being loaded.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from app.database.engines import is_lost
from app.database.models import (
    Area,
    Citation,
    DataVersion,
    Industry,
    Occupation,
    Part,
    Release,
    ReleaseFile,
    Source,
)
from app.database.occupation_codes import canonical_code
from app.database.read_only_file import changed
from app.did_you_mean import did_you_mean
from app.errors import (
    ConnectionLost,
    DatabaseDown,
    NotReady,
    UnknownOccupation,
    UnknownRelease,
)
from app.memory import Bounded

CHOICES_LIMIT = 4 * 1024 * 1024
"""Bytes of a catalog's cache of parts by filter."""


@dataclass(frozen=True, slots=True)
class PartInfo:
    """A part that is shown, with what its rows need for their JSON."""

    id: int
    release: str
    source: str
    dataset: str
    kind: str
    area: str
    industry: str
    ownership: str
    period: str
    rows: int
    detail: dict[str, Any]
    latest: bool
    whole: bool = True
    lacks: dict[str, Any] = field(default_factory=dict)

    @property
    def series(self) -> tuple[str, ...]:
        """What the part is one period of; all ownerships of an industry are one series."""
        return (self.source, self.dataset, self.kind, self.area, self.industry)


@dataclass(frozen=True, slots=True)
class OccupationInfo:
    """An occupation's identity and place in the hierarchy."""

    code: str
    title: str
    slug: str
    level: str
    parent: str | None
    figures_code: str
    release: str


@dataclass(frozen=True)
class Catalog:
    """Everything that a data version shows, but the rows of blocks."""

    number: int
    token: str
    sources: dict[str, dict[str, Any]]
    releases: dict[str, dict[str, Any]]
    parts: tuple[PartInfo, ...]  # in the order in which lists give them
    areas: dict[str, dict[str, Any]]
    industries: dict[str, dict[str, Any]]
    occupations: dict[str, OccupationInfo]  # by code, in order of code
    choices: Bounded[Any, tuple[PartInfo, ...]] = field(
        default_factory=lambda: Bounded(CHOICES_LIMIT, lambda parts: 512 + 8 * len(parts))
    )
    """Parts chosen by a filter, kept for the filters last used."""
    items: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    """Area → code → item of the list of occupations, kept for the areas last asked for."""

    @cached_property
    def by_dataset(self) -> dict[str, tuple[PartInfo, ...]]:
        """Parts of each dataset, in list order."""
        found: dict[str, list[PartInfo]] = defaultdict(list)
        for part in self.parts:
            found[part.dataset].append(part)
        return {dataset: tuple(parts) for dataset, parts in found.items()}

    @cached_property
    def ownerships(self) -> tuple[str, ...]:
        """Every ownership code shown."""
        return tuple(sorted({part.ownership for part in self.parts} - {""}))

    @cached_property
    def partial(self) -> tuple[PartInfo, ...]:
        """Parts that lack something that their publisher has."""
        return tuple(part for part in self.parts if not part.whole)

    @cached_property
    def current(self) -> frozenset[tuple[str, ...]]:
        """Series that go on: the others are of industries whose code ended."""
        return frozenset(part.series for part in self.parts if part.latest)

    @cached_property
    def part(self) -> dict[int, PartInfo]:
        """Part by its id in the database."""
        return {part.id: part for part in self.parts}

    @cached_property
    def by_slug(self) -> dict[str, str]:
        """Slug → code."""
        return {o.slug: o.code for o in self.occupations.values()}

    @cached_property
    def children(self) -> dict[str, tuple[str, ...]]:
        """Code → codes one level below."""
        found: dict[str, list[str]] = defaultdict(list)
        for occupation in self.occupations.values():
            if occupation.parent:
                found[occupation.parent].append(occupation.code)
        return {code: tuple(codes) for code, codes in found.items()}

    @cached_property
    def periods(self) -> tuple[str, ...]:
        """Every period shown, newest first."""
        return tuple(sorted({part.period for part in self.parts}, reverse=True))

    def find(self, given: str) -> OccupationInfo | None:
        """Find an occupation by any of the ways to write its code, or by its slug."""
        return self.occupations.get(canonical_code(given)) or self.occupations.get(
            self.by_slug.get(given.strip().lower(), "")
        )

    def occupation(self, given: str) -> OccupationInfo:
        """Find an occupation; an unknown one is an error that names the nearest."""
        found = self.find(given)
        if found is None:
            raise UnknownOccupation(given, partial(self.nearest_occupations, given))
        return found

    def nearest_occupations(self, given: str) -> tuple[str, ...]:
        """Codes or slugs that were probably meant, at most three."""
        wanted = canonical_code(given)
        if wanted[:1].isdigit():
            return did_you_mean(wanted, self.occupations, 0.7)
        return did_you_mean(wanted.lower(), self.by_slug, 0.6)

    def ancestors(self, code: str) -> list[OccupationInfo]:
        """From the whole economy down to the parent."""
        found: list[OccupationInfo] = []
        parent = self.occupations[code].parent
        while parent is not None and parent in self.occupations:
            found.append(self.occupations[parent])
            parent = self.occupations[parent].parent
        return found[::-1]

    def release(self, name: str) -> dict[str, Any]:
        """Find a release by its id."""
        found = self.releases.get(name)
        if found is None:
            raise UnknownRelease(name, partial(did_you_mean, name, self.releases, 0.4))
        return found

    def provenance(self, names: set[str]) -> dict[str, Any]:
        """``releases`` of an answer: each id used there, in order."""
        return {name: self.releases[name]["provenance"] for name in sorted(names)}


def read_number(engine: Engine) -> int:
    """Ask the database which data version is shown; the poll of every worker."""
    try:
        with engine.connect() as connection:
            return connection.execute(select(DataVersion.number)).scalar_one()
    except SQLAlchemyError as error:
        raise (ConnectionLost if is_lost(error) else DatabaseDown) from error


def load_catalog(engine: Engine) -> Catalog:
    """Read the catalog in one transaction; ``NotReady`` if the database holds no data."""
    try:
        with engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ")
            else:
                # SQLite's driver begins a transaction for a write only; these reads are one too.
                connection.exec_driver_sql("BEGIN")
            catalog = _read(connection)
            if changed(connection.info):
                raise DatabaseDown
            return catalog
    except SQLAlchemyError as error:
        if "no such table" in str(error) or "UndefinedTable" in str(type(error.__cause__)):
            raise NotReady("The database is not migrated.") from error
        raise (ConnectionLost if is_lost(error) else DatabaseDown) from error


def _read(connection: Connection) -> Catalog:
    version = connection.execute(select(DataVersion.number, DataVersion.token)).one_or_none()
    if version is None:
        raise NotReady("The database holds no data.")
    sources = {
        row["id"]: dict(row)
        for row in connection.execute(
            select(Source.__table__).order_by(Source.rank, Source.id)
        ).mappings()
    }
    releases = _releases(connection, sources)
    by_id = {release["_id"]: name for name, release in releases.items()}
    parts = _parts(connection, releases, by_id, sources)
    part_release = {part.id: part.release for part in parts}
    counts = (
        select(Part.release_id, Part.dataset, func.sum(Part.rows))
        .where(Part.shown)
        .group_by(Part.release_id, Part.dataset)
        .order_by(Part.dataset)
    )
    for release_id, dataset, rows in connection.execute(counts):
        releases[by_id[release_id]]["rows"][dataset] = rows
    occupations = {
        o.code: OccupationInfo(
            o.code, o.title, o.slug, o.level, o.parent, o.figures_code, part_release[o.part_id]
        )
        for o in connection.execute(select(Occupation.__table__).order_by(Occupation.code))
    }
    areas = connection.execute(select(Area.__table__).order_by(Area.code)).mappings()
    shown_areas = {part.area for part in parts}
    shown_industries = {part.industry for part in parts}
    industries = connection.execute(select(Industry.__table__).order_by(Industry.code)).mappings()
    return Catalog(
        number=version.number,
        token=version.token,
        sources=sources,
        releases=releases,
        parts=parts,
        areas={row["code"]: dict(row) for row in areas if row["code"] in shown_areas},
        industries={
            row["code"]: dict(row) for row in industries if row["code"] in shown_industries
        },
        occupations=occupations,
    )


def _releases(
    connection: Connection, sources: dict[str, dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    query = (
        select(Release.__table__)
        .where(~Release.retired, ~Release.superseded)
        .order_by(Release.name)
    )
    releases: dict[str, dict[str, Any]] = {}
    for row in connection.execute(query).mappings():
        source = sources[row["source_id"]]
        provenance = {
            "publisher": source["publisher"],
            "dataset": source["dataset"],
            "title": row["title"],
            "period": row["period"],
            "published": row["published"],
            "source_url": row["source_url"],
            "licence": source["licence"],
            "licence_url": source["licence_url"],
            "attribution": source["attribution"],
        }
        releases[row["name"]] = {
            "_id": row["id"],
            "id": row["name"],
            "source": row["source_id"],
            **provenance,
            "checksum": row["checksum"],
            "excerpt": row["excerpt"],
            "notice": row["notice"],
            "whole": not row["excerpt"],
            "lacks": {
                "datasets": [],
                "groups": [],
                "codes": 0,
                "rows": 0,
                "areas": [],
                "industries": [],
            },
            "rows": {},
            "files": [],
            "citations": [],
            "provenance": provenance,
        }
    named = {release["_id"]: release for release in releases.values()}
    for part in connection.execute(select(Part.release_id, Part.lacks).where(~Part.whole)):
        if part.release_id in named:
            _add_lack(named[part.release_id], part.lacks)
    for file in connection.execute(select(ReleaseFile.__table__).order_by(ReleaseFile.name)):
        if file.release_id in named:
            named[file.release_id]["files"].append(
                {
                    "name": file.name,
                    "kind": file.kind,
                    "sha256": file.sha256,
                    "bytes": file.bytes,
                    "rows_read": file.rows_read,
                    "rows_loaded": file.rows_loaded,
                    "left_out": file.left_out,
                }
            )
    for citation in connection.execute(select(Citation.__table__).order_by(Citation.number)):
        if citation.release_id in named:
            named[citation.release_id]["citations"].append(
                {
                    "number": citation.number,
                    "publisher": citation.publisher,
                    "title": citation.title,
                    "accessed": citation.accessed,
                    "locator": citation.locator,
                }
            )
    return releases


def _add_lack(release: dict[str, Any], lacks: dict[str, Any]) -> None:
    """Say of a release what one of its parts lacks."""
    release["whole"] = False
    of_all = release["lacks"]
    for name in ("codes", "rows"):
        of_all[name] = max(of_all[name], lacks.get(name, 0))
    for name in ("datasets", "groups", "areas", "industries"):
        of_all[name] = sorted({*of_all[name], *lacks.get(name, ())})


def _parts(
    connection: Connection,
    releases: dict[str, dict[str, Any]],
    by_id: dict[int, str],
    sources: dict[str, dict[str, Any]],
) -> tuple[PartInfo, ...]:
    rank = {name: order for order, name in enumerate(sources)}
    parts = [
        PartInfo(
            id=row.id,
            release=by_id[row.release_id],
            source=releases[by_id[row.release_id]]["source"],
            dataset=row.dataset,
            kind=row.kind,
            area=row.area,
            industry=row.industry,
            ownership=row.ownership,
            period=row.period,
            rows=row.rows,
            detail=row.detail,
            latest=row.latest,
            whole=row.whole and not releases[by_id[row.release_id]]["excerpt"],
            lacks=row.lacks,
        )
        for row in connection.execute(
            # Codes of other classifications are no occupations: nothing looks through them.
            select(Part.__table__).where(Part.shown, Part.classification_id.is_(None))
        )
    ]
    # Sorted by what they hold, never by id: the same data gives the same order on every host.
    # US leads the other areas, newest periods lead older ones.
    parts.sort(key=lambda p: (p.kind, p.area != "US", p.area, p.industry, p.ownership, p.release))
    parts.sort(key=lambda p: p.period, reverse=True)
    parts.sort(key=lambda p: (p.dataset, rank[p.source]))
    return tuple(parts)
