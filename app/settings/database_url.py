"""The database's URL: which ones are understood, and what is wrong with one in words.

A password that is not encoded moves its parts to where a host or a port belongs, and a driver would
name them in its errors. So a URL is checked here, and no message repeats a part of it.
"""

from __future__ import annotations

import re

FORMS = "sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME"

DRIVERS = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgresql+psycopg": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}
"""The beginning of a URL → what SQLAlchemy calls it."""

_AUTHORITY = re.compile(r"(?:[^:/@]*(?::[^@]*)?@)?(?:\[[^/?\]]+\]|[^/:?@]*)(?::(?P<port>[^/?]*))?")
"""User, password and host as SQLAlchemy takes them apart; the path and the query follow."""


def checked(url: str) -> str:
    """Return the URL with our driver; raises ``ValueError``, which repeats no part of it."""
    scheme, found, rest = url.strip().partition("://")
    driver = DRIVERS.get(scheme.lower())
    if driver is None:
        named = f"{scheme}:// is not supported" if found and scheme.isidentifier() else "no URL"
        raise ValueError(f"{named}; write {FORMS}")
    if driver == "sqlite":
        if rest and not rest.startswith("/"):
            raise ValueError(
                "a file needs three slashes, sqlite:///occupations.sqlite3, and an absolute path "
                "four, sqlite:////data/occupations.sqlite3"
            )
        return f"{driver}://{rest}"
    if rest.count("@") > 1:
        raise ValueError(
            "there is more than one @; in a user's name or password write %40 for it and %25 for "
            "%, or leave the password out and set PGPASSWORD"
        )
    authority = _AUTHORITY.match(rest)
    port = authority["port"] if authority else None
    if port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65_536):
        raise ValueError(
            "the port, between the host's : and the next /, is not a number from 1 to 65535; "
            "several hosts are written as ?host=ONE:5432&host=TWO:5432"
        )
    return f"{driver}://{rest}"
