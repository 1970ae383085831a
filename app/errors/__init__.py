"""The errors of the API: one class and one problem type for each.

    ApiError
    ├── InvalidParameters      400  one or more parameters, all faults at once
    ├── InvalidCursor          400  altered, or of another query
    │   └── StaleCursor        400  of data that are not kept any more
    ├── VersionUnknown         410  changes since a data version of another database
    ├── VersionGone            410  a data version whose rows are not kept any more
    ├── MalformedRequest       400  not valid HTTP
    ├── NotFound               404  no such path
    │   ├── UnknownArea        404
    │   ├── UnknownOccupation  404
    │   ├── NotLoaded          404  a code of a classification that is not loaded
    │   ├── UnknownRelease     404
    │   ├── UnknownCrosswalk   404
    │   ├── UnknownExport      404
    │   └── UnknownClassification 404
    ├── AmbiguousCode          300  a code of others that leads to several occupations
    ├── AmbiguousArea          300  a name, county or ZIP code that leads to several areas
    ├── MethodNotAllowed       405
    ├── NotAcceptable          406
    ├── RequestTimeout         408
    ├── BodyTooLarge           413
    ├── UriTooLong             414
    ├── UnsupportedMediaType   415
    ├── RangeNotSatisfiable    416
    ├── InvalidBody            422
    ├── TooManyRequests        429
    ├── HeadersTooLarge        431
    ├── InternalError          500
    ├── VersionNotSupported    505
    └── Unavailable            503
        ├── Overloaded         503
        ├── DatabaseDown       503
        ├── NotReady           503  not migrated or nothing loaded
        ├── ExportPending      503  the files of /v1/exports are not made yet
        └── Warming            503  the search indices are being built

``app.errors.problem_types`` explains each ``code``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.errors.problem_types import PROBLEMS

MOST_FAULTS = 20
"""Faults of a request that an answer lists."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a request: where, what was given, what is allowed."""

    parameter: str
    value: str | None
    detail: str
    allowed: str | None = None
    did_you_mean: Callable[[], tuple[str, ...]] = tuple
    """Looks up near names, when the answer is written."""
    code: str = "invalid_parameter"
    """The type of problem, where a parameter has only faults like this."""
    choices: tuple[dict[str, Any], ...] = ()
    """What the value may mean, the largest occupation first."""


class ApiError(Exception):
    """An error that becomes a problem document; ``code`` is a key of ``PROBLEMS``."""

    code: str = "internal_error"

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
        codes = {fault.code for fault in faults}
        if len(codes) == 1:
            self.code = codes.pop()
        named = ", ".join(dict.fromkeys(fault.parameter for fault in faults[:MOST_FAULTS]))
        super().__init__(f"At fault: {named}. See errors.", faults)

    @property
    def status(self) -> int:
        """400, also of a problem that has another status in a path."""
        return 400


class InvalidCursor(ApiError):
    """A cursor that was altered or belongs to another query."""

    code = "invalid_cursor"
    first = ""
    """The cursor of the first page in the newest data."""


class StaleCursor(InvalidCursor):
    """A cursor of data that are not kept any more, or were never in this database."""

    code = "stale_cursor"


class VersionUnknown(ApiError):
    """A data version that this database never showed."""

    code = "version_unknown"


class VersionGone(ApiError):
    """A data version that was shown, whose rows are not kept any more."""

    code = "version_gone"


class MalformedRequest(ApiError):
    """A request that is not valid HTTP."""

    code = "malformed_request"


class NotFound(ApiError):
    """No such path."""

    code = "not_found"


class UnknownOccupation(NotFound):
    """No occupation with this code or slug."""

    code = "unknown_occupation"

    def __init__(
        self,
        given: str,
        nearest: Callable[[], tuple[str, ...]],
        why: str = "no occupation has this code or slug",
        allowed: str = "a code such as 11-9111, 119111, 11-9111.00, or a slug",
    ) -> None:
        said = f"No occupation has the code or slug {given!r}." if ":" not in given else why
        super().__init__(said, (Fault("code", given, why, allowed, nearest),))


