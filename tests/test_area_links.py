"""The tables of areas in ``seed/`` are what the publisher's lists give."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from app.importers.seed.files import seed_folder
from bench.area_links import FIRST, NAMES, NEWER, OLDER, OMB, Link, List, compare, tables
from tests.official import SHARED, official


def test_the_tables_are_made_from_the_official_files() -> None:
    for name in (FIRST, NAMES, NEWER, OLDER, OMB):
        official(name)
    for name, content in tables(SHARED).items():
        assert seed_folder().joinpath(name).read_text("utf-8") == content


def listed(areas: Mapping[str, str]) -> List:
    """Return a list of areas: code → counties, a letter each."""
    return List({code: f"Area {code}" for code in areas}, {c: {*areas[c]} for c in areas})


@pytest.mark.parametrize(
    ("older", "newer", "links", "changed"),
    [
        ({"1": "ab"}, {"1": "ab"}, [], {}),
        ({"1": "ab"}, {"2": "ab"}, [("1", "2", "renamed", 2)], {}),
        (
            {"1": "a", "2": "b"},
            {"3": "ab"},
            [("1", "3", "merged", 1), ("2", "3", "merged", 1)],
            {},
        ),
        (
            {"1": "abc"},
            {"2": "ac", "3": "b"},
            [("1", "2", "split", 2), ("1", "3", "split", 1)],
            {},
        ),
        # b went from one code to another: both stand for another extent, neither followed.
        ({"1": "ab", "2": "c"}, {"1": "a", "2": "bc"}, [], {"1": "split", "2": "merged"}),
        # A code that is gone leads to one that stayed.
        (
            {"1": "ab", "2": "c"},
            {"2": "abc"},
            [("1", "2", "merged", 2)],
            {"2": "merged"},
        ),
        # A new code followed one that stayed, and has counties of another.
        (
            {"1": "ab", "2": "cd"},
            {"1": "a", "2": "c", "3": "bd"},
            [("1", "3", "part", 1), ("2", "3", "part", 1)],
            {"1": "split", "2": "split"},
        ),
        # Half of 1 is in 2: its code has as much. Most of 1 is in 2: that one followed it.
        ({"1": "ab", "2": "c"}, {"1": "ad", "2": "bc"}, [], {"1": "part", "2": "merged"}),
        (
            {"1": "abe", "2": "cd"},
            {"1": "ad", "2": "bec"},
            [("1", "2", "part", 2)],
            {"1": "part", "2": "part"},
        ),
        # The codes changed places.
        (
            {"1": "a", "2": "b"},
            {"1": "b", "2": "ac"},
            [("1", "2", "merged", 1), ("2", "1", "renamed", 1)],
            {"1": "reused", "2": "reused"},
        ),
    ],
)
def test_areas_are_related_by_what_they_have_in_common(
    older: dict[str, str],
    newer: dict[str, str],
    links: list[tuple[str, str, str, int]],
    changed: dict[str, str],
) -> None:
    before = listed(older)
    rest = {*"".join(newer.values())} - {*"".join(older.values())}
    if rest:  # counties of the newer list lie in the older one too
        before.names["9"], before.extents["9"] = "Rest", rest
    found, kinds = compare(before, listed(newer))
    assert [link for link in found if link.older != "9"] == [Link(*link) for link in links]
    assert kinds == changed
