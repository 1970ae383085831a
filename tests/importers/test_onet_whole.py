"""Whole O*NET releases, loaded where they are at hand; they are not in the repository."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.importers.test_onet_release import load, rows

SHARED = Path("../shared/data/onet")
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


def counts(engine: Engine, table: str) -> dict[Any, int]:
    by = SUMS[table]
    return dict(rows(engine, f"SELECT {by}, count(*) FROM {table} GROUP BY {by}"))


def whole(name: str) -> Path:
    folder = SHARED / name
    if not folder.exists():
        pytest.skip(f"{name} is not at hand in {SHARED}: the whole release is not tested")
    return folder


def test_the_whole_of_27_0(engine: Engine) -> None:
    load(engine, whole("db_27_0_text"))
    assert {table: counts(engine, table) for table in SUMS} == {
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
        "skills": {},
        "technologies": counts(engine, "technologies"),
        "education": {"required_level": 10224},
        "experience": {
            "related_work": 9372,
            "on_site_training": 7668,
            "on_the_job_training": 7668,
        },
        "job_zones": counts(engine, "job_zones"),
        "interests": {"OI": 5244, "IH": 2622},
        "related": {"primary_short": 4615, "primary_long": 4615, "supplemental": 9230},
    }
    assert sum(counts(engine, "technologies").values()) == 30826
    assert sum(counts(engine, "job_zones").values()) == 923
    query = "SELECT text, incumbents_responding, collected, domain_source FROM duties"
    assert rows(engine, f"{query} WHERE task_id = '15287'") == [
        (
            'Conduct "head counts" to help predict the outcome of upcoming votes.',
            None,
            "2006-06",
            "Analyst",
        )
    ]
    query = "SELECT percent, n, standard_error, lower, upper, suppress FROM education"
    assert rows(engine, f"{query} WHERE code = '11-1011' AND category = 9") == [
        (19.23, 27, 16.21, 2.71, 67.05, True)
    ]
    query = "SELECT zone, name, svp_range, collected FROM job_zones WHERE code = '11-9111'"
    assert rows(engine, query) == [
        (4, "Job Zone Four: Considerable Preparation Needed", "(7.0 to < 8.0)", "2022-08")
    ]
    query = "SELECT title, origin FROM titles WHERE short_title = 'LMHC' AND code = '21-1014'"
    assert ("Licensed Mental Health Counselor (LMHC)", "02,04") in rows(engine, query)
    query = "SELECT related_code, rank FROM related WHERE code = '11-1011' AND rank = 1"
    assert rows(engine, query) == [("11-1021", 1)]


def test_the_whole_of_29_3(engine: Engine) -> None:
    load(engine, whole("db_29_3_excel"))
    assert counts(engine, "entries") == {"detailed": 867, "onet": 149}
    assert counts(engine, "duties") == {
        "core": 13417,
        "supplemental": 4222,
        "unrated": 1157,
        "new": 247,
        "revision": 48,
    }
    assert counts(engine, "skills") == {"skill": 30765, "knowledge": 29007}
    assert counts(engine, "technologies") == {True: 11616, False: 21065}
    assert counts(engine, "experience") == {
        "related_work": 9438,
        "on_site_training": 7722,
        "on_the_job_training": 7722,
    }
    assert counts(engine, "education") == {"required_level": 10296}
    assert sum(counts(engine, "interests").values()) == 8307
    assert sum(counts(engine, "related").values()) == 18460
    query = "SELECT importance, importance_n, level, level_se, level_lower, level_upper,"
    query += " level_suppress, not_relevant FROM skills WHERE"
    assert rows(engine, f"{query} code = '11-9111' AND element_id = '2.A.1.a'") == [
        (4.0, 8, 4.12, 0.125, 3.88, 4.37, False, False)
    ]
    assert rows(engine, f"{query} code = '11-3031' AND element_id = '2.B.3.a'")[0][2:7] == (
        1.12,
        0.5154,
        0.1148,
        2.1352,
        True,
    )
    assert rows(engine, f"{query} code = '11-9111' AND element_id = '2.C.1.a'") == [
        (4.68, 28, 5.5, None, None, None, None, False)
    ]
    suppressed = "SELECT sum(CASE WHEN level_suppress THEN 1 ELSE 0 END) FROM skills"
    assert rows(engine, suppressed) == [(118 + 6 + 3727 + 1051,)]
