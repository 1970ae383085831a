"""Every address that leaves the program is made here, of a path that begins with a slash.

Where clients see this server is said by its operator (``OCCUPATIONS_PUBLIC_URL``), or for one
request by a trusted proxy (``X-Forwarded-Prefix``). All other modules know paths only.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple
from urllib.parse import urlsplit


class Place(NamedTuple):
    """Where clients see this server: ``https://example.org/jobs`` and its path, ``/jobs``.

    Both are without a slash at their end. The URL is a path too where nobody said the host.
    """

    url: str = ""
    path: str = ""

    @classmethod
    def at(cls, url: str) -> Place:
        """Return the place at a URL, or at a path of an unknown host."""
        return cls(url, urlsplit(url).path)


_PLACE: ContextVar[Place] = ContextVar("place")
_UNKNOWN = Place()


def see(place: Place) -> None:
    """Let this request's addresses begin at a place."""
    _PLACE.set(place)


@contextmanager
def as_paths() -> Iterator[None]:
    """Let addresses be plain paths, for who asks and answers in this process."""
    token = _PLACE.set(_UNKNOWN)
    try:
        yield
    finally:
        _PLACE.reset(token)


def url_of(path: str) -> str:
    """Return the address of a path, for an answer: a whole URL where the host is known."""
    return _PLACE.get(_UNKNOWN).url + path


def prefixed(path: str) -> str:
    """Return a path as clients see it: what pages and redirects link to, on any host."""
    return _PLACE.get(_UNKNOWN).path + path
