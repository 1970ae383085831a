"""The list of occupations: its filters and its ranking floor, at their bounds."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from app.server.edge import Edge
from tests.api.conftest import AREAS, EMPLOYMENT, get

LIST = "/v1/occupations"


async def shown(app: Edge, query: str) -> tuple[list[str], list[str]]:
    """Return which of the occupations of ``EMPLOYMENT`` a query shows, and its notices."""
    page = (await get(app, f"{LIST}?codes={','.join(EMPLOYMENT)}&{query}")).json()
    return sorted(item["code"] for item in page["items"]), page["notices"]


@pytest.mark.anyio
@pytest.mark.parametrize("sort", ["wage", "-wage", "growth", "-growth"])
async def test_a_ranking_leaves_out_occupations_of_fewer_than_1000_people(
    edges: Edge, sort: str
) -> None:
    notice = (
        "Occupations of fewer than 1,000 people, and those whose employment is not given, are "
        "left out; floor=0 shows them."
    )
    assert await shown(edges, f"sort={sort}") == (["11-1011"], [notice])
    assert await shown(edges, f"sort={sort}&employment_min=0") == (sorted(EMPLOYMENT), [])


@pytest.mark.anyio
@pytest.mark.parametrize("sort", ["code", "title", "openings", "-employment"])
async def test_other_orders_show_occupations_of_any_size(edges: Edge, sort: str) -> None:
    assert await shown(edges, f"sort={sort}") == (sorted(EMPLOYMENT), [])


@pytest.mark.parametrize(
    ("code", "name", "bound", "beyond"),
    [
        ("11-9111", "wage_min", 101_340, 101_341),
        ("11-9111", "wage_max", 101_340, 101_339),
        ("29-1215", "wage_min", 208_000, 208_001),  # top-coded there
        ("11-9111", "growth_min", 28.3, 28.31),
        ("11-9111", "growth_max", 28.3, 28.29),
        ("11-9111", "openings_min", 56_600, 56_601),
        ("11-9111", "employment_min", 436_770, 436_771),
    ],
)
def test_a_bound_includes_the_figure_itself(
    api: httpx.Client, code: str, name: str, bound: float, beyond: float
) -> None:
    for value, total in ((bound, 1), (beyond, 0)):
        page = api.get(f"{LIST}?codes={code}&{name}={value}").json()
        assert page["total"] == total, value


@pytest.mark.anyio
async def test_figures_of_four_areas_are_kept(edges: Edge) -> None:
    items = edges.api.state.store.reader().catalog.items

    async def read(area: str) -> Any:
        await get(edges, f"{LIST}?area={area}")
        return items[area]

    first = [await read(area) for area in AREAS]
    assert [await read(area) is kept for area, kept in zip(AREAS, first, strict=True)] == [True] * 4
    nation = await read("US")
    assert await read("US") is nation
    assert list(items) == [*AREAS[1:], "US"]
    assert await read(AREAS[0]) is not first[0]


@pytest.mark.anyio
async def test_a_code_has_one_suffix(edges: Edge) -> None:
    assert (await get(edges, f"{LIST}/15-1299.08")).json()["code"] == "15-1299.08"
    assert (await get(edges, f"{LIST}/15-1299.08.00")).status_code == 404
