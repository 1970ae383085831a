"""The cache key of a request: its path and query in one form, sorted and without defaults."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.routing import BaseRoute

Pairs = Sequence[tuple[str, str]]
"""Names and values of a query."""

FREE_TEXT = frozenset({"q", "title"})
"""Parameters that hold whatever people type."""


class CacheKeys:
    """Knows each route's defaults. Made once, from the routers' routes."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self.defaults: dict[str, dict[str, str]] = {}
        for route in routes:
            if isinstance(route, APIRoute):
                self.defaults[_template(route.path)] = _defaults(route)

    def __call__(self, path: str, pairs: Pairs) -> tuple[bytes, bool]:
        """Return the cache key of a request and whether it holds free text.

        The path, which comes decoded, is quoted again: a question mark in it begins no query.
        A query that repeats a parameter is left as it is: it will be refused.
        """
        if not pairs:
            return quote(path).encode(), False
        names = [name for name, _ in pairs]
        defaults = self.defaults.get(_template(path), {})
        if len(set(names)) == len(names):
            pairs = sorted(pair for pair in pairs if defaults.get(pair[0]) != pair[1])
        return f"{quote(path)}?{urlencode(pairs)}".encode(), not FREE_TEXT.isdisjoint(names)


def _template(path: str) -> str:
    """Write a path with its identifiers left out: ``/v1/occupations/*/wages``."""
    parts = path.split("/")
    if len(parts) > 3:
        parts[3] = "*"
    return "/".join(parts)


def _defaults(route: APIRoute) -> dict[str, str]:
    found: dict[str, str] = {}
    for parameter in route.dependant.query_params:
        annotation: Any = parameter.field_info.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            for name, field in annotation.model_fields.items():
                if isinstance(field.default, (str, int)):
                    found[name] = str(field.default)
    return found
