"""What every answer has: headers, conditional requests, sparse fields, provenance, marks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import httpx
import pytest

from app.api.queries.blocks import BLOCKS
from app.api.schemas.parameters import BLOCK_NAMES
from tests.api.test_lists import WIDEST, lists, templates, walk
from tests.make_examples import examples
from tests.servers import serving

ONE = "/v1/occupations/11-9111"
SLUG = "medical-and-health-services-managers"
OF_THE_MOMENT = {"request-id", "date"}

Both = tuple[httpx.Client, httpx.Client]


@pytest.fixture(scope="module")
def targets(seeded_sqlite: httpx.Client) -> list[str]:
    """Return a URL of every GET route, and of some that answer with an error."""
    contract = seeded_sqlite.get("/openapi.json").json()
    shown = [e.target for e in examples(contract).values() if e.method == "GET" and not e.headers]
    others = ["/openapi.json", "/docs", "/docs/docs.js", "/docs/swagger-ui.css", "/docs/docs.css"]
    others += ["/.well-known/api-catalog", "/.well-known/security.txt"]
    others += ["/v1/exports/wages.parquet", "/v1/exports/datapackage.json"]
    return shown + others


def test_head_is_get_without_a_body(api: httpx.Client, targets: list[str]) -> None:
    for target in targets:
        got, head = api.get(target), api.head(target)
        assert head.status_code == got.status_code
        assert head.content == b""
        expected = {k: v for k, v in got.headers.items() if k not in OF_THE_MOMENT}
        assert {k: v for k, v in head.headers.items() if k not in OF_THE_MOMENT} == expected
        assert int(head.headers["content-length"]) > 0


def test_options_lists_the_methods(api: httpx.Client, targets: list[str]) -> None:
    for target in targets:
        answer = api.options(target)
        malformed = api.get(target).status_code in {400, 414} and "cursor" not in target
        if answer.status_code == 404:
            assert answer.json()["code"] == api.get(target).json()["code"] == "not_found"
        elif not malformed or "limit" in target:
            assert answer.status_code == 204
            assert {"GET", "HEAD", "OPTIONS"} <= set(answer.headers["allow"].split(", "))
            assert answer.content == b""


def test_a_path_allows_what_it_answers(api: httpx.Client) -> None:
    assert api.options("/v1/titles/match").headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert api.delete("/v1/titles/match").headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert api.post("/v1/areas").headers["allow"] == "GET, HEAD, OPTIONS"
    assert api.options("/v1/nothing").status_code == 404


def test_any_origin_may_call(api: httpx.Client, targets: list[str]) -> None:
    headers = {"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}
    for target in targets:
        assert api.get(target, headers=headers).headers["access-control-allow-origin"] == "*"
    preflight = api.options(ONE, headers=headers)
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "GET" in preflight.headers["access-control-allow-methods"]
    assert "If-None-Match" in preflight.headers["access-control-allow-headers"]
    plain = api.options(ONE, headers={"Origin": "https://example.org"})  # asks for no permission
    assert "access-control-allow-methods" not in plain.headers
    exposed = api.get(ONE).headers["access-control-expose-headers"]
    assert {"ETag", "Link", "Request-Id"} <= set(exposed.split(", "))


def test_origins_can_be_restricted(database: str) -> None:
    with serving(database, cors_origins="https://a.example, https://b.example") as client:
        for method in ("GET", "OPTIONS"):
            for origin, allowed in {
                "https://a.example": "https://a.example",
                "https://b.example": "https://b.example",
                "https://a.example.evil": None,
                "null": None,
                "*": None,
            }.items():
                for path in (ONE, "/v1/nothing"):
                    answer = client.request(method, path, headers={"Origin": origin})
                    assert answer.headers.get("access-control-allow-origin") == allowed
                    assert answer.headers.get_list("vary") == ["Accept, Accept-Encoding, Origin"]
        assert "access-control-allow-origin" not in client.get(ONE).headers


@pytest.mark.parametrize(
    ("given", "echoed"),
    [
        ("abc-123_X.9", True),
        ("a" * 64, True),
        ("a" * 65, False),
        ("", False),
        ("a b", False),
        ('"><script>', False),
        ("a;b", False),
        ("é".encode().decode("latin-1"), False),
    ],
)
def test_a_sane_request_id_is_echoed(api: httpx.Client, given: str, echoed: bool) -> None:
    for target in (ONE, "/v1/nothing", "/v1/occupations?q=%00", "/health/live"):
        sent = [(b"Request-Id", given.encode("latin-1"))]
        ids = [api.get(target, headers=sent).headers["request-id"] for _ in range(2)]
        assert (ids == [given, given]) is echoed
        assert echoed or ids[0] != ids[1]
        assert all(ids)


def test_an_unchanged_answer_is_not_sent_again(api: httpx.Client, targets: list[str]) -> None:
    for target in targets:
        got = api.get(target)
        of_the_moment = target.startswith("/health") or target.partition("?")[0] == "/v1/exports"
        if got.status_code != 200 or of_the_moment:
            assert "etag" not in got.headers
            assert got.headers["cache-control"] == "no-store"
            continue
        typed = "private, " if target.startswith("/v1/titles/match") else ""
        assert got.headers["cache-control"].startswith(f"{typed}max-age=")
        tag = got.headers["etag"]
        for given in (tag, f"W/{tag}", f'"x", {tag}', "*"):
            again = api.get(target, headers={"If-None-Match": given})
            assert (again.status_code, again.content) == (304, b""), (target, given)
            assert again.headers["etag"].removeprefix("W/") == tag.removeprefix("W/")
            assert again.headers["cache-control"] == got.headers["cache-control"]
            assert "content-length" not in again.headers or again.headers["content-length"] == "0"
        other = '"1' if tag[1] == "0" else '"0'
        for given in ('"x"', "", other + tag[2:]):
            assert api.get(target, headers={"If-None-Match": given}).status_code == 200


def test_equal_data_give_equal_tags(both: Both, targets: list[str]) -> None:
    # When which version was made is another matter on each host.
    for target in (one for one in targets if not one.startswith("/v1/changes")):
        one, other = (client.get(target) for client in both)
        assert one.headers.get("etag") == other.headers.get("etag"), target


def test_encodings_carry_the_same_bytes(api: httpx.Client) -> None:
    plain = api.get(ONE, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    for encoding in ("gzip", "gzip;q=0.5, *;q=0", "identity;q=0, gzip"):
        answer = api.get(ONE, headers={"Accept-Encoding": encoding})
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.content == plain.content
        assert "Accept-Encoding" in answer.headers["vary"]


def test_headers_that_every_answer_has(api: httpx.Client, targets: list[str]) -> None:
    for target in [*targets, "/v1/occupations?limit=0", "/nothing"]:
        for answer in (api.get(target), api.options(target)):
            headers = answer.headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "no-referrer"
            assert headers["api-version"]
            assert headers["request-id"]
            assert "server" not in headers
            assert headers["cache-control"]
        policy = api.get(target).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy


@pytest.mark.parametrize(
    "written",
    [
        *("11-9111", "119111", "11-9111.00", "119111.00", SLUG, SLUG.upper(), "%2011-9111%20"),
        "11%2D9111",
        *("11-9111-00", "11%209111", "11.9111", "11%E2%80%939111", "11%E2%88%929111.00"),
    ],
)
def test_a_code_may_be_written_in_many_ways(api: httpx.Client, written: str) -> None:
    answer = api.get(f"/v1/occupations/{written}")
    assert answer.json()["code"] == "11-9111"
    assert answer.links["canonical"]["url"] == ONE
    assert answer.content == api.get(ONE).content
    duties = api.get(f"/v1/occupations/{written}/duties", params={"limit": 2})
    assert duties.json()["items"][0]["code"] == "11-9111"
    assert duties.content == api.get(f"{ONE}/duties", params={"limit": 2}).content
    if written not in {"11-9111", "11%2D9111"}:
        assert duties.links["canonical"]["url"] == f"{ONE}/duties"
    assert duties.links["next"]["url"] == duties.json()["next"]
    for item in api.get("/v1/duties", params={"code": httpx.URL(written).path}).json()["items"]:
        assert item["code"] == "11-9111"


def test_fields_keep_what_is_asked_and_what_says_why(api: httpx.Client) -> None:
    for path in lists(api):
        whole = api.get(path, params={"limit": 2}).json()["items"]
        if not whole:
            continue
        always = {"code", "marks", "release"} & set(whole[0])
        for key, value in whole[0].items():
            page = api.get(path, params={"limit": 2, "fields": key}).json()
            assert set(page["items"][0]) == {key} | always, path
            assert page["items"][0][key] == value or key == "marks"
            for item, full in zip(page["items"], whole, strict=True):
                if "marks" in item and key != "marks":
                    expected = {k: v for k, v in full["marks"].items() if k == key}
                    assert item["marks"] == expected
        both = api.get(path, params={"limit": 2, "fields": ",".join(whole[0])}).json()["items"]
        assert both == whole, path


def test_fields_of_a_profile_reach_into_its_blocks(api: httpx.Client) -> None:
    profile = api.get(ONE, params={"fields": "title,wages.annual_median,duties.text"}).json()
    assert set(profile) == {"code", "title", "wages", "duties", "marks", "release", "releases"}
    for wage in profile["wages"]:
        assert set(wage) == {"code", "annual_median", "marks", "release"}
    for duty in profile["duties"]:
        assert set(duty) == {"code", "text", "marks", "release"}


IDENTITY = ("classification", "current", "valid_from", "valid_to", "predecessors", "successors")
HEAD = (
    *("code", "title", "slug", "level", "parent", "ancestors", "children", "release", "marks"),
    *(*IDENTITY, "figures_at", "continues", "notices"),
)


def test_each_block_is_included_alone_and_all_together(api: httpx.Client) -> None:
    everything = api.get(ONE, params={"include": "all"}).json()
    assert everything == api.get(ONE).json()
    assert set(everything) == {*HEAD, *BLOCK_NAMES, "releases"}
    assert tuple(BLOCK_NAMES) == tuple(BLOCKS)
    for name in BLOCK_NAMES:
        profile = api.get(ONE, params={"include": name}).json()
        assert set(profile) == {*HEAD, name, "releases"}
        assert profile[name] == everything[name]
        listed = api.get(f"{ONE}/{name.replace('_', '-')}", params={"limit": 200}).json()["items"]
        assert profile[name] == listed
        assert (name in profile["marks"]) is (listed == [])
        used = {item["release"] for item in listed} | {profile["release"]}
        assert set(profile["releases"]) == used


def everything_shown(api: httpx.Client) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every item of every list and the items of every profile, each with its path."""
    for path in lists(api):
        for query in [{}, *WIDEST.get(path, ())]:
            for item in walk(api, path, {**query, "limit": 200}):
                yield path, item
    for occupation in walk(api, "/v1/occupations", {"level": "all", "limit": 200}):
        profile = api.get(f"/v1/occupations/{occupation['code']}").json()
        for name in BLOCK_NAMES:
            for item in profile[name]:
                yield f"/v1/{name}", item


