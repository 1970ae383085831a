"""Codes of other classifications: where they lead, what they are answered with, what is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.api.schemas.common import AmbiguousOut, ProblemOut
from app.api.schemas.crosswalks import ClassificationPage, CrosswalkPage, PairPage
from app.api.schemas.crosswalks import OccupationCodePage as CodePage
from tests.conftest import DATABASES, Databases, occupations
from tests.importers.crosswalks.small import ADDRESS, write_small
from tests.servers import serving, warmed

ONE = "/v1/occupations"


@pytest.fixture(scope="module", params=DATABASES)
def client(
    request: pytest.FixtureRequest,
    databases_of: Callable[[str], Databases],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[httpx.Client]:
    """Lend a client of a server whose database has the small world of codes."""
    url = databases_of(request.param).seeded()
    made = occupations("import", str(write_small(tmp_path_factory.mktemp("small"))), url=url)
    assert made.returncode == 0, made.stdout + made.stderr
    with serving(url) as server:
        yield warmed(server)


ANSWERED = {
    "soc2010:15-1132": "15-1252",  # the only one with its name; testers are 15-1253 now
    "soc2010:151132": "15-1252",
    "SOC2010:29-1141": "29-1141",
    "soc2018:11-9111": "11-9111",
    "oews2018:15-1132": "15-1252",
    "oews2019:31-1120": "31-1120",  # a group of the SOC, which it consists of
    "nem2022:31-1120": "31-1120",
    "onet2019:15-1252.00": "15-1252",
    "onet2019:15-1252": "15-1252",
    "onet2019:15-1255.01": "15-1255",
    "cip:51.0701": "11-9111",
    # By ESCO's own pairs, not by those of its group 2512.
    "esco:2512.4": "15-1254",
    f"esco:{ADDRESS.rpartition('/')[2]}": "15-1254",
    "esco1.1:2512.9": "15-1255",
    "esco:2512.9": "15-1255",  # ESCO 1.2 has it no more
}


@pytest.mark.parametrize("given", ANSWERED)
def test_a_code_that_leads_to_one_occupation_is_answered(client: httpx.Client, given: str) -> None:
    address = f"{ONE}/{ANSWERED[given]}"
    answer = client.get(f"{ONE}/{given}?fields=code,title")
    assert answer.status_code == 200, answer.text
    assert answer.json() == client.get(f"{address}?fields=code,title").json()
    assert answer.headers["Content-Location"] == f"{address}?fields=code%2Ctitle"
    assert answer.links["canonical"]["url"] == address
    wages = client.get(f"{ONE}/{given}/wages")
    assert wages.headers["Content-Location"] == f"{address}/wages"
    assert wages.json() == client.get(f"{address}/wages").json()


def test_content_location_is_said_of_codes_of_others_only(client: httpx.Client) -> None:
    for plain in ("15-1252", "151252", "software-developers", "15-1252/wages"):
        assert "Content-Location" not in client.get(f"{ONE}/{plain}").headers
    assert "Content-Location" in client.get(ONE).headers["access-control-expose-headers"]


def test_a_code_of_others_is_cached_and_answers_head(client: httpx.Client) -> None:
    first = client.get(f"{ONE}/soc2010:15-1132")
    again = client.get(f"{ONE}/soc2010:15-1132", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = client.head(f"{ONE}/soc2010:15-1132")
    assert head.headers["Content-Location"] == first.headers["Content-Location"]
    # Escaped or not, it is one address.
    escaped = client.get(f"{ONE}/soc2010%3A15-1132")
    assert escaped.json() == first.json()


NURSES = ["29-1141", "29-1171", "29-1151"]
CHOICES = {
    "isco:2221": NURSES,  # by employment
    "soc2010:15-1134": ["15-1254", "15-1255"],  # was split
    "oews2019:15-1256": ["15-1253", "15-1252"],
    # The residual group last, whoever employs more.
    "soc2010:15-1199": ["15-1253", "13-1082", "15-1255", "15-1299"],
    # Both are known by what ISCO leads to.
    "isco:2512": ["15-1253", "15-1252"],
    "esco:2512.4.1": ["15-1253", "15-1252"],
    "esco:2221": NURSES,
}


@pytest.mark.parametrize("given", CHOICES)
def test_a_code_that_leads_to_several_names_them(client: httpx.Client, given: str) -> None:
    answer = client.get(f"{ONE}/{given}")
    assert answer.status_code == 300
    assert answer.headers["content-type"] == "application/problem+json"
    AmbiguousOut.model_validate(answer.json())
    problem = answer.json()
    assert (problem["code"], problem["status"]) == ("ambiguous_code", 300)
    assert [one["code"] for one in problem["choices"]] == CHOICES[given]
    assert {one["given"] for one in problem["choices"]} == {given}
    for choice in problem["choices"]:
        assert client.get(choice["url"]).json()["title"] == choice["title"]
    assert client.get(f"{ONE}/{given}/wages").status_code == 300
    for target in (f"/v1/wages?code={given}", f"{ONE}?codes={given},11-9111"):
        refused = client.get(target)
        ProblemOut.model_validate(refused.json())
        assert (refused.status_code, refused.json()["code"]) == (400, "ambiguous_code")
        assert refused.json()["status"] == 400
        assert refused.json()["choices"] == problem["choices"]


def test_parameters_take_codes_of_others(client: httpx.Client) -> None:
    wages = client.get("/v1/wages?code=soc2010:15-1132").json()
    assert [row["code"] for row in wages["items"]] == ["15-1252"]
    listed = client.get(f"{ONE}?codes=soc2010:15-1132,cip:51.0701,15-1252,xx&fields=code").json()
    assert [one["code"] for one in listed["items"]] == ["15-1252", "11-9111"]
    assert listed["unknown_codes"] == ["xx"]
    compared = client.get("/v1/compare?codes=soc2010:15-1132,nem2022:31-1120").json()
    assert [column["code"] for column in compared["columns"]] == ["15-1252", "31-1120"]


def test_all_faults_of_a_request_are_named_at_once(client: httpx.Client) -> None:
    answer = client.get("/v1/compare?codes=isco:2221,census:3255,99-9999,11-9111")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_parameter")
    assert [one["value"] for one in answer.json()["errors"]] == [
        "isco:2221",
        "census:3255",
        "99-9999",
    ]
    assert [one["code"] for one in answer.json()["choices"]] == NURSES
    answer = client.get("/v1/wages?code=isco:2221&limit=0")
    assert {one["parameter"] for one in answer.json()["errors"]} == {"limit", "code"}


REFUSED: dict[str, tuple[str, str, list[str]]] = {
    "foo:1": ("unknown_occupation", "the prefix 'foo' is unknown", []),
    "esc:2512.4": ("unknown_occupation", "the prefix 'esc' is unknown", ["esco:2512.4"]),
    "naics:6221": ("unknown_occupation", "is of industries, not of occupations", []),
    "census:3255": ("not_loaded", "census-2018 is not loaded: get its files from https://", []),
    "onet2010:15-1132.00": ("not_loaded", "onet-soc-2010 is not loaded: ", []),
    "soc2010:15-1135": (
        "unknown_occupation",
        "soc-2010 has no code '15-1135'",
        ["soc2010:15-1134", "soc2010:15-1199"],
    ),
    "soc2018:15-1132": ("unknown_occupation", "soc-2018 has no code '15-1132'", []),
    "cip:01.0508": (
        "unknown_occupation",
        "01.0508 of cip-2020 (Taxidermy.) leads to no current occupation",
        [],
    ),
    "isco:2": ("unknown_occupation", "2 of isco-08 (Professionals) leads to no current", []),
    ":": ("unknown_occupation", "the prefix '' is unknown", []),
}


@pytest.mark.parametrize("given", REFUSED)
def test_what_leads_nowhere_says_why(client: httpx.Client, given: str) -> None:
    code, said, near = REFUSED[given]
    answer = client.get(f"{ONE}/{given}")
    assert (answer.status_code, answer.json()["code"]) == (404, code)
    assert said in answer.json()["detail"]
    (fault,) = answer.json()["errors"]
    assert said in fault["detail"]
    assert fault["did_you_mean"][: len(near)] == near
    if "prefix" in said:
        assert fault["allowed"].startswith("a code with one of soc2018, soc2010, soc2000, oews2019")
        assert "naics" not in fault["allowed"]
    refused = client.get("/v1/wages", params={"code": given})
    assert refused.status_code == 400
    assert refused.json()["code"] == ("not_loaded" if code == "not_loaded" else "invalid_parameter")
    if given != ":":
        assert client.get(f"{ONE}?codes={given}").status_code == 400


def pairs(client: httpx.Client, target: str) -> list[tuple[str, str, str, str | None]]:
    page = client.get(target).json()
    PairPage.model_validate(page)
    keys = ("from_code", "to_code", "relation", "match")
    return [tuple(one[key] for key in keys) for one in page["items"]]


def test_crosswalks_and_their_pairs(client: httpx.Client) -> None:
    listed = client.get("/v1/crosswalks").json()
    CrosswalkPage.model_validate(listed)
    sizes = {one["id"]: one["pairs"] for one in listed["items"]}
    assert sizes["crosswalk-soc-2010-soc-2018"] == 17
    assert sizes["crosswalk-oews-2019.oews-2019.soc-2018"] == 4
    for one in listed["items"]:
        page = client.get(f"/v1/crosswalks/{one['id']}?limit=2").json()
        assert page["total"] == one["pairs"]
        assert page["items"][0]["from_classification"] == one["from_classification"]
        assert one["release"] in page["releases"]
    # A release that has several is all of them.
    assert client.get("/v1/crosswalks/crosswalk-oews-2019").json()["total"] == sum(
        size for name, size in sizes.items() if name.startswith("crosswalk-oews-2019.")
    )
    soc = "/v1/crosswalks/crosswalk-soc-2010-soc-2018"
    assert pairs(client, f"{soc}?from=15-1134") == [
        ("15-1134", "15-1254", "split", None),
        ("15-1134", "15-1255", "part", None),  # others came to it as well
    ]
    assert pairs(client, f"{soc}?from=soc2010:31-1011") == [("31-1011", "31-1121", "renamed", None)]
    assert pairs(client, f"{soc}?to=29-1141") == [("29-1141", "29-1141", "same", None)]
    # Of a residual group, or to one, nothing is certain.
    assert pairs(client, f"{soc}?to=soc2018:13-1082") == [
        ("13-1199", "13-1082", "part", None),
        ("15-1199", "13-1082", "part", None),
    ]
    assert pairs(client, f"{soc}?to=15-1299") == [("15-1199", "15-1299", "part", None)]
    # Every code of O*NET lies in one of the SOC 2018.
    onet = "/v1/crosswalks/crosswalk-onet-soc-2019-soc-2018"
    assert pairs(client, f"{onet}?from=15-1255.01") == [("15-1255.01", "15-1255", "merged", None)]
    isco = "/v1/crosswalks/crosswalk-isco-08-soc-2010"
    assert pairs(client, f"{isco}?from=2221&to=29-1151") == [("2221", "29-1151", "split", "narrow")]
    assert pairs(client, f"{isco}?from=2512") == [("2512", "15-1132", "renamed", "broad")]


@pytest.mark.parametrize(
    ("target", "parameter", "near"),
    [
        ("/v1/crosswalks/crosswalk-soc-2010-soc-2018?from=15-1139", "from", "15-1199"),
        ("/v1/crosswalks/crosswalk-soc-2010-soc-2018?from=isco:15-1134", "from", "15-1134"),
        ("/v1/crosswalks/crosswalk-soc-2010-soc-2018?to=15-1251", "to", "15-1254"),
        ("/v1/classifications/isco-08?release=soc-2017", "release", "soc-2018"),
        (f"{ONE}/15-1252/codes?classification=isco", "classification", "isco-08"),
    ],
)
def test_filters_that_match_nothing_are_refused(
    client: httpx.Client, target: str, parameter: str, near: str
) -> None:
    answer = client.get(target)
    assert answer.status_code == 400
    (fault,) = answer.json()["errors"]
    assert fault["parameter"] == parameter
    assert near in fault["did_you_mean"]


def test_crosswalks_that_are_not_there(client: httpx.Client) -> None:
    absent = client.get("/v1/crosswalks/crosswalk-onet-soc-2010-onet-soc-2019").json()
    assert (absent["items"], absent["absent"]["status"]) == ([], "not_loaded")
    assert "onetcenter.org" in absent["absent"]["command"]
    codes = client.get("/v1/classifications/census-2018").json()
    assert (codes["items"], codes["absent"]["status"]) == ([], "not_loaded")
    for target, code in (
        ("/v1/crosswalks/crosswalk-soc-2010-soc-2019", "unknown_crosswalk"),
        ("/v1/classifications/soc-2019", "unknown_classification"),
    ):
        answer = client.get(target)
        assert (answer.status_code, answer.json()["code"]) == (404, code)
        assert answer.json()["errors"][0]["did_you_mean"]


def test_classifications(client: httpx.Client) -> None:
    page = client.get("/v1/classifications").json()
    ClassificationPage.model_validate(page)
    found = {one["id"]: one for one in page["items"]}
    assert (found["soc-2010"]["prefix"], found["soc-2010"]["count"]) == ("soc2010", 11)
    assert (found["census-2018"]["loaded"], found["soc-2018"]["loaded"]) == (False, True)
    codes = client.get("/v1/classifications/soc-2010?limit=200").json()["items"]
    assert [one["code"] for one in codes] == sorted(one["code"] for one in codes)
    assert codes[2]["title"] == "Software Developers, Applications"  # without its mark
    soc = client.get("/v1/classifications/soc-2018?limit=200").json()["items"]
    assert {one["code"]: one["parent"] for one in soc}["31-1121"] == "31-1120"


def test_every_code_of_an_occupation(client: httpx.Client) -> None:
    page = client.get(f"{ONE}/31-1120/codes").json()
    CodePage.model_validate(page)
    assert [(one["prefixed"], one["relation"]) for one in page["items"]] == [
        ("oews2019:31-1120", "same"),
        ("nem2022:31-1120", "same"),
    ]
    page = client.get(f"{ONE}/15-1252/codes").json()
    assert [(one["prefixed"], one["relation"]) for one in page["items"]] == [
        ("soc2010:15-1132", "part"),
        ("soc2010:15-1133", "part"),
        ("oews2019:15-1256", "split"),
        ("oews2018:15-1132", "part"),
        ("onet2019:15-1252.00", "renamed"),
        ("isco:2512", "part"),
        ("esco:2512.4.1", "part"),
    ]
    (esco,) = page["items"][-1:]
    steps = [(step["classification"], step["code"], step["crosswalk"]) for step in esco["chain"]]
    assert steps == [
        ("isco-08", "2512", "esco-1.2-occupations"),
        ("soc-2010", "15-1132", "crosswalk-isco-08-soc-2010"),
        ("soc-2018", "15-1252", "crosswalk-soc-2010-soc-2018"),
    ]
    assert {crosswalk for _, _, crosswalk in steps} <= set(page["releases"])
    page = client.get(f"{ONE}/15-1254/codes?classification=esco-1.2").json()
    (esco,) = page["items"]
    assert [step["crosswalk"] for step in esco["chain"]] == [
        None,  # the same code of ESCO 1.1
        "crosswalk-esco-1.1-onet-soc-2019",
        "crosswalk-onet-soc-2019-soc-2018",
    ]
    # The publisher's match is kept along steps of one extent.
    page = client.get(f"{ONE}/29-1151/codes?classification=isco-08").json()
    assert [(one["code"], one["relation"], one["match"]) for one in page["items"]] == [
        ("2221", "split", "narrow")
    ]


def test_links_and_shapes_of_lists(client: httpx.Client) -> None:
    links = client.get("/v1").json()["links"]
    assert links["crosswalks"] == "/v1/crosswalks"
    assert links["classifications"] == "/v1/classifications"
    first: Any = client.get(f"{ONE}/15-1252/codes?limit=3").json()
    rest = client.get(first["next"]).json()
    whole = client.get(f"{ONE}/15-1252/codes").json()
    assert first["items"] + rest["items"] == whole["items"][:6]
    sparse = client.get(f"{ONE}/soc2010:15-1132/codes?fields=prefixed,chain.code&limit=1").json()
    assert sparse["items"][0].keys() == {"code", "prefixed", "chain", "release"}


def test_a_server_without_crosswalks_says_so(api: httpx.Client) -> None:
    answer = api.get(f"{ONE}/isco:2221")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_loaded")
    assert api.get(f"{ONE}/soc2018:11-9111").json()["code"] == "11-9111"
    codes = api.get(f"{ONE}/11-9111/codes").json()
    assert (codes["total"], codes["absent"]["status"]) == (0, "not_loaded")


def test_choices_of_which_some_are_not_loaded(databases: Databases, tmp_path: Path) -> None:
    url = databases.seeded()  # it has nurses, and no anesthetists among them
    write_small(tmp_path)
    made = occupations("import", *(str(tmp_path / f"{n}.xlsx") for n in ("soc", "isco")), url=url)
    assert made.returncode == 0, made.stderr
    with serving(url) as server:
        answer = server.get(f"{ONE}/isco:2221")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_loaded")
        assert "to whose 29-1151 2221 of isco-08 leads, is not loaded: " in answer.json()["detail"]
        assert "occupations download soc" in answer.json()["detail"]
        assert server.get(f"{ONE}/soc2010:29-1141").status_code == 200
