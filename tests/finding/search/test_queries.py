from __future__ import annotations

import re
import runpy
import sys
from dataclasses import replace

import pytest

from app.finding.entries import Entries, Everyday
from bench import baselines, search_baselines
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


def test_what_ours_is_compared_with_reads_the_same_texts(entries: Entries) -> None:
    entries = replace(entries, everyday=[Everyday("bedside angel", ("29-1141",))])
    ways = search_baselines.of(entries)
    assert ways.keys() == {"FTS5", "tantivy", "fuzzy"}
    for name, ask in ways.items():
        for q in ("registered nurses", "bedside angel"):
            assert ask(q)[0] == "29-1141", name
    titles = dict(baselines.of(entries))
    assert len(titles) == 4
    for match in titles.values():
        assert [found[0] for found in match(["Registered Nurses", "Bedside Angel"])] == [
            *("29-1141", "29-1141")
        ]


@pytest.mark.parametrize("name", ["search", "title_match"])
def test_the_measures_of_finding_are_commands(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["bench", name, "--help"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("bench", run_name="__main__")
    assert ended.value.code == 0
    assert sys.argv == ["bench", "--help"]
