"""What the official crosswalks lead to."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest
from sqlalchemy import create_engine

from app.database.catalog_reader import load_catalog
from app.database.concordances import Concordances
from bench.crosswalk_reach import reach
from tests import official
from tests.conftest import Databases
from tests.importers.crosswalks.loaded import taken
from tests.servers import serving, warmed

FOLDERS = ("soc-2018", "crosswalks", "esco-1.2.0")


@pytest.fixture(scope="module")
def url(databases_of: Callable[[str], Databases]) -> str:
    folders = [official.SHARED / name for name in FOLDERS]
    if not all(folder.exists() for folder in folders):
        pytest.skip("the official files are not here")
    found = databases_of("sqlite").seeded()
    assert "names" not in taken(found, *folders)  # no list lacks a code of a crosswalk
    return found


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[httpx.Client]:
    with serving(url) as server:
        yield warmed(server)


@pytest.fixture(scope="module")
def concordances(url: str) -> Concordances:
    engine = create_engine(url)
    found = load_catalog(engine).concordances
    engine.dispose()
    return found


REACH = {
    "soc-2010": (840, 800, 40, 867, 0),
    "soc-2000": (821, 757, 64, 867, 0),
    "oews-2019": (790, 768, 22, 820, 0),
    "nem-2022": (832, 827, 5, 840, 0),
    "onet-soc-2019": (1016, 1016, 0, 867, 0),
    "onet-soc-2010": (1110, 1068, 42, 867, 0),
    "isco-08": (619, 147, 299, 867, 173),  # groups, of which no file gives pairs
    "esco-1.2": (3039, 1245, 1794, 838, 0),
    "cip-2020": (2142, 432, 1516, 687, 194),  # "NO MATCH" in the file
}
"""Classification → codes, those that lead to one and to several occupations, occupations reached,
and codes that lead nowhere."""


@pytest.mark.parametrize("classification", REACH)
def test_how_many_codes_lead_to_how_many_occupations(
    concordances: Concordances, classification: str
) -> None:
    found = reach(concordances, classification)
    nowhere = sum(map(len, found.nowhere.values()))
    counts = (found.codes, found.one, found.several, found.occupations, nowhere)
    assert counts == REACH[classification]


def test_codes_that_changed_their_extent(concordances: Concordances) -> None:
    changed = [
        code for code in concordances.codes_in("soc-2010") if concordances.changed_extent(code)
    ]
    assert len(changed) == 23
    assert {"11-9199", "13-2051", "53-7199"} <= set(changed)
    assert not concordances.changed_extent("29-1141")
    assert not concordances.changed_extent("15-1132")


def test_residual_groups_never_lead(concordances: Concordances) -> None:
    for code in concordances.codes_in("soc-2010"):
        links = concordances.successors("soc-2010", code)
        named = [link for link in links if "All Other" not in str(link.title)]
        assert list(links[: len(named)]) == named
    assert [
        (link.code, link.relation) for link in concordances.successors("soc-2010", "15-1199")
    ] == [
        ("13-1082", "part"),
        ("15-1243", "part"),
        ("15-1253", "part"),
        ("15-1255", "part"),
        ("15-1299", "part"),
    ]
    before = {
        (one.classification, one.code) for one in concordances.predecessors("soc-2018", "15-1252")
    }
    assert before == {("oews-2019", "15-1256"), ("soc-2010", "15-1132"), ("soc-2010", "15-1133")}


def test_the_requests_of_the_contract(client: httpx.Client) -> None:
    nurses = client.get("/v1/occupations/isco:2221")
    assert nurses.status_code == 300
    assert {one["code"] for one in nurses.json()["choices"]} == {"29-1141", "29-1151", "29-1171"}
    developers = client.get("/v1/occupations/soc2010:15-1132?fields=code")
    assert developers.headers["Content-Location"].startswith("/v1/occupations/15-1252?")
    # ESCO's walk leads to one, its group 3119 of ISCO to seven.
    assert client.get("/v1/occupations/esco:3119.16.1?fields=code").json()["code"] == "19-4099"
    assert len(client.get("/v1/occupations/isco:3119").json()["choices"]) > 3
    codes = client.get("/v1/occupations/19-4099/codes?classification=esco-1.2&limit=200").json()
    (found,) = [one for one in codes["items"] if one["code"] == "3119.16.1"]
    assert [step["classification"] for step in found["chain"]] == [
        "esco-1.1",
        "onet-soc-2019",
        "soc-2018",
    ]
    # 38 codes of ESCO 1.1 are in 1.2 no more.
    old = _codes(client, "esco-1.1") - _codes(client, "esco-1.2")
    assert len(old) == 38
    answer = client.get(f"/v1/occupations/esco:{min(old)}")
    assert answer.status_code in {200, 300}


def _codes(client: httpx.Client, classification: str) -> set[str]:
    found: set[str] = set()
    following = f"/v1/classifications/{classification}?limit=200&fields=code"
    while following:
        page = client.get(following).json()
        found |= {one["code"] for one in page["items"]}
        following = page["next"]
    return found
