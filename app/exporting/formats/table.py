"""The items of a list as rows of a table: which columns there are, and what stands in each.

A key of an item is a column. An object's keys are columns of their own, named as ``fields`` names
them: ``importance_scale.min``. Marks are columns beside the figures: ``annual_p90_status``, and
``annual_p90_at_least`` for wages, which may be top-coded. A list of words is joined by ``|``, a
list of objects is JSON. The publishers and licences of a row's releases end it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any, get_args, get_origin

import orjson
from pydantic import BaseModel

Json = dict[str, Any]
Wanted = dict[str, set[str]] | None
"""The keys wanted, each with those wanted of what it holds; None: all."""

MARKS = "marks"
STATUS = "_status"
"""End of the name of a column that says why a figure is missing."""
EXPLAINING = frozenset(
    {
        *("inherited_from", "asked_area", "inherited_from_area", "parent", "note", "locator"),
        *("projection_area", "wage_period", "projection_period", "line", "wage_year", "scale"),
        *("collected", "domain_source", "rated", "rated_by", "rank", "related_code"),
        *("wage_release", "projection_release", "education_release", "release"),
        *("element_id", "task_id", "original_task_id", "requirement"),
    }
)
"""Keys that may be null and have no mark: they are no figures."""
WAGES = ("hourly_", "annual_m", "annual_p")
"""Beginnings of the keys of wages, which may be top-coded."""
RELEASES = ("release", "wage_release", "projection_release", "education_release")
"""Keys that name a release."""
PROVENANCE = ("publisher", "licence")
"""What a row says of its releases."""
JOINT = "|"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings of a text that spreadsheets run."""
GUARD = "'"
"""Stands before such a text, which then is none that they run."""

Get = Callable[[Json], Any]


class Table:
    """The columns of the items of a schema; ``wanted`` keys of them, and what is always there.

    ``provenance`` returns what there is to say of releases.
    """

    def __init__(
        self,
        model: type[BaseModel],
        wanted: Wanted,
        always: Collection[str],
        provenance: Callable[[set[str]], Json],
    ) -> None:
        self._provenance = provenance
        self._said: dict[tuple[Any, ...], list[str]] = {}
        columns: list[tuple[str, Get]] = []
        fields = model.model_fields
        for key, field in fields.items():
            if wanted is not None and key not in wanted and key not in always:
                continue
            if key == MARKS:
                columns += _marks(model, wanted)
            else:
                columns += _columns(key, field.annotation, (wanted or {}).get(key, set()))
        self.names = [name for name, _ in columns]
        self._gets = [get for _, get in columns]
        self._releases = [key for key in RELEASES if key in fields]
        if self._releases:
            self.names += PROVENANCE

    def cells(self, item: Json) -> list[str]:
        """Return the texts of an item's row."""
        cells = [text(get(item)) for get in self._gets]
        if self._releases:
            named = tuple(item.get(key) for key in self._releases)
            said = self._said.get(named)
            if said is None:
                said = self._said[named] = self._of_releases({one for one in named if one})
            cells += said
        return cells

    def _of_releases(self, named: set[str]) -> list[str]:
        found = self._provenance(named).values()
        return [text(sorted({one[key] for one in found})) for key in PROVENANCE]


def text(value: Any) -> str:
    """Write a value as a cell. A text that a spreadsheet would run begins with an apostrophe."""
    if isinstance(value, str):
        return f"{GUARD}{value}" if value.startswith(FORMULA) else value
    if value is None or value in ({}, []):
        return ""
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, list) and not any(isinstance(one, dict) for one in value):
        return text(JOINT.join(map(str, value)))
    return orjson.dumps(value, option=orjson.OPT_UTC_Z).decode().strip('"')  # of a date


def _columns(key: str, annotation: Any, inner: Collection[str]) -> Iterable[tuple[str, Get]]:
    """Yield the columns of a key: one, or one for each key wanted of the object that it holds."""
    model = _object(annotation)
    if model is None:
        yield key, lambda item: item.get(key)
        return
    for name in model.model_fields:
        if not inner or name in inner:
            yield f"{key}.{name}", _of_object(key, name)


def _of_object(key: str, name: str) -> Get:
    return lambda item: (item.get(key) or {}).get(name)


def _object(annotation: Any) -> type[BaseModel] | None:
    """Return the schema of a key that holds an object, not a list of them."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in {list, dict}:
        return None
    return next((found for one in get_args(annotation) if (found := _object(one))), None)


def _marks(model: type[BaseModel], wanted: Wanted) -> Iterable[tuple[str, Get]]:
    """Yield the columns of marks."""
    marked = [
        key
        for key, field in model.model_fields.items()
        if type(None) in get_args(field.annotation)
        and key not in EXPLAINING
        and _object(field.annotation) is None
        and (wanted is None or key in wanted)
    ]
    for key in marked:
        yield f"{key}{STATUS}", _of_mark(key, "status")
    for key in marked:
        if key.startswith(WAGES):
            yield f"{key}_at_least", _of_mark(key, "at_least")


def _of_mark(key: str, name: str) -> Get:
    return lambda item: item[MARKS].get(key, {}).get(name)
