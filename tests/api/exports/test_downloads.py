"""Downloads while the files change, many at once, and of clients that stop reading."""

from __future__ import annotations

import hashlib
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from tests.api.exports.files import LIST, WAGES, WHOLE, digest_of, files_of, with_a_large_file
from tests.builders import oews_year
from tests.conftest import Databases, occupations
from tests.server.raw import connect, request
from tests.servers import environment, serving, serving_process


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
        before = {one["newest"]: one for one in files_of(client)}
        tag = client.head(WAGES).headers["etag"]
        old = client.get(before["wages.parquet"]["url"]).content
        assert occupations("import", str(oews_year(tmp_path)), **settings).returncode == 0
        after = {one["newest"]: one for one in files_of(client)}
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
        assert digest_of(whole.content) == after["wages.parquet"]["digest"]
        name = "bls-oews-2022-05"
        assert occupations("releases", "retire", name, **settings).returncode == 0
        again = {one["newest"]: one for one in files_of(client)}
        kept = {"url", "digest"}
        assert {n: {k: o[k] for k in kept} for n, o in again.items()} == {
            n: {k: o[k] for k in kept} for n, o in before.items()
        }


@pytest.mark.alone
def test_while_a_release_is_loaded_each_file_is_whole_and_of_one_version(
    databases: Databases, tmp_path: Path
) -> None:
    with _own(databases, tmp_path) as (client, settings):
        book = oews_year(tmp_path)
        env = environment(settings["url"], export_folder=settings["export_folder"])
        command = [sys.executable, "-m", "app.commands", "import", str(book)]
        process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
        versions = set()
        while process.poll() is None:
            items = files_of(client)
            versions.add(tuple(sorted({one["data_version"] for one in items})))
            for one in items[:3]:
                answer = client.get(one["url"])
                assert digest_of(answer.content) == one["digest"]
            newest = client.get(WAGES)
            assert newest.headers["etag"].strip('"') == hashlib.sha256(newest.content).hexdigest()
        assert process.returncode == 0
        assert all(len(one) == 1 for one in versions)
        last = tuple({one["data_version"] for one in files_of(client)})
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
    size = 100 << 20
    folder = with_a_large_file(exports("sqlite"), tmp_path / "exports", size)
    with serving_process(seeded("sqlite"), export_folder=str(folder)) as (client, process):
        assert client.head(WHOLE).headers["content-length"] == str(size)
        before = _memory(process)
        slow: list[socket.socket] = []
        try:
            for _ in range(64):
                slow.append(connect(client))
                slow[-1].sendall(request(WHOLE))
            for one in slow:
                assert one.recv(12) == b"HTTP/1.1 200"
            refused = client.get(WHOLE, headers={"Range": "bytes=0-0"})
            assert (refused.status_code, refused.json()["code"]) == (503, "overloaded")
            assert client.get("/v1/occupations/11-9111").status_code == 200
            assert client.get(f"{LIST}/nothing").status_code == 404
            assert _memory(process) - before < 80 << 20
        finally:
            for one in slow:
                one.close()
        deadline = time.monotonic() + 5
        while client.get(WHOLE, headers={"Range": "bytes=0-0"}).status_code == 503:
            assert time.monotonic() < deadline, "the downloads that broke off are still counted"
            time.sleep(0.05)
        whole = client.get(WHOLE)
        assert len(whole.content) == size


def test_a_client_that_stops_reading_is_disconnected(
    seeded: Callable[[str], str], exports: Callable[[str], str], tmp_path: Path
) -> None:
    size = 100 << 20
    folder = with_a_large_file(exports("sqlite"), tmp_path / "exports", size)
    settings = {"export_folder": str(folder), "client_seconds": "1"}
    with serving(seeded("sqlite"), **settings) as client, connect(client) as connection:
        connection.sendall(request(WHOLE))
        assert connection.recv(12) == b"HTTP/1.1 200"
        time.sleep(4)
        got = 0
        with suppress(ConnectionResetError):
            while piece := connection.recv(1 << 20):
                got += len(piece)
        assert got < size


def test_simultaneous_ranges_make_the_whole(api: httpx.Client) -> None:
    whole = api.get(WHOLE).content
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