NO_FIGURES = {"category", "rank", "wage_year", "incumbents_responding", "write_in_total"}
"""Numbers of an item that are not figures of the occupation."""

WORDS = {"typical_education", "work_experience", "training", "frequency", "activities"}
"""Figures in words, and lists that a source gives or does not."""


def figures(item: dict[str, Any], schema: dict[str, Any]) -> set[str]:
    """Return the keys of an item that are figures."""
    kinds = {key: value.get("type", ()) for key, value in schema["properties"].items()}
    numbers = {key for key, kind in kinds.items() if {"number", "integer"} & {*kind}}
    return ((numbers - NO_FIGURES) | WORDS) & set(item)


def test_every_null_figure_says_why(api: httpx.Client) -> None:
    contract = api.get("/openapi.json").json()
    schemas = contract["components"]["schemas"]
    items_of = {}
    for path, template in templates(api).items():
        operation = contract["paths"][template]["get"]
        page = operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
        ref = schemas[page.rpartition("/")[2]]["properties"]["items"]["items"]["$ref"]
        items_of[path] = schemas[ref.rpartition("/")[2]]
    counted = 0
    for path, item in everything_shown(api):
        if "marks" not in item:
            assert "marks" not in items_of[path]["properties"]
            continue
        known = figures(item, items_of[path])
        nulls = {key for key in known if item[key] is None}
        why = {key for key, mark in item["marks"].items() if mark["status"] != "low_precision"}
        assert why == nulls, (path, item)
        for mark in item["marks"].values():
            assert (mark["at_least"] is not None) is (mark["status"] == "top_coded")
        for name in filter(lambda key: key.endswith("estimate"), item):
            estimate = item.get(name)
            if estimate:
                nulls = {k for k in ("n", "standard_error", "lower", "upper") if not estimate[k]}
                assert set(estimate["marks"]) == {k for k in nulls if estimate[k] is None}
        counted += len(known)
    assert counted > 100


