"""Reads rows of a plain text table as arrays, many times faster than the csv module does.

Only plain tables are read here: UTF-8, commas, as many cells in every row, quotes around whole
cells. At anything else the caller goes on with the csv module, which knows every case and the row
of a fault. Eight characters of a cell are one number of 64 bits, so that a column is compared,
checked and turned into figures by a few operations on whole arrays.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.importers.reading.opening import open_regular

SIZE = 1 << 19
"""Bytes read at a time: few enough that the arrays of a column fit the processor's cache."""
MOST_CELL = 100_000  # the csv module refuses cells a little longer
COMMA, QUOTE, RETURN, NEWLINE, POINT, ZERO = b',"\r\n.0'
PAD = bytes(16)

U64 = np.uint64
Words = NDArray[np.uint64]
Places = NDArray[np.int64]
MASKS: Words = np.array([(1 << 8 * n) - 1 for n in range(9)], U64)
"""Length in characters, 0 to 8 → mask of their bits."""


def _each(byte: int) -> np.uint64:
    return U64(int.from_bytes(bytes([byte]) * 8, "little"))


ONES, TENS, LOW, HIGH = _each(0x01), _each(0x10), _each(0x0F), _each(0xF0)
ZEROS, SIX = _each(0x30), _each(0x06)


class Numbers(NamedTuple):
    """A column's cells as numbers: ``digits`` / 10 ** ``decimals`` where ``plain`` is true."""

    digits: Places
    decimals: Places
    plain: NDArray[np.bool_]
    words: Words  # the first eight characters


