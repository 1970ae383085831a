"""A saved and loaded index answers as before."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from app.finding.entries import Entries
from app.finding.search import SearchIndex
from app.finding.titles.matcher import TitleMatcher
from tests.finding.search.conftest import EMPLOYMENT


def test_an_index_answers_the_same_from_its_file(index: SearchIndex, tmp_path: Path) -> None:
    path = tmp_path / "search.index"
    index.save(path)
    assert [file.name for file in tmp_path.iterdir()] == ["search.index"]
    again = SearchIndex.load(path).with_employment(EMPLOYMENT)
    for q in ("nurse", "nurs", "drive trucks", "enginer", "CEO", "11-9111", "29", "police’s", "x"):  # noqa: RUF001
        assert again.search(q) == index.search(q)
        assert again.suggest(q) == index.suggest(q)


def test_an_empty_index_goes_through_its_file(tmp_path: Path) -> None:
    SearchIndex.build(Entries([])).save(tmp_path / "a")
    assert SearchIndex.load(tmp_path / "a").search("nurse").total == 0


def test_a_file_that_is_no_index_is_refused(index: SearchIndex, tmp_path: Path) -> None:
    path = tmp_path / "search.index"
    path.write_bytes(pickle.dumps(index.corpus.titles))
    with pytest.raises(ValueError, match="no index file"):
        SearchIndex.load(path)


def test_an_index_of_another_kind_is_refused(index: SearchIndex, tmp_path: Path) -> None:
    path = tmp_path / "search.index"
    index.save(path)
    with pytest.raises(ValueError, match="of the form search"):
        TitleMatcher.load(path)
