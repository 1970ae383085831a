"""Every kind of the article's items is found by ``kind``, and in the order of the profile."""

from __future__ import annotations

import httpx
import pytest

from app.api.schemas.words import KINDS

ONE = "/v1/occupations/11-9111"
TOLD_BY = {"related": "tier", "technologies": "kind"}

ARTICLE = {
    "descriptions": {"summary": 3, "distinction": 1, "pay": 1, "outlook": 1, "advice": 1},
    "duties": {"common": 5},
    "titles": {"job": 7},
    "skills": {"skill": 7},
    "education": {"degree": 4},
    "experience": {"entry_position": 4},
    "related": {"entry_position": 4},
}
"""Block → how many items of each kind the article has."""


@pytest.mark.parametrize("block", KINDS)
def test_a_kind_finds_the_items_that_say_it(api: httpx.Client, block: str) -> None:
    told = TOLD_BY.get(block, "kind")
    every = api.get(f"/v1/{block}", params={"limit": 200}).json()
    assert every["total"] == sum(ARTICLE.get(block, {}).values())
    for kind in KINDS[block]:
        expected = [item for item in every["items"] if item[told] == kind]
        assert len(expected) == ARTICLE.get(block, {}).get(kind, 0)
        for path in (f"/v1/{block}", f"{ONE}/{block}"):
            page = api.get(path, params={"kind": kind, "limit": 200}).json()
            assert (page["items"], page["total"]) == (expected, len(expected)), path
            assert (page["absent"] is None) == bool(expected)
            of_article = api.get(path, params={"kind": kind, "source": "article"}).json()
            assert of_article["items"] == expected


@pytest.mark.parametrize("block", ARTICLE)
def test_a_profile_lists_its_kinds_in_their_order(api: httpx.Client, block: str) -> None:
    told = TOLD_BY.get(block, "kind")
    profile = api.get(ONE, params={"include": block}).json()[block]
    listed = [kind for kind, count in ARTICLE[block].items() for _ in range(count)]
    assert [item[told] for item in profile] == listed
    assert api.get(f"{ONE}/{block}", params={"limit": 200}).json()["items"] == profile
    first = api.get(f"/v1/{block}", params={"limit": 1}).json()
    walked = first["items"]
    while first["next"]:
        first = api.get(first["next"]).json()
        walked += first["items"]
    assert walked == profile
