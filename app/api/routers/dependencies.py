"""Dependencies of routes: the reader of a data version, the indices, the work budget."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from app.api.queries.cursors import version_of
from app.api.routers.budget import Budget
from app.database.store import Reader, Store
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


async def _reader(request: Request) -> Reader:
    """Return the reader of the data version that the cursor belongs to, if that is kept."""
    reader = reader_of(request)
    if b"cursor=" not in request.scope["query_string"]:
        return reader
    name = version_of(request.query_params.get("cursor", ""))
    if name is None or not reader.token or reader.token.startswith(name):
        return reader
    store: Store = request.app.state.store
    older = await asyncio.get_running_loop().run_in_executor(_older, store.at, name)
    if older is not None:
        request.scope["reader"] = reader = older
    return reader


async def _path(request: Request) -> str:
    path: str = request.scope["path"]
    return path


Data = Annotated[Reader, Depends(_reader)]
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
