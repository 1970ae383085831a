"""Occupations side by side, at the bounds of what is compared."""

from __future__ import annotations

from typing import Any

import pytest

from app.server.edge import Edge
from tests.api.conftest import AREAS, get

pytestmark = pytest.mark.anyio


async def compared(app: Edge, query: str) -> Any:
    answer = await get(app, f"/v1/compare?{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_skill_counts_from_an_importance_of_3_on(edges: Edge) -> None:
    skills = (await compared(edges, "codes=11-1011,15-1299.08"))["skills"]
    assert skills["shared"] == ["Reading"]
    assert skills["distinct"] == {"11-1011": [], "15-1299.08": []}


async def test_one_occupation_shares_nothing(edges: Edge) -> None:
    skills = (await compared(edges, "codes=11-1011&period=all"))["skills"]
    assert skills == {"shared": [], "distinct": {"11-1011": ["Reading"]}}


async def test_an_occupation_without_figures_has_its_column(edges: Edge) -> None:
    document = await compared(edges, "codes=11-1011,15-1299.08")
    assert [column["code"] for column in document["columns"]] == ["11-1011", "15-1299.08"]
    assert document["columns"][1]["wage_period"] is None
    for figure in document["figures"]:
        assert figure["values"][1]["value"] is None
        # The wages are a file of a few lines, the projections the seed's excerpt.
        assert figure["values"][1]["mark"]["status"] == "not_loaded", figure


@pytest.mark.parametrize(
    ("codes", "areas", "allowed"),
    [(10, 2, None), (11, 1, "up to 10, separated by commas"), (7, 3, "at most 20 columns")],
)
async def test_ten_codes_and_twenty_columns_are_the_most(
    edges: Edge, codes: int, areas: int, allowed: str | None
) -> None:
    items = (await get(edges, f"/v1/occupations?level=all&limit={codes}")).json()["items"]
    named = ",".join(item["code"] for item in items)
    answer = await get(edges, f"/v1/compare?codes={named}&areas={','.join(['US', *AREAS][:areas])}")
    if allowed is None:
        assert len(answer.json()["columns"]) == codes * areas
    else:
        assert [fault["allowed"] for fault in answer.json()["errors"]] == [allowed]
