"""Files of other years in their published format, from file to answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.builders import NURSES, OEWS_HEADER, line, oews_book, write_xlsx
from tests.conftest import Databases, occupations
from tests.importers.projected import CHIEFS, book, export
from tests.servers import serving

FIGURES = OEWS_HEADER[OEWS_HEADER.index("H_MEAN") :]
POINTS = ("MEAN", "PCT10", "PCT25", "MEDIAN", "PCT75", "PCT90")
OLD = {**NURSES, "OCC_GROUP": "detailed", "LOC QUOTIENT": 1.07, "JOBS_1000": 2.5}
NATIONAL = ["OCC_CODE", "OCC_TITLE", "OCC_GROUP", "TOT_EMP", "EMP_PRSE", *FIGURES]
STATE = ["AREA", "ST", "STATE", *NATIONAL[:5], "JOBS_1000", "LOC_Q", *FIGURES]
METROPOLITAN = ["PRIM_STATE", "AREA", "AREA_NAME", *NATIONAL[:5], "JOBS_1000", "LOC QUOTIENT"]
METROPOLITAN += FIGURES
INDUSTRY = ["NAICS", "NAICS_TITLE", *NATIONAL[:5], "PCT_TOTAL", *FIGURES]
"""Headers of May 2012 to May 2018: only what tells the lines of a file apart."""


def rows(header: list[str], *lines: dict[str, Any]) -> list[list[Any]]:
    return [header, *([{**OLD, **one}.get(name, "") for name in header] for one in lines)]


def taken(url: str, *paths: Path | str, exit_code: int = 0) -> str:
    """Import files and return the output."""
    made = occupations("import", *map(str, paths), url=url)
    assert made.returncode == exit_code, made.stdout + made.stderr
    return made.stdout + made.stderr


def verified(url: str, *paths: Path | str) -> str:
    made = occupations("verify", *map(str, paths), url=url)
    assert made.returncode == 0, made.stdout + made.stderr
    return made.stdout


@pytest.fixture
def url(databases_of: Callable[[str], Databases]) -> str:
    return databases_of("sqlite").seeded()


def test_wages_until_2018_say_less_in_their_columns(url: str, tmp_path: Path) -> None:
    folder = tmp_path / "old"
    folder.mkdir()
    write_xlsx(
        folder / "national_M2018_dl.xlsx",
        {
            "national_dl": rows(
                NATIONAL,
                {"TOT_EMP": 376800.0, "A_PCT90": "#", "H_PCT90": "#"},
                {"OCC_CODE": "11-0000", "OCC_GROUP": "major"},
            )
        },
    )
    state = {"AREA": "01", "ST": "AL", "STATE": "Alabama", "LOC_Q": 1.07, "TOT_EMP": 5000.0}
    state |= {"A_PCT90": "#", "H_PCT90": "#"}
    island = {**state, "AREA": "72", "ST": "PR", "STATE": "Puerto Rico"}
    write_xlsx(folder / "state_M2015_dl.xlsx", {"State_M2015_dl": rows(STATE, state, island)})
    city = {"AREA": "33860", "AREA_NAME": "Montgomery, AL", "PRIM_STATE": "AL"}
    write_xlsx(folder / "MSA_M2017_dl.xlsx", {"MSA_dl": rows(METROPOLITAN, city)})
    rest = {"AREA": "100001", "AREA_NAME": "Northwest Alabama", "PRIM_STATE": "AL"}
    write_xlsx(folder / "BOS_M2017_dl.xlsx", {"BOS_dl": rows(METROPOLITAN, rest)})
    sectors = [
        {"NAICS": n, "NAICS_TITLE": f"Sector {n}", "PCT_TOTAL": 3.4} for n in ("11", "31-33")
    ]
    write_xlsx(folder / "natsector_M2018_dl.xlsx", {"natsector_dl": rows(INDUSTRY, *sectors)})

    said = taken(url, folder)
    for name in ("2015-05-state", "2017-05-metropolitan", "2018-05", "2018-05-industry"):
        assert f"\nbls-oews-{name} " in said
    checked = verified(url, folder)
    unused = [one for one in checked.splitlines() if "not answered by the API" in one]
    assert unused == ["old/natsector_M2018_dl.xlsx: not answered by the API: naics_title"]

    with serving(url) as client:
        wages = "/v1/wages?code=11-9111&source=bls-oews"
        (nation,) = client.get(f"{wages}&period=2018-05").json()["items"]
        assert (nation["employment"], nation["annual_median"]) == (376800, 101340)
        assert nation["marks"]["annual_p90"] == {"status": "top_coded", "at_least": 208000}
        (alabama,) = client.get(f"{wages}&area=AL").json()["items"]
        assert (alabama["location_quotient"], alabama["jobs_per_1000"]) == (1.07, 2.5)
        areas = {one["code"]: one for one in client.get("/v1/areas?limit=200").json()["items"]}
        assert {code: one["level"] for code, one in areas.items()} == {
            "US": "nation",
            "AL": "state",
            "PR": "territory",
            "33860": "metropolitan",
            "0100001": "nonmetropolitan",
        }
        (farming,) = client.get(f"{wages}&area=US&industry=11").json()["items"]
        assert (farming["industry"], farming["percent_of_industry"]) == ("11", 3.4)


def sector(code: str) -> list[Any]:
    its = {"NAICS": code, "NAICS_TITLE": code, "I_GROUP": "sector" if len(code) < 6 else "3-digit"}
    return line(**its, OWN_CODE="5", PCT_TOTAL=3.4, PCT_RPT="~")


def test_a_file_of_other_industries_does_not_push_out_the_first(url: str, tmp_path: Path) -> None:
    first = oews_book(tmp_path / "natsector_M2021_dl.xlsx", sector("11"), sector("31-33"))
    other = oews_book(tmp_path / "nat3d_M2021_dl.xlsx", sector("622000"))
    taken(url, first)
    said = taken(url, other, exit_code=1)
    assert (
        "wages of area US, industry 11, ownership 5, wages of area US, industry 31-33, ownership 5 "
        in said
    )
    assert (
        "It came from natsector_M2021_dl.xlsx: if the file given now is another, import both"
        in said
    )
    assert "replaces the earlier revision" in taken(url, other, first)


def test_an_export_beside_its_workbook_gives_its_example_titles(url: str, tmp_path: Path) -> None:
    export(tmp_path, [CHIEFS])
    write_xlsx(tmp_path / "occupation.xlsx", book(2021, 2031))
    imported = taken(url, tmp_path)
    assert f"{tmp_path.name}/export.csv: column not used: median wages of 2021" in imported
    assert "the release has the workbook's median wages" in verified(url, tmp_path)
    assert "is loaded already" in taken(url, tmp_path / "occupation.xlsx")
    # Another workbook of the edition would take the export's titles away.
    write_xlsx(tmp_path / "occupation.xlsx", book(2021, 2031, "Median annual wage, 2021(2)"))
    said = taken(url, tmp_path / "occupation.xlsx", exit_code=1)
    assert "projections_csv would be lost" in said
    with serving(url) as client:
        path = "/v1/titles?code=11-1011&kind=example"
        assert [one["title"] for one in client.get(path).json()["items"]] == ["Chief of Staff"]
