"""What schemathesis cannot read in a contract: which areas, periods and occupations are loaded.

A request that is made to be valid gets values that the server has, and a cursor that the server
gave for the same query; it must then be accepted. What is made to be invalid is left as it is.
Loaded by schemathesis in its own environment, not by this project's.
"""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests  # type: ignore[import-untyped, unused-ignore]
import schemathesis  # type: ignore[import-not-found, unused-ignore]

SECONDS = 30
ONCE = frozenset({"level", "education", "include"})
"""Lists whose words stand once each; of `uniqueItems` some generators would make sets."""


@cache
def loaded(base: str) -> dict[str, list[str]]:
    """Return the values of each parameter that depend on what is loaded."""

    def items(path: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = requests.get(base + path, timeout=SECONDS).json()["items"]
        return found

    areas = [area["code"] for area in items("/v1/areas?limit=200")]
    periods = sorted({r["period"] for r in items("/v1/releases?limit=200")})
    codes = [o["code"] for o in items("/v1/occupations?limit=40&level=all")]
    lists = [one["id"] for one in items("/v1/classifications") if one["system"] != "naics"]
    return {
        "area": areas,
        "period": ["latest", "all", *periods],
        "industry": ["000000", "all"],
        "ownership": ["1235", "all"],
        "code": codes,
        "classification": lists,
        "since": ["2024-01-01", "2024-01-01T08:00:00Z"],
        "at": [requests.get(base + "/v1", timeout=SECONDS).json()["data_version"]],
    }


def pick(choices: list[str], given: object, count: int = 1) -> str:
    """Choose by what was drawn, so that a seed repeats."""
    start = sum(map(ord, str(given)))
    return ",".join(dict.fromkeys(choices[(start + n) % len(choices)] for n in range(count)))


@schemathesis.hook  # type: ignore[untyped-decorator, unused-ignore]
def before_call(context: Any, case: Any, kwargs: Any) -> None:  # noqa: ARG001 - by name
    """Give a valid request values that are loaded, and a cursor of its own list."""
    query = case.query
    if case.meta is None or not case.meta.generation.mode.is_positive or not query:
        return
    base = case.operation.base_url or ""
    known = loaded(base.rstrip("/"))
    for name in ONCE & set(query):
        query[name] = ",".join(dict.fromkeys(str(query[name]).split(",")))
    for name in known.keys() & set(query):
        several = isinstance(query[name], list)
        query[name] = pick(known[name], query[name], 3 if several else 1)
    # Few releases have rows of the list; no counties and no two years of areas are loaded.
    for name in ("from", "to", "release", "county", "zip", "base"):
        query.pop(name, None)
    query.pop("format", None)  # the contract has the schema of JSON
    if query.get("limit") == "all":  # which is sent in pages
        del query["limit"]
    _of_areas(case.operation.path, query, known)
    if ":" in str(query.get("codes")):  # a prefix that is none is refused
        query["codes"] = pick(known["code"], query["codes"], 3)
    if case.operation.path == "/v1/compare":
        query["codes"] = pick(known["code"], query.get("codes"), 3)
        if "areas" in query:
            query["areas"] = pick(known["area"], query["areas"])
        if query.get("period") == "all":
            query["period"] = "latest"
    if "cursor" in query:
        _continue(case)


def _of_areas(path: str, query: dict[str, Any], known: dict[str, list[str]]) -> None:
    """Leave out what depends on counties, on wages of areas, or on another parameter."""
    if path == "/v1/areas":  # it takes a period with a county or ZIP code only
        query.pop("period", None)
        if "parent" in query:
            query["parent"] = pick(["US", "TX", "PR"], query["parent"])
    if path == "/v1/occupations/{code}/areas":
        query.pop("period", None)  # there are no wages of states
        if str(query.get("sort")).endswith("change"):
            del query["sort"]
    if "fallback" in query:  # it takes one area, and no order
        query.pop("sort", None)
        if "area" in query:
            query["area"] = pick(known["area"], query["area"])


def _continue(case: Any) -> None:
    del case.query["cursor"]
    answer = case.call()
    if answer.status_code == 200:
        following = answer.json().get("next")
        given = parse_qs(urlsplit(following or "").query).get("cursor")
        if given:
            case.query["cursor"] = given[0]
