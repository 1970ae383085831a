"""Who published what, when: sources, releases, their files and parts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.database.models.base import Base


class Source(Base):
    """Who publishes: the seed's table of sources."""

    __tablename__ = "sources"

    id: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int]  # the order in which sources lead an answer; official ones first
    publisher: Mapped[str]
    dataset: Mapped[str]
    description: Mapped[str]
    homepage: Mapped[str]
    licence: Mapped[str]
    licence_url: Mapped[str]
    attribution: Mapped[str]
    not_covered: Mapped[list[Any]] = mapped_column(server_default="[]")  # whom and what it omits


class Release(Base):
    """One publication of a source for one reference period; never changes once loaded.

    ``name`` is the public id (``bls-oews-2021-05``). A later revision (the whole file after the
    seed's excerpt, or a changed seed) supersedes the earlier one. The rows of a release that is
    superseded or retired are deleted some time after (``purged``); what it was stays on record.
    """

    __tablename__ = "releases"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    source_id: Mapped[str] = mapped_column(ForeignKey("sources.id"))
    period: Mapped[str]
    title: Mapped[str]
    published: Mapped[date | None]
    source_url: Mapped[str]
    checksum: Mapped[str] = mapped_column(String(64))
    excerpt: Mapped[bool]  # a handful of facts from the seed, not the whole publication
    retired: Mapped[bool]
    superseded: Mapped[bool]
    purged: Mapped[bool] = mapped_column(server_default=false())  # its rows and parts are deleted
    loaded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    notice: Mapped[str | None]  # what the publisher asks readers to keep in mind
    # What the bundle that it came in left out of the publisher's files: duties, job_zones.training
    left_out: Mapped[list[Any]] = mapped_column(server_default="[]")

    __table_args__ = (
        Index(
            "uq_releases_name_live",
            "name",
            unique=True,
            sqlite_where=text("NOT superseded"),
            postgresql_where=text("NOT superseded"),
        ),
    )


class ReleaseFile(Base):
    """One file of a release, as it was read."""

    __tablename__ = "release_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(
        ForeignKey("releases.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str]
    kind: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    bytes: Mapped[int] = mapped_column(BigInteger)
    rows_read: Mapped[int]
    rows_loaded: Mapped[int]
    left_out: Mapped[dict[str, Any]]  # reason → number of rows


class Citation(Base):
    """What a release itself cites."""

    __tablename__ = "citations"

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(
        ForeignKey("releases.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[int]
    publisher: Mapped[str]
    title: Mapped[str]
    accessed: Mapped[date | None]
    locator: Mapped[str | None]


class Part(Base):
    """The rows of one release that stand or fall together: a dataset, and for wages one area.

    ``shown``: its release is neither retired nor superseded, and no other release of the same
    source and period shows the same thing. ``latest``: shown, and of the newest period shown.
    ``detail`` holds what the file states for all its rows: top codes, scales, year of a wage.
    ``whole``: its file lacks nothing that its publisher has; else ``lacks`` says what: a number of
    ``codes``, the ``datasets`` or the ``areas`` of its release. What it lacks is not loaded.
    ``classification_id``: its codes are those of a classification, and no occupation comes of them.
    ``from_number`` and ``to_number``: the first data version that may show it, and the first that
    does not any more: a file with more has completed the release.
    """

    __tablename__ = "parts"

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(
        ForeignKey("releases.id", ondelete="CASCADE"), index=True
    )
    dataset: Mapped[str]  # the content table's name
    kind: Mapped[str]  # of it: "alternate" titles, "knowledge" skills; "" if one
    area: Mapped[str]  # wages: code of areas; else ""
    industry: Mapped[str]  # wages: code of industries; else ""
    ownership: Mapped[str]  # wages: the publisher's ownership code; else ""
    period: Mapped[str]
    rows: Mapped[int]
    detail: Mapped[dict[str, Any]]
    shown: Mapped[bool]
    latest: Mapped[bool]
    whole: Mapped[bool] = mapped_column(server_default=true())
    lacks: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    classification_id: Mapped[str | None] = mapped_column(ForeignKey("classifications.id"))
    from_number: Mapped[int] = mapped_column(server_default="0")
    to_number: Mapped[int | None]

    __table_args__ = (
        UniqueConstraint(
            *("release_id", "dataset", "kind", "area", "industry", "ownership", "from_number"),
            name="uq_parts_key",
        ),
    )


class DataVersion(Base):
    """What was shown from one change of the data to the next; rows are only ever added.

    Every load, retirement, restoration and change of sources adds one. The newest is what answers
    are made from; an older one can be read as long as the rows of its releases are kept.
    """

    __tablename__ = "data_versions"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    token: Mapped[str]  # a digest of what is shown: equal on every host with the same data
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    program: Mapped[str]  # that derived it: its version, "+", and the number of its derivation
    why: Mapped[str]  # bls-oews-2025-05 loaded


class Change(Base):
    """What a data version changed; rows are only ever added, and kept for ever.

    ``detail`` says more, by what the subject is: ``app.importers.loading.changes`` writes it.
    """

    __tablename__ = "changes"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    subject: Mapped[str] = mapped_column(primary_key=True)  # release, occupation, area, code …
    id: Mapped[str] = mapped_column(primary_key=True)  # bls-oews-2025-05, 11-9111, soc-2010:11-9111
    kind: Mapped[str] = mapped_column(primary_key=True)  # added, changed, ended, revised …
    detail: Mapped[dict[str, Any]]


class ReleaseSpan(Base):
    """A run of data versions that show a release: from one number up to another, excluded."""

    __tablename__ = "release_spans"

    release_id: Mapped[int] = mapped_column(ForeignKey("releases.id"), primary_key=True)
    from_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    to_number: Mapped[int | None]  # null: the newest version shows it
