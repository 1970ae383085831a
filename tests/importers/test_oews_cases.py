"""Small OEWS files in every shape that people have, beside the official ones.

They are not in the repository. Each loads with the right codes and marks, or is refused with its
place.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from tests.conftest import Databases, occupations
from tests.official import case

HALF, FULL = (208_000, 10_000), (239_200, 11_500)
LOADED: list[tuple[str, str, dict[str, Any]]] = [
    ("c01/all_data_M_2015.xlsx", "2015-05-all", {"levels": {"detailed"}, "owners": {"1235"}}),
    ("c03/all_data_M_2019.xlsx", "2019-05-all", {"jobs": {None, 12.5}}),
    (
        "c05/oes_data_2012.xlsx",
        "2012-05-all",
        {"industries": {("000000", "1235"), ("000001", "5"), ("999001", "123")}},
    ),
    (
        "c15/all_data_M_2023.xlsx",
        "2023-05-all",
        {"areas": {"AL": "01", "CA": "06", "0100001": "0100001", "31080": "31080", "US": "99"}},
    ),
    ("c15/state_M2023_dl.csv", "2023-05-state", {"areas": {"AL": "01", "CA": "06"}}),
    ("c17/national_M2011_dl.xlsx", "2011-05", {"top_codes": (187_200, 9_000)}),
    ("c17/national_M2022_dl.csv", "2022-05", {"top_codes": FULL}),
    ("c17/national_M2025_dl.csv", "2025-05", {"top_codes": FULL}),
    ("c24f/national_M2021_dl.csv", "2021-05", {"top_codes": HALF}),
    (
        "f01/nat4d_M2017_owner_dl.csv",
        "2017-05-industry",
        {"industries": {("611100", "5"), ("611100", "2"), ("611100", "3")}},
    ),
    ("f01/part/nat4d_M2017_owner_dl.csv", "2017-05-industry", {"industries": {("611100", "3")}}),
    (
        "f03/natsector_M2024_dl.csv",
        "2024-05-industry",
        {"industries": {("31-33", "5"), ("62", "58")}},
    ),
]
REFUSED = {
    "c24/national_M2021_dl.csv": "row 2, column JOBS_1000: 'NA' is neither",
    "c24b/national_M2021_dl.csv": "row 2, column H_MEAN: '$25.00' is neither",
    "c24c/national_M2021_dl.csv": "row 2, column JOBS_1000: 'nan' is not a number",
    "c24h/oews_all_years.csv": "row 1, column YEAR: this program does not know this column",
    "f02/k1_M2017_dl.csv": "row 1, column AREA: missing in the header",
    "f08/national_M2014_dl.txt": "row 2, column EMP_PRSE: '0,1' has a comma",
    "c30/oe.data.0.Current": "oe.area, oe.industry, oe.occupation must lie beside it",
    "c30/oe.data.0.Current.txt": "oe.area, oe.industry, oe.occupation must lie beside it",
}


def contents(url: str, release: str) -> dict[str, Any]:
    """Return what a release has, in the words of ``LOADED``."""
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT p.area, p.industry, p.ownership, p.detail, w.published_levels, "
                "w.jobs_per_1000, w.code FROM wages w JOIN parts p ON p.id = w.part_id "
                "JOIN releases r ON r.id = p.release_id WHERE r.name = :name AND NOT r.superseded"
            ),
            {"name": release},
        ).all()
        areas = dict(
            tuple(row) for row in connection.execute(text("SELECT code, publisher_code FROM areas"))
        )
    engine.dispose()
    detail = str(rows[0].detail)
    figures = [int(one) for one in re.findall(r"\d+", detail)]
    return {
        "levels": {row.published_levels for row in rows if not row.code.endswith("0")},
        "owners": {row.ownership for row in rows},
        "jobs": {row.jobs_per_1000 for row in rows},
        "industries": {(row.industry, row.ownership) for row in rows},
        "areas": {area: areas[area] for area in {row.area for row in rows}},
        "top_codes": (max(figures), min(figures)) if figures else None,
    }


def test_each_case_loads_as_it_should(databases: Databases) -> None:
    for name, release, expected in LOADED:
        url = databases.seeded()
        made = occupations("import", str(case(name)), url=url)
        assert made.returncode == 0, made.stderr
        found = contents(url, f"bls-oews-{release}")
        assert {what: found[what] for what in expected} == expected, name


def test_each_case_that_is_not_certain_is_refused_with_its_place(databases: Databases) -> None:
    url = databases.seeded()
    for name, why in REFUSED.items():
        made = occupations("import", str(case(name)), url=url)
        assert made.returncode == 1, name
        assert f"{Path(name).name}" in made.stderr
        assert why in made.stderr
        assert " loaded " not in made.stdout.replace("rows loaded", "")


def test_every_name_of_may_2021_is_understood(databases: Databases) -> None:
    url = databases.seeded()
    for path in sorted(case("c19").iterdir()):
        made = occupations("import", "--dry-run", str(path), url=url)
        assert "bls-oews-2021-05: 10 rows in 2 parts" in made.stdout, path.name
