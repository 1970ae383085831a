"""The index of the export folder: which files it has, and what each of them is.

The writer makes it last, in one step. The web serves what it names, and nothing else.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, ValidationError
from sqlalchemy.engine import make_url

from app.exporting.formats.writers import CSV, NDJSON
from app.exporting.manifest import MEDIA_TYPE, Count, Sha256, Strict
from app.settings import Settings

INDEX = "index.json"
FORMAT = 1
OFF = "none"
"""Value of the setting: no exports."""
BESIDE = "-exports"
"""End of the folder's name beside an SQLite file."""
PACKAGE = "occupations"
"""Stem of the entries that are of all datasets."""
LICENCE = "LICENCE"
"""Beginning of the names of texts about licences."""
MEDIA_TYPES = {
    "parquet": MEDIA_TYPE,
    "csv": CSV,
    "ndjson": NDJSON,
    "zip": "application/zip",
    "json": "application/json",
    "txt": "text/plain; charset=utf-8",
}
"""Format, which is the end of a file's name → media type."""

FileName = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z_]+(-[a-z_]+)*(-[0-9a-f]{16})?\.[a-z]+$")
]


class Licence(Strict):
    """The terms of one source."""

    source: str
    publisher: str
    name: str
    url: str
    attribution: str


class Entry(Strict):
    """One file. Its name has the beginning of its digest, so that a name means certain bytes."""

    name: FileName
    newest: FileName  # the name under which the newest of its kind is found
    dataset: str | None  # None: of all datasets
    format: str
    bytes: Count
    digest: Sha256
    rows: Count | None
    releases: list[str]
    sources: list[str]
    created_at: str
    made_from: str  # digest of what went in
    content: str = ""  # SHA-256 of the rows, of Parquet files


class Index(Strict):
    """What lies in the folder. ``previous``: files that the index before named, and this does not.

    They are still served, to those who are reading them.
    """

    format: Annotated[int, Field(ge=FORMAT, le=FORMAT)]
    number: Count  # of the data version
    data_version: str
    created_at: str
    licences: list[Licence]  # of every source that an entry has rows of
    entries: list[Entry]
    previous: list[Entry]

    def licences_of(self, entry: Entry) -> list[Licence]:
        """Return the terms of the sources that an entry has rows of."""
        return [one for one in self.licences if one.source in entry.sources]


def folder_of(settings: Settings) -> Path | None:
    """Return the folder of exports; None: there are none."""
    given = settings.export_folder
    if given is not None:
        return None if given == OFF else Path(given)
    url = make_url(settings.database_url)
    beside = url.get_backend_name() == "sqlite" and url.database not in {None, "", ":memory:"}
    return Path(f"{url.database}{BESIDE}") if beside else None


def read_index(folder: Path) -> Index | None:
    """Return the index of a folder; None if there is none, or none that this program reads."""
    path = folder / INDEX
    try:
        state = path.stat()
        return _read(path, state.st_ino, state.st_mtime_ns)
    except OSError:
        return None


@lru_cache(maxsize=1)
def _read(path: Path, _inode: int, _changed: int) -> Index | None:
    try:
        return Index.model_validate_json(path.read_bytes())
    except ValidationError:
        return None
