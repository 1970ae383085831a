"""Flat lists of several codes, areas and periods, of one release, and in the order of a figure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from app.api.routers import filters
from app.importers import rows
from app.server.edge import Edge
from tests.api.conftest import application, get, load_wages, wage, whole
from tests.conftest import DATABASES, Databases, occupations

pytestmark = pytest.mark.anyio

CROSS = [rows.IndustryRow("000000", "Cross-industry", "cross-industry")]
NURSES, MANAGERS, AIDES, GROUP = "29-1141", "11-9111", "31-1121", "29-1140"
DROPPED, SOLDIERS, OFFICERS = "31-1131", "55-3010", "55-1010"
NATION, STATES, OLD = "bls-oews-2024-05", "bls-oews-2024-05-all", "bls-oews-2019-05"
RETIRED = "bls-oews-2021-05"  # of the seed, whose article has wages of this period too
TOP = {"annual_median": "#", "hourly_median": "#"}  # 239,200 dollars and 115.00


def paid(code: str, annual: int, **given: Any) -> rows.Row:
    return wage(code, annual_median=annual, hourly_median=annual // 20, **given)


PARTS: dict[str, dict[str, list[rows.Row]]] = {
    OLD: {
        "US": [paid(NURSES, 70_000), paid(DROPPED, 30_000), paid(AIDES, 31_000)],
        "CA": [paid(NURSES, 90_000), paid(DROPPED, 33_000)],
    },
    NATION: {
        "US": [wage(NURSES, **TOP), paid(MANAGERS, 239_201), paid(AIDES, 35_000, employment=7)]
    },
    STATES: {
        "CA": [paid(NURSES, 239_199), paid(MANAGERS, 110_000), wage(AIDES, employment=9)],
        "TX": [paid(NURSES, 110_000), wage(MANAGERS, **TOP), paid(AIDES, 239_200)],
    },
}


def load_parts(url: str) -> None:
    """Load ``PARTS``, which name two occupations more."""
    for name, parts in PARTS.items():
        of_areas = {f"{area} 000000 1235": lines for area, lines in parts.items()}
        load_wages(url, name, of_areas, CROSS, SOLDIERS, OFFICERS)


@pytest.fixture(scope="module", params=DATABASES)
def flat(
    request: pytest.FixtureRequest, databases_of: Callable[[str], Databases]
) -> Iterator[Edge]:
    """The seed without its wages of the survey, and ``PARTS``."""
    url = databases_of(request.param).seeded()
    load_parts(url)
    done = occupations("releases", "retire", RETIRED, url=url)
    assert done.returncode == 0, done.stderr
    whole(url)
    with application(url) as app:
        yield app


async def ask(app: Edge, target: str) -> Any:
    answer = await get(app, target)
    assert answer.status_code == 200, (target, answer.text)
    return answer.json()


async def faults(app: Edge, target: str, code: str = "invalid_parameter") -> list[Any]:
    """Return what an answer of 400 says: parameter, value and what was probably meant."""
    answer = await get(app, target)
    assert (answer.status_code, answer.json()["code"]) == (400, code), (target, answer.text)
    every = answer.json()["errors"]
    return [(one["parameter"], one["value"], one["did_you_mean"]) for one in every]


async def walk(app: Edge, target: str, limit: int) -> list[dict[str, Any]]:
    """Return the items of all pages, each asked for by ``next_cursor``."""
    page = await ask(app, f"{target}&limit={limit}")
    items: list[dict[str, Any]] = page["items"]
    total = page["total"]
    while page["next_cursor"]:
        assert len(page["items"]) == limit
        page = await ask(app, f"{target}&limit={limit}&cursor={page['next_cursor']}")
        assert page["total"] == total
        items += page["items"]
    assert len(items) == total
    return items


def place(item: dict[str, Any]) -> tuple[str, ...]:
    return (item["release"], item["period"], item["area"])


SEVERAL = [
    *("", "&period=all", "&area=all", "&area=all&period=all", "&area=CA,TX", "&area=TX,US,TX"),
    *("&period=latest,2019-05&area=all", "&period=2019-05,2024-05", "&period=all,2019-05"),
    *("&level=published&area=all", "&source=bls-oews&area=all", f"&release={STATES}&area=all"),
]
CODES = [NURSES, "medical-and-health-services-managers", AIDES, GROUP, DROPPED, SOLDIERS]


@pytest.mark.parametrize("query", SEVERAL)
async def test_each_of_several_codes_has_the_rows_that_it_has_alone(flat: Edge, query: str) -> None:
    alone = [await walk(flat, f"/v1/wages?code={code}{query}", 200) for code in CODES]
    target = f"/v1/wages?code={','.join(CODES)}{query}"
    together = await walk(flat, target, 200)
    assert len(together) > 3
    assert together == await walk(flat, target, 1) == await walk(flat, target, 3)
    every = await walk(flat, "/v1/wages?area=all&period=all", 200)
    parts = list(dict.fromkeys(map(place, every)))
    expected = [item for items in alone for item in items]
    expected.sort(key=lambda item: (parts.index(place(item)), item["code"]))
    assert together == expected
    if query == "&area=all":  # what is inherited, and last figures of an older period
        assert {item["code"] for item in together} == {NURSES, MANAGERS, AIDES, GROUP, DROPPED}


async def test_several_codes_may_be_of_a_group_given_twice_or_by_other_names(flat: Edge) -> None:
    page = await ask(flat, f"/v1/wages?code={NURSES},{MANAGERS},{AIDES}&group=29")
    assert {item["code"] for item in page["items"]} == {NURSES}
    for codes in (MANAGERS, f"{MANAGERS},{SOLDIERS}"):  # of other groups: no list of them can be
        page = await ask(flat, f"/v1/wages?code={codes}&group=29")
        assert (page["items"], page["absent"]["status"]) == ([], "not_applicable")
    page = await ask(flat, f"/v1/wages?code={NURSES},registered-nurses,291141&period=all")
    assert page["items"] == (await ask(flat, f"/v1/wages?code={NURSES}&period=all"))["items"]
    assert page["continues"] is not None  # it is one occupation


@pytest.mark.parametrize("block", ["duties", "titles", "skills", "descriptions", "projections"])
async def test_other_blocks_take_several_codes(flat: Edge, block: str) -> None:
    alone = [
        item
        for code in (MANAGERS, NURSES)
        for item in await walk(flat, f"/v1/{block}?code={code}", 200)
    ]
    target = f"/v1/{block}?code={NURSES},{MANAGERS}"
    together = await walk(flat, target, 200)
    assert together == await walk(flat, target, 2)
    assert len(together) == len(alone) > 0
    assert all(item in together for item in alone)


async def test_blocks_of_an_occupation_take_several_areas_and_periods(flat: Edge) -> None:
    one = f"/v1/occupations/{NURSES}/wages?"
    areas = [item["area"] for item in (await ask(flat, one + "area=TX,US"))["items"]]
    assert sorted(areas) == ["TX", "US"]
    items = (await ask(flat, one + "period=latest,2019-05&area=CA"))["items"]
    assert [item["period"] for item in items] == ["2024-05", "2019-05"]


async def test_a_release_tells_apart_two_of_one_source_and_period(flat: Edge) -> None:
    for release in (NATION, STATES):
        items = (await ask(flat, f"/v1/wages?release={release}&area=all"))["items"]
        assert {item["area"] for item in items} == set(PARTS[release])
        assert {item["release"] for item in items} == {release}
    assert await walk(flat, f"/v1/wages?release={OLD}&area=all", 2) == await walk(
        flat, "/v1/wages?period=2019-05&area=all", 2
    )
    of_one = f"/v1/occupations/{DROPPED}/wages?release={{}}&area=CA"
    assert (await ask(flat, of_one.format(OLD)))["total"] == 1
    assert (await ask(flat, of_one.format(STATES)))["total"] == 0  # not its figures of 2019


async def test_a_release_without_rows_of_the_list_is_refused_with_those_that_have_some(
    flat: Edge,
) -> None:
    for path in ("/v1/wages", f"/v1/occupations/{NURSES}/wages"):
        for release, near in [
            ("bls-oews-2024-06", NATION),
            ("bls-ep-2021-31", None),  # of projections
            ("article-2022-1", "article-2022-11"),
            (RETIRED, NATION),
        ]:
            ((parameter, value, meant),) = await faults(flat, f"{path}?release={release}")
            assert (parameter, value) == ("release", release)
            assert near is None or near in meant, (release, meant)
    answer = await get(flat, "/v1/wages?release=bls-ep-2021-31")
    (fault,) = answer.json()["errors"]
    assert fault["detail"] == "no wages of this release are shown"
    assert fault["allowed"].split(", ") == [NATION, STATES, OLD, "article-2022-11"]


@pytest.mark.parametrize(
    ("query", "parameter", "meant"),
    [
        (f"release={STATES}", "area", "all"),  # the default area is the nation
        (f"release={STATES}&area=US,CA&period=2021-05", "period", "2024-05"),
        (f"release={OLD}&source=article", "source", "bls-oews"),
    ],
)
async def test_a_release_that_has_no_such_rows_names_those_that_it_has(
    flat: Edge, query: str, parameter: str, meant: str
) -> None:
    for path in ("/v1/wages", f"/v1/occupations/{NURSES}/wages"):
        ((name, _, choices),) = await faults(flat, f"{path}?{query}")
        assert name == parameter
        assert meant in choices


NOT_PUBLISHED = {"status": "not_published", "at_least": None}
KNOWN = [
    "wages?period=2021-31",
    "wages?area=CA&period=2021-05&source=article",
    "wages?area=TX&source=article",
    f"wages?code={NURSES},{MANAGERS}&period=2021-31",
    "projections?period=2019-05&source=article",
    "duties?kind=common&source=soc",
    "courses?source=onet",
]


@pytest.mark.parametrize("query", KNOWN)
async def test_what_is_known_and_not_there_is_an_empty_list_that_says_why(
    flat: Edge, query: str
) -> None:
    page = await ask(flat, f"/v1/{query}")
    assert (page["items"], page["total"]) == ([], 0)
    assert page["absent"] == NOT_PUBLISHED


async def test_a_period_that_only_others_have_is_not_loaded_of_the_survey(flat: Edge) -> None:
    for area, scope in (("US", "national"), ("TX", "all")):
        page = await ask(flat, f"/v1/wages?period=2021-05&area={area}&source=bls-oews")
        command = f"occupations download bls-oews --period 2021-05 --scope {scope}"
        assert page["absent"]["command"].startswith(f"{command} ")
        assert page["items"] == []


async def test_wages_of_military_codes_alone_are_not_covered(flat: Edge) -> None:
    for codes, status in [
        (f"{SOLDIERS},{OFFICERS}", "not_covered"),
        (f"{SOLDIERS},{MANAGERS}", "not_published"),
    ]:
        page = await ask(flat, f"/v1/wages?code={codes}&release={OLD}")
        assert (page["total"], page["absent"]["status"]) == (0, status)


SORTED = [
    *("/v1/wages?area=all&period=all", "/v1/wages?period=all", "/v1/wages?area=all&group=29"),
    f"/v1/wages?area=all&period=all&code={NURSES}",
    f"/v1/wages?area=all&period=all&code={NURSES},{GROUP},{AIDES},{MANAGERS}",
    f"/v1/occupations/{NURSES}/wages?area=all&period=all",
]


def rank(item: dict[str, Any], figure: str) -> float | None:
    value: float | None = item[figure]
    return value if value is not None else item["marks"][figure]["at_least"]


@pytest.mark.parametrize("target", SORTED)
@pytest.mark.parametrize("figure", ["annual_median", "hourly_median", "employment", "wage_rse"])
async def test_wages_are_sorted_and_those_of_one_rank_keep_their_order(
    flat: Edge, target: str, figure: str
) -> None:
    items = await walk(flat, target, 200)
    ranks = [rank(item, figure) for item in items]
    some = [item for item, value in zip(items, ranks, strict=True) if value is not None]
    without = [item for item, value in zip(items, ranks, strict=True) if value is None]
    for sign in ("", "-"):
        expected = sorted(some, key=lambda item: rank(item, figure) or 0, reverse=bool(sign))
        found = await walk(flat, f"{target}&sort={sign}{figure}", 200)
        assert found == expected + without
        assert await walk(flat, f"{target}&sort={sign}{figure}", 2) == found


async def test_a_top_coded_wage_ranks_by_its_threshold(flat: Edge) -> None:
    for code in ("", f"&code={NURSES},{MANAGERS},{AIDES}"):
        target = f"/v1/wages?area=US,CA,TX&period=2024-05&sort=-annual_median{code}"
        items = (await ask(flat, target))["items"][:5]
        ranks = [rank(item, "annual_median") for item in items]
        assert ranks == [239_201, 239_200, 239_200, 239_200, 239_199]


@pytest.mark.parametrize("target", ["/v1/projections?period=all", "/v1/projections?code=11-9111"])
async def test_projections_are_sorted(flat: Edge, target: str) -> None:
    items = await walk(flat, f"{target}&sort=-annual_openings", 200)
    known = [item["annual_openings"] for item in items if item["annual_openings"] is not None]
    assert len(set(known)) > (0 if "code" in target else 2)
    assert [item["annual_openings"] for item in items][: len(known)] == sorted(known, reverse=True)


async def test_skills_are_sorted(edges: Edge) -> None:
    for query in ("period=all", "code=11-1011,15-1299.08", "code=11-1011"):
        items = await walk(edges, f"/v1/skills?{query}&kind=skill&sort=importance", 3)
        ratings = [item["importance"] for item in items]
        known = [rating for rating in ratings if rating is not None]
        assert set(known) == {2.99, 3.0}
        # The article's skills are not rated: they come last.
        assert ratings == sorted(known) + [None] * (7 if query == "period=all" else 0)


@pytest.mark.parametrize("code", ["", f"&code={NURSES},{AIDES}"])
async def test_a_list_that_is_too_long_to_be_sorted_is_refused(
    flat: Edge, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    target = f"/v1/wages?area=all&period=all&sort=employment{code}"
    total = (await ask(flat, target))["total"]
    monkeypatch.setattr(filters, "MOST_SORTED", total)
    assert (await ask(flat, target))["total"] == total
    monkeypatch.setattr(filters, "MOST_SORTED", total - 1)
    assert await faults(flat, target) == [("sort", "employment", [])]


async def test_a_list_that_is_too_long_names_the_parameters_that_it_takes(
    edges: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filters, "MOST_SORTED", 0)
    answers = [await get(edges, f"/v1/{name}&period=all") for name in SORTED]
    shown = [answer.json()["errors"][0]["allowed"].partition(": ")[2] for answer in answers]
    assert shown == [
        "add code, group, area, period, source or release",
        "add code, group, area, period, source or release",
        "add code, group, kind, period, source or release",
    ]


SORTED = ["wages?sort=employment", "projections?sort=change", "skills?sort=importance"]
"""A list of each kind that can be sorted."""


BAD: list[tuple[str, list[tuple[str, str | None, list[str]]]]] = [
    (f"wages?code={NURSES},29-1411", [("code", "29-1411", ["29-1141"])]),
    (f"wages?code={NURSES},99-0001,99-0002", [("code", "99-0001", []), ("code", "99-0002", [])]),
    (f"wages?code={NURSES},", [("code", "", [])]),
    ("wages?area=CA,ca", [("area", "ca", ["CA"])]),
    ("wages?period=2024-05,2024-06", [("period", "2024-06", ["2024-05"])]),
    ("wages?area=CA,,TX", [("area", "", [])]),
    (f"compare?codes={NURSES},{AIDES}&areas=CA,ca", [("areas", "ca", ["CA"])]),
    (f"occupations/{NURSES}/wages?area=US,ZZ", [("area", "ZZ", [])]),
    ("wages?sort=annual_medain", [("sort", "annual_medain", ["annual_median"])]),
    ("projections?sort=-change,level", [("sort", "-change,level", ["-change"])]),
]


@pytest.mark.parametrize(("query", "expected"), BAD)
async def test_what_is_wrong_among_several_values_is_named(
    flat: Edge, query: str, expected: list[Any]
) -> None:
    found = await faults(flat, f"/v1/{query}")
    assert [one[:2] for one in found] == [one[:2] for one in expected]
    for (_, _, meant), (_, _, near) in zip(found, expected, strict=True):
        assert set(near) <= set(meant)


async def test_all_faults_of_several_values_are_named_at_once(flat: Edge) -> None:
    query = f"code=29-1411,{NURSES}&area=CA,ZZ&period=2024-06,all&release=bls&limit=0&fields=cod"
    found = await faults(flat, f"/v1/wages?{query}")
    assert {one[:2] for one in found} == {
        *(("code", "29-1411"), ("area", "ZZ"), ("period", "2024-06"), ("release", "bls")),
        *(("limit", "0"), ("fields", "cod")),
    }


@pytest.mark.parametrize("name", ["code", "area", "period"])
async def test_two_hundred_values_are_taken_and_one_more_is_not(flat: Edge, name: str) -> None:
    value = {"code": NURSES, "area": "CA", "period": "2024-05"}[name]
    many = ",".join([value] * 200)
    page = await ask(flat, f"/v1/wages?{name}={many}")
    assert page["items"] == (await ask(flat, f"/v1/wages?{name}={value}"))["items"] != []
    ((parameter, _, _),) = await faults(flat, f"/v1/wages?{name}={many},{value}")
    assert parameter == name


async def test_a_cursor_goes_on_with_other_fields_and_with_nothing_else(flat: Edge) -> None:
    several = f"/v1/wages?code={NURSES},{AIDES}&area=all&limit=1"
    for target in ("/v1/wages?area=all&limit=1", several, several + "&sort=-employment"):
        first = await ask(flat, f"{target}&fields=area")
        cursor = first["next_cursor"]
        assert first["next"].endswith(f"cursor={cursor}")
        second = (await ask(flat, f"{target}&cursor={cursor}"))["items"]
        kept = (await ask(flat, f"{target}&cursor={cursor}&fields=employment"))["items"]
        assert kept[0]["employment"] == second[0]["employment"]
        assert "area" not in kept[0]
        for other in (
            *("area=all", "area=all&sort=employment", f"area=all&release={STATES}"),
            f"code={NURSES}&area=all",
            f"code={AIDES},{NURSES}&area=all",
        ):
            answer = await get(flat, f"/v1/wages?{other}&limit=1&cursor={cursor}")
            if httpx.QueryParams(other) != httpx.URL(target).params.remove("limit"):
                assert answer.json()["code"] == "invalid_cursor", (target, other)
        for wrong in (cursor[:-1], cursor[1:], f"{cursor}A"):
            assert (await faults(flat, f"{target}&cursor={wrong}", "invalid_cursor"))[0][0] == (
                "cursor"
            )
