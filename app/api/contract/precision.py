"""Patterns, formats, bounds and named sets of words that FastAPI does not derive.

What a route knows (the keys that ``fields`` takes, the kinds of a block) stands in the contract as
a pattern or an enumeration; what every request is held to (no control characters) too.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from starlette.routing import BaseRoute

from app.api.contract.sparse import add_sparse
from app.api.queries.blocks import BLOCKS
from app.api.routers.responses import names_of
from app.api.routers.strict_route import StrictRoute

CONTROL = r"\u0000-\u001f\u007f"
TEXT = f"^[^{CONTROL}]*$"
"""Pattern of any text: no control characters."""

WORDS = rf"^[^{CONTROL}]*[^\s{CONTROL}][^{CONTROL}]*$"
"""Pattern of a text that is not blank."""

LARGEST = 2**53 - 1
"""The integers that JSON carries exactly between any two programs."""

LARGEST_32 = 2**31 - 1

LARGE = frozenset({"bytes"})
"""Properties whose integers may be larger than ``LARGEST_32``."""

LIST = {"style": "form", "explode": False}
"""How a list stands in a query: ``level=major,minor``."""


def make_exact(routes: Iterable[BaseRoute], document: dict[str, Any]) -> None:
    """Write into each operation what its route knows of parameters and keys."""
    named = document["components"]["schemas"]
    operations = [
        (route, document["paths"][route.path][method.lower()])
        for route in routes
        if isinstance(route, StrictRoute) and route.path in document["paths"]
        for method in route.methods or ()
    ]
    for route, operation in operations:
        for parameter in operation.get("parameters", ()):
            _parameter(parameter, route, named)
    add_sparse(operations, named)


def _parameter(parameter: dict[str, Any], route: StrictRoute, named: dict[str, Any]) -> None:
    schema = parameter["schema"]
    name = parameter["name"]
    if schema.get("type") == "array":
        parameter |= LIST
        if name == "fields":
            item = route.item()
            words = f"{item.__name__.removesuffix('Out')}Field"
            schema["items"] = _words(named, words, names_of(item))
        else:
            _text(schema["items"])
    elif name == "kind" and route.block in BLOCKS:
        block = BLOCKS[route.block]
        parameter["schema"] = _words(named, f"{block.model.__name__}KindFilter", block.kinds)
    else:
        _text(schema)


def _words(named: dict[str, Any], name: str, words: Iterable[str]) -> dict[str, str]:
    """Name a closed set of words, and return what refers to it."""
    named[name] = {"type": "string", "enum": list(words)}
    return {"$ref": f"#/components/schemas/{name}"}


def _text(schema: dict[str, Any]) -> None:
    if schema.get("pattern") == r"\S":
        schema["pattern"] = WORDS
    elif schema.get("type") == "string" and not {"pattern", "enum", "format"} & set(schema):
        schema["pattern"] = TEXT


def bound_numbers(node: Any, name: str = "") -> None:
    """Give every number its format, and every integer its bounds.

    An integer has no format where it may be larger than 32 bits: for int64 generators use types
    that JSON's numbers do not become by themselves, such as bigint.
    """
    if isinstance(node, list):
        for entry in node:
            bound_numbers(entry)
    elif isinstance(node, dict):
        given = node.get("type")
        kinds = {given} if isinstance(given, str) else set(given or ()) if _all_text(given) else ()
        if "integer" in kinds:
            largest = LARGEST if name in LARGE else LARGEST_32
            node.setdefault("minimum", -largest)
            node.setdefault("maximum", largest)
            if name not in LARGE and "string" not in kinds:
                node.setdefault("format", "int32")
        elif "number" in kinds:
            node.setdefault("format", "double")
        for key, value in node.items():
            if key not in {"example", "examples"}:
                bound_numbers(value, key)


def _all_text(given: Any) -> bool:
    return isinstance(given, list) and all(isinstance(kind, str) for kind in given)
