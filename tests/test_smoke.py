"""The first thing a user does."""

from __future__ import annotations

import httpx


def test_the_profile_has_the_articles_and_the_official_median(api: httpx.Client) -> None:
    answer = api.get("/v1/occupations/11-9111", params={"include": "wages"})
    assert answer.status_code == 200
    medians = {item["release"]: item["annual_median"] for item in answer.json()["wages"]}
    assert medians == {"bls-oews-2021-05": 101340, "article-2022-11": 101340}
    assert next(iter(medians)) == "bls-oews-2021-05"
