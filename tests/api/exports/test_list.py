"""The list of files: what it says of them, how it is described, and where there are none."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import httpx
import orjson
import pytest

from tests.api.exports.files import LIST, WAGES, digest_of, files_of
from tests.server.raw import connect, request
from tests.servers import serving


def test_every_file_is_as_the_list_says(api: httpx.Client) -> None:
    items = files_of(api)
    assert {one["format"] for one in items} == {"parquet", "csv", "ndjson", "zip", "json", "txt"}
    for one in items:
        answer = api.get(one["url"])
        assert answer.status_code == 200
        assert len(answer.content) == one["bytes"] == int(answer.headers["content-length"])
        assert digest_of(answer.content) == one["digest"]
        assert answer.headers["content-type"] == one["media_type"]
        assert answer.headers["cache-control"] == "max-age=31536000, immutable"
        assert answer.headers["content-disposition"] == f'attachment; filename="{one["name"]}"'
        assert answer.headers["accept-ranges"] == "bytes"
        assert "content-encoding" not in answer.headers
        told = re.fullmatch("sha-256=:(.+):", answer.headers["repr-digest"])
        assert told is not None
        assert base64.b64decode(told[1]) == hashlib.sha256(answer.content).digest()
        newest = api.get(f"{LIST}/{one['newest']}")
        assert newest.content == answer.content
        assert newest.headers["etag"] == answer.headers["etag"]
        assert newest.headers["content-location"] == one["url"]
        assert newest.headers["cache-control"] == "max-age=0, must-revalidate"
        text = api.get(one["licence_url"]).text
        assert all(licence["url"] in text for licence in one["licences"])
        assert all(name in text for name in one["release_ids"])


def test_both_databases_make_the_same_files(both: tuple[httpx.Client, httpx.Client]) -> None:
    assert files_of(both[0]) == files_of(both[1])


def test_ndjson_and_csv_are_marked_as_such(seeded_sqlite: httpx.Client) -> None:
    for end, kind in (("csv", "text/csv; header=present"), ("ndjson", "application/x-ndjson")):
        for accept in ("*/*", "text/csv", "image/png"):
            answer = seeded_sqlite.get(f"{LIST}/wages.{end}", headers={"Accept": accept})
            assert answer.status_code == 200
            assert answer.headers["content-type"].startswith(kind)


def test_browsers_of_other_origins_may_ask_for_parts(api: httpx.Client) -> None:
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}
    allowed = api.options(WAGES, headers=asked).headers["access-control-allow-headers"].split(", ")
    assert {"Range", "If-Range"} <= set(allowed)
    exposed = api.get(WAGES).headers["access-control-expose-headers"].split(", ")
    said = {"Accept-Ranges", "Content-Disposition", "Content-Range", "Repr-Digest"}
    assert said <= set(exposed)


@pytest.mark.parametrize(
    "name",
    [
        *("wage.parquet", "wages", "index.json", ".lock", "%2e%2e", "..", "x" * 200),
        *(
            "wages-0000000000000000.parquet",
            "..%2Findex.json",
            "..%5cindex.json",
            "wages.parquet%00",
        ),
        *("%2Fetc%2Fpasswd", "WAGES.parquet", "wages.parquet%20", "linked-data.json", "%ff"),
    ],
)
def test_there_are_no_files_but_those_of_the_list(api: httpx.Client, name: str) -> None:
    with connect(api) as connection:
        connection.sendall(request(f"{LIST}/{name}", "Connection: close"))
        said = b""
        while piece := connection.recv(65_536):
            said += piece
    status = int(said[9:12])
    assert status in {400, 404}, said[:200]
    assert b'"status":%d' % status in said
    assert b"root:" not in said


def test_the_list_is_answered_in_other_formats(api: httpx.Client) -> None:
    items = files_of(api)
    lines = api.get(LIST, params={"format": "ndjson", "limit": "all"}).content.splitlines()
    assert [orjson.loads(one) for one in lines] == [*items, {"complete": True, "rows": len(items)}]
    table = api.get(LIST, params={"format": "csv", "limit": "all", "fields": "name,digest"}).text
    assert table.splitlines()[1:] == [f"{one['name']},{one['digest']}" for one in items]


def test_near_names_are_told(api: httpx.Client) -> None:
    answer = api.get(f"{LIST}/wage.parquet")
    assert answer.status_code == 404
    assert answer.json()["code"] == "unknown_export"
    assert answer.json()["errors"][0]["did_you_mean"][0] == "wages.parquet"


def test_parameters_are_refused(api: httpx.Client) -> None:
    for target in (f"{WAGES}?x=1", f"{LIST}?dataset=wages", f"{LIST}?limit=201"):
        answer = api.get(target)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_parameter")
    refused = api.get(f"{WAGES}?at={files_of(api)[0]['data_version']}").json()
    assert "name with its digest" in refused["errors"][0]["detail"]


def test_linked_data_describe_every_file(api: httpx.Client) -> None:
    answer = api.get(LIST, headers={"Accept": "application/ld+json"})
    assert answer.headers["content-type"] == "application/ld+json"
    document = answer.json()
    assert document == api.get(f"{LIST}/linked-data").json()
    assert document["@type"] == ["DataCatalog", "dcat:Catalog"]
    items = {one["url"]: one for one in files_of(api) if one["format"] not in {"json", "txt"}}
    found = {}
    for dataset in document["dataset"]:
        assert dataset["@type"] == ["Dataset", "dcat:Dataset"]
        assert dataset["name"]
        assert 50 <= len(dataset["description"]) <= 5000  # what search engines take
        assert dataset["license"]
        assert dataset["creator"]
        assert {"@id": dataset["@id"]} in document["dcat:dataset"]
        for one in dataset["distribution"]:
            assert one["@type"] == ["DataDownload", "dcat:Distribution"]
            found[one["contentUrl"]] = one
    assert set(found) == set(items)
    for url, one in found.items():
        assert one["sha256"] == items[url]["digest"].removeprefix("sha256:")
        assert one["dcat:byteSize"] == items[url]["bytes"] == int(one["contentSize"])
        assert items[url]["media_type"].startswith(one["encodingFormat"])
        assert one["dcat:downloadURL"] == {"@id": url}


def test_the_descriptor_names_files_beside_it(api: httpx.Client) -> None:
    links = api.get(LIST).json()["descriptors"]
    described = api.get(links["datapackage"]).json()
    for one in described["resources"]:
        content = api.get(f"{LIST}/{one['path']}").content
        assert (digest_of(content), len(content)) == (one["hash"], one["size"])
    assert api.get(links["package"]).headers["content-type"] == "application/zip"
    assert api.get("/v1").json()["links"]["exports"] == LIST


def test_addresses_are_whole_where_the_public_one_is_known(
    seeded: Callable[[str], str], exports: Callable[[str], str]
) -> None:
    settings = {"export_folder": exports("sqlite"), "public_url": "https://api.example.org/"}
    with serving(seeded("sqlite"), **settings) as client:
        document = client.get(f"{LIST}/linked-data").json()
        assert document["@id"] == "https://api.example.org/v1/exports"
        first = document["dataset"][0]["distribution"][0]["contentUrl"]
        assert first.startswith("https://api.example.org/v1/exports/")


@pytest.mark.parametrize("state", ["missing", "empty", "foreign", "file", "none"])
def test_without_files_the_answer_says_why(database: str, tmp_path: Path, state: str) -> None:
    folder = tmp_path / "exports"
    if state in {"empty", "foreign"}:
        folder.mkdir()
    if state == "foreign":
        (folder / "index.json").write_text('{"format": 2}')
    if state == "file":
        folder.write_text("")
    with serving(database, export_folder="none" if state == "none" else str(folder)) as client:
        for path in (LIST, WAGES, f"{LIST}/linked-data", f"{LIST}/nothing"):
            answer = client.get(path)
            problem = answer.json()
            if state == "none":
                assert (answer.status_code, problem["code"]) == (404, "unknown_export")
                assert "OCCUPATIONS_EXPORT_FOLDER" in problem["detail"]
            else:
                assert (answer.status_code, problem["code"]) == (503, "export_pending")
                assert "`occupations export`" in problem["detail"]
                assert answer.headers["retry-after"] == "60"


def test_a_file_that_is_gone_is_pending_and_one_that_is_cut_breaks_off(
    seeded: Callable[[str], str], exports: Callable[[str], str], tmp_path: Path
) -> None:
    folder = tmp_path / "exports"
    shutil.copytree(exports("sqlite"), folder)
    with serving(seeded("sqlite"), export_folder=str(folder)) as client:
        named = {one["newest"]: folder / one["name"] for one in files_of(client)}
        named["wages.parquet"].unlink()
        for asked in ({}, {"Range": "bytes=0-0"}):
            answer = client.get(WAGES, headers=asked)
            assert (answer.status_code, answer.json()["code"]) == (503, "export_pending")
        cut = named["occupations.zip"]
        cut.write_bytes(cut.read_bytes()[:-1])
        with pytest.raises(httpx.RemoteProtocolError):
            client.get(f"{LIST}/occupations.zip")
        assert client.get(f"{LIST}/duties.csv").status_code == 200
