"""``import --from-download``: what a publisher has newer is fetched and loaded by one command."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.builders import oews_year
from tests.commands import publisher
from tests.conftest import Databases, occupations


@pytest.fixture
def served(tmp_path: Path) -> bytes:
    """Return the publisher's zip of May 2025."""
    book = oews_year(tmp_path, year=2025)
    packed = tmp_path / "oesm25nat.zip"
    with zipfile.ZipFile(packed, "w") as zipped:
        zipped.write(book, book.name)
    return packed.read_bytes()


def table_of(folder: Path, url: str) -> str:
    """Write a table whose addresses are those of a server on loopback."""
    table = folder / "table.yaml"
    table.write_text(
        "periods:\n"
        "  bls-oews: {'2025-05': '25'}\n"
        "  bls-ep: {current: ''}\n"
        "downloads:\n"
        f"  - {{source: bls-oews, scope: national, urls: ['{url}/oesm{{value}}nat.zip']}}\n"
        f"  - {{source: bls-ep, scope: all, urls: ['{url}/none']}}\n"
    )
    return str(table)


def test_what_is_newer_is_fetched_and_loaded(
    databases: Databases, tmp_path: Path, served: bytes
) -> None:
    url = databases.seeded()
    with publisher.serving(publisher.Publisher(served)) as there:
        newer = (
            *("import", "--from-download", "--to", str(tmp_path / "downloads")),
            *("--table", table_of(tmp_path, there.url)),
        )
        oews = occupations(*newer, "--source", "bls-oews", url=url)
        assert oews.returncode == 0, oews.stderr
        assert "bls-oews-2025-05  loaded" in oews.stdout
        assert (tmp_path / "downloads" / "bls-oews" / "2025-05" / "oesm25nat.zip").exists()
        asked = len(there.asked)
        again = occupations(*newer, "--source", "bls-oews", url=url)
        assert (again.returncode, again.stdout) == (0, "Nothing is newer than what is loaded.\n")
        assert len(there.asked) == asked
        status = occupations("status", "--check", "--source", "bls-oews", url=url)
        assert status.returncode == 0


def test_a_source_that_cannot_be_fetched_stops_no_other(
    databases: Databases, tmp_path: Path, served: bytes
) -> None:
    url = databases.seeded()
    with publisher.serving(publisher.Publisher(served, plan=["", "404"])) as there:
        done = occupations(
            *("import", "--from-download", "--to", str(tmp_path / "downloads")),
            *("--table", table_of(tmp_path, there.url)),
            *("--source", "bls-ep", "--source", "bls-oews"),
            url=url,
        )
    assert done.returncode == 1
    assert "bls-oews-2025-05  loaded" in done.stdout
    assert "404" in done.stderr


@pytest.mark.parametrize(
    "words", [(), ("files", "--from-download"), ("files", "--source", "bls-oews")]
)
def test_files_or_downloads_are_named(words: tuple[str, ...]) -> None:
    done = occupations("import", *words, url="sqlite:////nowhere/x.sqlite3")
    assert done.returncode == 2
    assert "--from-download" in done.stderr


def test_an_unknown_source_is_named(databases: Databases) -> None:
    done = occupations("import", "--from-download", "--source", "bls", url=databases.seeded())
    assert done.returncode == 2
    assert "source 'bls': must be one of soc, bls-oews" in done.stderr
