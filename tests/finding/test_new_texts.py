"""While a server runs: new texts are answered from whole, other news builds nothing."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx
import pytest

from tests.builders import line, oews_csv
from tests.conftest import Databases, occupations
from tests.servers import serving, warmed

FIND = (
    "/v1/search?q=ambulatory",
    "/v1/suggest?q=hosp",
    "/v1/titles/match?title=hospital+administrator",
)
ARTICLE = "article-2022-11"
"""The release of the seed that has titles, duties and descriptions."""


def files(folder: Path) -> dict[str, int]:
    """Return the index files and their inodes, which change when a file is built again."""
    return {file.name: file.stat().st_ino for file in folder.glob("*.index")}


def until(holds: Callable[[], Any], what: str) -> None:
    """Wait until a condition holds."""
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def version(client: httpx.Client, path: str) -> str:
    """Return the data version that a path is answered from."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return str(answer.headers["data-version"])


@contextmanager
def nothing_built(folder: Path) -> Iterator[None]:
    """Hold the lock of the folder, with signs of life: whoever wants to build waits."""
    ended = Event()
    with (folder / "building.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        def beat() -> None:
            while not ended.wait(0.2):
                os.utime(lock.fileno())

        beating = Thread(target=beat)
        beating.start()
        try:
            yield
        finally:
            ended.set()
            beating.join()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder for index files."""
    made = tmp_path / "indices"
    made.mkdir()
    return made


def posted(client: httpx.Client) -> httpx.Response:
    """Match a title by POST."""
    return client.post("/v1/titles/match", json={"titles": ["hospital administrator"]})


def test_the_previous_version_answers_whole_until_the_next_indices_are_there(
    databases: Databases, folder: Path
) -> None:
    url = databases.seeded()
    with serving(url, index_folder=str(folder)) as client:
        warmed(client)
        before = {path: client.get(path) for path in FIND}
        first = before[FIND[0]].headers["data-version"]
        matched = posted(client).json()
        assert "ambulatory" in before[FIND[0]].text
        with nothing_built(folder):
            assert occupations("releases", "retire", ARTICLE, url=url).returncode == 0
            until(lambda: version(client, "/v1/occupations") != first, "nothing new is shown")
            for path in FIND * 2:
                answer = client.get(path, headers={"If-None-Match": before[path].headers["etag"]})
                assert answer.status_code == 200
                assert answer.json() == before[path].json()
                assert answer.headers["data-version"] == first
                assert answer.headers["cache-control"].split(", ")[-1] == "no-store"
                assert "etag" not in answer.headers
            answer = posted(client)
            assert (answer.status_code, answer.json()) == (200, matched)
            assert answer.headers["data-version"] == first
            assert "no-store" in answer.headers["cache-control"]
            ready = client.get("/health/ready")
            checks = ready.json()["checks"]
            assert ready.status_code == 200
            assert first.startswith(checks["indices"])
            assert not first.startswith(checks["data_version"])
        until(lambda: version(client, FIND[0]) != first, "the next indices are not used")
        now = version(client, "/v1/occupations")
        for path in FIND:
            answer = client.get(path)
            assert answer.headers["data-version"] == now
            assert "max-age=300" in answer.headers["cache-control"]
            assert "etag" in answer.headers
        assert "ambulatory" not in client.get(FIND[0]).json()["items"]
        assert client.get(FIND[0]).json()["items"] == []
        assert posted(client).headers["data-version"] == now
        assert now.startswith(client.get("/health/ready").json()["checks"]["indices"])


def test_a_page_of_a_search_goes_on_in_the_previous_version(
    databases: Databases, folder: Path
) -> None:
    url = databases.seeded()
    with serving(url, index_folder=str(folder)) as client:
        warmed(client)
        first = client.get("/v1/search?q=managers&limit=1").json()
        rest = client.get(first["next"]).json()
        shown = client.get("/v1").json()["data_version"]
        with nothing_built(folder):
            assert occupations("releases", "retire", ARTICLE, url=url).returncode == 0
            until(lambda: client.get("/v1").json()["data_version"] != shown, "nothing new")
            assert client.get(first["next"]).json() == rest


def test_ready_is_when_everything_answers(databases: Databases, folder: Path) -> None:
    with nothing_built(folder), serving(databases.seeded(), index_folder=str(folder)) as client:
        for path in ("/health/ready", *FIND):
            answer = client.get(path)
            assert (answer.status_code, answer.json()["code"]) == (503, "warming")
        assert client.get("/v1/occupations").status_code == 200
        assert client.get("/health/live").status_code == 200
    with serving(databases.seeded(), index_folder=str(folder)) as client:
        until(lambda: client.get("/health/ready").status_code == 200, "not ready")
        assert [client.get(path).status_code for path in FIND] == [200, 200, 200]


def test_wages_change_the_ranking_and_build_nothing(
    databases: Databases, folder: Path, tmp_path: Path
) -> None:
    url = databases.seeded()

    def scores() -> dict[str, float]:
        items = client.get("/v1/search?q=managers").json()["items"]
        return {item["code"]: item["score"] for item in items}

    with serving(url, index_folder=str(folder)) as client:
        warmed(client)
        first, built, before = version(client, FIND[0]), files(folder), scores()
        lines = [line(TOT_EMP=10.0)]
        book = oews_csv(tmp_path / "all_data_M_2026.csv", *lines)
        # Nothing can be built: the new version is there at once all the same.
        with nothing_built(folder):
            done = occupations("import", str(book), "--period", "2026-05", url=url)
            assert done.returncode == 0, done.stderr
            until(lambda: version(client, FIND[0]) != first, "the version is not the new one")
            after = scores()
        assert files(folder) == built
        assert after["11-9111"] < before["11-9111"]
        assert after.keys() == before.keys()


def test_the_same_texts_have_the_same_files_on_every_host(
    databases: Databases, folder: Path
) -> None:
    one, other = databases.seeded(), databases.seeded()
    for release in (ARTICLE, "bls-ep-2021-31"):
        assert occupations("releases", "retire", release, url=other).returncode == 0
    assert occupations("releases", "restore", ARTICLE, url=other).returncode == 0
    with serving(one, index_folder=str(folder)) as client:
        warmed(client)
        built = files(folder)
        first = version(client, "/v1")
    with serving(other, index_folder=str(folder)) as client:
        warmed(client)
        assert version(client, FIND[0]) == version(client, "/v1") != first
        assert files(folder) == built