def test_figures_are_plain_numbers(api: httpx.Client) -> None:
    whole = {"annual_openings", "change", "employment", "base_employment", "target_employment"}
    seen = set()
    for path in lists(api):
        text = api.get(path, params={"limit": 200}).text
        for item in json.loads(text, parse_float=Decimal)["items"]:
            for key, value in item.items():
                if value is None or key.endswith("_release"):
                    continue
                if key.startswith("annual_") or key in whole:
                    assert type(value) is int, (path, key, value)
                    seen.add(key)
                if key.startswith("hourly_"):
                    assert isinstance(value, int | Decimal), (path, key, value)
                    assert value == round(value, 2)
                    assert value < 1000
                    seen.add(key)
                if "percent" in key or key.endswith("_rse"):
                    assert isinstance(value, int | Decimal), (path, key, value)
    assert {"annual_median", "hourly_median", "employment", "annual_openings"} <= seen


def used_releases(node: Any) -> set[str]:
    """Collect the releases that an answer names, but for its map of them."""
    if isinstance(node, list):
        return set().union(*map(used_releases, node))
    if not isinstance(node, dict):
        return set()
    found = {v for k, v in node.items() if k.endswith("release") and isinstance(v, str)}
    return found.union(*(used_releases(v) for k, v in node.items() if k != "releases"))


def test_releases_are_those_used_and_no_others(api: httpx.Client, targets: list[str]) -> None:
    wide = [str(httpx.URL(path, params=query)) for path, qs in WIDEST.items() for query in qs]
    checked = 0
    for target in [*targets, *wide, *lists(api), ONE, "/v1/occupations/00-0000"]:
        answer = api.get(target)
        document = answer.json() if "json" in answer.headers["content-type"] else {}
        if "releases" in document and "openapi" not in document:
            used = used_releases(document)
            # What occupations share, and what titles were matched with, stands there by name only.
            named_only = target.startswith(("/v1/compare", "/v1/titles/match"))
            assert used <= set(document["releases"]), target
            assert named_only or set(document["releases"]) == used, target
            checked += 1
            for release in document["releases"].values():
                assert release["source_url"].startswith("https://")
                assert release["attribution"]
    assert checked > 40


def test_health_is_never_kept(api: httpx.Client) -> None:
    for path in ("/health/live", "/health/ready"):
        answer = api.get(path)
        assert answer.json()["status"] == "ok"
        assert answer.headers["cache-control"] == "no-store"
