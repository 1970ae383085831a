"""The measures of title matching: what is asked, and how it is counted."""

from __future__ import annotations

import lzma
from pathlib import Path
from string import ascii_lowercase

import numpy as np
import pytest

from app.importers.oflc.normalization import is_kept_back
from bench import title_measures
from bench.employers import LEAST_TITLES, measured_titles
from bench.evidence import EMPLOYERS, employer_titles


def test_ranks_are_those_of_the_first_right_code() -> None:
    right = frozenset("bc")
    found = title_measures.ranks([["b"], ["a", "d", "c", "b"], ["a"], []], [("", right)] * 4)
    assert found.tolist() == [0, 2, title_measures.NOT_FOUND, title_measures.NOT_FOUND]


def test_each_group_of_titles_counts_alike() -> None:
    one, other = np.array([0, 0, 0]), np.array([5])
    shares = title_measures.line("mean", [one, other]).split()[1:]
    assert shares == ["0.500", "0.500", "1.000", "0.583"]
    at_edges = title_measures.line("edges", np.array([0, 1, 4, 5, 9, 10])).split()[1:4]
    assert at_edges == ["0.167", "0.500", "0.833"]


def test_confidence_is_compared_in_ten_bins(capsys: pytest.CaptureFixture[str]) -> None:
    sure = np.array([0.0, 0.125, 0.5, 0.9375, 1.0], np.float32)
    error = title_measures.calibration(sure, np.array([False, False, True, True, False]))
    assert error == pytest.approx((0.125 + 0.5 + 0.9375) / 5)
    bins = [line.split() for line in capsys.readouterr().out.splitlines() if " to " in line]
    assert [(row[0], row[3], row[5]) for row in bins] == [
        ("0.0", "1", "0.000"),
        ("0.1", "1", "0.000"),
        ("0.5", "1", "1.000"),  # its lower bound is of the bin
        ("0.9", "2", "0.500"),
    ]


def test_the_fifth_that_is_kept_back_is_measured_where_filings_and_titles_are_enough(
    tmp_path: Path,
) -> None:
    names = (f"ward {one}{other}" for one in ascii_lowercase for other in ascii_lowercase)
    kept = (name for name in names if is_kept_back(name))
    nurses = [next(kept) for _ in range(LEAST_TITLES)]
    managers = [next(kept) for _ in range(LEAST_TITLES - 1)]
    seldom = next(kept)
    lines = [(title, "29-1141", 3) for title in nurses[1:]]
    lines += [(title, "11-9111", 3) for title in managers]
    # Of five filings one is a fifth; of six it is less.
    lines += [(nurses[0], "29-1141", 4), (nurses[0], "31-9092", 1), (seldom, "29-1141", 2)]
    lines += [("ward taught", "29-1141", 5), ("ward taught", "31-9092", 1)]
    file = tmp_path / EMPLOYERS
    file.parent.mkdir()
    text = "".join(f"{title}\t{code}\t{n}\n" for title, code, n in lines)
    file.write_bytes(lzma.compress(f"title\tcode\tcount\n{text}".encode()))
    assert not is_kept_back("ward taught")
    both = frozenset(("29-1141", "31-9092"))
    [(group, asked)] = measured_titles(tmp_path).items()
    assert group == "29"
    assert sorted(asked) == sorted(
        (title, both if title == nurses[0] else frozenset(("29-1141",))) for title in nurses
    )
    assert [(one.title, one.code, one.n) for one in employer_titles(tmp_path)] == [
        ("ward taught", "29-1141", 5)
    ]
