"""The errors of the API: one class and one problem type for each.

    ApiError
    ├── InvalidParameters      400  one or more parameters, all faults at once
    ├── InvalidCursor          400  altered, or of another query
    ├── StaleCursor            400  of data that has been replaced since
    ├── MalformedRequest       400  not valid HTTP
    ├── NotFound               404  no such path
    │   ├── UnknownOccupation  404
    │   └── UnknownRelease     404
    ├── MethodNotAllowed       405
    ├── NotAcceptable          406
    ├── RequestTimeout         408
    ├── BodyTooLarge           413
    ├── UriTooLong             414
    ├── UnsupportedMediaType   415
    ├── InvalidBody            422
    ├── TooManyRequests        429
    ├── HeadersTooLarge        431
    ├── InternalError          500
    ├── VersionNotSupported    505
    └── Unavailable            503
        ├── Overloaded         503
        ├── DatabaseDown       503
        ├── NotReady           503  not migrated or nothing loaded
        └── Warming            503  the search indices are being built

``PROBLEMS`` explains each ``code``; ``GET /problems/{code}`` shows the text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

MOST_FAULTS = 20
"""Faults of a request that an answer lists."""

MOST_LOOKED_UP = 3
"""Faults of one parameter for which near names are looked up."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a request: where, what was given, what is allowed."""

    parameter: str
    value: str | None
    detail: str
    allowed: str | None = None
    did_you_mean: Callable[[], tuple[str, ...]] = tuple
    """Looks up near names, when the answer is written."""


