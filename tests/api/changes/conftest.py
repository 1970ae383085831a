"""A database with sources alone, releases to load into it, and what its changes say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine

from app.database.engines import writing_engine
from app.importers import rows
from app.importers.loading.load import ensure_sources, load_release
from app.server.edge import Edge
from tests.api.conftest import get
from tests.conftest import Databases
from tests.importers.conftest import SOURCES
from tests.importers.test_load import head

NAME = "bls-oews-2021-05"
BEGINNING = "1970-01-01"


@pytest.fixture
def engine(databases: Databases) -> Iterator[Engine]:
    made = writing_engine(databases.migrated())
    ensure_sources(made, SOURCES)
    yield made
    made.dispose()


def wage(code: str, employment: int | None, annual_mean: int | None = None) -> Any:
    figures = [employment, *[None] * 6, annual_mean, *[None] * 11]
    marks = "".join("-" if figure is None else "." for figure in figures)
    return rows.WageRow._make([code, "detailed", *figures, marks, None, None])


def load(
    engine: Engine,
    name: str = NAME,
    *,
    wages: dict[str, dict[str, tuple[int | None, int | None]]],
    titles: dict[str, str] | None = None,
    areas: dict[str, str] | None = None,
    **given: Any,
) -> None:
    """Load wages: area → code → employment and mean; ``titles`` and ``areas`` name them."""
    codes = sorted({code for its in wages.values() for code in its} | set(titles or ()))
    runs = [
        rows.PartRows(
            rows.PartKey(rows.EntryRow),
            [rows.EntryRow(c, (titles or {}).get(c, f"Title of {c}"), "detailed") for c in codes],
        )
    ]
    runs += [
        rows.PartRows(
            rows.PartKey(rows.WageRow, area=area, industry="000000", ownership="1235"),
            [wage(code, *figures) for code, figures in its.items()],
            {"top_code_annual": 208000},
        )
        for area, its in wages.items()
    ]
    named = [
        rows.AreaRow(area, (areas or {}).get(area, f"Area {area}"), "state", area, None)
        for area in wages
    ]
    its = head(name, period=name[9:16], kinds=(), **given)
    done = load_release(engine, rows.Reading(its, runs, areas=lambda: named), replace=True)
    assert done.outcome == "loaded"


async def changes(edge: Edge, since: str, **query: str) -> dict[str, Any]:
    """Return all changes since something, as one page that says what the last one does."""
    items: list[Any] = []
    target: str | None = str(httpx.URL("/v1/changes", params={"since": since, **query}))
    while target:
        answer = await get(edge, target)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        items += page["items"]
        target = page["next"]
    assert page["total"] == len(items)
    return {**page, "items": items}


def told(page: dict[str, Any], *subjects: str) -> list[tuple[str, str, str]]:
    """Return subject, id and kind of each change."""
    return [
        (one["subject"], one["id"], one["kind"])
        for one in page["items"]
        if not subjects or one["subject"] in subjects
    ]


def counted(item: dict[str, Any]) -> dict[str, dict[str, int]]:
    """Return dataset → what is not zero."""
    return {
        its["dataset"]: {k: v for k, v in its.items() if k != "dataset" and v}
        for its in item["counts"]
    }


def one(page: dict[str, Any], subject: str, id_: str) -> dict[str, Any]:
    (found,) = (it for it in page["items"] if (it["subject"], it["id"]) == (subject, id_))
    return dict(found)


async def shown(edge: Edge) -> str:
    """Let the application show the newest version; return its token."""
    edge.api.state.store.refresh()
    token: str = (await get(edge, "/v1")).json()["data_version"]
    return token
