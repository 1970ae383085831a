"""Writers of lists: csv and lines of JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import orjson

from app.exporting.formats.table import Table

Json = dict[str, Any]


CSV = "text/csv; header=present"
NDJSON = "application/x-ndjson"


class Writer(Protocol):
    """Writes a list: its head once, the lines of items as they come, its end once."""

    media_type: str

    def head(self) -> bytes:
        """Return what stands before the first item."""

    def lines(self, items: Iterable[Json]) -> bytes:
        """Return the lines of items."""

    def numbers(self, rows: bytes) -> list[bytes]:
        """Return the numbers of each row of a JSON list of lists, separated by commas."""

    def end(self, rows: int, following: str | None) -> bytes:
        """Return what ends so many items; ``following``: the URL of the next page."""


class Csv:
    """Comma-separated values (RFC 4180) with a header, in UTF-8."""

    media_type = CSV

    def __init__(self, table: Table) -> None:
        self._table = table

    def head(self) -> bytes:
        """Return the header."""
        return csv_lines([self._table.names])

    def lines(self, items: Iterable[Json]) -> bytes:
        """Return a line an item."""
        return csv_lines(self._table.cells(item) for item in items)

    def numbers(self, rows: bytes) -> list[bytes]:
        """Return them as ``text`` writes them."""
        for json, text in ((b".0,", b","), (b".0]", b"]"), (b"null", b"")):
            rows = rows.replace(json, text)
        return rows[2:-2].split(b"],[")

    def end(self, rows: int, following: str | None) -> bytes:  # noqa: ARG002 - as others have them
        """Return nothing: the format has no last line."""
        return b""


class Ndjson:
    """A line of JSON an item, as JSON answers have it; the last line says how many there are."""

    media_type = NDJSON

    def __init__(self, table: Table) -> None: ...

    def head(self) -> bytes:
        """Return nothing."""
        return b""

    def lines(self, items: Iterable[Json]) -> bytes:
        """Return a line an item."""
        option = orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z
        return b"".join([orjson.dumps(item, option=option) for item in items])

    def numbers(self, rows: bytes) -> list[bytes]:
        """Return them as they are."""
        return rows[2:-2].split(b"],[")

    def end(self, rows: int, following: str | None) -> bytes:
        """Return the last line; a client that does not find it has not read the whole list."""
        return last_line(rows, following)


WRITERS: dict[str, type[Csv] | type[Ndjson]] = {"csv": Csv, "ndjson": Ndjson}
"""Format → what writes it."""


def last_line(rows: int, following: str | None = None) -> bytes:
    """Return the last line of so many lines of JSON; ``following``: the URL of the next page."""
    last: Json = {"complete": True, "rows": rows}
    if following:
        last["next"] = following
    return orjson.dumps(last, option=orjson.OPT_APPEND_NEWLINE)


def csv_lines(rows: Iterable[Sequence[str]]) -> bytes:
    """Write rows of texts as csv, in UTF-8."""
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode()
