"""The guide of the mirror, step by step: its commands, and its program while data are imported."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.builders import oews_year
from tests.conftest import Databases, occupations
from tests.servers import serving
from tests.test_guides import BASE, blocks_of

PAGE = "docs/guides/downloads.md"


def test_the_commands_do_what_is_said(seeded_sqlite: httpx.Client, tmp_path: Path) -> None:
    blocks, host = blocks_of(PAGE), str(seeded_sqlite.base_url).rstrip("/")
    commands = "".join(text for kind, text in blocks if kind == "sh").replace(BASE, host)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    shown = [
        text for (kind, _), (after, text) in pairwise(blocks) if (kind, after) == ("sh", "text")
    ]
    assert shown
    assert all(text in done.stdout for text in shown)
    files = seeded_sqlite.get("/v1/exports?limit=200").json()["items"]
    for one in files:
        if one["format"] in {"csv", "zip"}:
            name = one["name"] if one["format"] == "csv" else one["newest"]
            digest = sha256((tmp_path / name).read_bytes()).hexdigest()
            assert one["digest"] == f"sha256:{digest}"
            assert one["format"] == "zip" or f"{name}: OK" in done.stdout
    assert "a skos:ConceptScheme" in (tmp_path / "soc-2018.ttl").read_text("utf-8")
    assert len((tmp_path / "wages.csv").read_text("utf-8").splitlines()) == 1 + 12


@contextmanager
def program(client: httpx.Client, folder: Path) -> Iterator[dict[str, Any]]:
    """Run the program of the guide on a server, and lend its names."""
    code = "".join(text for language, text in blocks_of(PAGE) if language == "python")
    for shown, here in (
        (BASE, str(client.base_url).rstrip("/")),
        ("tempfile.mkdtemp()", repr(str(folder))),
    ):
        assert shown in code
        code = code.replace(shown, here)
    folder.mkdir(exist_ok=True)
    names: dict[str, Any] = {}
    exec(code, names)
    try:
        yield names
    finally:
        names["api"].close()


def wait_for_another(client: httpx.Client, version: str) -> None:
    deadline = time.monotonic() + 20
    while client.get("/v1").json()["data_version"].startswith(version):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def contents(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


EMPLOYED = "SELECT employment FROM wages WHERE code = '11-9111' AND release = 'bls-oews-2022-05'"
YEAR = "bls-oews-2022-05"


@pytest.mark.slow
def test_a_mirror_follows_an_import_a_correction_and_a_retirement(
    databases: Databases, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = {"url": databases.seeded(), "export_folder": str(tmp_path / "exports")}
    assert occupations("export", **settings).returncode == 0
    mine, files = tmp_path / "mine", tmp_path / "files"
    files.mkdir()
    steps: list[tuple[Callable[[], tuple[str, ...]], str, list[tuple[int]]]] = [
        (
            lambda: ("import", str(oews_year(files, 476_750.0))),
            f"added {YEAR}",
            [(476_750,)],
        ),
        (
            lambda: ("import", str(oews_year(files, 476_760.0))),
            f"revised {YEAR}",
            [(476_760,)],
        ),
        (lambda: ("releases", "retire", YEAR), f"retired {YEAR}", []),
        (lambda: ("releases", "restore", YEAR), f"restored {YEAR}", [(476_760,)]),
    ]
    with serving(**settings) as client, program(client, mine) as guide:
        first = version = guide["version"]
        for number, (step, said, employed) in enumerate(steps):
            done = occupations(*step(), **settings)
            assert done.returncode == 0, done.stdout + done.stderr
            wait_for_another(client, version)
            capsys.readouterr()
            before = contents(mine)
            version = guide["update"](version)
            lines = capsys.readouterr().out.splitlines()
            assert client.get("/v1").json()["data_version"].startswith(version)
            assert [one for one in lines if one.startswith(said)], lines
            if "revised" in said:
                assert "('wages', 0, 0, 1)" in next(one for one in lines if said in one)
            assert guide["opened"]().sql(EMPLOYED).fetchall() == employed
            # What was not changed is not fetched again; what was is as a new mirror has it.
            kept = before & contents(mine)
            assert {name.partition("-")[0] for name in before - kept} >= {"wages"}
            assert {name.partition("-")[0] for name in kept} >= {"titles", "duties"}
            with program(client, tmp_path / f"new{number}") as other:
                assert contents(other["FOLDER"]) == contents(mine)
        assert guide["median"](first) == 101_340
        assert guide["update"](version) == version
        assert capsys.readouterr().out.splitlines()[-1].endswith("files, 0 of them new")


@pytest.mark.slow
def test_a_download_that_broke_off_goes_on(seeded_sqlite: httpx.Client, tmp_path: Path) -> None:
    files = seeded_sqlite.get("/v1/exports?limit=200").json()["items"]
    one = next(file for file in files if file["newest"] == "wages.parquet")
    part = tmp_path / f"{one['name']}.part"
    part.write_bytes(seeded_sqlite.get(one["url"]).content[:100])
    with program(seeded_sqlite, tmp_path) as guide:
        whole = (tmp_path / one["name"]).read_bytes()
        assert one["digest"] == f"sha256:{sha256(whole).hexdigest()}"
        (tmp_path / one["name"]).rename(part)  # whole, and not checked yet
        guide["mirror"]()
        (tmp_path / one["name"]).unlink()
        part.write_bytes(b"x" * 100)
        with pytest.raises(OSError, match="another digest"):
            guide["mirror"]()
        guide["mirror"]()
        assert (tmp_path / one["name"]).read_bytes() == whole


@pytest.mark.parametrize(
    "content", [b"", b'{"a":1}\n', b'{"a":1}\n{"complete":true,"rows":2}\n', b'{"a":1}\n{"comp']
)
def test_a_stream_that_broke_off_is_told(
    seeded_sqlite: httpx.Client, tmp_path: Path, content: bytes
) -> None:
    with program(seeded_sqlite, tmp_path) as guide:
        guide["api"].close()
        answered = httpx.MockTransport(lambda _: httpx.Response(200, content=content))
        guide["api"] = httpx.Client(base_url="http://a.example", transport=answered)
        with pytest.raises((OSError, ValueError)):
            list(guide["stream"]("/v1/wages"))
