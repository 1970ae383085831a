"""What the server is handed by the application: the data's version, and what answers requests."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from app.errors import ApiError

Dispatch = Callable[[Scope], Awaitable[Response | None]]
"""Answers a request, in place of a body with ``pieces`` or a ``file``. None: no route takes it."""

ErrorPage = Callable[[ApiError, Request], Awaitable[Response]]
"""Says in a page what is wrong with a request for one."""

Pieces = Callable[[], Iterator[bytes]]
"""Begins to make an answer's body: once for each client that it is sent to."""


class FileBody(Protocol):
    """A file that is the body of an answer. It is never changed: another one has another name."""

    path: Path
    size: int
    tag: bytes  # the ETag, with its quotes

    def missing(self) -> ApiError:
        """Return what to say if it is gone."""


class Reader(Protocol):
    """What one request is answered from."""

    @property
    def number(self) -> int:
        """The number of the data version; -1: none is loaded."""

    @property
    def name(self) -> str:
        """Its name for the header Data-Version; empty: none is loaded."""


class Store(Protocol):
    """Which data version is shown, and whether the database answers."""

    changed: Callable[[], object]
    """Called when another version is shown."""

    number: int
    """The number of the version shown; -1: none is loaded."""

    @property
    def token(self) -> str:
        """The token of the version shown; empty: none is loaded."""

    @property
    def name(self) -> str:
        """Its name for the header Data-Version; empty: none is loaded."""

    @property
    def failing(self) -> bool:
        """Whether the last look at the database failed."""

    def reader(self) -> Reader:
        """Return what a request is answered from."""

    def away(self, now: float) -> bool:
        """Tell whether the database has not answered for a while; ``now`` is monotonic."""

    def pool(self) -> tuple[int, int]:
        """Return how many connections are lent, and how many there can be."""