class NotLoaded(NotFound):
    """A code of a classification that is not loaded."""

    code = "not_loaded"

    def __init__(self, given: str, what: str, command: str) -> None:
        why = f"{what} is not loaded: {command}"
        super().__init__(f"{why}.", (Fault("code", given, why, code=self.code),))


class AmbiguousCode(ApiError):
    """A code of others that leads to several occupations."""

    code = "ambiguous_code"

    def __init__(self, given: str, choices: tuple[dict[str, Any], ...]) -> None:
        codes = tuple(choice["code"] for choice in choices)
        fault = Fault(
            "code",
            given,
            f"leads to {len(choices)} occupations",
            ", ".join(codes),
            lambda: codes[:3],
            self.code,
            choices,
        )
        super().__init__(f"{given!r} leads to {len(choices)} occupations: see choices.", (fault,))


UNRESOLVED = (UnknownOccupation, NotLoaded, AmbiguousCode)
"""What a code in a path or parameter may raise; each has one fault, of the parameter ``code``."""


class UnknownArea(NotFound):
    """No area with this code."""

    code = "unknown_area"

    def __init__(
        self,
        given: str,
        nearest: Callable[[], tuple[str, ...]],
        why: str = "no area has this code",
        allowed: str = "a code of /v1/areas",
    ) -> None:
        said = f"No area has the code {given!r}." if ":" not in given else f"{given!r}: {why}."
        super().__init__(said, (Fault("code", given, why, allowed, nearest),))


class AmbiguousArea(ApiError):
    """A name, or a code of others, that leads to several areas.

    ``choices`` have code, name and level of each, the largest first, and may have ``employment``
    and ``relation``: what was given is the ``same`` place, or only ``part`` of it lies there.
    """

    code = "ambiguous_area"

    def __init__(self, given: str, choices: Sequence[dict[str, Any]]) -> None:
        codes = tuple(choice["code"] for choice in choices)
        whole = tuple(
            {
                "code": choice["code"],
                "title": choice["name"],
                "employment": choice.get("employment"),
                "relation": choice.get("relation", "same"),
                "match": None,
                "url": f"/v1/areas/{choice['code']}",
                "name": choice["name"],
                "level": choice["level"],
            }
            for choice in choices
        )
        why = f"may be {len(choices)} areas"
        fault = Fault("code", given, why, ", ".join(codes), lambda: codes[:3], self.code, whole)
        super().__init__(f"{given!r} may be {len(choices)} areas: see choices.", (fault,))


class _UnknownId(NotFound):
    """No resource of this kind with this id."""

    kind, parameter = "", "id"

    def __init__(self, given: str, nearest: Callable[[], tuple[str, ...]]) -> None:
        said = f"no {self.kind} has this {self.parameter}"
        fault = Fault(self.parameter, given, said, f"one of /v1/{self.kind}s", nearest)
        super().__init__(f"No {self.kind} has the {self.parameter} {given!r}.", (fault,))


class UnknownRelease(_UnknownId):
    """No release with this id."""

    code, kind = "unknown_release", "release"


class UnknownCrosswalk(_UnknownId):
    """No crosswalk with this id."""

    code, kind = "unknown_crosswalk", "crosswalk"


class UnknownClassification(_UnknownId):
    """No classification with this id."""

    code, kind = "unknown_classification", "classification"


class UnknownExport(_UnknownId):
    """No file of this name."""

    code, kind, parameter = "unknown_export", "export", "name"


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


class RangeNotSatisfiable(ApiError):
    """A range that a file does not have, or that makes no sense."""

    code = "range_not_satisfiable"


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


class ExportPending(Unavailable):
    """The files are not made yet."""

    code = "export_pending"


class Warming(Unavailable):
    """The indices are being built."""

    code = "warming"
