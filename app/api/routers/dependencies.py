"""Dependencies of routes: the reader of a data version, the indices, the work budget."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from app.api.queries.cursors import version_of
from app.api.routers.budget import Budget
from app.database.store import Reader, Store
from app.database.versions import is_name
from app.errors import Fault, InvalidParameters, VersionGone
from app.finding.indices import IndexLoader, Indices

_older = ThreadPoolExecutor(1, thread_name_prefix="older-data")
"""Looks for older data versions and loads their catalogs, one after the other."""


def reader_of(request: Request) -> Reader:
    """Return the reader that the edge took for this request, or a new one."""
    reader: Reader | None = request.scope.get("reader")
    if reader is None:
        store: Store = request.app.state.store
        reader = store.reader()
    return reader


async def pinned_reader(request: Request) -> Reader:
    """Return the reader of the data version that ``at`` names, or that the cursor belongs to.

    Without them, and with a cursor of data that are not kept any more, it is that of the newest.
    Raises ``InvalidParameters`` and ``VersionGone``.
    """
    reader = reader_of(request)
    if not request.scope["query_string"]:
        return reader
    given = dict(request.scope.get("pairs") or request.query_params)
    if "at" in given:
        return await _at(request, reader, given["at"])
    name = version_of(given.get("cursor", ""))
    if name is not None:
        with suppress(VersionGone):
            return await _older_than(request, reader, name) or reader
    return reader


async def _at(request: Request, newest: Reader, name: str) -> Reader:
    found = None
    if is_name(name):
        found = await _older_than(request, newest, name, pinned=True)
    if found is None:
        what = "data_version of /v1, or the header Data-Version of an answer"
        why = "no data version that this database showed"
        raise InvalidParameters(Fault("at", name[:100], why, what, code="unknown_version"))
    return found


async def _older_than(
    request: Request, newest: Reader, name: str, *, pinned: bool = False
) -> Reader | None:
    """Return the reader of the data version of this name; None if it was never shown."""
    if not newest.token or newest.token.startswith(name):
        return newest
    store: Store = request.app.state.store
    found = await asyncio.get_running_loop().run_in_executor(_older, store.at, name)
    if found is not None:
        request.scope["reader"] = found = replace(found, pinned=pinned)
    return found


async def _path(request: Request) -> str:
    path: str = request.scope["path"]
    return path


Data = Annotated[Reader, Depends(pinned_reader)]
Path = Annotated[str, Depends(_path)]


async def _indices(request: Request) -> Callable[[], Indices]:
    """Return a function that returns the indices: wrong parameters come before ``Warming``.

    While those of the data version shown are being built, the answer is of the version before, and
    of the moment: no cache keeps it.
    """

    def indices() -> Indices:
        loader: IndexLoader = request.app.state.loader
        store: Store = request.app.state.store
        found = loader.indices
        if found.reader.number < store.number:
            found = replace(found, reader=replace(found.reader, older=True))
            request.scope["of_the_moment"] = True
        request.scope["reader"] = found.reader
        return found

    return indices


Find = Annotated[Callable[[], Indices], Depends(_indices)]


async def _budget(request: Request) -> Budget:
    return Budget(request.scope.get("given_up"))


Work = Annotated[Budget, Depends(_budget)]
