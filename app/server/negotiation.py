"""Content negotiation by the headers Accept…; and the Request-Id of an answer."""

from __future__ import annotations

import itertools
import re
from secrets import token_hex

from app.memory import remembered
from app.server.compression import ENCODINGS

ENDS = {
    b"application/ld+json": "/linked-data",
    b"text/turtle": "/turtle",
    b"application/atom+xml": ".atom",
}
"""Kind → end of the paths that answer with it what the path before it answers with JSON."""

_SANE_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_ANY = (b"application/*", b"*/*")
_QUALITY = re.compile(rb"(?:^|;)\s*q\s*=\s*([0-9.]+)")


class RequestIds:
    """Makes request ids, with a prefix of the worker's own."""

    def __init__(self) -> None:
        self._prefix = token_hex(4).encode()
        self._numbers = itertools.count(1)

    def of(self, headers: dict[bytes, bytes]) -> bytes:
        """Return the client's Request-Id if it is safe to echo and log, or a new one."""
        given = headers.get(b"request-id")
        if given is None or _SANE_ID.fullmatch(given := given.strip(b" \t")) is None:
            return b"%s%x" % (self._prefix, next(self._numbers))
        return given


JSON = b"application/json"
OTHERS = (*ENDS, b"application/x-ndjson", b"text/csv")
"""Media types of answers beside JSON. They are given to clients that name them."""


@remembered(most=256, longest=256)
def liked_best(accept: bytes, others: tuple[bytes, ...] = OTHERS) -> bytes | None:
    """Return which of JSON and other media types an Accept header likes best; None: none of them.

    One that is named is preferred to JSON that is liked equally, and to those named after it.
    """
    liked = dict(_ranges(accept))
    json = next((liked[kind] for kind in (JSON, *_ANY, b"") if kind in liked), 0.0)
    named = (kind for kind in liked if kind in others)
    found = max(named, key=lambda kind: liked[kind], default=JSON)
    if liked.get(found, 0.0) > 0 and liked[found] >= json:
        return found
    return JSON if json > 0 else None


@remembered(most=256, longest=256)
def prefers_html(accept: bytes) -> bool:
    """Tell whether an Accept header names HTML and likes it no less than JSON."""
    liked = dict(_ranges(accept))
    html = liked.get(b"text/html", 0.0)
    return html > 0 and html >= liked.get(b"application/json", 0.0)


LANGUAGES = ("en", "es")
"""Languages of the pages, the one without a prefix first."""


@remembered(most=256, longest=256)
def language_for(accept_language: bytes) -> str:
    """Return the prefix of the pages' language that a client likes best; empty: the first."""
    liked: dict[str, float] = {}
    for tag, quality in _ranges(accept_language):
        language = tag.partition(b"-")[0].decode("latin-1")
        if language in LANGUAGES:
            liked[language] = max(quality, liked.get(language, 0.0))
    best = max(LANGUAGES, key=lambda language: liked.get(language, 0.0))
    return "" if best == LANGUAGES[0] else best


@remembered(most=256, longest=256)
def encoding_for(accept_encoding: bytes) -> str:
    """Choose the content encoding that the client prefers; of equal ones the first of ours."""
    liked = dict(_ranges(accept_encoding))
    rest = liked.get(b"*", 0.0)
    known = [(liked.get(name.encode(), rest), name) for name in ENCODINGS]
    best = max(known, key=lambda entry: entry[0])
    return best[1] if best[0] > 0 else "identity"


def _ranges(header: bytes) -> list[tuple[bytes, float]]:
    found = []
    for entry in header[:2000].lower().split(b","):
        value, _, parameters = entry.partition(b";")
        quality = _QUALITY.search(parameters)
        found.append((value.strip(), _number(quality[1]) if quality else 1.0))
    return found


def _number(text: bytes) -> float:
    try:
        return float(text)
    except ValueError:
        return 1.0
