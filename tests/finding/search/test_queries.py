from __future__ import annotations

import re

from bench.search import queries, rank

GROUPS = {f"{group:02}" for group in range(11, 57, 2)}


def test_queries_are_many_distinct_and_spread_over_all_major_groups() -> None:
    asked = queries()
    assert len({query.text.lower() for query in asked}) == len(asked) >= 130
    assert {code[:2] for query in asked for code in query.codes} == GROUPS


def test_every_query_has_codes_that_are_codes() -> None:
    pattern = re.compile(r"\d{2}-\d{4}(\.\d{2})?")
    assert all(query.codes for query in queries())
    assert all(pattern.fullmatch(code) for query in queries() for code in query.codes)


def test_rank_is_the_first_right_place() -> None:
    assert rank(["a", "b", "c"], frozenset("cb")) == 2
    assert rank(["a"], frozenset("b")) == 0
