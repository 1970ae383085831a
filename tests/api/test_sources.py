"""What a source's figures leave out."""

from __future__ import annotations

import httpx
import pytest


@pytest.mark.parametrize(
    ("source", "left_out"),
    [
        (
            "bls-oews",
            {
                *("self-employed workers", "owners and partners of unincorporated firms"),
                *("household workers", "unpaid family workers", "the armed forces"),
                *("overtime pay", "shift differentials", "nonproduction bonuses", "severance pay"),
                *("tuition reimbursements", "what supplementary benefits cost the employer"),
            },
        ),
        ("bls-ep", {"the armed forces"}),
    ],
)
def test_a_source_says_whom_and_what_it_leaves_out(
    api: httpx.Client, source: str, left_out: set[str]
) -> None:
    items = {one["id"]: one for one in api.get("/v1/sources").json()["items"]}
    assert left_out <= set(items[source]["not_covered"])
    assert all(isinstance(one["not_covered"], list) for one in items.values())
    assert any(one.startswith("farms, ") for one in items["bls-oews"]["not_covered"])
    assert not any("self-employed" in one for one in items["bls-ep"]["not_covered"])
    assert items["esco"]["not_covered"] == []
