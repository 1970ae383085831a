"""Have REDbot look at an answer: reads a request as JSON from standard input, writes its notes.

Runs in REDbot's own environment. REDbot makes further requests by itself: with compression and
without, conditional ones, a range.
"""

from __future__ import annotations

import json
import sys
from configparser import ConfigParser
from typing import Any

import thor  # type: ignore[import-not-found, unused-ignore]
from redbot.resource import HttpResource  # type: ignore[import-not-found, unused-ignore]


def look(request: dict[str, Any]) -> list[dict[str, str]]:
    """Return REDbot's notes about a request and about those that it makes itself."""
    parser = ConfigParser()
    parser.read_dict({"redbot": {"enable_local_access": "True"}})
    resource = HttpResource(parser["redbot"])
    resource.set_request(
        request["url"], method=request["method"], headers=list(map(tuple, request["headers"]))
    )

    @thor.events.on(resource)  # type: ignore[untyped-decorator, unused-ignore]
    def check_done() -> None:
        thor.stop()

    resource.check()
    thor.run()
    if resource.fetch_error is not None:
        failed = {"category": "GENERAL", "level": "BAD", "summary": str(resource.fetch_error)}
        return [failed]
    seen = [resource, *(one for one in resource.subreqs.values() if one.fetch_started)]
    return [
        {"category": note.category.name, "level": note.level.name, "summary": str(note.summary)}
        for one in seen
        for note in one.response.notes
    ]


def main() -> None:
    """Look at one request: REDbot's loop runs once a process."""
    json.dump(look(json.load(sys.stdin)), sys.stdout)


if __name__ == "__main__":
    main()
