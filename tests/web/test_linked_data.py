"""An occupation as linked data of schema.org."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from app.api.routers.linked_data import occupation_data
from tests.servers import bare_server

MANAGERS = "/v1/occupations/11-9111"
LINKED = "application/ld+json"
WAGES: dict[str, Any] = {
    f"{unit}_{end}": None
    for unit in ("annual", "hourly")
    for end in ("p10", "p25", "median", "p75", "p90")
}


def linked(api: httpx.Client, target: str, accept: str = LINKED) -> Any:
    answer = api.get(target, headers={"Accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, LINKED)
    return answer.json()


def test_pay_is_that_of_the_api(api: httpx.Client) -> None:
    wages = api.get(f"{MANAGERS}/wages").json()["items"][0]
    (salary,) = linked(api, MANAGERS)["estimatedSalary"]
    assert salary == {
        "@type": "MonetaryAmountDistribution",
        "name": "base",
        "currency": "USD",
        "duration": "P1Y",
        "percentile10": wages["annual_p10"],
        "percentile25": wages["annual_p25"],
        "median": wages["annual_median"],
        "percentile75": wages["annual_p75"],
        "percentile90": wages["annual_p90"],
    }


def test_it_says_what_it_is_of(api: httpx.Client) -> None:
    found = linked(api, "/v1/occupations/medical-and-health-services-managers")
    assert (found["@context"], found["@type"]) == ("https://schema.org", "Occupation")
    assert found["url"] == "/occupations/medical-and-health-services-managers"
    assert found["occupationalCategory"]["codeValue"] == "11-9111"
    assert found["occupationLocation"]["identifier"] == "US"
    assert found["educationRequirements"] == "Bachelor's degree"
    cited = {one["creditText"] for one in found["mainEntityOfPage"]["citation"]}
    wages = api.get(f"{MANAGERS}/wages").json()
    assert wages["releases"][wages["items"][0]["release"]]["attribution"] in cited


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        (f"{LINKED}, application/json", LINKED),
        (f"{LINKED};q=0.8, application/json;q=0.8", LINKED),
        (f"{LINKED};q=0.8, application/json;q=0.81", "application/json"),
        (f"{LINKED};q=0.8, application/json;q=0.79", LINKED),
        (f"{LINKED};q=0.5, */*", "application/json"),
        (f"{LINKED}, */*;q=0.1", LINKED),
        (f"{LINKED};q=0, */*", "application/json"),
        (f"{LINKED};q=0", "application/problem+json"),
        ("text/turtle", "application/problem+json"),
    ],
)
def test_accept_chooses_whatever_is_kept(
    seeded_sqlite: httpx.Client, accept: str, kind: str
) -> None:
    for before in ("application/json", LINKED, "application/json", accept):
        seeded_sqlite.get(MANAGERS, headers={"Accept": before})
        answer = seeded_sqlite.get(MANAGERS, headers={"Accept": accept})
        assert answer.headers["content-type"] == kind
        assert "Accept" in answer.headers["vary"]
        assert answer.json().get("@type", "") == ("Occupation" if kind == LINKED else "")


def test_each_kind_has_its_own_tag(seeded_sqlite: httpx.Client) -> None:
    kinds = ("application/json", LINKED)
    tags = [seeded_sqlite.get(MANAGERS, headers={"Accept": kind}).headers["etag"] for kind in kinds]
    assert tags[0] != tags[1]
    for kind, tag, status in zip(kinds * 2, tags + tags[::-1], (304, 304, 200, 200), strict=True):
        headers = {"Accept": kind, "If-None-Match": tag}
        assert seeded_sqlite.get(MANAGERS, headers=headers).status_code == status


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/v1/occupations", 406),
        (f"{MANAGERS}/wages", 406),
        ("/v1/occupations/99-9999", 404),
        (f"{MANAGERS}?include=wages", 400),
        (f"{MANAGERS}?area=nowhere", 400),
        (f"{MANAGERS}/linked-data", 200),
        (f"{MANAGERS}?period=2021-05&area=US", 200),
    ],
)
def test_only_one_occupation_is_linked_data(
    seeded_sqlite: httpx.Client, target: str, status: int
) -> None:
    assert seeded_sqlite.get(target, headers={"Accept": LINKED}).status_code == status


def test_addresses_are_those_that_the_operator_gave(seeded: Callable[[str], str]) -> None:
    url = seeded("sqlite")
    base = "https://example.org/occupations"
    with bare_server(url, public_url=base) as client:
        found = linked(client, MANAGERS)
        assert found["@id"] == f"{base}/occupations/medical-and-health-services-managers"
    with bare_server(url, public_url=base, pages="off") as client:
        assert linked(client, MANAGERS)["@id"] == f"{base}{MANAGERS}"


def _of(**wages: Any) -> dict[str, Any]:
    profile = {"title": "A", "code": "11-1011", "classification": "soc-2018", "release": "soc-2018"}
    row = {**WAGES, "area": "US", "release": "w", **wages}
    return occupation_data("/a", {**profile, "releases": {}}, row, None)


def test_what_is_missing_is_left_out() -> None:
    salary = _of(annual_p10=20_000, annual_median=0)["estimatedSalary"]
    assert set(salary[0]) == {"@type", "name", "currency", "duration", "percentile10", "median"}
    assert "estimatedSalary" not in _of()
    assert _of(hourly_median=9.5)["estimatedSalary"][0]["duration"] == "PT1H"
    assert "educationRequirements" not in _of()
    assert _of(area="TX")["occupationLocation"]["name"] == "TX"