class TextChunk:
    """Some rows of a table: where the cells of each column start, and how long they are."""

    def __init__(self, content: bytes, size: int, starts: Places, lengths: Places) -> None:
        """Take ``size`` bytes, padded, and where cells start and how long they are.

        The shape of both arrays is columns by rows.
        """
        self.content, self.size, self.starts, self.lengths = content, size, starts, lengths
        self.rows: int = starts.shape[1]
        self._eights: Words = np.frombuffer(content, "<u8", len(content) // 8)

    def text(self, column: int, row: int) -> str:
        """Return one cell."""
        start = int(self.starts[column, row])
        return self.content[start : start + int(self.lengths[column, row])].decode()

    def texts(self, column: int) -> list[str]:
        """Return a column's cells."""
        words = self.words(column)
        if int(self.lengths[column].max()) > 8:
            return [self.text(column, n) for n in range(self.rows)]
        known = {w: w.to_bytes(8, "little").rstrip(b"\0").decode() for w in {*words.tolist()}}
        return [*map(known.__getitem__, words.tolist())]

    def blank(self, column: int) -> bool:
        """Tell whether all cells of a column are blank."""
        return not self.lengths[column].any()

    def words(self, column: int, offset: int = 0) -> Words:
        """Return eight characters of each cell, from ``offset`` on, as a number."""
        at = self.starts[column] + offset
        bits = ((at & 7) << 3).astype(U64)
        at >>= 3
        low, high = self._eights.take(at, mode="clip"), self._eights.take(at + 1, mode="clip")
        # A shift by 64 bits is not defined, so it is done in two steps.
        word: Words = (low >> bits) | ((high << U64(1)) << (U64(63) - bits))
        word &= MASKS.take(self.lengths[column] - offset, mode="clip")
        return word

    def changes(self, column: int) -> NDArray[np.bool_]:
        """Return for each row but the first whether its cell differs from the one above."""
        lengths = self.lengths[column]
        differ: NDArray[np.bool_] = lengths[1:] != lengths[:-1]
        for offset in range(0, int(lengths.max()), 8):
            words = self.words(column, offset)
            differ |= words[1:] != words[:-1]
        return differ

    def numbers(self, column: int) -> Numbers:
        """Return a column's numbers.

        Plain ones have up to eight characters, and one point, or one comma that groups by three.
        """
        words, lengths = self.words(column), self.lengths[column]
        # A digit is 0x30 to 0x39; a point or comma lacks the bit 0x10.
        apart = ~words & TENS & MASKS.take(lengths, mode="clip")
        first = apart & (~apart + U64(1))
        below = (first >> U64(4)) - U64(1)  # the bits of the characters before it; else all
        before = ((below & ONES) * ONES) >> U64(56)  # how many they are
        sign = (words >> (before.clip(max=7) << U64(3))) & U64(0xFF)
        one = first != 0
        squeezed = (words & below) | ((words >> U64(8)) & ~below)
        count = (lengths - one).clip(0, 8)
        digits = squeezed << ((8 - count) << 3).astype(U64)
        filled = ~MASKS.take(8 - count)
        plain = (digits & HIGH) == (ZEROS & filled)
        plain &= ((digits + (SIX & filled)) & HIGH) == (ZEROS & filled)
        plain &= (count > 0) & (lengths <= 8)
        after = lengths - 1 - before.astype(np.int64)
        grouped = (sign == COMMA) & (after == 3) & (lengths > 4) & (lengths < 8)
        grouped &= (words & U64(0xFF)) != ZERO
        plain &= ~one | (sign == POINT) | grouped
        decimals = np.where(one & (sign == POINT), after, 0)
        value = digits & LOW
        value = value * U64(10) + (value >> U64(8))
        pairs = U64(0x000000FF000000FF)
        high = (value & pairs) * U64(100 + (1_000_000 << 32))
        value = high + ((value >> U64(16)) & pairs) * U64(1 + (10_000 << 32))
        return Numbers((value >> U64(32)).astype(np.int64), decimals, plain, words)


def plain_chunks(path: Path, after: int, columns: int) -> Iterator[TextChunk | None]:
    """Yield the rows after row ``after``, with ``columns`` cells each.

    The last chunk is None if what follows is not plain.
    """
    with open_regular(path) as stream:
        rest, more = b"", _skip(stream, after)
        if not more:
            yield None
        while more:
            piece = stream.read(SIZE)
            more, rest = bool(piece), rest + piece
            if not more and not rest.endswith(b"\n"):
                rest += b"\n" if rest else b""
            if not rest:
                return
            chunk = _chunk(rest, columns)
            yield chunk
            if chunk is None:
                return
            rest = rest[chunk.size :]


def _skip(stream: Any, rows: int) -> bool:
    """Skip rows, which may have line ends in quotes. Return whether they could be read."""
    if stream.read(3) != b"\xef\xbb\xbf":
        stream.seek(0)
    lines = (line.decode() for line in iter(stream.readline, b""))
    try:
        reader = csv.reader(lines, strict=True)
        for _ in range(rows):
            next(reader)
    except (UnicodeDecodeError, csv.Error, StopIteration):
        return False
    return True


def _chunk(content: bytes, columns: int) -> TextChunk | None:
    """Return the whole rows at the start of ``content``, or None if something is not plain."""
    text = np.frombuffer(content, np.uint8)
    quotes = text == QUOTE
    outside = ~_inside(quotes)
    breaks = (text == NEWLINE) & outside
    places = np.flatnonzero(((text == COMMA) & outside) | breaks)
    last = np.flatnonzero(breaks[places])
    rows = len(last)
    # Every row must end at the same cell.
    if not rows or not np.array_equal(last, np.arange(columns - 1, rows * columns, columns)):
        return None
    size = int(places[last[-1]]) + 1
    # Columns by rows, each column together in memory.
    stops = np.ascontiguousarray(places[: rows * columns].reshape(rows, columns).T)
    starts = np.empty_like(stops)
    starts[1:] = stops[:-1] + 1
    starts[0, 0], starts[0, 1:] = 0, stops[-1, :-1] + 1
    content, text = content[:size] + PAD[: 16 - size % 8], text[:size]
    returns = text[stops[-1] - 1] == RETURN
    stops[-1] -= returns
    lengths = stops - starts
    quoted = text[starts] == QUOTE
    closed = text[stops - 1] == QUOTE
    plain = (
        # The csv module decides whether a blank row is skipped or a fault.
        bool((stops[-1] - starts[0] >= columns).all())
        and int(lengths.max()) <= MOST_CELL
        and np.count_nonzero(text == RETURN) == np.count_nonzero(returns)
        # No quotes but those around a cell.
        and bool(closed[quoted].all())
        and np.count_nonzero(quotes[:size]) == 2 * np.count_nonzero(quoted)
        and b"\0" not in content[:size]
        and _decodes(content)
    )
    return TextChunk(content, size, starts + quoted, lengths - 2 * quoted) if plain else None


def _decodes(content: bytes) -> bool:
    if content.isascii():
        return True
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _inside(quotes: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return for each byte whether an odd number of quotes stands before or at it."""
    bits = np.packbits(quotes, bitorder="little")
    words = np.zeros(-(-len(bits) // 8), U64)
    words.view(np.uint8)[: len(bits)] = bits
    for shift in (1, 2, 4, 8, 16, 32):
        words ^= words << U64(shift)
    # The last bit of a word says whether it inverts those after it.
    turned = np.cumsum(words >> U64(63), dtype=U64) & U64(1)
    words[1:] ^= ~turned[:-1] + U64(1)
    return np.unpackbits(words.view(np.uint8), count=len(quotes), bitorder="little").view(np.bool_)
