"""The cache of answers: bytes of one data version, least recently used out.

An answer is found by the target as it was written (``hot``) or, the first time that it is written
so, by its cache key. Answers to free text have a share of their own, so that a crawler cannot
evict the others.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b

from app.server.compression import SMALLEST, compress
from app.server.handed import FileBody, Pieces

Header = tuple[bytes, bytes]
Target = bytes  # path and query as they were written

OVERHEAD = 4096
"""Bytes that an answer takes beside its bodies, roughly."""

ALIASES = 8
"""Targets of one cache key that are remembered."""

ALIAS_OVERHEAD = 150
"""Bytes that a remembered target takes beside its text, roughly."""


def header_lines(headers: Iterable[Header]) -> bytes:
    """Write headers as HTTP/1.1 lines."""
    return b"".join([b"%s: %s\r\n" % header for header in headers])


@dataclass(slots=True)
class Variant:
    """An answer in one content encoding, with all headers but Request-Id."""

    body: bytes
    headers: list[Header]
    headers_304: list[Header]
    tag: bytes  # the ETag, with its quotes
    _lines: dict[bool, bytes] = field(default_factory=dict)

    def lines(self, unchanged: bool) -> bytes:
        """Return the headers of the answer, or of its 304, as HTTP/1.1 lines; written once."""
        found = self._lines.get(unchanged)
        if found is None:
            found = header_lines(self.headers_304 if unchanged else self.headers)
            self._lines[unchanged] = found
        return found


@dataclass(slots=True)
class CachedAnswer:
    """One answer of one data version, with its variants by content encoding."""

    status: int
    body: bytes
    headers: list[Header]  # without those of a variant
    number: int  # of the data version it was made from
    route: str
    tagged: bool  # clients may store it, so it has an ETag
    by_language: bool = False  # a page whose language Accept-Language chooses
    pieces: Pieces | None = None  # makes the body of an answer that is streamed, and not kept
    file: FileBody | None = None  # the body of an answer that is a file, and not kept
    free_text: bool = False
    canonical: bytes = b""
    digest: bytes = b""
    charged: int = 0  # bytes that the cache counts for it
    aliases: list[Target] = field(default_factory=list)
    variants: dict[str, Variant] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.digest = blake2b(self.body, digest_size=12).hexdigest().encode()

    def size(self) -> int:
        """Return the bytes that it takes: bodies, headers, and its remembered targets."""
        head = sum(len(name) + len(value) + 4 for name, value in self.headers)
        size = OVERHEAD + len(self.body) + head + len(self.canonical)
        for variant in self.variants.values():
            size += 2 * head + (len(variant.body) if variant.body is not self.body else 0)
        return size + sum(len(alias) + ALIAS_OVERHEAD for alias in self.aliases)

    def variant(self, encoding: str) -> Variant:
        """Return the answer in ``encoding``, compressed once. Small bodies are not compressed."""
        found = self.variants.get(encoding)
        if found is None:
            found = self._variant(encoding if len(self.body) >= SMALLEST else "identity")
            self.variants[encoding] = found
        return found

    def _variant(self, encoding: str) -> Variant:
        plain = encoding == "identity"
        body = self.body if plain else compress(self.body, encoding)
        tag = self.digest if plain else self.digest + b"-" + encoding.encode()
        tag = b'"' + tag + b'"'
        of_304 = [*self.headers, (b"etag", tag)] if self.tagged else self.headers
        of_200 = [*of_304, (b"content-length", str(len(body)).encode())]
        if not plain:
            of_200.append((b"content-encoding", encoding.encode()))
        without = [(name, value) for name, value in of_304 if name != b"content-type"]
        return Variant(body, of_200, without, tag)

    def unchanged(self, if_none_match: bytes) -> bool:
        """Tell whether If-None-Match names this answer, in any encoding."""
        for given in if_none_match.split(b","):
            tag = given.strip().removeprefix(b"W/").strip(b'"')
            if tag == b"*" or tag.partition(b"-")[0] == self.digest:
                return True
        return False


class Cache:
    """Answers of one data version; ``limit`` in bytes, a quarter of it for free text."""

    def __init__(self, limit: int) -> None:
        self.limits = (limit - limit // 4, limit // 4)
        self.sizes = [0, 0]
        self.hot: dict[Target, CachedAnswer] = {}
        self.entries: tuple[OrderedDict[bytes, CachedAnswer], OrderedDict[bytes, CachedAnswer]] = (
            OrderedDict(),
            OrderedDict(),
        )
        self.hits = self.misses = 0

    def clear(self) -> None:
        """Remove everything: another data version is shown."""
        self.hot.clear()
        for segment in (0, 1):
            self.entries[segment].clear()
            self.sizes[segment] = 0

    def used(self, entry: CachedAnswer) -> None:
        """Note that an answer was found in ``hot``."""
        self.hits += 1
        self.entries[entry.free_text].move_to_end(entry.canonical)

    def find(self, canonical: bytes, target: Target) -> CachedAnswer | None:
        """Find an answer by its cache key and remember the target."""
        for entries in self.entries:
            entry = entries.get(canonical)
            if entry is not None:
                entries.move_to_end(canonical)
                self._alias(entry, target)
                return entry
        return None

    def keep(self, target: Target, entry: CachedAnswer) -> None:
        """Store an answer, and evict the least recently used for it."""
        segment = int(entry.free_text)
        entries = self.entries[segment]
        if entry.size() * 4 > self.limits[segment] or entry.canonical in entries:
            return
        entries[entry.canonical] = entry
        self._alias(entry, target)

    def charge(self, entry: CachedAnswer) -> None:
        """Count the bytes that a stored answer takes by now, and evict others for them."""
        segment = int(entry.free_text)
        entries = self.entries[segment]
        if entries.get(entry.canonical) is not entry:
            return
        size = entry.size()
        self.sizes[segment] += size - entry.charged
        entry.charged = size
        while self.sizes[segment] > self.limits[segment]:
            _, gone = entries.popitem(last=False)
            self.sizes[segment] -= gone.charged
            for alias in gone.aliases:
                self.hot.pop(alias, None)

    def _alias(self, entry: CachedAnswer, target: Target) -> None:
        if len(entry.aliases) < ALIASES and target not in self.hot:
            entry.aliases.append(target)
            self.hot[target] = entry
        self.charge(entry)
