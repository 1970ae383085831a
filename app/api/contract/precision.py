"""Patterns, formats, bounds and required keys that FastAPI does not derive.

What a route knows (the keys that ``fields`` takes, the kinds of a block) stands in the contract as
a pattern or an enumeration; what every request is held to (no control characters) too.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from starlette.routing import BaseRoute

from app.api.queries.blocks import BLOCKS
from app.api.routers.responses import ALWAYS, inner_models, keys_of
from app.api.routers.strict_route import StrictRoute

CONTROL = r"\u0000-\u001f\u007f"
TEXT = f"^[^{CONTROL}]*$"
"""Pattern of any text: no control characters."""

WORDS = rf"^[^{CONTROL}]*[^\s{CONTROL}][^{CONTROL}]*$"
"""Pattern of a text that is not blank."""

LARGEST = 2**53 - 1
"""The integers that JSON carries exactly between any two programs."""

KEPT = ALWAYS | {"releases"}


def make_exact(routes: Iterable[BaseRoute], document: dict[str, Any]) -> None:
    """Write into each operation what its route knows of parameters and keys."""
    for route in routes:
        if not isinstance(route, StrictRoute) or route.path not in document["paths"]:
            continue
        for method in route.methods or ():
            operation = document["paths"][route.path][method.lower()]
            for parameter in operation.get("parameters", ()):
                _parameter(parameter, route)
            if any(p["name"] == "fields" for p in operation.get("parameters", ())):
                _sparse(route, document["components"]["schemas"])


def _parameter(parameter: dict[str, Any], route: StrictRoute) -> None:
    schema = parameter["schema"]
    name = parameter["name"]
    block = BLOCKS.get(route.block)
    if name == "fields":
        keys = keys_of(route.item())
        one = "|".join(_key(outer, sorted(inner)) for outer, inner in keys.items())
        schema["pattern"] = f"^(?:{one})(?:,(?:{one}))*$"
        parameter["example"] = ",".join(list(keys)[:2])
    elif name == "kind" and block is not None:
        schema["enum"] = list(block.kinds)
        schema.pop("minLength", None)
        schema.pop("maxLength", None)
    elif schema.get("pattern") == r"\S":
        schema["pattern"] = WORDS
    elif schema.get("type") == "string" and not {"pattern", "enum", "format"} & set(schema):
        schema["pattern"] = TEXT


def _key(outer: str, inner: list[str]) -> str:
    return rf"{outer}(?:\.(?:{'|'.join(inner)}))?" if inner else outer


def _sparse(route: StrictRoute, schemas: dict[str, Any]) -> None:
    """Make only those keys required that stay whatever ``fields`` names."""
    item = route.item()
    for model in (item, *inner_models(item)):
        schema = schemas[model.__name__]
        kept = [key for key in schema.get("required", ()) if key in KEPT]
        schema.pop("required", None)
        if kept:
            schema["required"] = kept


def bound_numbers(node: Any) -> None:
    """Give every number its format, and every integer its bounds."""
    if isinstance(node, list):
        for entry in node:
            bound_numbers(entry)
    elif isinstance(node, dict):
        given = node.get("type")
        kinds = {given} if isinstance(given, str) else set(given or ()) if _all_text(given) else ()
        if "integer" in kinds:
            node.setdefault("format", "int32" if node.get("maximum", LARGEST) < 2**31 else "int64")
            node.setdefault("minimum", -LARGEST)
            node.setdefault("maximum", LARGEST)
        elif "number" in kinds:
            node.setdefault("format", "double")
        for key, value in node.items():
            if key not in {"example", "examples"}:
                bound_numbers(value)


def _all_text(given: Any) -> bool:
    return isinstance(given, list) and all(isinstance(kind, str) for kind in given)
