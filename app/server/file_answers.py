"""Answers that are files: whole, in part, or unchanged since a client took them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app.errors import ApiError
from app.server.cache import CachedAnswer, Header
from app.server.handed import FileBody
from app.server.ranges import is_known, part_of
from app.server.streaming import Stream, Streams

BLOCK = 262_144
"""Bytes read at once."""

_NOT_OF_304 = frozenset({b"content-type", b"content-length", b"content-disposition"})


class _FileChanged(ApiError):
    """A file is not the one that its answer promised: the connection ends."""


async def file_answer(
    entry: CachedAnswer,
    file: FileBody,
    method: str,
    headers: dict[bytes, bytes],
    streams: Streams,
) -> tuple[int, list[Header], bytes | Stream]:
    """Return status, headers and body of a file, or of the part of it that is asked for.

    Raises ``RangeNotSatisfiable``, ``Overloaded``, or the file's own ``missing``.
    """
    tag, size = file.tag, file.size
    fields = [*entry.headers, (b"etag", tag), (b"accept-ranges", b"bytes")]
    if is_known(headers.get(b"if-none-match"), tag):
        return 304, [one for one in fields if one[0] not in _NOT_OF_304], b""
    part = part_of(headers, size, tag) if method == "GET" else None
    begin, end = part or (0, size)
    fields.append((b"content-length", b"%d" % (end - begin)))
    if part:
        fields.append((b"content-range", b"bytes %d-%d/%d" % (begin, end - 1, size)))
    if method == "HEAD":
        return 200, fields, b""
    begun = await streams.begin(lambda: _blocks(file, begin, end), file=True)
    return 206 if part else 200, fields, begun


def _blocks(file: FileBody, begin: int, end: int) -> Iterator[bytes]:
    """Yield a part of a file, block by block; raises if the file is shorter by now."""
    path: Path = file.path
    try:
        stream = path.open("rb")
    except OSError as error:
        raise file.missing() from error
    with stream:
        stream.seek(begin)
        left = end - begin
        while left:
            block = stream.read(min(BLOCK, left))
            if not block:
                message = f"{path.name} ended {left:,} bytes too soon"
                raise _FileChanged(message)
            left -= len(block)
            yield block
