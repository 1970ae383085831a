"""The seed's tables of places: names that people use, and states beside each other."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from app.api.queries.area_names import plain
from app.database.place_names import STATE_CODES, aliases, borders, read_aliases, read_borders

SEED = Path(__file__).parents[1] / "seed"
NEWEST = yaml.safe_load((SEED / "bls-areas-2025-05.yaml").read_text("utf-8"))
AREAS = {str(code) for code in NEWEST["areas"]} | STATE_CODES | {"US"}


def test_every_name_is_of_areas_of_the_newest_delineation() -> None:
    assert {code for one in aliases() for code in one.areas} - AREAS == set()


def test_names_are_written_in_one_way_and_differ_as_they_are_compared() -> None:
    counted = Counter(plain(one.name) for one in aliases())
    assert [name for name, number in counted.items() if number > 1 or not name] == []
    assert 150 <= len(counted) <= 400
    assert {one.language for one in aliases()} == {"en", "es"}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("[nyc, en, NY]\n- [nyc, es, NJ]", "nyc: stands there twice"),
        ("[nyc, en, NY, NY]", "nyc: stands there twice"),
        ("[nyc, en, XX]", "nyc: XX is no state"),
        ("[nyc, en]", "areas"),
        ("[nyc]", "language"),
        ("[nyc, english, NY]", "language"),
        ("[nyc, en, '3562']", "areas"),
        ("[nyc, en, 35620]", "valid string"),
        ("['', en, NY]", "at least 1 character"),
        ("nyc", "valid list"),
    ],
)
def test_a_faulty_table_of_names_is_refused(line: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_aliases(f"names:\n- {line}\n")


def test_borders_are_those_of_the_49_that_have_some() -> None:
    # 48 states and the District of Columbia: 107 pairs, the graph of contiguous states.
    assert len(borders()) == 49
    assert {*borders()} == STATE_CODES - {"AK", "HI", "AS", "GU", "MP", "PR", "VI"}
    assert sum(map(len, borders().values())) == 2 * 107
    assert all(one in borders()[other] for one, its in borders().items() for other in its)
    assert borders()["ME"] == ("NH",)
    assert borders()["TN"] == ("AL", "AR", "GA", "KY", "MO", "MS", "NC", "VA")
    assert "CO" not in borders()["AZ"]  # they meet in a point


@pytest.mark.parametrize("line", ["AL: [FL]\n- AL: [FL]", "FL: [AL]", "AL: [AL]", "AL: [XX]"])
def test_a_faulty_table_of_borders_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="two states, each pair once, in order"):
        read_borders(f"borders:\n- {line}\n")
