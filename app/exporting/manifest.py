"""``datapackage.json``: what a bundle holds, as Frictionless Data Package v2 and in our own terms.

The key ``occupations`` has what the standard has no word for: the releases with their files and
parts, the sources and classifications that they name, and who wrote the bundle.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

FORMAT = 1
"""Of the bundles that this program writes. A program reads its own and all earlier ones."""
FILE = "datapackage.json"
PACKAGE_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
RESOURCE_PROFILE = "https://datapackage.org/profiles/2.0/dataresource.json"
SCHEMA_PROFILE = "https://datapackage.org/profiles/2.0/tableschema.json"
MEDIA_TYPE = "application/vnd.apache.parquet"

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Hash = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0)]


class Strict(BaseModel):
    """A part of the manifest, all of whose keys are known."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class PartEntry(Strict):
    """A part of a release, in the order of its rows in the resource of its dataset."""

    dataset: str
    kind: str
    area: str
    industry: str
    ownership: str
    period: str
    classification: str | None
    rows: Count
    detail: dict[str, Any]
    groups: list[str]  # major groups that its file lacks


class FileEntry(Strict):
    """A publisher's file that the release was read from. The checksum is of its contents."""

    name: str
    kind: str
    sha256: Sha256
    bytes: Count
    rows_read: Count
    rows_loaded: Count
    left_out: dict[str, int]


class CitationEntry(Strict):
    """A work that the release cites."""

    number: int
    publisher: str
    title: str
    accessed: Annotated[date | None, Field(strict=False)]
    locator: str | None


class ReleaseEntry(Strict):
    """A release: its head, its files, and its parts."""

    name: str
    source: str
    period: str
    title: str
    published: Annotated[date | None, Field(strict=False)]
    source_url: str
    checksum: Sha256
    excerpt: bool
    notice: str | None
    left_out: list[str]
    files: list[FileEntry]
    citations: list[CitationEntry]
    parts: list[PartEntry]
    areas: Count
    area_links: Count


class SourceEntry(Strict):
    """A row of the table of sources."""

    id: str
    rank: int
    publisher: str
    dataset: str
    description: str
    homepage: str
    licence: str
    licence_url: str
    attribution: str
    not_covered: list[str]


class ClassificationEntry(Strict):
    """A row of the table of classifications."""

    id: str
    system: str
    version: str
    prefix: str
    source_id: str
    valid_from: str
    valid_to: str | None
    rank: int


class Contents(Strict):
    """The key ``occupations`` of the manifest."""

    format: Literal[1]
    program: str  # that wrote the bundle: its version
    writer: str  # that wrote the Parquet files: DuckDB and its version
    releases: list[ReleaseEntry]
    sources: list[SourceEntry]
    classifications: list[ClassificationEntry]


class FieldEntry(BaseModel):
    """A field of a resource, as far as a reader of ours goes by it."""

    name: str
    type: str
    unit: str | None = None


class SchemaEntry(BaseModel):
    """The Table Schema of a resource."""

    fields: list[FieldEntry]


class ResourceEntry(BaseModel):
    """A resource, as far as a reader of ours goes by it."""

    name: str
    path: str
    hash: Hash  # of the file
    size: Count  # of the file in bytes; `bytes` is a key that Frictionless compares with nothing
    rows: Count
    content: Hash  # of the rows: the same whatever wrote the file
    table: Annotated[SchemaEntry, Field(alias="schema")]


class Manifest(BaseModel):
    """``datapackage.json``, as far as a reader of ours goes by it."""

    resources: list[ResourceEntry]
    occupations: Contents