def as_json(faults: Sequence[Fault]) -> list[dict[str, Any]]:
    """Return the entries of ``errors`` for the first faults; each has every key."""
    seen: Counter[str] = Counter()
    entries = []
    for fault in faults[:MOST_FAULTS]:
        seen[fault.parameter] += 1
        near = fault.did_you_mean() if seen[fault.parameter] <= MOST_LOOKED_UP else ()
        entries.append(
            {
                "parameter": fault.parameter,
                "value": fault.value,
                "detail": fault.detail,
                "allowed": fault.allowed,
                "did_you_mean": near,
            }
        )
    return entries


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem type: its status, its title and what it means."""

    status: int
    title: str
    meaning: str


PROBLEMS: dict[str, Problem] = {
    "invalid_parameter": Problem(
        400,
        "Invalid parameter",
        "A query parameter is unknown, repeated, malformed or out of range. The faults are listed "
        "in errors, the first 20 of them, with the parameter, the value, what is allowed and what "
        "was probably meant.",
    ),
    "invalid_cursor": Problem(
        400,
        "Invalid cursor",
        "The cursor was altered or belongs to another query. Follow next as it stands, with the "
        "same parameters as the first page.",
    ),
    "stale_cursor": Problem(
        400,
        "Stale cursor",
        "The data have changed since the page was read. Start again from the first page.",
    ),
    "malformed_request": Problem(
        400,
        "Malformed request",
        "The request is not valid HTTP. For example, its URL is not percent-encoded UTF-8 or has "
        "control characters, Host is missing, a header is repeated that must not be, or the body "
        "is framed by anything but Content-Length or chunked.",
    ),
    "not_found": Problem(404, "Not found", "No resource has this path. GET /v1 links to all."),
    "unknown_occupation": Problem(
        404,
        "Unknown occupation",
        "No loaded occupation has this code or slug. Codes are written 11-9111, 119111 or "
        "11-9111.00. errors names similar ones.",
    ),
    "unknown_release": Problem(
        404,
        "Unknown release",
        "No release that is shown has this id. GET /v1/releases lists them.",
    ),
    "method_not_allowed": Problem(
        405,
        "Method not allowed",
        "The path exists but does not answer this method; the Allow header lists those it does.",
    ),
    "not_acceptable": Problem(
        406,
        "Not acceptable",
        "The Accept header names no media type that is served. Answers are application/json, "
        "errors application/problem+json.",
    ),
    "request_timeout": Problem(
        408,
        "Request timeout",
        "The client took too long to send the request. The connection is closed.",
    ),
    "body_too_large": Problem(
        413,
        "Body too large",
        "The body is larger than 2,097,152 bytes (2 MiB): 1,000 titles of 500 characters in "
        "UTF-8; with \\u escapes they may take more. A body that no route reads may have 65,536 "
        "bytes.",
    ),
    "uri_too_long": Problem(414, "URI too long", "The URL is longer than 8,000 bytes."),
    "unsupported_media_type": Problem(
        415, "Unsupported media type", "The body must be sent as application/json."
    ),
    "invalid_body": Problem(
        422,
        "Invalid body",
        "The body is not JSON or does not have the documented shape. errors names the first 20 "
        "faults with their places.",
    ),
    "too_many_requests": Problem(
        429,
        "Too many requests",
        "The client has made as many requests as it may for now. The RateLimit header says how "
        "many are left and when the count starts again. Retry after the seconds of Retry-After.",
    ),
    "headers_too_large": Problem(
        431,
        "Headers too large",
        "The request's headers are larger than 65,536 bytes together, or more than 100 lines.",
    ),
    "internal_error": Problem(
        500,
        "Internal error",
        "The server failed. Its log has the details under the Request-Id.",
    ),
    "http_version_not_supported": Problem(
        505,
        "HTTP version not supported",
        "The server does not speak this version of HTTP. Send HTTP/1.1.",
    ),
    "overloaded": Problem(
        503,
        "Overloaded",
        "The server has more requests than it can answer in time. Retry after the seconds of "
        "Retry-After.",
    ),
    "database_unavailable": Problem(
        503,
        "Database unavailable",
        "The database does not answer. Retry after the seconds of Retry-After.",
    ),
    "not_ready": Problem(
        503,
        "Not ready",
        "The database is not migrated or has no data. `occupations serve` does both at start.",
    ),
    "warming": Problem(
        503,
        "Warming",
        "The indices of search, suggestions and title matching are being built, which takes "
        "seconds after a start. Retry after the seconds of Retry-After.",
    ),
}


class ApiError(Exception):
    """An error that becomes a problem document; ``code`` is a key of ``PROBLEMS``."""

    code: ClassVar[str] = "internal_error"

    def __init__(
        self,
        detail: str | None = None,
        faults: tuple[Fault, ...] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        self.detail = detail or PROBLEMS[self.code].meaning
        if len(faults) > MOST_FAULTS:
            more = len(faults) - MOST_FAULTS
            self.detail += f" The first {MOST_FAULTS} are listed, and {more:,} more were found."
        self.faults = faults
        self.headers = headers or {}
        super().__init__(self.detail)

    @property
    def status(self) -> int:
        """The HTTP status."""
        return PROBLEMS[self.code].status


class InvalidParameters(ApiError):
    """Wrong query parameters, all faults at once."""

    code = "invalid_parameter"

    def __init__(self, *faults: Fault) -> None:
        named = ", ".join(dict.fromkeys(fault.parameter for fault in faults[:MOST_FAULTS]))
        super().__init__(f"At fault: {named}. See errors.", faults)


class InvalidCursor(ApiError):
    """A cursor that was altered or belongs to another query."""

    code = "invalid_cursor"


class StaleCursor(ApiError):
    """A cursor of data that has been replaced."""

    code = "stale_cursor"


class MalformedRequest(ApiError):
    """A request that is not valid HTTP."""

    code = "malformed_request"


class NotFound(ApiError):
    """No such path."""

    code = "not_found"


class UnknownOccupation(NotFound):
    """No occupation with this code or slug."""

    code = "unknown_occupation"

    def __init__(self, given: str, nearest: Callable[[], tuple[str, ...]]) -> None:
        fault = Fault(
            "code",
            given,
            "no occupation has this code or slug",
            "a code such as 11-9111, 119111, 11-9111.00, or a slug",
            nearest,
        )
        super().__init__(f"No occupation has the code or slug {given!r}.", (fault,))


class UnknownRelease(NotFound):
    """No release with this id."""

    code = "unknown_release"

    def __init__(self, given: str, nearest: Callable[[], tuple[str, ...]]) -> None:
        fault = Fault("id", given, "no release has this id", "an id of /v1/releases", nearest)
        super().__init__(f"No release has the id {given!r}.", (fault,))


class MethodNotAllowed(ApiError):
    """The path does not answer this method."""

    code = "method_not_allowed"


class NotAcceptable(ApiError):
    """No media type that the client accepts."""

    code = "not_acceptable"


class RequestTimeout(ApiError):
    """A request that takes too long to arrive."""

    code = "request_timeout"


class BodyTooLarge(ApiError):
    """A body over the limit."""

    code = "body_too_large"


class UriTooLong(ApiError):
    """A URL over the limit."""

    code = "uri_too_long"


class UnsupportedMediaType(ApiError):
    """A body that is not sent as JSON."""

    code = "unsupported_media_type"


class InvalidBody(ApiError):
    """A body that is not of the documented shape."""

    code = "invalid_body"

    def __init__(self, *faults: Fault) -> None:
        super().__init__("The body is not of the documented shape. See errors.", faults)


class TooManyRequests(ApiError):
    """A client over its rate; only where the operator has set one."""

    code = "too_many_requests"


class HeadersTooLarge(ApiError):
    """Request headers over the limit."""

    code = "headers_too_large"


class InternalError(ApiError):
    """A fault of this server."""


class VersionNotSupported(ApiError):
    """An HTTP version that the server does not speak."""

    code = "http_version_not_supported"


class Unavailable(ApiError):
    """A temporary error: the client may retry."""

    def __init__(self, detail: str | None = None, retry_after: int = 1) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after)})


class Overloaded(Unavailable):
    """Too many requests wait."""

    code = "overloaded"


class DatabaseDown(Unavailable):
    """The database does not answer."""

    code = "database_unavailable"


class ConnectionLost(DatabaseDown):
    """The database connection broke off; another one may work."""


class NotReady(Unavailable):
    """Not migrated, or nothing loaded."""

    code = "not_ready"


class Warming(Unavailable):
    """The indices are being built."""

    code = "warming"
