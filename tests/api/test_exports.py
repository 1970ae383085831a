"""Files of whole datasets over HTTP: their list, ranges, digests, and what is not there."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from app.exporting.export_index import read_index
from tests.builders import OEWS_HEADER, line, write_xlsx
from tests.conftest import Databases, occupations
from tests.server.raw import connect, request
from tests.servers import environment, serving, serving_process

LIST = "/v1/exports"
WAGES = "/v1/exports/wages.parquet"


def _items(client: httpx.Client) -> list[dict[str, Any]]:
    page = client.get(LIST, params={"limit": 200})
    assert page.status_code == 200, page.text
    assert page.json()["next"] is None
    items: list[dict[str, Any]] = page.json()["items"]
    return items


def _sha256(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def test_every_file_is_as_the_list_says(api: httpx.Client) -> None:
    items = _items(api)
    assert {one["format"] for one in items} == {"parquet", "csv", "ndjson", "zip", "json", "txt"}
    for one in items:
        answer = api.get(one["url"])
        assert answer.status_code == 200
        assert len(answer.content) == one["bytes"] == int(answer.headers["content-length"])
        assert _sha256(answer.content) == one["digest"]
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
    assert _items(both[0]) == _items(both[1])


def test_ndjson_and_csv_are_marked_as_such(seeded_sqlite: httpx.Client) -> None:
    for end, kind in (("csv", "text/csv; header=present"), ("ndjson", "application/x-ndjson")):
        for accept in ("*/*", "text/csv", "image/png"):
            answer = seeded_sqlite.get(f"{LIST}/wages.{end}", headers={"Accept": accept})
            assert answer.status_code == 200
            assert answer.headers["content-type"].startswith(kind)


def _ranges(size: int) -> list[tuple[str, tuple[int, int] | None]]:
    """Give ranges → the first and last byte that they stand for; None: there is none."""
    return [
        ("bytes=0-0", (0, 0)),
        ("bytes=0-", (0, size - 1)),
        ("bytes=1-1", (1, 1)),
        (f"bytes={size - 1}-", (size - 1, size - 1)),
        (f"bytes={size - 1}-{size - 1}", (size - 1, size - 1)),
        (f"bytes=0-{size - 1}", (0, size - 1)),
        (f"bytes=0-{size}", (0, size - 1)),
        (f"bytes=0-{'9' * 5000}", (0, size - 1)),
        (f"bytes=00000000000000000000001-{'0' * 30}2", (1, 2)),
        ("bytes=-1", (size - 1, size - 1)),
        (f"bytes=-{size}", (0, size - 1)),
        (f"bytes=-{size + 1}", (0, size - 1)),
        ("Bytes= 3-4", (3, 4)),
        (f"bytes={size}-", None),
        (f"bytes={size}-{size}", None),
        (f"bytes={'9' * 5000}-", None),
        ("bytes=-0", None),
        ("bytes=5-4", None),
        ("bytes=-", None),
        ("bytes=", None),
        ("bytes=a-b", None),
        ("bytes=1-2,x", None),
        ("bytes=0x1-0x2", None),
        ("bytes=--1", None),
    ]


def test_a_range_is_sent_and_one_that_makes_no_sense_is_refused(api: httpx.Client) -> None:
    whole = api.get(WAGES).content
    size = len(whole)
    for asked, part in _ranges(size):
        answer = api.get(WAGES, headers={"Range": asked})
        if part is None:
            assert answer.status_code == 416, asked
            assert answer.headers["content-range"] == f"bytes */{size}"
            assert answer.headers["content-type"] == "application/problem+json"
            problem = answer.json()
            assert problem["code"] == "range_not_satisfiable"
            assert api.get(problem["type"]).status_code == 200
            continue
        first, last = part
        assert answer.status_code == 206, asked
        assert answer.content == whole[first : last + 1], asked
        assert answer.headers["content-range"] == f"bytes {first}-{last}/{size}"
        assert int(answer.headers["content-length"]) == last + 1 - first
        assert answer.headers["etag"] == api.head(WAGES).headers["etag"]


@pytest.mark.parametrize("asked", ["bytes=0-1,3-4", "bytes=0-0, -1", "items=0-1", "0-1", ""])
def test_several_ranges_and_other_units_get_the_whole(api: httpx.Client, asked: str) -> None:
    answer = api.get(WAGES, headers={"Range": asked})
    assert answer.status_code == 200
    assert len(answer.content) == int(answer.headers["content-length"])
    assert "content-range" not in answer.headers


def test_a_range_of_another_state_of_the_file_gets_the_whole(api: httpx.Client) -> None:
    whole = api.get(WAGES)
    tag = whole.headers["etag"]
    for if_range, status in (
        (tag, 206),
        ('"other"', 200),
        (f"W/{tag}", 200),  # a weak tag may stand for other bytes
        ("Sun, 29 Nov 2026 12:00:00 GMT", 200),
        ("", 200),
    ):
        answer = api.get(WAGES, headers={"Range": "bytes=10-", "If-Range": if_range})
        assert answer.status_code == status, if_range
        assert answer.content == whole.content[10 if status == 206 else 0 :]


def test_what_a_client_has_is_not_sent_again(api: httpx.Client) -> None:
    tag = api.head(WAGES).headers["etag"]
    for given in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        for more in ({}, {"Range": "bytes=0-0"}, {"Range": "bytes=99999999-"}):
            answer = api.get(WAGES, headers={"If-None-Match": given, **more})
            assert (answer.status_code, answer.content) == (304, b""), (given, more)
            assert answer.headers["etag"] == tag
            assert "content-length" not in answer.headers
    assert api.get(WAGES, headers={"If-None-Match": '"x"'}).status_code == 200


def test_head_tells_the_whole_file(api: httpx.Client) -> None:
    size = len(api.get(WAGES).content)
    for headers in ({}, {"Range": "bytes=0-0"}, {"Range": "bytes=99999999-"}):
        answer = api.head(WAGES, headers=headers)
        assert answer.status_code == 200
        assert int(answer.headers["content-length"]) == size
        assert answer.content == b""


def test_a_download_that_broke_off_goes_on(api: httpx.Client) -> None:
    entry = next(one for one in _items(api) if one["newest"] == "occupations.zip")
    with connect(api) as connection:
        connection.sendall(request(entry["url"]))
        got = b""
        while len(got) < 3000:
            got += connection.recv(1000)
    have = got.partition(b"\r\n\r\n")[2]
    assert 0 < len(have) < entry["bytes"]
    headers = {"Range": f"bytes={len(have)}-", "If-Range": api.head(entry["url"]).headers["etag"]}
    rest = api.get(entry["url"], headers=headers)
    assert rest.status_code == 206
    assert _sha256(have + rest.content) == entry["digest"]


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
    items = _items(api)
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
    refused = api.get(f"{WAGES}?at={_items(api)[0]['data_version']}").json()
    assert "name with its digest" in refused["errors"][0]["detail"]


def test_linked_data_describe_every_file(api: httpx.Client) -> None:
    answer = api.get(LIST, headers={"Accept": "application/ld+json"})
    assert answer.headers["content-type"] == "application/ld+json"
    document = answer.json()
    assert document == api.get(f"{LIST}/linked-data").json()
    assert document["@type"] == ["DataCatalog", "dcat:Catalog"]
    items = {one["url"]: one for one in _items(api) if one["format"] not in {"json", "txt"}}
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
        assert (_sha256(content), len(content)) == (one["hash"], one["size"])
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
        named = {one["newest"]: folder / one["name"] for one in _items(client)}
        named["wages.parquet"].unlink()
        for asked in ({}, {"Range": "bytes=0-0"}):
            answer = client.get(WAGES, headers=asked)
            assert (answer.status_code, answer.json()["code"]) == (503, "export_pending")
        cut = named["occupations.zip"]
        cut.write_bytes(cut.read_bytes()[:-1])
        with pytest.raises(httpx.RemoteProtocolError):
            client.get(f"{LIST}/occupations.zip")
        assert client.get(f"{LIST}/duties.csv").status_code == 200


def _another_year(folder: Path, year: int = 2022) -> Path:
    top = "#  = indicates a wage equal to or greater than $115.00 per hour or $239,200 per year "
    sheets = {
        f"national_M{year}_dl": [OEWS_HEADER, line(TOT_EMP=470000.0 + year)],
        "Field Descriptions": [[f"May {year} OEWS Estimates"], ["Notes:"], [top]],
    }
    path = folder / f"national_M{year}_dl.xlsx"
    write_xlsx(path, sheets)
    return path


@contextmanager
def _own(databases: Databases, tmp_path: Path) -> Iterator[tuple[httpx.Client, dict[str, str]]]:
    """Lend a client of a server with exports of its own, and what commands on it take."""
    folder = tmp_path / "exports"
    settings = {"url": databases.seeded(), "export_folder": str(folder)}
    assert occupations("export", **settings).returncode == 0
    with serving(**settings) as client:
        yield client, settings


def test_an_import_renews_the_files_and_who_reads_the_old_ones_can_finish(
    databases: Databases, tmp_path: Path
) -> None:
    with _own(databases, tmp_path) as (client, settings):
        before = {one["newest"]: one for one in _items(client)}
        tag = client.head(WAGES).headers["etag"]
        old = client.get(before["wages.parquet"]["url"]).content
        assert occupations("import", str(_another_year(tmp_path)), **settings).returncode == 0
        after = {one["newest"]: one for one in _items(client)}
        assert after["wages.parquet"]["url"] != before["wages.parquet"]["url"]
        assert after["duties.csv"]["url"] == before["duties.csv"]["url"]
        assert {one["data_version"] for one in after.values()} == {
            client.get("/v1").json()["data_version"][:16]
        }
        version = before["wages.parquet"]["data_version"]
        refused = client.get(LIST, params={"at": version})
        assert (refused.status_code, refused.json()["code"]) == (400, "invalid_parameter")
        now = after["wages.parquet"]["data_version"]
        assert refused.json()["errors"][0]["allowed"] == now
        assert client.get(LIST, params={"at": now}).status_code == 200
        assert client.get(before["wages.parquet"]["url"]).content == old
        asked = {"Range": "bytes=5-", "If-Range": tag}
        assert client.get(before["wages.parquet"]["url"], headers=asked).content == old[5:]
        whole = client.get(WAGES, headers=asked)
        assert whole.status_code == 200  # another file by now: from the beginning
        assert _sha256(whole.content) == after["wages.parquet"]["digest"]
        name = "bls-oews-2022-05"
        assert occupations("releases", "retire", name, **settings).returncode == 0
        again = {one["newest"]: one for one in _items(client)}
        kept = {"url", "digest"}
        assert {n: {k: o[k] for k in kept} for n, o in again.items()} == {
            n: {k: o[k] for k in kept} for n, o in before.items()
        }


@pytest.mark.alone
def test_while_a_release_is_loaded_each_file_is_whole_and_of_one_version(
    databases: Databases, tmp_path: Path
) -> None:
    with _own(databases, tmp_path) as (client, settings):
        book = _another_year(tmp_path)
        env = environment(settings["url"], export_folder=settings["export_folder"])
        command = [sys.executable, "-m", "app.commands", "import", str(book)]
        process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
        versions = set()
        while process.poll() is None:
            items = _items(client)
            versions.add(tuple(sorted({one["data_version"] for one in items})))
            for one in items[:3]:
                answer = client.get(one["url"])
                assert _sha256(answer.content) == one["digest"]
            newest = client.get(WAGES)
            assert newest.headers["etag"].strip('"') == hashlib.sha256(newest.content).hexdigest()
        assert process.returncode == 0
        assert all(len(one) == 1 for one in versions)
        last = tuple({one["data_version"] for one in _items(client)})
        assert last == (client.get("/v1").json()["data_version"][:16],)


def _memory(process: int) -> int:
    status = Path(f"/proc/{process}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) * 1024


@pytest.mark.alone
def test_many_slow_downloads_take_little_memory_and_hold_nobody_up(
    seeded: Callable[[str], str], exports: Callable[[str], str], tmp_path: Path
) -> None:
    folder = tmp_path / "exports"
    shutil.copytree(exports("sqlite"), folder)
    index = read_index(folder)
    assert index is not None
    entry = next(one for one in index.entries if one.newest == "occupations.zip")
    size = 100 << 20
    with (folder / entry.name).open("wb") as stream:
        stream.truncate(size)
    grown = entry.model_copy(update={"bytes": size})
    document = index.model_dump() | {"entries": [grown.model_dump()], "previous": []}
    (folder / "index.json").write_bytes(orjson.dumps(document))
    with serving_process(seeded("sqlite"), export_folder=str(folder)) as (client, process):
        path = f"{LIST}/{entry.name}"
        assert client.head(path).headers["content-length"] == str(size)
        before = _memory(process)
        slow: list[socket.socket] = []
        try:
            for _ in range(64):
                slow.append(connect(client))
                slow[-1].sendall(request(path))
            for one in slow:
                assert one.recv(12) == b"HTTP/1.1 200"
            refused = client.get(path, headers={"Range": "bytes=0-0"})
            assert (refused.status_code, refused.json()["code"]) == (503, "overloaded")
            began = time.monotonic()
            assert client.get("/v1/occupations/11-9111").status_code == 200
            assert client.get(f"{LIST}/nothing").status_code == 404
            assert time.monotonic() - began < 1
            assert _memory(process) - before < 80 << 20
        finally:
            for one in slow:
                one.close()
        deadline = time.monotonic() + 5
        while client.get(path, headers={"Range": "bytes=0-0"}).status_code == 503:
            assert time.monotonic() < deadline, "the downloads that broke off are still counted"
            time.sleep(0.05)
        whole = client.get(path)
        assert len(whole.content) == size


def test_a_client_that_stops_reading_is_disconnected(
    seeded: Callable[[str], str], exports: Callable[[str], str], tmp_path: Path
) -> None:
    folder = tmp_path / "exports"
    shutil.copytree(exports("sqlite"), folder)
    index = read_index(folder)
    assert index is not None
    size = 100 << 20
    entries = []
    for one in index.entries:
        if one.newest == "occupations.zip":
            with (folder / one.name).open("wb") as stream:
                stream.truncate(size)
            entries.append(one.model_copy(update={"bytes": size}).model_dump())
    document = index.model_dump() | {"entries": entries, "previous": []}
    (folder / "index.json").write_bytes(orjson.dumps(document))
    settings = {"export_folder": str(folder), "client_seconds": "1"}
    with serving(seeded("sqlite"), **settings) as client, connect(client) as connection:
        connection.sendall(request(f"{LIST}/occupations.zip"))
        assert connection.recv(12) == b"HTTP/1.1 200"
        time.sleep(4)
        got = 0
        with suppress(ConnectionResetError):
            while piece := connection.recv(1 << 20):
                got += len(piece)
        assert got < size


def test_simultaneous_ranges_make_the_whole(api: httpx.Client) -> None:
    whole = api.get(f"{LIST}/occupations.zip").content
    parts: dict[int, bytes] = {}

    def take(at: int) -> None:
        asked = {"Range": f"bytes={at}-{at + 999}"}
        parts[at] = httpx.get(f"{api.base_url}{LIST}/occupations.zip", headers=asked).content

    threads = [threading.Thread(target=take, args=(at,)) for at in range(0, len(whole), 1000)]
    for thread in threads[:60]:
        thread.start()
    for thread in threads[:60]:
        thread.join()
    for at, part in parts.items():
        assert part == whole[at : at + 1000]
