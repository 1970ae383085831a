"""Writes the contract's examples and its snapshot, tests/openapi.json: `make contract`.

The snapshot of the contract leaves its examples out: they change with the seed, it must not.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from app.api.queries.cursors import OFFSET, paging
from tests.conftest import occupations
from tests.servers import bare_server, serving, warmed

ROOT = Path(__file__).parents[1]
FILE = ROOT / "app" / "api" / "contract" / "examples.json"
SNAPSHOT = ROOT / "tests" / "openapi.json"

STALE = paging(50, None, lambda: "/v1/occupations?", "0" * 64, OFFSET).cursor((50,))


_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")
"""A time of the database that was made for the examples."""


@dataclass(frozen=True)
class Example:
    """A request that is shown with its answer."""

    target: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    content: bytes | None = None

    def ask(self, client: httpx.Client) -> Any:
        """Return the answer as it stands in the file: JSON, or the text of a page."""
        answer = client.request(
            self.method, self.target, headers=self.headers, json=self.body, content=self.content
        )
        assert answer.status_code != 500, answer.url
        text = _TIME.sub("2026-11-29T08:00:00Z", answer.text)
        return json.loads(text) if answer.headers["content-type"].endswith("json") else text


MATCH = "/v1/titles/match"
JSON = {"Content-Type": "application/json"}

ERRORS: dict[str, Example] = {
    "invalid_parameter": Example("/v1/occupations?limit=500&srot=-wage"),
    "unknown_format": Example("/v1/occupations?format=xml"),
    "invalid_cursor": Example("/v1/occupations?cursor=eyJjb2RlIjoiMTEtOTExMSJ9"),
    "stale_cursor": Example(f"/v1/occupations?cursor={STALE}"),
    "unknown_version": Example("/v1/wages?at=0000000000000000"),
    "version_unknown": Example("/v1/changes?since=0000000000000000"),
    "malformed_request": Example("/v1/occupations?q=%00"),
    "not_found": Example("/v1/occupatons"),
    "unknown_occupation": Example("/v1/occupations/11-911"),
    "unknown_area": Example("/v1/areas/14461"),
    "not_loaded": Example("/v1/occupations/isco:2221"),
    "unknown_crosswalk": Example("/v1/crosswalks/crosswalk-soc-2010"),
    "unknown_classification": Example("/v1/classifications/soc-2017"),
    "unknown_release": Example("/v1/releases/bls-oews-2021"),
    "unknown_export": Example("/v1/exports/wage.parquet"),
    "range_not_satisfiable": Example("/v1/exports/wages.csv", headers={"Range": "bytes=9999999-"}),
    "method_not_allowed": Example("/v1/occupations", "DELETE"),
    "not_acceptable": Example("/v1/occupations", headers={"Accept": "application/xml"}),
    "body_too_large": Example(MATCH, "POST", JSON, content=b" " * 2_200_000),
    "unsupported_media_type": Example(MATCH, "POST", {"Content-Type": "text/csv"}, content=b"a"),
    "invalid_body": Example(MATCH, "POST", body={"titles": ["nurse", 7], "limt": 3}),
    "headers_too_large": Example("/health/ready", headers={"X-Large": "a" * 70_000}),
    "uri_too_long": Example(f"/v1/occupations?q={'health+' * 1200}"),
}
"""Code of an error → a request that is answered with it, on a seeded server."""

ON_BARE_SERVERS: dict[str, Example] = {
    "not_ready": Example("/v1/occupations"),
    "database_unavailable": Example("/v1/occupations"),
}
"""The same, on a server whose database is empty, and on one that has none."""

UNREACHABLE: dict[str, str] = {
    "ambiguous_code": "takes crosswalks; tests/importers/crosswalks/test_foreign_codes.py",
    "ambiguous_area": "takes wages of several areas; tests/api/test_area_names.py",
    "version_gone": "takes rows that were deleted; tests/api/test_at.py",
    "export_pending": "takes a server whose files are not made; tests/api/exports/test_list.py",
    "internal_error": "a fault of this server: known ones are mended",
    "warming": "passes within seconds of a start",
    "too_many_requests": "where a rate is set alone",
    "http_version_not_supported": "no client library writes it; tests/server/test_odd_requests.py",
    "request_timeout": "takes a client that is slow for seconds; tests/server/test_limits.py",
    "overloaded": "takes more requests at once than queue_limit; tests/server/test_connections.py",
}
"""Code of an error without an example → why."""

FILES = frozenset({"get_export"})
"""Operations that answer with a file, which is no example."""

QUERIES: dict[str, str] = {
    "list_occupations": "?sort=-growth&limit=1",
    "get_occupation": "?include=titles,projections",
    "list_changes": "?since=2024-01-01&subject=release&limit=1",
    "list_occupation_wages": "?source=bls-oews",
    "list_wages": "?source=bls-oews&limit=1",
    "list_projections": "?source=bls-ep&limit=1",
}
"""Operation → its query, where an item of the list (limit=1) would not show it best."""


def operations(contract: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Give method, path and operation of each operation."""
    for path, methods in contract["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def example_of(method: str, path: str, operation: dict[str, Any]) -> Example:
    """Return the request that shows an operation."""
    target = path
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "path":
            target = target.replace(f"{{{parameter['name']}}}", parameter["example"])
    given = {p["name"]: p for p in operation.get("parameters", ()) if p["in"] == "query"}
    needed = {
        name: ",".join(p["example"]) if p["schema"]["type"] == "array" else p["example"]
        for name, p in given.items()
        if p["required"]
    }
    query = QUERIES.get(operation["operationId"], "")
    if not query:
        query = str(httpx.QueryParams({**needed, **({"limit": "1"} if "limit" in given else {})}))
        query = f"?{query.replace('%2C', ',')}" if query else ""
    body = None
    if "requestBody" in operation:
        body = operation["requestBody"]["content"]["application/json"]["example"]
    return Example(target + query, method, body=body)


def examples(contract: dict[str, Any]) -> dict[str, Example]:
    """Return every example that a seeded server answers, by operation or code of error."""
    shown = {o["operationId"]: example_of(m, p, o) for m, p, o in operations(contract)}
    return {**{name: one for name, one in shown.items() if name not in FILES}, **ERRORS}


def without_examples(contract: dict[str, Any]) -> dict[str, Any]:
    """Return the contract with the answers that are shown as examples left out."""
    found: dict[str, Any] = json.loads(json.dumps(contract))
    found["components"].pop("examples")
    for _, _, operation in operations(found):
        for content in operation["responses"]["200"]["content"].values():
            content.pop("example", None)
    return found


@contextmanager
def bare(folder: Path, code: str) -> Iterator[httpx.Client]:
    """Lend a client of a server that has nothing to answer from."""
    file = folder / f"{code}.sqlite3"
    if code == "not_ready":
        file.touch()
    with bare_server(f"sqlite:///{file}") as client:
        yield client


def main() -> None:
    """Write the file anew."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/examples.sqlite3"
        exports = f"{folder}/exports"
        assert occupations("seed", url=url).returncode == 0
        assert occupations("export", url=url, export_folder=exports).returncode == 0
        with serving(url, export_folder=exports) as client:
            warmed(client)
            contract = client.get("/openapi.json").json()
            SNAPSHOT.write_text(json.dumps(without_examples(contract), indent=1) + "\n", "utf-8")
            asked = examples(contract)
            found = {
                name: {"url": example.target[:200], "value": example.ask(client)}
                for name, example in asked.items()
            }
        for code, example in ON_BARE_SERVERS.items():
            with bare(Path(folder), code) as client:
                found[code] = {"url": example.target, "value": example.ask(client)}
    FILE.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
