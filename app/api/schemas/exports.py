"""Files of whole datasets, going out."""

from __future__ import annotations

from pydantic import Field

from app.api.schemas.common import ITEMS, Out, PageOut
from app.api.schemas.parameters import Params
from app.api.schemas.words import Source

UNCHANGED = {"at": "under the name with its digest a file stays the one that it is"}
"""Why a file does not take ``at``."""


class ExportParams(Params):
    """Parameters of a file: none."""

    not_taken = UNCHANGED


class ExportLicenceOut(Out):
    """The terms of one source that a file has rows of."""

    source: Source = Field(description="Id of the source.")
    publisher: str = Field(description="The organisation that publishes it.")
    name: str = Field(description="Licence under which it may be used.")
    url: str = Field(description="Text of the licence.")
    attribution: str = Field(description="How to name the source.")


class ExportOut(Out):
    """A file of a whole dataset."""

    name: str = Field(
        description="Name of the file, with the first 16 characters of its digest: under this name "
        "the bytes never change."
    )
    newest: str = Field(
        description="Name under which the newest file of its kind is found, such as wages.parquet."
    )
    dataset: str | None = Field(
        description="Dataset that it has all rows of, a resource of datapackage.json; null: all."
    )
    format: str = Field(
        description="parquet, csv or ndjson: the dataset; zip: all Parquet files with their "
        "descriptor, as `occupations import` reads them; json: the descriptor; txt: the licences."
    )
    media_type: str = Field(description="Media type that it is sent as.")
    bytes: int = Field(description="Size of the file, in bytes.")
    digest: str = Field(description="Digest of the file: sha256: and 64 hexadecimal digits.")
    rows: int | None = Field(description="Number of rows; null where it has none.")
    url: str = Field(description="Where it is, under the name with its digest.")
    data_version: str = Field(
        description="Data version that the files show: the first 16 characters of its token."
    )
    release_ids: list[str] = Field(description="Releases that its rows come from.")
    licences: list[ExportLicenceOut] = Field(description="Terms of the sources of its rows.")
    licence_url: str = Field(description="The same as a text, to be kept beside the file.")


class ExportPage(PageOut):
    """A page of files."""

    items: list[ExportOut] = Field(description=ITEMS)
    descriptors: dict[str, str] = Field(
        description="What describes the files: datapackage (Frictionless Data Package), "
        "linked_data (schema.org and DCAT as JSON-LD), package (everything in one file)."
    )
