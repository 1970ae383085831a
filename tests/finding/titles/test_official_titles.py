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


@pytest.mark.whole
@pytest.mark.parametrize(
    ("title", "major"),
    [
        *((title, "17") for title in ("Principal Mechanical Engineer", "Staff Civil Engineer")),
        *((title, "19") for title in ("Principal Scientist", "Post Doctoral Associate")),
        ("Associate Director of Nursing", "11"),
        ("Assistant Dental Director", "29"),  # employers file dental directors as dentists
        *((title, "29") for title in ("House Staff Resident", "Post Op Nurse")),
        *((title, "25") for title in ("Assistant Professor of Dentistry", "Lead Teacher")),
        *((title, "13") for title in ("Accountant R-00123", "Accountant Finance Dept")),
        *((title, "37") for title in ("Janitor Building 5", "Janitor - 3rd Shift, Austin TX")),
    ],
)
def test_what_qualifies_leads_to_no_other_group(
    boxed: httpx.Client, title: str, major: str
) -> None:
    answer = boxed.get("/v1/titles/match", params={"title": title, "min_confidence": 0})
    assert answer.json()["items"][0]["matches"][0]["code"][:2] == major


@pytest.mark.parametrize(
    ("title", "code", "how"),
    [
        ("Rail Engineer", "17-2051.01", "exact"),  # what runs on rails is more likely otherwise
        ("die out worker", "51-6042", "exact"),
        ("Category Manager", "11-3061", "employers"),  # employers file it elsewhere
        ("MIG Welder", "51-4121", "everyday"),
    ],
)
def test_a_title_of_one_occupation_finds_it_unless_others_say_otherwise(
    boxed: httpx.Client, title: str, code: str, how: str
) -> None:
    answer = boxed.get("/v1/titles/match", params={"title": title})
    [best, *_] = answer.json()["items"][0]["matches"]
    assert (best["code"], best["why"]["how"]) == (code, how)
