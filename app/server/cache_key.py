"""The cache key of a request: its path and query in one form, sorted and without defaults."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, get_args, get_origin
from urllib.parse import parse_qsl, quote, urlencode

from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from starlette.routing import BaseRoute

Pairs = Sequence[tuple[str, str]]
"""Names and values of a query."""

FREE_TEXT = frozenset({"q", "title"})
"""Parameters that hold whatever people type."""


class CacheKeys:
    """Knows each route's defaults and lists. Made once, from the routers' routes."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self.defaults: dict[str, dict[str, str]] = {}
        self.lists: dict[str, frozenset[str]] = {}
        for route in routes:
            if isinstance(route, APIRoute):
                fields = _fields(route)
                self.defaults[_template(route.path)] = _defaults(fields)
                lists = (name for name, field in fields.items() if _is_list(field.annotation))
                self.lists[_template(route.path)] = frozenset(lists)

    def pairs(self, path: str, query: str) -> Pairs:
        """Return names and values of a query, decoded.

        A list may be sent as ``level=major&level=minor`` too, as many clients do: it is joined, as
        ``level=major,minor``.
        """
        pairs = parse_qsl(query, keep_blank_values=True)
        if len({name for name, _ in pairs}) == len(pairs):
            return pairs
        lists = self.lists.get(_template(path), frozenset())
        joined: dict[str, list[str]] = {}
        for name, value in pairs:
            if name in lists:
                joined.setdefault(name, []).append(value)
        others = [pair for pair in pairs if pair[0] not in joined]
        return [*others, *((name, ",".join(values)) for name, values in joined.items())]

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


def _fields(route: APIRoute) -> dict[str, FieldInfo]:
    """Return the query parameters of a route by name."""
    found: dict[str, FieldInfo] = {}
    for parameter in route.dependant.query_params:
        annotation: Any = parameter.field_info.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            found |= annotation.model_fields
    return found


def _defaults(fields: dict[str, FieldInfo]) -> dict[str, str]:
    """Return the defaults as a query writes them."""
    found: dict[str, str] = {}
    for name, field in fields.items():
        if isinstance(field.default, (str, int)):
            found[name] = str(field.default)
        elif isinstance(field.default, tuple):
            found[name] = ",".join(field.default)
    return found


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) is tuple or any(map(_is_list, get_args(annotation)))
