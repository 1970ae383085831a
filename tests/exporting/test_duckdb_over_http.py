"""DuckDB reads the files over HTTP in place: what it needs of them, and of one state alone."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest

from app.exporting.export_index import read_index
from tests.audit.others import Missing, python_tools
from tests.builders import oews_year
from tests.conftest import Databases, occupations
from tests.servers import serving
from tests.test_guides import BASE, blocks_of

SESSION = Path(__file__).with_name("duckdb_session.py")
Ask = Callable[[str], dict[str, Any]]


@contextmanager
def _session() -> Iterator[Ask]:
    """Lend what sends a statement to DuckDB in a process with the packages of its lock."""
    try:
        python = python_tools("duckdb") / "python"
    except Missing as reason:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(reason))
    process = subprocess.Popen(
        [str(python), str(SESSION)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None

    def ask(statement: str) -> dict[str, Any]:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(statement) + "\n")
        process.stdin.flush()
        answer: dict[str, Any] = json.loads(process.stdout.readline())
        return answer

    try:
        yield ask
    finally:
        process.stdin.close()
        process.wait(20)
        process.stdout.close()


def _here(statement: str) -> list[list[Any]]:
    """Return what a file on this disk has to say."""
    with duckdb.connect() as connection:
        rows = connection.execute(statement).fetchall()
    found: list[list[Any]] = json.loads(json.dumps(rows, default=str))
    return found


@pytest.mark.slow
def test_duckdb_reads_every_parquet_file_in_place(
    server_on: Callable[[str], httpx.Client], exports: Callable[[str], str]
) -> None:
    client, folder = server_on("sqlite"), Path(exports("sqlite"))
    index = read_index(folder)
    assert index is not None
    with _session() as ask:
        for one in index.entries:
            if one.format != "parquet":
                continue
            rows = _here(f"SELECT * FROM read_parquet('{folder / one.name}')")
            assert len(rows) == one.rows
            for name in (one.name, one.newest):
                said = ask(f"SELECT * FROM '{client.base_url}/v1/exports/{name}'")
                assert said == {"rows": rows}, name
        said = ask(
            "SELECT annual_median, marks ->> '$.annual_p90' FROM "
            f"'{client.base_url}/v1/exports/wages.parquet' WHERE code = '11-9111'"
        )
        assert said["rows"], said
        said = ask(f"SELECT * FROM '{client.base_url}/v1/exports/wage.parquet'")
        assert "404" in said["error"]


@pytest.mark.slow
def test_the_statements_of_the_guide_are_answered(
    server_on: Callable[[str], httpx.Client], exports: Callable[[str], str]
) -> None:
    client = server_on("sqlite")
    assert exports("sqlite")
    blocks = [text for language, text in blocks_of("docs/guides/downloads.md") if language == "sql"]
    statements = "".join(blocks).replace(BASE, str(client.base_url).rstrip("/")).split(";")
    rows = []
    with _session() as ask:
        for statement in map(str.strip, statements):
            if statement and statement not in {"INSTALL httpfs", "LOAD httpfs"}:
                said = ask(statement)
                assert "error" not in said, (statement, said)
                if statement.startswith("SELECT"):
                    rows.append(said["rows"])
    counted, in_place, joined, cited, streamed = rows
    median, bls = 101_340, ["U.S. Bureau of Labor Statistics", "Public domain"]
    assert counted == [[11]]  # the article has the twelfth
    assert in_place == [["article-2022-11", median], ["bls-oews-2021-05", median]]
    assert len(joined) == 10
    assert ["11-9111", "Medical and Health Services Managers", median] in [r[:3] for r in joined]
    assert cited == [["11-9111", median, "2021-05", *bls]]
    assert ["11-9111", "US", median, "bls-oews-2021-05", *bls] in streamed


@pytest.mark.slow
def test_a_file_under_its_own_name_is_never_mixed_with_the_next_one(
    databases: Databases, tmp_path: Path
) -> None:
    folder = tmp_path / "exports"
    settings = {"url": databases.seeded(), "export_folder": str(folder)}
    assert occupations("export", **settings).returncode == 0
    with serving(**settings) as client, _session() as ask:
        root = f"{client.base_url}/v1/exports"
        (name,) = ask(
            "SELECT one.name FROM (SELECT unnest(items) AS one FROM "
            f"read_json('{root}?limit=200')) WHERE one.newest = 'wages.parquet'"
        )["rows"][0]
        newest = f"SELECT release, count(*) FROM '{root}/wages.parquet' GROUP BY 1 ORDER BY 1"
        named = newest.replace("wages.parquet", name)
        first = ask(newest)
        assert first["rows"]
        # DuckDB holds what it saw of a file, and asks for the bytes each time.
        ask("SET enable_http_metadata_cache = true")
        ask("SET enable_external_file_cache = false")
        assert ask(named) == first
        assert occupations("import", str(oews_year(tmp_path)), **settings).returncode == 0
        assert ask(named) == first
        ask("SET enable_http_metadata_cache = false")
        assert "bls-oews-2022-05" in dict(ask(newest)["rows"])
