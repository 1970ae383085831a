"""The cases beside the official files, but those that OEWS and projections have tests of their own.

They are not in the repository. What loads answers over HTTP; what does not is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.conftest import DATABASES, Databases, occupations
from tests.official import case
from tests.servers import serving

LOADED = (
    "c06",
    "c10/MSA_M2023_dl_utf8.csv",
    "c21",
    "c22",
    "c27",
    "c30",
    "f03",
    "f04",
    "f06",
    "f07",
)
"""Cases that go into one database, by one command."""
OUTCOMES = {
    "c06/oesm12nat.zip/oesm12nat/national_M2012_dl.xls: oews",
    "c06/x/oesm12nat/national_M2012_dl.xls: the same as "
    "c06/oesm12nat.zip/oesm12nat/national_M2012_dl.xls",
    "c30/occupation_data.sql: left out, an SQL dump, not a table: use the publisher's text or "
    "Excel edition",
    "c30/onet.json: left out, JSON, not a table: use the publisher's file",
    "refused: c30/projectionscentral.csv, row 1: no column names the base year: give --period "
    "2020-30, its base and target year",
    "refused: c30/oe.data.0.Current: oe.area, oe.industry, oe.occupation must lie beside it, to "
    "say what its series are about",
    "refused: f06/all_data_M_2022.xlsx: a Git LFS pointer, not the file that it stands for: fetch "
    "that with `git lfs pull`",
    "refused: f07/soc_2018_direct_match_title_file.csv, row 1, column YYYY soc title, "
    "illustrative example: direct-match titles of the SOC: missing in the header",
}
LEFT_OUT = {
    "f07/National Employment Matrix_IND_541700.csv": "an industry of the National Employment Ma",
    "f07/Table 6.2-Table 1.csv": "skills by occupation (table 6.2), without the columns",
    "f07/occupation.table.1.2_2010-20.csv": "employment by occupation (table 1.2), without the",
}
RELEASES = {
    "bls-ep-2016-26",
    "bls-ep-2022-32",
    "bls-ep-2024-34",
    "bls-oews-2012-05",
    "bls-oews-2017-05",
    "bls-oews-2018-05-industry",
    "bls-oews-2023-05-metropolitan",
    "bls-oews-2024-05-all",
    "bls-oews-2024-05-industry",
    "bls-oews-2024-05-metropolitan",
    "bls-oews-2024-05-state",
}
PAGE = "(the publisher answered with a page): download the file again"
REFUSED = {
    "c08/national_M2021_dl.xls": f"a web page, not a workbook {PAGE}",
    "c08/national_M2021_dl.xlsx": f"a web page, not a workbook {PAGE}",
    "c08/national_M2021_dl.csv": f"a web page, not a table {PAGE}",
    "c08/denied_oesm21nat.zip": f"a web page, not a zip {PAGE}",
    "f08/national_M2014_dl.csv": "'135.128.260' is one number with decimal commas, another with",
}


@pytest.fixture(scope="module", params=DATABASES)
def loaded(
    request: pytest.FixtureRequest, databases_of: Callable[[str], Databases]
) -> Iterator[tuple[httpx.Client, str]]:
    """The seed with the cases, served, and what the command printed."""
    url = databases_of(request.param).seeded()
    structure = case("../data/soc-2018/soc_structure_2018.xlsx")
    paths = [str(path) for path in (structure, *map(case, LOADED))]
    done = occupations("import", *paths, url=url)
    assert done.returncode == 1  # some are refused
    with serving(url) as client:
        yield client, done.stdout


def test_each_file_loads_or_is_named(loaded: tuple[httpx.Client, str]) -> None:
    client, said = loaded
    assert {*said.splitlines()} >= OUTCOMES
    for name, why in LEFT_OUT.items():
        assert f"{name}: left out, Employment Projections, {why}" in said
    found = client.get("/v1/releases", params={"limit": 200}).json()["items"]
    assert {one["id"] for one in found if not one["excerpt"]} >= RELEASES


def test_places_are_found_without_accents(loaded: tuple[httpx.Client, str]) -> None:
    client, _ = loaded
    for q in ("mayaguez", "Mayagüez"):
        (area,) = client.get("/v1/areas", params={"q": q}).json()["items"]
        assert area["code"] == "32420"


def test_what_a_cut_file_lacks_is_not_loaded(loaded: tuple[httpx.Client, str]) -> None:
    client, said = loaded
    assert "bls-oews-2024-05-state is a part of what its publisher has" in said
    page = client.get("/v1/occupations/11-9111/wages", params={"area": "CA"}).json()
    assert page["absent"]["status"] == "not_loaded"


def test_an_industry_has_one_code_and_one_newest_period(
    loaded: tuple[httpx.Client, str],
) -> None:
    client, _ = loaded
    for industry, code in (("62", "62"), ("31", "31-33"), ("31-33", "31-33")):
        wanted = {"industry": industry, "source": "bls-oews"}
        page = client.get("/v1/occupations/29-1141/wages", params=wanted).json()
        assert {(one["industry"], one["period"]) for one in page["items"]} == {(code, "2024-05")}


def test_a_retired_code_takes_no_address(loaded: tuple[httpx.Client, str]) -> None:
    client, _ = loaded
    assert client.get("/v1/occupations/web-developers").json()["code"] == "15-1254"
    assert client.get("/v1/occupations/15-1134").json()["slug"] == "web-developers-soc-2010"
    titles = {"q": "web developers"}
    assert [
        item["code"] for item in client.get("/v1/occupations", params=titles).json()["items"]
    ] == ["15-1254"]


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_not_what_its_name_says_is_refused(databases: Databases, name: str) -> None:
    done = occupations("import", str(case(name)), url=databases.empty())
    assert done.returncode == 1
    assert REFUSED[name] in done.stderr


def test_ratings_collected_after_their_release_are_refused(databases: Databases) -> None:
    options = ("--release", "27.0", "--period", "2022-08")
    done = occupations("import", str(case("f05/Skills.csv")), *options, url=databases.empty())
    assert done.returncode == 1
    assert "rule collected" in done.stderr


@pytest.mark.parametrize(
    "name",
    ["c09/national_M2021_dl.csv", "c10/MSA_M2023_dl_cp1252.csv", "c10/MSA_M2023_dl_utf16.csv"],
)
def test_text_loads_in_other_forms(databases: Databases, name: str) -> None:
    done = occupations("import", str(case(name)), url=databases.migrated())
    assert (done.returncode, done.stderr) == (0, "")
