"""Files of whole datasets: their list, and each of them whole or in part.

``occupations export`` and imports write them (``app/exporting/export_writer.py``). A file's answer
takes nothing from the database; the edge sends it, or the part that a client asks for.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from functools import partial
from pathlib import Path as FilePath
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query
from fastapi import Path as PathParameter
from starlette.requests import Request
from starlette.responses import Response

from app.addresses import url_of
from app.api.routers.dependencies import Data, Path
from app.api.routers.export_descriptions import linked_data
from app.api.routers.responses import slice_answer
from app.api.routers.rows import attachment
from app.api.routers.strict_route import StrictRoute
from app.api.schemas.exports import ExportOut, ExportPage, ExportParams
from app.api.schemas.parameters import NoParams, PageParams
from app.database.versions import NAME
from app.did_you_mean import did_you_mean
from app.errors import (
    ApiError,
    ExportPending,
    Fault,
    InvalidParameters,
    NotFound,
    UnknownExport,
)
from app.exporting.export_index import (
    LICENCE,
    MEDIA_TYPES,
    PACKAGE,
    Entry,
    Index,
    folder_of,
    read_index,
)

router = APIRouter(prefix="/v1", route_class=StrictRoute, tags=["bulk"])

ROOT = "/v1/exports"
RETRY_AFTER = 60
"""Seconds; a large database is exported in minutes."""
LIKENESS = 0.6
FOREVER = "max-age=31536000, immutable"
"""Cache-Control of a name that means certain bytes."""
ASK_AGAIN = "max-age=0, must-revalidate"
"""Cache-Control of a name whose file changes: caches keep it, and ask by its ETag."""
FILE: dict[str, Any] = {
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
}
"""A file in the contract; its media type is that of its format."""
DESCRIPTORS = {
    "datapackage": f"{ROOT}/datapackage.json",
    "linked_data": f"{ROOT}/linked-data",
    "package": f"{ROOT}/{PACKAGE}.zip",
}


class NoExports(NotFound):
    """The instance offers no files."""

    code = "unknown_export"

    def __init__(self) -> None:
        super().__init__(
            "This instance offers no files: OCCUPATIONS_EXPORT_FOLDER names no folder."
        )


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file, as the edge sends it."""

    path: FilePath
    size: int
    tag: bytes

    def missing(self) -> ApiError:
        """Return what to say if it is gone."""
        return ExportPending(
            f"{self.path.name} is gone from the folder of exports: `occupations export` makes it "
            "again.",
            RETRY_AFTER,
        )


class FileAnswer(Response):
    """A file of the export folder; its body is read when it is sent."""

    def __init__(self, folder: FilePath, entry: Entry, name: str) -> None:
        named = name == entry.name
        headers = {
            "Content-Disposition": attachment(name),
            "Repr-Digest": f"sha-256=:{b64encode(bytes.fromhex(entry.digest)).decode()}:",
            "Cache-Control": FOREVER if named else ASK_AGAIN,
        }
        if not named:
            headers["Content-Location"] = url_of(f"{ROOT}/{entry.name}")
        super().__init__(b"", headers=headers)
        self.headers["content-type"] = MEDIA_TYPES[entry.format]
        self.file = ExportFile(folder / entry.name, entry.bytes, f'"{entry.digest}"'.encode())


def index_of(request: Request) -> tuple[FilePath, Index]:
    """Return the folder of exports and its index; raises what says why there is none."""
    request.scope["of_the_moment"] = True  # the files come and go between two data versions
    folder = folder_of(request.app.state.settings)
    if folder is None:
        raise NoExports
    index = read_index(folder)
    if index is None:
        message = "The files are not made yet: the operator makes them with `occupations export`."
        raise ExportPending(message, RETRY_AFTER)
    return folder, index


@router.get(
    "/exports",
    response_model=ExportPage,
    operation_id="list_exports",
    summary="List files of whole datasets",
)
def list_exports(
    params: Annotated[PageParams, Query()], store: Data, path: Path, request: Request
) -> Response:
    """Everything that is loaded as files, to take whole: a dataset each as Parquet, csv and NDJSON.

    A file is described by its digest, its rows, its releases and its licences. It can be taken in
    parts (Range) and read in place. All files of the list show one data version, and `at` takes no
    other: under the name with its digest a file stays the one that it is. As linked data
    (`Accept: application/ld+json`) the list is a catalogue of schema.org and DCAT.
    """
    _, index = index_of(request)
    if params.at is not None and not index.data_version.startswith(params.at):
        shown = index.data_version[:NAME]
        raise InvalidParameters(Fault("at", params.at, "the files show another version", shown))
    return slice_answer(
        path,
        params,
        store.catalog,
        ExportOut,
        index.entries,
        item=partial(_item, index),
        descriptors={name: url_of(path) for name, path in DESCRIPTORS.items()},
    )


@router.get("/exports/linked-data", include_in_schema=False)
def get_exports_linked_data(
    params: Annotated[NoParams, Query()],  # noqa: ARG001 - refuses any
    request: Request,
) -> Response:
    """Describe the files as a catalogue of schema.org and DCAT."""
    _, index = index_of(request)
    document = linked_data(index, url_of(ROOT))
    return Response(orjson.dumps(document), media_type="application/ld+json")


@router.get(
    "/exports/{name}",
    operation_id="get_export",
    summary="Get a file of a whole dataset",
    response_class=Response,
    responses={200: FILE, 206: FILE | {"description": "The part that Range asks for."}},
)
def get_export(
    name: Annotated[
        str,
        PathParameter(
            max_length=200,
            examples=["wages.parquet"],
            description="Name of a file: `name` or `newest` of /v1/exports.",
        ),
    ],
    params: Annotated[ExportParams, Query()],  # noqa: ARG001 - refuses any
    request: Request,
) -> Response:
    """A file, whole, or the part that Range asks for (one range; several get the whole file).

    ETag and Repr-Digest tell the file by its SHA-256. Under a name with a digest the bytes never
    change, so a download that broke off can go on. Under `newest` there may be another file by
    then: send the ETag as If-Range, or take the address that Content-Location names.
    """
    folder, index = index_of(request)
    for entry in (*index.entries, *index.previous):
        if name == entry.name:
            return FileAnswer(folder, entry, name)
    for entry in index.entries:
        if name == entry.newest:
            return FileAnswer(folder, entry, name)
    names = [entry.newest for entry in index.entries]
    raise UnknownExport(name, lambda: did_you_mean(name, names, LIKENESS))


def _item(index: Index, entry: Entry) -> dict[str, Any]:
    """Return an entry as it goes out."""
    text = f"{LICENCE}-{entry.dataset or PACKAGE}.txt"
    licence = next(one.name for one in index.entries if one.newest == text)
    return {
        "name": entry.name,
        "newest": entry.newest,
        "dataset": entry.dataset,
        "format": entry.format,
        "media_type": MEDIA_TYPES[entry.format],
        "bytes": entry.bytes,
        "digest": f"sha256:{entry.digest}",
        "rows": entry.rows,
        "url": url_of(f"{ROOT}/{entry.name}"),
        "data_version": index.data_version[:NAME],
        "release_ids": entry.releases,
        "licences": [one.model_dump() for one in index.licences_of(entry)],
        "licence_url": url_of(f"{ROOT}/{licence}"),
    }
