"""Parts of a file that a request asks for: Range and If-Range (RFC 9110, 14)."""

from __future__ import annotations

import re

from app.errors import RangeNotSatisfiable

Headers = dict[bytes, bytes]

_UNIT = b"bytes="
_RANGE = re.compile(rb"(\d*)\s*-\s*(\d*)")
HOW = "Range is written as bytes=0-499, bytes=500- or bytes=-500"
_DIGITS = 18
"""Of the longest number that is read; a longer one is beyond any file."""


def part_of(headers: Headers, size: int, tag: bytes) -> tuple[int, int] | None:
    """Return begin and end (exclusive) of the part that is asked for; None: the whole.

    Several ranges get the whole, and so does a range of another state of the file (If-Range) or in
    another unit. Raises ``RangeNotSatisfiable``.
    """
    asked = headers.get(b"range", b"")
    if not asked.lower().startswith(_UNIT) or headers.get(b"if-range", tag) != tag:
        return None
    asked = asked[len(_UNIT) :].strip()
    found = _RANGE.fullmatch(asked)
    if found is None:
        if all(_RANGE.fullmatch(one.strip()) for one in asked.split(b",")):
            return None
        raise _refused(size, HOW)
    first, last = found.groups()
    if first:
        begin, end = _number(first), min(_number(last) + 1, size) if last else size
        if last and _number(last) < _number(first):
            raise _refused(size, "the range ends before it begins")
    elif last:
        begin, end = max(size - _number(last), 0), size
    else:
        raise _refused(size, HOW)
    if begin >= end:
        raise _refused(size, f"the file has {size:,} bytes")
    return begin, end


def _refused(size: int, why: str) -> RangeNotSatisfiable:
    found = {"Content-Range": f"bytes */{size}"}
    return RangeNotSatisfiable(f"No such range: {why}.", headers=found)


def _number(digits: bytes) -> int:
    digits = digits.lstrip(b"0") or b"0"
    return int(digits) if len(digits) <= _DIGITS else 10**_DIGITS


def is_known(if_none_match: bytes | None, tag: bytes) -> bool:
    """Tell whether If-None-Match names a file's tag."""
    if if_none_match is None:
        return False
    given = {one.strip().removeprefix(b"W/") for one in if_none_match.split(b",")}
    return not given.isdisjoint({b"*", tag})
