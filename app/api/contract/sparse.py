"""The schemas of answers to requests with ``fields``.

The schema of an answer is that of the whole answer: it requires every key. With ``fields`` an item
has only the keys that are named; these answers have schemas of their own, whose names begin with
``Sparse``. No generator takes two schemas of one media type, so the contract names the second in
the extension ``x-sparse`` beside the first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from app.api.routers.responses import ALWAYS, inner_models
from app.api.routers.strict_route import StrictRoute
from app.api.schemas.common import Json

KEPT = ALWAYS | {"releases"}
"""Keys of an item, or of an object that is the answer, which ``fields`` leaves there."""

REF = "#/components/schemas/"

TEXTS = frozenset({"title", "description"})
"""What the schema of the whole answer says already."""


def add_sparse(operations: Iterable[tuple[StrictRoute, Json]], named: Json) -> None:
    """Name the schema of each operation's sparse answer, and add what these refer to."""
    taking = [
        (route.response_model or route.item(), route.item(), operation)
        for route, operation in operations
        if any(parameter["name"] == "fields" for parameter in operation.get("parameters", ()))
    ]
    items = [model for _, item, _ in taking for model in (item, *inner_models(item))]
    thin = {model.__name__ for model in items}
    pages = {a.__name__: i.__name__ for a, i, _ in taking if a is not i}
    for name in sorted(thin):
        named[f"Sparse{name}"] = _sparse(named[name], thin, KEPT)
    for name, item in pages.items():
        named[f"Sparse{name}"] = _sparse(named[name], {item}, named[name]["properties"])
    for answer, _, operation in taking:
        content = operation["responses"]["200"]["content"]["application/json"]
        content["x-sparse"] = {"$ref": f"{REF}Sparse{answer.__name__}"}


def _sparse(whole: Json, thin: set[str], kept: Collection[str]) -> Json:
    """Return a schema that requires those keys alone that are ``kept``."""
    return {
        "type": "object",
        "properties": {name: _referring(rule, thin) for name, rule in whole["properties"].items()},
        "required": [name for name in whole.get("required", ()) if name in kept],
        "description": "With `fields`: " + whole["description"],
    }


def _referring(node: Any, thin: set[str]) -> Any:
    """Copy a property's schema without texts, referring to sparse schemas where there are any."""
    if isinstance(node, list):
        return [_referring(entry, thin) for entry in node]
    if not isinstance(node, dict):
        return node
    name = str(node.get("$ref", "")).removeprefix(REF)
    if name in thin:
        return {"$ref": f"{REF}Sparse{name}"}
    return {key: _referring(value, thin) for key, value in node.items() if key not in TEXTS}
