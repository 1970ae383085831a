"""What a bundle says of itself: its manifest, from the releases that went in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from app import __version__
from app.database.models import Citation, Classification, ReleaseFile, Source
from app.exporting import parquet
from app.exporting.manifest import (
    FORMAT,
    MEDIA_TYPE,
    PACKAGE_PROFILE,
    RESOURCE_PROFILE,
    SCHEMA_PROFILE,
)
from app.exporting.resources import Field, resources

Json = dict[str, Any]

LOADED = "Occupations: what a database has loaded"
"""Title of a bundle of all of it, or of what was chosen."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A resource of the bundle that was written, and what it weighs."""

    name: str
    rows: int
    size: int
    content: str  # SHA-256 of the rows
    digest: str  # SHA-256 of the file


@dataclass(slots=True)
class ReleaseExported:
    """A release that goes in, with its parts."""

    row: Any
    parts: list[Any]
    left_out: list[str]
    notice: str | None
    areas: list[Any] = field(default_factory=list)
    area_links: list[Any] = field(default_factory=list)


def manifest_of(
    connection: Connection,
    releases: Sequence[ReleaseExported],
    exported: Sequence[Exported],
    title: str,
) -> Json:
    """Return ``datapackage.json``."""
    used = {release.row.source_id for release in releases}
    entries = [_release_entry(connection, release) for release in releases]
    table: Any = Source.__table__
    sources = [
        row._asdict()
        for row in connection.execute(select(table).order_by(table.c.rank))
        if row.id in used
    ]
    named = {part["classification"] for one in entries for part in one["parts"]}
    for part in (part for one in entries for part in one["parts"]):
        named |= {part["detail"].get("from"), part["detail"].get("to")}
    table = Classification.__table__
    classifications = [
        row._asdict()
        for row in connection.execute(select(table).order_by(table.c.rank, table.c.id))
        if row.id in named
    ]
    licences = {source["licence_url"]: source["licence"] for source in sources}
    return {
        "$schema": PACKAGE_PROFILE,
        "name": "occupations",
        "title": title,
        "licenses": [{"path": path, "title": name} for path, name in licences.items()],
        "sources": [
            {
                "title": one["title"],
                "path": one["source_url"],
                "version": one["period"],
                "checksum": one["checksum"],
                "published": one["published"],
            }
            for one in entries
        ],
        "resources": [_resource_entry(one) for one in exported],
        "occupations": {
            "format": FORMAT,
            "program": __version__,
            "writer": parquet.WRITER,
            "releases": entries,
            "sources": sources,
            "classifications": classifications,
        },
    }


def _release_entry(connection: Connection, release: ReleaseExported) -> Json:
    row = release.row
    files, citations = (
        [
            {k: v for k, v in one._asdict().items() if k not in {"id", "release_id"}}
            for one in connection.execute(
                select(model.__table__).where(model.release_id == row.id).order_by(*order)
            )
        ]
        for model, order in (
            (ReleaseFile, (ReleaseFile.name, ReleaseFile.sha256)),
            (Citation, (Citation.number, Citation.id)),
        )
    )
    parts = [
        {
            "dataset": part.dataset,
            "kind": part.kind,
            "area": part.area,
            "industry": part.industry,
            "ownership": part.ownership,
            "period": part.period,
            "classification": part.classification_id,
            "rows": part.rows,
            "detail": part.detail,
            "groups": part.lacks.get("groups", []),
        }
        for part in release.parts
    ]
    return {
        "name": row.name,
        "source": row.source_id,
        "period": row.period,
        "title": row.title,
        "published": row.published,
        "source_url": row.source_url,
        "checksum": row.checksum,
        "excerpt": row.excerpt,
        "notice": release.notice,
        "left_out": release.left_out,
        "files": files,
        "citations": citations,
        "parts": parts,
        "areas": len(release.areas),
        "area_links": len(release.area_links),
    }


def _resource_entry(exported: Exported) -> Json:
    resource = resources()[exported.name]
    return {
        "$schema": RESOURCE_PROFILE,
        "name": resource.name,
        "type": "table",
        "path": resource.file,
        "format": "parquet",
        "mediatype": MEDIA_TYPE,
        "hash": f"sha256:{exported.digest}",
        "size": exported.size,
        "rows": exported.rows,
        "content": f"sha256:{exported.content}",
        "schema": {
            "$schema": SCHEMA_PROFILE,
            "fields": [_field_entry(one) for one in resource.fields],
            # What pandas makes of a null integer, and Frictionless reads by pandas.
            "missingValues": ["nan"],
            "primaryKey": list(resource.key),
        },
    }


def _field_entry(one: Field) -> Json:
    entry: Json = {"name": one.name, "type": one.type, "description": one.description}
    if one.unit:
        entry["unit"] = one.unit
    if one.required:
        entry["constraints"] = {"required": True}
    return entry
