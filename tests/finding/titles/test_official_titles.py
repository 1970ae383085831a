"""What an official list says of a title goes before what anybody else says of it."""

from __future__ import annotations

import csv
from collections import defaultdict

import httpx
import pytest


@pytest.mark.whole
def test_every_title_that_the_soc_gives_to_one_occupation_finds_it(boxed: httpx.Client) -> None:
    asked = {"source": "soc", "kind": "direct_match", "limit": "all", "format": "csv"}
    listed = boxed.get("/v1/titles", params=asked)
    codes: defaultdict[str, set[str]] = defaultdict(set)
    for row in csv.DictReader(listed.text.splitlines()):
        codes[row["title"]].add(row["code"])
    wanted = {title: min(of) for title, of in codes.items() if len(of) == 1}
    assert len(wanted) > 6_000
    elsewhere = []
    titles = list(wanted)
    for start in range(0, len(titles), 1_000):
        some = titles[start : start + 1_000]
        answer = boxed.post("/v1/titles/match", json={"titles": some, "limit": 1})
        for item in answer.json()["items"]:
            [match] = item["matches"]
            if (match["code"], match["why"]["how"]) != (wanted[item["title"]], "official"):
                elsewhere.append((item["title"], match))
    assert elsewhere == []
