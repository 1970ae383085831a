"""Dependencies of routes: the reader of a data version, the indices, the work budget."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from app.api.routers.budget import Budget
from app.database.store import Reader, Store
from app.finding.indices import IndexLoader, Indices


def reader_of(request: Request) -> Reader:
    """Return the reader that the edge took for this request, or a new one."""
    reader: Reader | None = request.scope.get("reader")
    if reader is None:
        store: Store = request.app.state.store
        reader = store.reader()
    return reader


async def _reader(request: Request) -> Reader:
    return reader_of(request)


async def _path(request: Request) -> str:
    path: str = request.scope["path"]
    return path


Data = Annotated[Reader, Depends(_reader)]
Path = Annotated[str, Depends(_path)]


async def _indices(request: Request) -> Callable[[], Indices]:
    """Return a function that returns the indices: wrong parameters come before ``Warming``."""

    def indices() -> Indices:
        loader: IndexLoader = request.app.state.loader
        found = loader.indices
        # The edge keeps an answer only if it is of the data version shown.
        request.scope["answered_from"] = found.reader.number
        return found

    return indices


Find = Annotated[Callable[[], Indices], Depends(_indices)]


async def _budget(request: Request) -> Budget:
    return Budget(request.scope.get("given_up"))


Work = Annotated[Budget, Depends(_budget)]
