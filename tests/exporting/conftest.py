"""Databases and bundles with a little of every dataset."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.builders import line, oews_book, onet_text
from tests.conftest import Databases, occupations
from tests.onet_releases import CODE, RELEASE_30_1, SAID
from tests.servers import serving, warmed

ZONES = f"""{CODE}|Job Zone|{SAID}
    11-9111.00|4|08/2025|Analyst"""
ZONE_REFERENCE = """Job Zone|Name|Experience|Education|Job Training|Examples|SVP Range
    4|Zone Four|Much experience.|A degree.|Years of training.|Managers|(7.0 to < 8.0)"""
ONET = {**RELEASE_30_1, "Job_Zones": ZONES, "Job_Zone_Reference": ZONE_REFERENCE}


def write_files(folder: Path) -> Path:
    """Write a release of O*NET, and one of wages with figures that are null."""
    (folder / "onet").mkdir(parents=True)
    onet_text(folder / "onet", **ONET)
    oews_book(
        folder / "national_M2021_dl.xlsx",
        line(OCC_CODE="00-0000", OCC_TITLE="All Occupations", O_GROUP="total", A_PCT90="#"),
        line(A_PCT90="#", H_PCT90="#", TOT_EMP="**", PCT_TOTAL=""),
    )
    return folder


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Return a folder with publishers' files."""
    return write_files(tmp_path / "files")


@pytest.fixture
def bundle(tmp_path: Path, files: Path) -> Callable[..., Path]:
    """Make the box of the files, without the publishers' sentences."""

    def made(name: str = "bundle") -> Path:
        target = tmp_path / name
        done = occupations("bundle", "build", str(files), "--to", str(target), url="")
        assert done.returncode == 0, done.stderr
        return target

    return made


@pytest.fixture
def loaded(databases: Databases, files: Path) -> str:
    """Return the URL of a database with the seed and the files."""
    url = databases.seeded()
    assert occupations("import", str(files), url=url).returncode == 0
    return url


@pytest.fixture(scope="session")
def boxed_postgresql(databases_of: Callable[[str], Databases]) -> Iterator[httpx.Client]:
    """Lend a client of a server with the box, on PostgreSQL."""
    with serving(databases_of("postgresql").boxed) as client:
        yield warmed(client)
