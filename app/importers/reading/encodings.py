r"""Tells the encoding of a text file: UTF-8, UTF-16 where the file says so, or Windows-1252.

Spreadsheets save text in Windows-1252, which says so nowhere. A file is taken to be in it only if
each of its bytes beyond ASCII reads as an accented letter of a word, as in Mayag\xfcez, or as the
apostrophe of driver\x92s. In other encodings these bytes are signs that stand in no word.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

PIECE = 1 << 20
CERTAIN = re.compile(
    rb"(?<=[A-Za-z])[\xe0-\xf6\xf8-\xfe](?![\x80-\xff])"
    rb"|(?<=[A-Z])[\xc0-\xd6\xd8-\xde](?=[A-Z])"
    rb"|(?<=[a-z])\x92(?=s\b)"
)
"""Bytes that mean one thing only, in words of Latin letters."""
BEYOND_ASCII = re.compile(rb"[\x80-\xff]")


def encoding_of(stream: BinaryIO) -> str:
    """Return the name of the codec that reads a file, from its start on.

    It is UTF-8 where nothing else is certain: reading it then finds the row of the fault.
    """
    start = stream.read(2)
    if start in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        return "utf-16"
    stream.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for piece in _pieces(stream):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        stream.seek(0)
        # Lines are whole, so that no word is cut.
        return "cp1252" if all(map(_is_certain, stream)) else "utf-8-sig"
    return "utf-8-sig"


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    while piece := stream.read(PIECE):
        yield piece


def _is_certain(line: bytes) -> bool:
    return line.isascii() or len(BEYOND_ASCII.findall(line)) == len(CERTAIN.findall(line))
