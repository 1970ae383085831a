"""The types of problems: ``PROBLEMS`` explains each ``code``, ``GET /problems/{code}`` shows it."""

from __future__ import annotations

from dataclasses import dataclass


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
    "unknown_format": Problem(
        400,
        "Unknown format",
        "Lists are given as format=json, csv or ndjson. errors names what was given.",
    ),
    "invalid_cursor": Problem(
        400,
        "Invalid cursor",
        "The cursor was altered or belongs to another query. Follow next as it stands, with the "
        "same parameters as the first page, or start again: Link has the address of the first page "
        "as rel=first, and so has did_you_mean in errors.",
    ),
    "stale_cursor": Problem(
        400,
        "Stale cursor",
        "A list goes on in the data that it began with, but those of this cursor are not kept any "
        "more, or were never in this database. Start again from the address that Link has as "
        "rel=first, and did_you_mean in errors. It is of the newest data. The first page under "
        "its usual address may come from a cache, and lead here again.",
    ),
    "unknown_version": Problem(
        400,
        "Unknown data version",
        "The value of at is no data version that this database ever showed. It is data_version of "
        "/v1, or the header Data-Version of an answer: 16 to 64 hexadecimal digits. A database "
        "that was made anew has other versions.",
    ),
    "version_gone": Problem(
        410,
        "Data version gone",
        "The database showed the data version that at or since names, but the rows of its releases "
        "are not kept any more: OCCUPATIONS_KEEP_DAYS says how long they are. Without at the "
        "newest data answer. Changes are given since a date; a mirror that is as old as this is "
        "safer made anew.",
    ),
    "version_unknown": Problem(
        410,
        "Data version unknown",
        "The database never showed the data version that since names: it is another database, or "
        "was made anew. A mirror must be made anew too.",
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
    "not_loaded": Problem(
        404,
        "Not loaded",
        "The code belongs to a classification whose files are not loaded here. detail says how the "
        "operator loads them. In a parameter the status is 400.",
    ),
    "ambiguous_code": Problem(
        300,
        "Ambiguous code",
        "The code belongs to another classification and leads to several occupations. choices "
        "lists them, the one that employs most people first. In a parameter the status is 400.",
    ),
    "ambiguous_area": Problem(
        300,
        "Ambiguous area",
        "The name is that of several places, or the county or ZIP code lies in several areas. "
        "choices lists the areas: of a name the largest first, of a county or ZIP code the one "
        "with the largest part of it. In a parameter the status is 400.",
    ),
    "unknown_crosswalk": Problem(
        404,
        "Unknown crosswalk",
        "No crosswalk that is loaded has this id. GET /v1/crosswalks lists them.",
    ),
    "unknown_classification": Problem(
        404,
        "Unknown classification",
        "No classification has this id. GET /v1/classifications lists them.",
    ),
    "unknown_area": Problem(
        404,
        "Unknown area",
        "No area of any year has this code: US, a state's postal abbreviation, or the survey's "
        "five or seven digits. errors names similar ones.",
    ),
    "unknown_release": Problem(
        404, "Unknown release", "No release that is shown has this id. GET /v1/releases lists them."
    ),
    "unknown_export": Problem(
        404,
        "Unknown export",
        "No file has this name, or the instance offers none. /v1/exports lists them; a name with a "
        "digest is there as long as the file is the newest or the one before.",
    ),
    "method_not_allowed": Problem(
        405,
        "Method not allowed",
        "The path exists but does not answer this method; the Allow header lists those it does.",
    ),
    "not_acceptable": Problem(
        406,
        "Not acceptable",
        "The Accept header names no media type that is served. Answers are application/json, lists "
        "also text/csv and application/x-ndjson, one occupation also application/ld+json, a "
        "crosswalk and a classification also application/ld+json and text/turtle, errors "
        "application/problem+json.",
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
        "UTF-8; with \\u escapes they may take more. A page's form may have 4,194,304 bytes, a "
        "body that no route reads 65,536.",
    ),
    "uri_too_long": Problem(414, "URI too long", "The URL is longer than 8,000 bytes."),
    "unsupported_media_type": Problem(
        415, "Unsupported media type", "The body must be sent as application/json."
    ),
    "range_not_satisfiable": Problem(
        416,
        "Range not satisfiable",
        "The file does not have the range that Range asks for, or the range makes no sense. "
        "Content-Range says how many bytes the file has. Without Range it is sent whole.",
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
        500, "Internal error", "The server failed. Its log has the details under the Request-Id."
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
    "export_pending": Problem(
        503,
        "Export pending",
        "The files of /v1/exports are not made yet, or one of them is gone. The operator makes "
        "them with `occupations export`; imports bring them up to date.",
    ),
    "warming": Problem(
        503,
        "Warming",
        "The indices of search, suggestions and title matching are being built, which takes "
        "seconds after a start. Retry after the seconds of Retry-After.",
    ),
}
