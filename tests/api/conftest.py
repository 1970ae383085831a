"""The application in this process, on a database whose figures lie on the bounds of queries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from starlette.types import ASGIApp

from app.main import create_app
from app.server.edge import Edge
from app.settings import Settings
from tests.builders import line, oews_csv, onet_text
from tests.conftest import DATABASES, Databases, occupations

EMPLOYMENT = {"11-1011": 1000, "11-1021": 999, "11-1031": "**"}
"""Code → persons employed: as many as a ranking needs, one fewer, and not published."""
AREAS = ("0100001", "0100002", "0100003", "0100004")
"""Nonmetropolitan areas of one name; the publisher writes their codes without the first zero."""
INDUSTRIES = [f"{number}000" for number in range(111, 149)]
"""With ``all`` and 000000 these are the 40 values that an error lists at most."""
RATED = "O*NET-SOC Code|Element ID|Element Name|Scale ID|Data Value|N|Standard Error|"
RATED += "Lower CI Bound|Upper CI Bound|Recommend Suppress|Not Relevant|Date|Domain Source"
SKILLS = {"2.A.1.a": ("Reading", "3.00"), "2.A.1.b": ("Listening", "2.99")}
"""Element → name and importance: important, and just not."""


def write_files(folder: Path) -> Path:
    """Write wages of the nation, of areas and of industries, and O*NET's skills."""
    rest = {"AREA_TYPE": "6", "AREA_TITLE": "Rest of Alabama", "PRIM_STATE": "AL"}
    for name, lines in {
        "national": [line(OCC_CODE=code, TOT_EMP=people) for code, people in EMPLOYMENT.items()],
        "BOS": [line(OCC_CODE="11-1011", AREA=area.lstrip("0"), **rest) for area in AREAS],
        "nat3d": [line(NAICS=naics, OWN_CODE="5") for naics in INDUSTRIES],
    }.items():
        oews_csv(folder / f"{name}_M2021_dl.csv", *lines)
    codes = ("11-1011.00", "15-1299.08")
    skills = [
        f"{code}|{element}|{name}|IM|{importance}|8|0|2|4|N|n/a|07/2014|Analyst"
        for code in codes
        for element, (name, importance) in SKILLS.items()
    ]
    titles = [f"{code}|Title of {code}|Text" for code in codes]
    onet_text(
        folder / "onet",
        Read_Me="O*NET 27.0 Database\nAugust 2022 Release",
        Occupation_Data="\n".join(["O*NET-SOC Code|Title|Description", *titles]),
        Skills="\n".join([RATED, *skills]),
    )
    return folder


@pytest.fixture(scope="session", params=DATABASES)
def edges(
    request: pytest.FixtureRequest,
    databases_of: Callable[[str], Databases],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Edge]:
    """Give the application on a database of each kind with the files of ``write_files``."""
    url = databases_of(request.param).seeded()
    made = occupations("import", str(write_files(tmp_path_factory.mktemp("files"))), url=url)
    assert made.returncode == 0, made.stderr
    app = create_app(Settings(database_url=url, cache_bytes=0))
    assert isinstance(app, Edge)
    app.api.state.store.refresh()
    yield app
    app.api.state.store.stop()


async def get(app: ASGIApp, target: str) -> httpx.Response:
    """Ask an application in this process."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        return await client.get(target)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio alone."""
    return "asyncio"
