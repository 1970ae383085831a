"""Lists as csv and lines of JSON: a page, or the whole list part by part.

A route makes a page in every format the same way. A list that is asked for whole is its pages, one
after the other, all of the data version that the first was made from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from pydantic import BaseModel
from starlette.responses import Response

from app.api.schemas.parameter_types import ALL
from app.api.schemas.parameters import PagedParams
from app.errors import Fault, InvalidParameters
from app.exporting.formats.writers import Writer

PART = 2_000
"""Items of a list that are read and written at once."""


class RowsAnswer(Response):
    """A page of a list in another format than JSON.

    ``cursor`` and ``following``: of the next page, and its URL. ``name``: of the file it becomes.
    """

    def __init__(
        self,
        writer: Writer,
        lines: bytes,
        count: int,
        cursor: str | None,
        following: str | None,
        name: str,
    ) -> None:
        self.writer = writer
        self.lines = lines
        self.count = count
        self.cursor = cursor
        headers = {"content-type": writer.media_type, "content-disposition": attachment(name)}
        if following:
            headers["link"] = f'<{following}>; rel="next"'
        body = writer.head() + self.lines + writer.end(self.count, following)
        super().__init__(body, headers=headers)


class StreamedAnswer(Response):
    """An answer whose body is made piece by piece while it is sent.

    ``pieces`` begins to make it, in a thread, for each client that it is sent to. It may raise an
    ``ApiError`` before the first piece; what it raises later ends the connection.
    """

    def __init__(self, pieces: Callable[[], Iterator[bytes]], headers: dict[str, str]) -> None:
        super().__init__(b"", headers=headers)
        self.pieces = pieces


def attachment(name: str) -> str:
    """Return the header Content-Disposition of a file of this name."""
    return f'attachment; filename="{name}"'


def file_name(path: str, version: str, ending: str) -> str:
    """Name the file of a list: by its path and its data version, ``wages-0123456789abcdef.csv``."""
    words = re.sub(r"[^A-Za-z0-9.]+", "-", path.removeprefix("/v1/"))
    return f"{words}-{version}.{ending}"


def is_whole(params: BaseModel | None) -> bool:
    """Tell whether a list is asked for whole. Raises ``InvalidParameters``: JSON is not sent so."""
    if not isinstance(params, PagedParams) or params.limit != ALL:
        return False
    if params.format == "json":
        allowed = "1 to 200; or all, with format=csv or format=ndjson"
        raise InvalidParameters(Fault("limit", "all", "JSON is sent in pages", allowed))
    return True


def whole_list(first: RowsAnswer, page: Callable[[str], RowsAnswer]) -> StreamedAnswer:
    """Return a list whole, from its first page on; ``page`` makes the page of a cursor."""

    def pieces() -> Iterator[bytes]:
        answer, count = first, first.count
        head = answer.writer.head()
        while answer.cursor is not None:
            yield head + answer.lines
            answer, head = page(answer.cursor), b""
            count += answer.count
        yield head + answer.lines + answer.writer.end(count, None)

    headers = {name: first.headers[name] for name in ("content-type", "content-disposition")}
    return StreamedAnswer(pieces, headers)
