"""The application in this process, on a database whose figures lie on the bounds of queries."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, select, update
from starlette.types import ASGIApp

from app import marks
from app.database import store as stores
from app.database.engines import writing_engine
from app.database.models import Part, Release
from app.importers import rows
from app.importers.loading.load import load_release
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


TOP_CODES = {"top_code_annual": 239_200, "top_code_hourly": 11_500}


def wage(code: str, **given: Any) -> rows.Row:
    """Return a row of wages. A figure may be its mark; those not given are not published."""
    values = [given.get(name, marks.NOT_PUBLISHED) for name in marks.WAGE_FIGURES]
    text = "".join(v if isinstance(v, str) else marks.PRESENT for v in values)
    figures = [None if isinstance(v, str) else v for v in values]
    return rows.WageRow._make([code, "detailed", *figures, text, None, None])


def load_wages(
    url: str,
    name: str,
    parts: dict[str, list[rows.Row]],
    industries: Sequence[rows.IndustryRow],
    *others: str,
) -> None:
    """Load a release of wages, such as bls-oews-2024-05-state: "CA 000000 1235" → rows.

    ``others``: codes that the release names, without wages.
    """
    period = name.removeprefix("bls-oews-")[:7]
    checksum = hashlib.sha256(name.encode()).hexdigest()
    head = rows.ReleaseHead(name, "bls-oews", period, name, "https://example.org/", checksum)
    keys = [part.split(" ") for part in parts]
    runs = [
        rows.PartRows(
            rows.PartKey(rows.WageRow, area=area, industry=industry, ownership=owner),
            lines,
            TOP_CODES,
        )
        for (area, industry, owner), lines in zip(keys, parts.values(), strict=True)
    ]
    codes = sorted({line.code for lines in parts.values() for line in lines} | {*others})
    entries = [rows.EntryRow(code, f"Title of {code}", "detailed") for code in codes]
    runs.append(rows.PartRows(rows.PartKey(rows.EntryRow), entries))
    areas = [rows.AreaRow(area, f"Area {area}", "state", area, None) for area, _, _ in keys]
    load(url, rows.Reading(head, runs, areas=lambda: areas, industries=lambda: industries))


def load(url: str, reading: rows.Reading) -> None:
    """Load a release into the database at a URL."""
    engine = writing_engine(url)
    load_release(engine, reading)
    engine.dispose()


def lacking(url: str, release: str, area: str, **lacks: Any) -> None:
    """Say of a release's part of an area that it is not whole, as the loader does."""
    engine = writing_engine(url)
    its = select(Release.id).where(Release.name == release)
    part = update(Part).where(Part.release_id.in_(its), Part.area == area)
    with engine.begin() as connection:
        assert connection.execute(part.values(whole=False, lacks=lacks)).rowcount == 1
    engine.dispose()


def whole(url: str) -> None:
    """Say of every part but those of excerpts that it is whole."""
    engine = writing_engine(url)
    excerpts = select(Release.id).where(Release.excerpt)
    parts = update(Part).where(Part.release_id.not_in(excerpts))
    with engine.begin() as connection:
        connection.execute(parts.values(whole=True, lacks={}))
    engine.dispose()


@contextmanager
def application(url: str) -> Iterator[Edge]:
    """Give the application on a database, without a cache of answers."""
    app = create_app(Settings(database_url=url, cache_bytes=0))
    assert isinstance(app, Edge)
    app.api.state.store.refresh()
    yield app
    app.api.state.store.stop()


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
    with application(url) as app:
        yield app


def caching(engine: Engine, **settings: Any) -> Edge:
    """Return the application on a database, with a cache of answers; tests call ``refresh``."""
    url = engine.url.render_as_string(hide_password=False)
    app = create_app(Settings(database_url=url, **settings))
    assert isinstance(app, Edge)
    app.api.state.store.refresh()
    return app


@pytest.fixture
def engine(databases: Databases) -> Iterator[Engine]:
    """Give an engine that writes to a seeded database of its own."""
    made = writing_engine(databases.seeded())
    yield made
    made.dispose()


@pytest.fixture
def edge(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Edge]:
    """Give the application on ``engine``; it may load one older catalog after another."""
    monkeypatch.setattr(stores, "REST", 0)
    made = caching(engine)
    yield made
    made.api.state.store.stop()


async def get(app: ASGIApp, target: str) -> httpx.Response:
    """Ask an application in this process."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        return await client.get(target)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio alone."""
    return "asyncio"
