"""One structured line a request: readable on a terminal, JSON otherwise."""

from __future__ import annotations

import sys
import time

import orjson
from starlette.types import Scope


class AccessLog:
    """Writes to standard error; ``form`` is json, text or auto."""

    def __init__(self, form: str) -> None:
        self.text = form == "text" or (form == "auto" and sys.stderr.isatty())

    def write(self, scope: Scope, status: int, seconds: float, request_id: bytes) -> None:
        """Write the line of one request. The route's template is logged, never raw client text."""
        route = getattr(scope.get("route"), "path", "-")
        milliseconds = round(seconds * 1000, 2)
        identity = request_id.decode()
        if self.text:
            line = f"{scope['method']} {route} {status} {milliseconds} ms {identity}\n"
        else:
            entry = {
                "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
                "method": scope["method"],
                "route": route,
                "status": status,
                "ms": milliseconds,
                "request_id": identity,
            }
            line = orjson.dumps(entry).decode() + "\n"
        sys.stderr.write(line)
