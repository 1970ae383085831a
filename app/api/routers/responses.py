"""Responses: sparse fields, pages with links and provenance, JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from typing import Any, get_args, get_origin

import orjson
from pydantic import BaseModel, TypeAdapter
from starlette.responses import Response

from app.addresses import url_of
from app.api.queries.cursors import OFFSET, Key, Offset, Paging, paging
from app.api.routers.rows import RowsAnswer, file_name
from app.api.schemas.common import Json
from app.api.schemas.parameters import PagedParams, Params
from app.database.catalog import Catalog
from app.database.versions import NAME
from app.did_you_mean import did_you_mean
from app.errors import Fault, InvalidCursor, InvalidParameters, StaleCursor
from app.exporting.formats.table import Table
from app.exporting.formats.writers import WRITERS, Writer

ALWAYS = frozenset({"code", "marks", "release"})
"""Keys that every item keeps, whatever ``fields`` names: a null must say why."""


class JsonAnswer(Response):
    """A JSON document, serialised once."""

    media_type = "application/json"

    def __init__(self, document: Any, links: dict[str, str] | None = None) -> None:
        super().__init__(orjson.dumps(document, option=orjson.OPT_UTC_Z))
        if links:
            self.headers["Link"] = ", ".join(f'<{url}>; rel="{rel}"' for rel, url in links.items())


@lru_cache(maxsize=64)
def keys_of(model: type[BaseModel]) -> dict[str, frozenset[str]]:
    """Return each key of an output schema with the keys of what it holds, if objects."""
    found: dict[str, frozenset[str]] = {}
    for name, field in model.model_fields.items():
        inner = [a for a in (field.annotation, *_args(field.annotation)) if _is_model(a)]
        found[name] = frozenset(inner[0].model_fields) if inner else frozenset()
    return found


@lru_cache(maxsize=64)
def names_of(model: type[BaseModel]) -> dict[str, None]:
    """Return every name that ``fields`` takes: a key, or a key of what that holds."""
    keys = keys_of(model)
    inner = (f"{outer}.{name}" for outer in keys for name in sorted(keys[outer]))
    return dict.fromkeys((*keys, *inner))


def inner_models(model: type[BaseModel]) -> list[type[BaseModel]]:
    """Return the schemas of the objects whose keys ``fields`` can name."""
    return [
        arg
        for field in model.model_fields.values()
        for arg in (field.annotation, *_args(field.annotation))
        if _is_model(arg)
    ]


def _args(annotation: Any) -> list[Any]:
    if get_origin(annotation) is dict:  # its keys are data, such as the codes of releases
        return []
    return [a for arg in get_args(annotation) for a in (arg, *_args(arg))]


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def wanted_fields(
    fields: Iterable[str] | None, model: type[BaseModel]
) -> dict[str, set[str]] | None:
    """Read ``fields``: each key wanted with the keys wanted of what it holds (none: all)."""
    if fields is None:
        return None
    known = names_of(model)
    allowed = ", ".join(keys_of(model))
    wanted: dict[str, set[str]] = {}
    faults = []
    for given in fields:
        name = given.strip()
        outer, dot, inner = name.partition(".")
        if name not in known:
            near = partial(did_you_mean, name, known, 0.5)
            faults.append(Fault("fields", given[:100], "unknown key", allowed, near))
        elif dot:
            wanted.setdefault(outer, set()).add(inner)
        else:
            wanted[outer] = set()
    if faults:
        raise InvalidParameters(*faults)
    return wanted


def sparse(item: Json, wanted: dict[str, set[str]] | None) -> Json:
    """Keep the wanted keys of an item, its code, its release, and the marks of what is kept."""
    if wanted is None:
        return item
    kept = {key: value for key, value in item.items() if key in wanted or key in ALWAYS}
    for key, inner in wanted.items():
        if inner:
            value = kept.get(key)
            of_inner: dict[str, set[str]] = {name: set() for name in inner}
            if isinstance(value, list):
                kept[key] = [sparse(entry, of_inner) for entry in value]
            elif isinstance(value, dict):
                kept[key] = sparse(value, of_inner)
    if "marks" in item:
        kept["marks"] = {name: mark for name, mark in item["marks"].items() if name in wanted}
    return kept


def located(answer: Response, canonical: str, path: str, params: Params) -> Response:
    """Return an answer with a link to its canonical address, if it was asked for at another.

    What a code of another classification led to says its own address: ``Content-Location``.
    """
    if path != canonical:
        links = [f'<{pinned(canonical, params)}>; rel="canonical"', answer.headers.get("Link")]
        answer.headers["Link"] = ", ".join(filter(None, links))
    if ":" in path:
        answer.headers["Content-Location"] = link(canonical, params)
    return answer


def pinned(path: str, params: Any) -> str:
    """Return the address of a path, of the data version that ``at`` names, if it does."""
    return url_of(f"{path}?at={params.at}" if getattr(params, "at", None) else path)


def read_paging(
    path: str, params: PagedParams, catalog: Catalog, key: TypeAdapter[Key]
) -> Paging[Key]:
    """Read the paging of a list; its cursors are good for this query and this data.

    A cursor that is not leads on to the list's first page, at an address that no cache has.
    """

    def query() -> str:
        return f"{path}?{params.query('limit', 'cursor', 'fields', 'at')}"

    try:
        return paging(params.limit, params.cursor, query, catalog.token, key)
    except InvalidCursor as error:
        first = link(path, params, cursor=error.first)
        given = (params.cursor or "")[:100]
        kind, why = type(error), error.detail
        if kind is StaleCursor and getattr(params, "at", None):
            kind, why = InvalidCursor, "The cursor is of another data version than at."
        what = "next_cursor of the page before, or the first page"
        fault = Fault("cursor", given, why, what, lambda: (first,))
        raise kind(why, (fault,), {"Link": f'<{first}>; rel="first"'}) from None


def page_of(page: Paging[Offset]) -> tuple[int, int]:
    """Return the places in a list that is at hand whole where a page begins and ends."""
    start = page.after[0] if page.after else 0
    return start, start + page.limit


def link(path: str, params: Params, *leaving_out: str, **changed: Any) -> str:
    """Return the address of the same request with some parameters left out and some changed."""
    query = params.query(*leaving_out, *changed, **changed)
    return url_of(f"{path}?{query}" if query else path)


def release_ids(items: list[Json]) -> set[str]:
    """Collect the releases that items name."""
    found = {item["release"] for item in items if "release" in item}
    for key in ("wage_release", "projection_release", "education_release"):
        found |= {item[key] for item in items if item.get(key)}
    for item in items:
        found |= crosswalk_ids(item.get("chain", ()))
        if isinstance(change := item.get("change"), dict):  # a number in projections
            found.add(change["release"])
        for notes in item.get("notes", {}).values():
            found |= crosswalk_ids(notes)
    return found - {None}


def crosswalk_ids(pairs: Iterable[Json]) -> set[str]:
    """Collect the releases of the crosswalks that pairs of codes or areas name."""
    return {pair["crosswalk"] for pair in pairs if pair.get("crosswalk")}


def page_answer(
    path: str,
    params: PagedParams,
    catalog: Catalog,
    model: type[BaseModel],
    items: list[Json],
    total: int,
    after: Key | None,
    page: Paging[Key],
    *,
    beside: Iterable[str] = (),
    **more: Any,
) -> Response:
    """Answer with a page: items, total, the link to the next page, and releases.

    ``beside``: releases that its items do not name. In other formats than JSON it is the items.
    """
    wanted = wanted_fields(params.fields, model)
    cursor = None if after is None else page.cursor(after)
    if wanted is not None:
        items = [sparse(item, wanted) for item in items]
    if params.format != "json":
        writer = writer_of(params, catalog, model)
        lines = writer.lines(items)
        return rows_answer(path, params, catalog, writer, lines, len(items), cursor)
    following = None if cursor is None else link(path, params, cursor=cursor)
    stretches = [one for its in (more.get("continues") or {}).values() for one in its]
    document = {
        "items": items,
        "total": total,
        "limit": params.limit,
        "next": following,
        "next_cursor": cursor,
        "releases": catalog.provenance(release_ids(items) | crosswalk_ids(stretches) | {*beside}),
        **more,
    }
    return JsonAnswer(document, {"next": following} if following else None)


def writer_of(params: PagedParams, catalog: Catalog, model: type[BaseModel]) -> Writer:
    """Return what writes a list in the format asked for, with the columns asked for."""
    wanted = wanted_fields(params.fields, model)
    return WRITERS[params.format](Table(model, wanted, ALWAYS, catalog.provenance))


def rows_answer(
    path: str,
    params: PagedParams,
    catalog: Catalog,
    writer: Writer,
    lines: bytes,
    count: int,
    cursor: str | None,
) -> RowsAnswer:
    """Answer with a page in another format than JSON: the lines of so many items."""
    following = None if cursor is None else link(path, params, cursor=cursor)
    name = file_name(path, catalog.token[:NAME], params.format)
    return RowsAnswer(writer, lines, count, cursor, following, name)


def slice_answer(
    path: str,
    params: PagedParams,
    catalog: Catalog,
    model: type[BaseModel],
    items: Sequence[Any],
    *,
    item: Callable[[Any], Json] = lambda found: found,
    **more: Any,
) -> Response:
    """Answer with a page of a list that is whole in memory; its cursor holds an offset.

    ``item`` makes those of the page ready to go out.
    """
    page = read_paging(path, params, catalog, OFFSET)
    start, end = page_of(page)
    after = (end,) if end < len(items) else None
    shown = [item(found) for found in items[start:end]]
    return page_answer(path, params, catalog, model, shown, len(items), after, page, **more)
