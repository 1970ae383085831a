"""What a page asks of the API, and how a reader would ask the same."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

import orjson
from starlette.requests import Request

from app.addresses import as_paths
from app.errors import ApiError
from app.server.handed import Dispatch

Json = dict[str, Any]

UNAVAILABLE = 500
"""From this status on the API cannot answer now."""


@dataclass(frozen=True)
class Answer:
    """A document of the API and the request that gives it."""

    target: str
    document: Json
    operation: str
    """Anchor of the operation in /docs."""
    body: Json | None = None

    @staticmethod
    def address(path: str, **query: str | int | None) -> str:
        """Write a request: what is None or empty is left out, commas stay as they are."""
        given = {name: value for name, value in query.items() if value not in (None, "")}
        return path + ("?" + urlencode(given, safe=",:") if given else "")

    def __getitem__(self, key: str) -> Any:
        """Return what the document has under a key."""
        return self.document[key]

    @property
    def rows(self) -> list[Json]:
        """The items of a list."""
        found: list[Json] = self.document["items"]
        return found

    @property
    def csv(self) -> str | None:
        """The request for the whole list as csv; None: it is no list, or a further page of one."""
        path, _, query = self.target.partition("?")
        pairs = dict(parse_qsl(query))
        if "next_cursor" not in self.document or "cursor" in pairs:
            return None
        return self.address(path, **pairs | {"limit": "all", "format": "csv"})

    def requests(self, origin: str) -> dict[str, str]:
        """Return the request as a reader would make it, by the name of the tool."""
        url = origin + self.target
        if self.body is None:
            return {
                "curl": f"curl '{url}'",
                "Python": f'import httpx\n\nhttpx.get("{url}").json()',
                "JavaScript": f'await (await fetch("{url}")).json()',
            }
        body = json.dumps(self.body, ensure_ascii=False)
        sent = "'" + body.replace("'", "'\\''") + "'"
        return {
            "curl": f"curl {url} -H 'Content-Type: application/json' \\\n  -d {sent}",
            "Python": f'import httpx\n\nhttpx.post("{url}", json={body}).json()',
            "JavaScript": f'await (await fetch("{url}", {{method: "POST",\n  headers: '
            f'{{"Content-Type": "application/json"}},\n  body: JSON.stringify({body})}})).json()',
        }


class Asking:
    """Asks the API as the page's own request: of the same data version, one after the other.

    So a page has one thread and one connection at a time, however much it shows.
    """

    def __init__(self, request: Request) -> None:
        self._scope: dict[str, Any] = dict(request.scope)
        self._outer = request.scope
        self._dispatch: Dispatch = request.app.state.dispatch

    async def ask(self, target: str, body: Json | None = None) -> Answer:
        """Return the answer to a GET, or with ``body`` to a POST; raises what the API refuses."""
        path, _, query = target.partition("?")
        scope = {
            **self._scope,
            "method": "GET" if body is None else "POST",
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "pairs": parse_qsl(query, keep_blank_values=True),
            "arrived": time.monotonic(),  # it waits in a queue as long as any request
            "body": b"" if body is None else orjson.dumps(body),
        }
        try:
            with as_paths():
                response = await self._dispatch(scope)
        finally:
            if "of_the_moment" in scope:  # older indices than the data, or files, or none of them
                self._outer["of_the_moment"] = True
        if response is None:
            raise LookupError(f"no route takes {target}")
        route = scope["route"]
        tag = route.tags[0] if route.tags else "default"
        anchor = f"#/{quote(tag)}/{route.operation_id}"
        return Answer(target, orjson.loads(response.body), anchor, body)

    async def all(self, *targets: str) -> list[Answer]:
        """Return the answers to several GETs, in order."""
        return [await self.ask(target) for target in targets]

    async def try_to(self, target: str) -> Answer | None:
        """Return an answer, or None where the API refuses the request.

        That it cannot answer just now is no refusal: the page would be kept without this part.
        """
        try:
            return await self.ask(target)
        except ApiError as error:
            if error.status >= UNAVAILABLE:
                raise
            return None

    async def if_possible(self, target: str) -> Answer | None:
        """Return an answer or None, for the page of an error, which nobody keeps."""
        try:
            return await self.ask(target)
        except ApiError:
            return None
