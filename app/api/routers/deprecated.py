"""Operations that have a better one or will end: what their answers and the contract say of it.

docs/versioning.md says how long each of it lasts. `Deprecation` is RFC 9745, `Sunset` RFC 8594.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import format_datetime


@dataclass(frozen=True)
class Deprecation:
    """Since when an operation is deprecated, what to use instead, and when it ends, if it does."""

    since: date
    instead: str
    sunset: date | None = None


DEPRECATED: dict[str, Deprecation] = {}
"""Path of a route, such as ``/v1/occupations/{code}/wages`` → what is said of its operations."""

HEADERS = {
    "Deprecation": "Since when the operation is deprecated (RFC 9745).",
    "Sunset": "When the operation ends (RFC 8594); absent while that is not decided.",
}
"""Headers of the answers of these operations → what they tell."""


def headers_of(path: str, notice: Deprecation) -> tuple[tuple[bytes, bytes], ...]:
    """Return the response headers. The link to /docs is relative: no prefix changes it."""
    docs = f"<{'../' * (path.count('/') - 1)}docs>"
    fields = [
        ("deprecation", f"@{_start(notice.since).timestamp():.0f}"),
        ("link", f'{docs}; rel="deprecation"; type="text/html"'),
    ]
    if notice.sunset is not None:
        fields += [
            ("sunset", format_datetime(_start(notice.sunset), usegmt=True)),
            ("link", f'{docs}; rel="sunset"; type="text/html"'),
        ]
    return tuple((name.encode(), value.encode()) for name, value in fields)


def words_of(notice: Deprecation) -> str:
    """Return what the contract says of the operation."""
    ends = f" It ends on {notice.sunset}." if notice.sunset else ""
    return f"Deprecated since {notice.since}: use `{notice.instead}`.{ends}"


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
