"""The server's HTTP protocol, with a problem for bytes that never reach the application.

uvicorn answers what its parser refuses (a URL over 64 KB, raw bytes over 127, no HTTP at all) by
itself and in plain text; here such an answer is the same problem as everywhere.
"""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app import problems
from app.errors import MalformedRequest, UriTooLong
from app.settings import Settings

PARSED_URL_LIMIT = 65_535
"""Bytes of a URL that the parser reads; the application's own limit is far lower."""


class Protocol(HttpToolsProtocol):
    """uvicorn's, but for its answer to what is not HTTP."""

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - the problem says it better
        """Answer with a problem and close."""
        url: bytes = getattr(self, "url", b"")
        too_long = len(url) > PARSED_URL_LIMIT
        error = UriTooLong() if too_long else MalformedRequest("The request is not HTTP.")
        reason = "URI Too Long" if too_long else "Bad Request"
        path, _, query = url.partition(b"?")
        body = problems.document(
            error, problems.instance_of(path, query), Settings().public_url or ""
        )
        head = (
            f"HTTP/1.1 {error.status} {reason}\r\n"
            "content-type: application/problem+json\r\n"
            f"content-length: {len(body)}\r\n"
            "cache-control: no-store\r\n"
            "x-content-type-options: nosniff\r\n"
            "connection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()
