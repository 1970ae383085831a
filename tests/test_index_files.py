"""The files of the indices: built once a data version, the last version's kept for its return."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import httpx

from tests.conftest import Databases, occupations, serving, warmed


def files(folder: Path) -> dict[str, int]:
    """Return the files there are, and what tells each from one of the same name built anew."""
    return {file.name: file.stat().st_ino for file in folder.glob("*.index")}


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait for what a server does in its own time."""
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def finds(client: httpx.Client) -> bool:
    """Tell whether the server finds what the article alone says."""
    answer = client.get("/v1/search", params={"q": "ambulatory"})
    assert answer.status_code == 200
    return bool(answer.json()["items"])


def test_a_release_that_is_restored_finds_its_index(databases: Databases, tmp_path: Path) -> None:
    url = databases.seeded()
    folder = tmp_path / "indices"
    folder.mkdir()
    with serving(url, index_folder=str(folder)) as client:
        warmed(client)
        assert finds(client)
        first = files(folder)
        assert len(first) == 2
        retired = occupations("releases", "retire", "article-2022-11", url=url)
        assert retired.returncode == 0, retired.stderr
        until(lambda: not finds(client), "the article is still found")
        until(lambda: len(files(folder)) == 4, "the other index was not built")
        both = files(folder)
        assert first.items() < both.items()
        assert occupations("releases", "restore", "article-2022-11", url=url).returncode == 0
        until(lambda: finds(client), "the article is not found again")
        assert files(folder) == both
        # A third version takes the place of the one shown longest ago.
        retired = occupations("releases", "retire", "bls-ep-2021-31", url=url)
        assert retired.returncode == 0, retired.stderr
        until(lambda: len(files(folder).keys() - both.keys()) == 2, "the third was not built")
        assert files(folder).items() >= first.items()
        assert len(files(folder)) == 4
