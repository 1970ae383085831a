"""The queries that people type: what the measure of `bench/search.py` takes for right."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bench import search
from bench.onet import soc_occupations
from tests import official

GROUPS = {f"{group:02}" for group in range(11, 55, 2)}
TYPED = search.queries("typed")


def test_they_are_300_a_third_spanish_or_everyday_and_no_major_group_has_many() -> None:
    assert len({query.text.lower() for query in TYPED}) == len(TYPED) == 300
    kinds = Counter(query.kind for query in TYPED)
    assert (kinds["spanish"], kinds["slang"] + kinds["everyday"]) == (60, 40)
    groups = Counter(group for query in TYPED for group in {code[:2] for code in query.codes})
    assert set(groups) == GROUPS
    assert {group for group, count in groups.items() if count > 20} <= {"15", "29", "35"}


def test_none_is_a_query_of_the_other_file() -> None:
    others = {query.text.lower() for query in search.queries()}
    assert others.isdisjoint(query.text.lower() for query in TYPED)


def test_the_half_in_the_file_is_the_one_that_is_asked() -> None:
    path = Path(search.__file__).with_name("typed_queries.tsv")
    halves = [line.rpartition("\t")[2] for line in path.read_text("utf-8").splitlines()[1:]]
    assert halves == [query.half for query in TYPED]


def test_every_code_is_a_detailed_occupation_of_the_soc() -> None:
    if not (official.SHARED / "soc-2018").exists():
        pytest.skip("the official files are not here")
    detailed = {row.code for row in soc_occupations(official.SHARED) if row.level == "detailed"}
    assert {code for query in TYPED for code in query.codes} <= detailed
