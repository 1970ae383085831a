"""The cache key of a request: its path and query in one form, sorted and without defaults."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class _Query:
    """What is known of a route's query."""

    names: frozenset[str]
    defaults: dict[str, str]
    lists: frozenset[str]
    for_people: bool
    by_language: bool


_NONE = _Query(frozenset(), {}, frozenset(), for_people=False, by_language=False)


class CacheKeys:
    """Knows each route's defaults and lists. Made once, from the routers' routes."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._queries: dict[str, _Query] = {}
        places = set()
        for route in routes:
            if isinstance(route, APIRoute):
                segments = route.path.split("/")
                place = next((n for n, part in enumerate(segments) if part.startswith("{")), 0)
                places.add(place)
                self._queries[_template(route.path, place)] = _query(route)
        self._places = sorted(places)

    def takes(self, path: str, end: str) -> bool:
        """Tell whether a route takes a path with an end that is the route's own."""
        templates = [_template(path + end, place) for place in self._places]
        return any(one.endswith(end) and one in self._queries for one in templates)

    def knows(self, path: str, name: str) -> bool:
        """Tell whether a path takes a parameter."""
        return name in self._query(path).names

    def for_people(self, path: str) -> bool:
        """Tell whether a path is that of a page for people."""
        return self._query(path).for_people

    def by_language(self, path: str) -> bool:
        """Tell whether a path is that of a page whose language the client's header chooses."""
        return self._query(path).by_language

    def pairs(self, path: str, query: str) -> Pairs:
        """Return names and values of a query, decoded.

        A list may be sent as ``level=major&level=minor`` too, as many clients and all forms do: it
        is joined, as ``level=major,minor``. Pages get what they know and what is not empty: links
        to them carry marks of others, and forms send every field.
        """
        pairs = parse_qsl(query, keep_blank_values=True)
        known = self._query(path)
        if known.for_people:
            pairs = [(name, value) for name, value in pairs if value and name in known.names]
        if len({name for name, _ in pairs}) == len(pairs):
            return pairs
        joined: dict[str, list[str]] = {}
        for name, value in pairs:
            if name in known.lists:
                joined.setdefault(name, []).append(value)
        others = [pair for pair in pairs if pair[0] not in joined]
        if known.for_people:
            others = list(dict(others).items())
        return [*others, *((name, ",".join(values)) for name, values in joined.items())]

    def __call__(self, path: str, pairs: Pairs) -> tuple[bytes, bool]:
        """Return the cache key of a request and whether it holds free text.

        The path, which comes decoded, is quoted again: a question mark in it begins no query.
        A query that repeats a parameter is left as it is: it will be refused.
        """
        if not pairs:
            return quote(path).encode(), False
        names = [name for name, _ in pairs]
        defaults = self._query(path).defaults
        if len(set(names)) == len(names):
            pairs = sorted(pair for pair in pairs if defaults.get(pair[0]) != pair[1])
        return f"{quote(path)}?{urlencode(pairs)}".encode(), not FREE_TEXT.isdisjoint(names)

    def _query(self, path: str) -> _Query:
        for place in self._places:
            found = self._queries.get(_template(path, place))
            if found is not None:
                return found
        return _NONE


def _template(path: str, place: int) -> str:
    """Write a path with the segment at ``place`` left out: ``/v1/occupations/*/wages``."""
    if not place:
        return path
    parts = path.split("/")
    if len(parts) > place:
        parts[place] = "*"
    return "/".join(parts)


def _query(route: APIRoute) -> _Query:
    """Read what a route's parameters say of its query."""
    fields: dict[str, FieldInfo] = {}
    for parameter in route.dependant.query_params:
        annotation: Any = parameter.field_info.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            fields |= annotation.model_fields
    lists = frozenset(name for name, field in fields.items() if _is_list(field.annotation))
    return _Query(
        frozenset(fields),
        _defaults(fields),
        lists,
        for_people=getattr(route, "for_people", False),
        by_language=getattr(route, "by_language", False),
    )


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
