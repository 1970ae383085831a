"""The official files, loaded whole into a database of each kind; they are not in the repository."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, select, text

from app.database.models import Base
from tests.conftest import DATABASES, Databases, occupations_process
from tests.official import gathered

pytestmark = pytest.mark.slow
MOMENTS = {"loaded_at", "changed_at"}
"""Columns that say when the program ran."""

SUMS = {
    "entries": "level",
    "descriptions": "kind",
    "duties": "kind",
    "titles": "kind",
    "skills": "kind",
    "technologies": "hot",
    "education": "kind",
    "experience": "kind",
    "job_zones": "zone",
    "interests": "scale",
    "related": "tier",
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return gathered(tmp_path_factory.mktemp("official"))


@pytest.fixture(scope="module")
def loaded(files: Path, databases_of: Callable[[str], Databases]) -> dict[str, str]:
    """Databases with all the files, by kind; imported once for all tests here."""
    urls = {kind: databases_of(kind).empty() for kind in DATABASES}
    for url in urls.values():
        made = occupations_process("import", str(files), url=url, timeout=600)
        assert made.returncode == 0, made.stderr
    return urls


def digests(url: str) -> dict[str, str]:
    """Return a digest of each table's rows."""
    found = {}
    engine = create_engine(url)
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            columns = [column for column in table.columns if column.name not in MOMENTS]
            digest = sha256()
            for row in connection.execute(select(*columns).order_by(*table.primary_key)):
                digest.update(repr(tuple(row)).encode())
            found[table.name] = digest.hexdigest()
    engine.dispose()
    return found


def test_both_databases_hold_the_same_rows(loaded: dict[str, str]) -> None:
    sqlite, postgresql = (digests(loaded[kind]) for kind in DATABASES)
    assert sqlite == postgresql


def test_every_cell_is_answered(loaded: dict[str, str], files: Path) -> None:
    # PostgreSQL holds the same rows, as the test above shows.
    answer = occupations_process("verify", str(files), url=loaded["sqlite"], timeout=600)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    total = re.search(r"^in all +([\d,]+) +(\d+)", answer.stdout, re.MULTILINE)
    assert total, answer.stdout
    assert int(total[1].replace(",", "")) > 4_000_000
    assert total[2] == "0"


class Onet:
    """A release of O*NET in one of the databases."""

    def __init__(self, engine: Engine, release: str) -> None:
        self.engine = engine
        self.parts = (
            "SELECT p.id FROM parts p JOIN releases r ON r.id = p.release_id "
            f"WHERE r.name = '{release}'"
        )

    def rows(self, columns: str, table: str, more: str = "") -> list[tuple[Any, ...]]:
        query = f"SELECT {columns} FROM {table} WHERE part_id IN ({self.parts}) {more}"
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    def counts(self, table: str) -> dict[Any, int]:
        by = SUMS[table]
        return dict(self.rows(f"{by}, count(*)", table, f"GROUP BY {by}"))


@pytest.fixture(params=DATABASES)
def onet(request: pytest.FixtureRequest, loaded: dict[str, str]) -> Iterator[Callable[[str], Onet]]:
    engine = create_engine(loaded[request.param])
    yield lambda release: Onet(engine, release)
    engine.dispose()


def test_the_whole_of_27_0(onet: Callable[[str], Onet]) -> None:
    whole = onet("onet-27.0")
    assert {table: whole.counts(table) for table in SUMS} == {
        "entries": {"detailed": 867, "onet": 149},
        "descriptions": {"definition": 1016},
        "duties": {
            "core": 13225,
            "supplemental": 4728,
            "unrated": 1312,
            "new": 201,
            "revision": 35,
        },
        "titles": {"alternate": 52754, "reported": 7541},
        "skills": {"work_style": 13968, "work_value": 7866},
        "technologies": whole.counts("technologies"),
        "education": {"required_level": 10224},
        "experience": {
            "related_work": 9372,
            "on_site_training": 7668,
            "on_the_job_training": 7668,
        },
        "job_zones": whole.counts("job_zones"),
        "interests": {"OI": 5244, "IH": 2622},
        "related": {"primary_short": 4615, "primary_long": 4615, "supplemental": 9230},
    }
    assert sum(whole.counts("technologies").values()) == 30826 + 41644
    assert sum(whole.counts("job_zones").values()) == 923
    columns = "text, incumbents_responding, collected, domain_source"
    assert whole.rows(columns, "duties", "AND task_id = '15287'") == [
        (
            'Conduct "head counts" to help predict the outcome of upcoming votes.',
            None,
            "2006-06",
            "Analyst",
        )
    ]
    columns = "percent, n, standard_error, lower, upper, suppress"
    assert whole.rows(columns, "education", "AND code = '11-1011' AND category = 9") == [
        (19.23, 27, 16.21, 2.71, 67.05, True)
    ]
    columns = "zone, name, svp_range, collected"
    assert whole.rows(columns, "job_zones", "AND code = '11-9111'") == [
        (4, "Job Zone Four: Considerable Preparation Needed", "(7.0 to < 8.0)", "2022-08")
    ]
    licensed = whole.rows("title, origin", "titles", "AND short_title = 'LMHC'")
    assert ("Licensed Mental Health Counselor (LMHC)", "02,04") in licensed
    nearest = whole.rows("related_code, rank", "related", "AND code = '11-1011' AND rank = 1")
    assert nearest == [("11-1021", 1)]


def test_the_whole_of_29_3(onet: Callable[[str], Onet]) -> None:
    whole = onet("onet-29.3")
    assert whole.counts("entries") == {"detailed": 867, "onet": 149}
    assert whole.counts("duties") == {
        "core": 13417,
        "supplemental": 4222,
        "unrated": 1157,
        "new": 247,
        "revision": 48,
    }
    assert whole.counts("skills") == {
        "skill": 30765,
        "knowledge": 29007,
        "work_style": 14064,
        "work_value": 7866,
    }
    assert whole.counts("technologies") == {True: 11616, False: 21065, None: 41662}
    linked = whole.rows("activities", "duties", "AND activities IS NOT NULL")
    links = [json.loads(row[0]) if isinstance(row[0], str) else row[0] for row in linked]
    assert sum(map(len, links)) == 23233
    first = whole.rows("name", "technologies", "AND code = '15-1252' AND position = 1 AND hot")
    assert first == [("Amazon Web Services AWS software",)]
    assert whole.counts("experience") == {
        "related_work": 9438,
        "on_site_training": 7722,
        "on_the_job_training": 7722,
    }
    assert whole.counts("education") == {"required_level": 10296}
    assert sum(whole.counts("interests").values()) == 8307
    assert sum(whole.counts("related").values()) == 18460
    columns = "importance, importance_n, level, level_se, level_lower, level_upper,"
    columns += " level_suppress, not_relevant"
    assert whole.rows(columns, "skills", "AND code = '11-9111' AND element_id = '2.A.1.a'") == [
        (4.0, 8, 4.12, 0.125, 3.88, 4.37, False, False)
    ]
    (row,) = whole.rows(columns, "skills", "AND code = '11-3031' AND element_id = '2.B.3.a'")
    assert row[2:7] == (
        1.12,
        0.5154,
        0.1148,
        2.1352,
        True,
    )
    assert whole.rows(columns, "skills", "AND code = '11-9111' AND element_id = '2.C.1.a'") == [
        (4.68, 28, 5.5, None, None, None, None, False)
    ]
    suppressed = whole.rows("sum(CASE WHEN level_suppress THEN 1 ELSE 0 END)", "skills")
    assert suppressed == [(118 + 6 + 3727 + 1051,)]
