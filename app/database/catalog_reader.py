"""Reads the catalog of a data version from the database, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import SQLAlchemyError

from app.api.schemas.words import KINDS
from app.database.areas import areas_of, read_areas
from app.database.catalog import Catalog
from app.database.concordance_reader import read_concordances
from app.database.engines import is_lost
from app.database.hierarchy import is_needed, occupations_of
from app.database.migration_state import is_of_another_shape, newer
from app.database.models import (
    Address,
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
from app.database.newest_lines import NEWEST, read_employment, read_lines
from app.database.occupation_info import OccupationInfo
from app.database.parts import PartInfo
from app.database.places import read_places
from app.database.publication_dates import publication_dates
from app.database.read_only_file import changed
from app.database.shown_parts import parts_of
from app.database.versions import is_kept, newest, releases_of
from app.errors import (
    ConnectionLost,
    DatabaseDown,
    NotReady,
    VersionGone,
)


def load_catalog(engine: Engine, number: int | None = None) -> Catalog:
    """Read the catalog of a data version, or of the newest, in one transaction.

    ``NotReady`` if the database holds no data, ``VersionGone`` if the rows of the version are.
    """
    try:
        with engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ")
            else:
                # SQLite's driver begins a transaction for a write only; these reads are one too.
                connection.exec_driver_sql("BEGIN")
            catalog = _read(connection, number)
            if changed(connection.info):
                raise DatabaseDown
            return catalog
    except SQLAlchemyError as error:
        if is_of_another_shape(error):
            raise NotReady(newer(engine) or "The database is not migrated.") from error
        raise (ConnectionLost if is_lost(error) else DatabaseDown) from error


def _read(connection: Connection, number: int | None) -> Catalog:
    newest_version = connection.execute(newest()).one_or_none()
    if newest_version is None:
        raise NotReady("The database holds no data.")
    version = newest_version
    if number not in {None, version.number}:
        of_number = select(DataVersion.__table__).where(DataVersion.number == number)
        version = connection.execute(of_number).one()
    is_newest = version.number == newest_version.number
    if not (is_newest or is_kept(connection, version.number)):
        raise VersionGone
    sources = {
        row["id"]: dict(row)
        for row in connection.execute(
            select(Source.__table__).order_by(Source.rank, Source.id)
        ).mappings()
    }
    rows = parts_of(connection, version.number, stored=is_newest)
    releases = _releases(connection, sources, version.number, rows)
    by_id = {release["_id"]: name for name, release in releases.items()}
    parts = _parts(rows, releases, by_id, sources)
    part_release = {part.id: part.release for part in parts}
    found: Iterable[Any]
    if is_newest:
        table: Any = Occupation.__table__
        found = connection.execute(select(table).order_by(table.c.code)).mappings()
    else:
        needed = [row.id for row in rows if row.shown and is_needed(row)]
        found = occupations_of(connection, Part.id.in_(needed))
    occupations = {
        o["code"]: OccupationInfo(
            *(o["code"], o["title"], o["slug"], o["level"], o["parent"], o["figures_code"]),
            *(part_release[o["part_id"]], o["classification_id"], o["current"]),
        )
        for o in found
    }
    if is_newest:
        rows_of_areas = connection.execute(select(Area.__table__).order_by(Area.code)).mappings()
        areas = {row["code"]: dict(row) for row in rows_of_areas}
    else:
        areas = areas_of(connection, Release.id.in_(releases_of(version.number)))
    shown_areas = {part.area for part in parts}
    area_history = read_areas(connection, by_id)
    shown_industries = {part.industry for part in parts}
    industries = connection.execute(select(Industry.__table__).order_by(Industry.code)).mappings()
    return Catalog(
        number=version.number,
        token=version.token,
        sources=sources,
        releases=releases,
        parts=parts,
        areas={code: row for code, row in areas.items() if code in shown_areas},
        industries={
            row["code"]: dict(row) for row in industries if row["code"] in shown_industries
        },
        occupations=occupations,
        addresses={
            row.slug: row.code for row in connection.execute(select(Address.slug, Address.code))
        },
        lines={name: read_lines(connection, name, parts) for name in NEWEST},
        employment=read_employment(connection, parts),
        concordances=read_concordances(connection, releases.values(), occupations),
        area_history=area_history,
        places=read_places(connection, parts),
    )


def _releases(
    connection: Connection,
    sources: dict[str, dict[str, Any]],
    number: int,
    parts: Sequence[Any],
) -> dict[str, dict[str, Any]]:
    query = (
        select(Release.__table__).where(Release.id.in_(releases_of(number))).order_by(Release.name)
    )
    releases: dict[str, dict[str, Any]] = {}
    for row in connection.execute(query).mappings():
        source = sources[row["source_id"]]
        provenance = {
            "publisher": source["publisher"],
            "dataset": source["dataset"],
            "title": row["title"],
            "period": row["period"],
            "published": row["published"] or _day_of(row["source_id"], row["name"], row["period"]),
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
            "left_out": row["left_out"],
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
    for part in sorted(parts, key=lambda part: str(part.dataset)):
        if part.shown:
            rows = named[part.release_id]["rows"]
            rows[part.dataset] = rows.get(part.dataset, 0) + part.rows
        if not part.whole:
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


def _day_of(source: str, name: str, period: str) -> date | None:
    """Return the day of publication that is listed for a release; a crosswalk has none."""
    return publication_dates().get((source, period)) if name.startswith(source) else None


def _add_lack(release: dict[str, Any], lacks: dict[str, Any]) -> None:
    """Say of a release what one of its parts lacks."""
    release["whole"] = False
    of_all = release["lacks"]
    for name in ("codes", "rows"):
        of_all[name] = max(of_all[name], lacks.get(name, 0))
    for name in ("datasets", "groups", "areas", "industries"):
        of_all[name] = sorted({*of_all[name], *lacks.get(name, ())})


def _parts(
    rows: Sequence[Any],
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
        for row in rows
        # Codes of other classifications are no occupations: nothing looks through them.
        if row.shown and row.classification_id is None
    ]
    # Sorted by what they hold, never by id: the same data gives the same order on every host.
    # The nearest of related occupations come first, a summary comes before what is told in detail,
    # US leads the other areas, newest periods lead older ones.
    told = ("descriptions", "related")
    places = {(name, kind): place for name in told for place, kind in enumerate(KINDS[name])}
    parts.sort(key=lambda p: (p.area != "US", p.area, p.industry, p.ownership, p.release))
    parts.sort(key=lambda p: (places.get((p.dataset, p.kind), 0), p.kind))
    parts.sort(key=lambda p: p.period, reverse=True)
    parts.sort(key=lambda p: (p.dataset, rank[p.source]))
    return tuple(parts)
