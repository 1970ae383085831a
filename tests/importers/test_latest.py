"""Which wages are the latest: by area and industry, until the industry's code ends."""

from __future__ import annotations

from itertools import permutations

import pytest
from sqlalchemy import Engine, select

from app.database.models import Part, Release
from app.importers import rows
from app.importers.loading.load import load_release, restore, retire
from tests.importers.test_load import head, wage


def load(engine: Engine, period: str, parts: str, *, level: str = "3-digit") -> str:
    """Load wages of parts, each an area, an industry and an ownership: "US/311/5 TX/311/"."""
    name = f"bls-oews-{period}-{level}"
    keys = [part.split("/") for part in parts.split()]
    runs = [
        rows.PartRows(rows.PartKey(rows.WageRow, "", *key), [wage("29-1141", 10)]) for key in keys
    ]
    industries = [rows.IndustryRow(code, code, level) for _, code, _ in keys]
    its = head(name, period=period)
    load_release(engine, rows.Reading(its, runs, industries=lambda: industries))
    return name


def latest(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        found = connection.execute(
            select(Release.period, Part.area, Part.industry, Part.ownership)
            .join(Part)
            .where(Part.latest)
        )
        return {f"{row.period[:4]} {row.area}/{row.industry}/{row.ownership}" for row in found}


NEWER, OLDER = "2024-05", "2018-05"


@pytest.mark.parametrize("order", [*permutations([0, 1, 2])])
def test_all_ownerships_of_the_newest_period_are_the_latest(
    engine: Engine, order: tuple[int, ...]
) -> None:
    files = [
        ("2012-05", "US/62/1 US/62/5 US/61/5"),
        (OLDER, "US/62/"),
        (NEWER, "US/62/58 US/62/1 TX/62/5"),
    ]
    for at in order:
        load(engine, *files[at])
    # 61 goes on: one industry where there were two ends none.
    assert latest(engine) == {"2012 US/61/5", "2024 US/62/58", "2024 US/62/1", "2024 TX/62/5"}


@pytest.mark.parametrize("newer_first", [False, True])
@pytest.mark.parametrize(
    ("older", "newer", "go_on"),
    [
        (4, 3, 0),  # three quarters as many
        (5, 3, 4),  # fewer
        (20, 11, 19),  # a file that is cut
    ],
)
def test_industries_end_where_three_quarters_as_many_of_their_level_follow(
    engine: Engine, newer_first: bool, older: int, newer: int, go_on: int
) -> None:
    """The newer file has the last industry of the older one, and new ones."""
    before = [f"US/{n}/5" for n in range(100, 100 + older)]
    after = [f"US/{n}/5" for n in range(99 + older, 99 + older + newer)]
    files = [(OLDER, " ".join(before)), (NEWER, " ".join(after))]
    for period, parts in files[:: -1 if newer_first else 1]:
        load(engine, period, parts)
    found = latest(engine)
    assert {part for part in found if part.startswith("2024")} == {f"2024 {p}" for p in after}
    assert len(found) - newer == go_on


def test_a_file_ends_no_industry_of_another_level_or_area(engine: Engine) -> None:
    load(engine, OLDER, "US/44-45/5", level="sector")
    load(engine, OLDER, "US/452/5 TX/452/5")
    name = load(engine, NEWER, "US/455/5 US/456/5")
    assert latest(engine) == {
        "2018 US/44-45/5",
        "2018 TX/452/5",
        "2024 US/455/5",
        "2024 US/456/5",
    }
    retire(engine, name)
    assert latest(engine) == {"2018 US/44-45/5", "2018 US/452/5", "2018 TX/452/5"}
    restore(engine, name)
    assert "2018 US/452/5" not in latest(engine)
