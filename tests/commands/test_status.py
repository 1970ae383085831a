"""What is loaded, missing and newer: the command and ``/v1`` say the same."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import anyio
import pytest
from sqlalchemy import make_url, update

from app.api.queries.commands import command_for
from app.commands.downloading import downloads
from app.database.download_table import released
from app.database.engines import writing_engine
from app.database.models import Release
from app.database.part_lacks import STATES
from app.importers import rows
from app.server.edge import Edge
from tests.api.conftest import application, get, lacking, load, load_wages, wage, whole
from tests.conftest import Databases, occupations
from tests.servers import free_port

CROSS = [rows.IndustryRow("000000", "Cross-industry", "cross-industry")]
LINE = [wage("11-9111", employment=10)]
NATION = {"US 000000 1235": LINE}
OEWS = list(released()["bls-oews"])
THEN = "&& occupations import downloads"


def status(url: str) -> dict[str, Any]:
    """Return the entries of ``/v1`` by source."""

    async def asked(app: Edge) -> Any:
        return (await get(app, "/v1")).json()["status"]

    with application(url) as app:
        return {one["source"]: one for one in anyio.run(asked, app)}


def of_nation(period: str, scope: str = "national") -> str:
    return f"occupations download bls-oews --period {period} --scope {scope} {THEN}"


def ratings(release: str, period: str) -> rows.Reading:
    """Return a release of O*NET with a job zone alone."""
    head = rows.ReleaseHead(f"onet-{release}", "onet", period, "", "https://example.org/", "0" * 64)
    zone = rows.JobZoneRow("11-9111", 4, "Four", "", "", "", "")
    return rows.Reading(head, [rows.PartRows(rows.PartKey(rows.JobZoneRow), [zone])])


@pytest.fixture
def seed(databases: Databases) -> str:
    return databases.seeded()


def test_the_seed_is_an_excerpt_and_its_command_gets_the_rest(seed: str) -> None:
    found = status(seed)
    assert list(found) == [*released(), "article", "bls-areas", "omb-cbsa"]
    assert found["soc"] == {
        "source": "soc",
        "newest": "2018",
        "published": "2017-11-28",
        "excerpt": True,
        "whole": False,
        "missing": {"datasets": ["descriptions", "titles"], "areas": [], "periods": []},
        "newer": None,
        "command": f"occupations download soc {THEN}",
    }
    assert found["bls-oews"]["newest"] == "2021-05"
    assert found["bls-oews"]["newer"] == {"period": "2025-05", "release": "bls-oews-2025-05"}
    assert found["bls-oews"]["command"] == of_nation("2025-05")
    assert found["bls-ep"]["newer"] == {"period": "2024-34", "release": "bls-ep-2024-34"}
    assert found["bls-ep"]["command"] == f"occupations download bls-ep {THEN}"
    assert found["onet"] == {
        "source": "onet",
        "newest": None,
        "published": None,
        "excerpt": False,
        "whole": False,
        "missing": {"datasets": [], "areas": [], "periods": []},
        "newer": {"period": "2026-08", "release": "onet-31.0"},
        "command": f"occupations download onet --period 31.0 {THEN}",
    }
    assert {one["command"] for one in found.values() if one["source"] not in released()} == {None}


def test_the_command_prints_what_the_web_says(seed: str) -> None:
    done = occupations("status", url=seed)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    table = {row.split()[0]: row for row in lines[1:8]}
    today = datetime.now(UTC).date()
    for source, one in status(seed).items():
        assert (one["newest"] or "-") == table[source].split()[1]
        assert (one["newer"] or {"period": "-"})["period"] == table[source].split()[-1]
        if one["published"]:
            age = (today - date.fromisoformat(one["published"])).days
            assert f"{one['published']}  {age:,} days" in re.sub(" {2,}", "  ", table[source])
        assert [line for line in lines[8:] if line.endswith(f": {one['command']}")] == [
            line for line in lines[8:] if line.startswith(f"{source}: ") and " && " in line
        ]
    assert len({row.index("publisher has") for row in lines[:1]}) == 1
    assert {len(row) for row in lines[:8]} == {len(lines[0])}
    assert "soc: of 2018 only an excerpt is loaded: occupations download soc " in done.stdout
    assert "onet: the publisher has onet-31.0 (2026-08): occupations download onet " in done.stdout


def test_what_is_as_new_as_the_publishers_is_not_older(seed: str) -> None:
    """One month less is."""
    newest, before = OEWS[:2]
    load_wages(seed, f"bls-oews-{before}", NATION, CROSS)
    assert status(seed)["bls-oews"]["newer"]["period"] == newest
    assert occupations("status", "--check", "--source", "bls-oews", url=seed).returncode == 1
    load_wages(seed, f"bls-oews-{newest}", NATION, CROSS)
    found = status(seed)["bls-oews"]
    assert (found["newest"], found["newer"], found["published"]) == (newest, None, "2026-05-15")
    assert occupations("status", "--check", "--source", "bls-oews", url=seed).returncode == 0
    assert occupations("status", "--check", url=seed).returncode == 1  # others have newer
    assert occupations("status", url=seed).returncode == 0
    load_wages(seed, "bls-oews-2031-05", NATION, CROSS)  # the table does not know it
    assert status(seed)["bls-oews"]["newer"] is None


def test_a_release_is_known_by_its_name_too(seed: str) -> None:
    """The table may date a release otherwise than its own Read Me does."""
    load(seed, ratings("31.0", "2026-07"))
    whole(seed)
    found = status(seed)["onet"]
    assert (found["newest"], found["newer"], found["whole"]) == ("2026-07", None, True)
    assert found["missing"]["periods"] == []


def test_gaps_lie_between_what_is_loaded(seed: str) -> None:
    """Neither before the first period loaded nor after the last."""
    for period in ("2022-05", "2018-05", "2015-05"):
        load_wages(seed, f"bls-oews-{period}", NATION, CROSS)
    found = status(seed)["bls-oews"]
    assert found["missing"]["periods"] == ["2020-05", "2019-05", "2017-05", "2016-05"]
    load_wages(
        seed, "bls-oews-2025-05-all", NATION | {f"{a} 000000 1235": LINE for a in STATES}, CROSS
    )
    whole(seed)
    found = status(seed)["bls-oews"]
    gaps = ["2024-05", "2023-05", "2020-05", "2019-05", "2017-05", "2016-05"]
    assert found["missing"] == {"datasets": [], "areas": [], "periods": gaps}
    assert (found["whole"], found["newer"]) == (True, None)
    assert found["command"] == of_nation("2024-05")
    printed = occupations("status", "--source", "bls-oews", url=seed).stdout
    assert f"not loaded between others: {', '.join(gaps)}: {found['command']}" in printed


def test_areas_come_with_the_file_of_all_areas(seed: str) -> None:
    newest, before = OEWS[:2]
    load_wages(seed, f"bls-oews-{before}", NATION | {"CA 000000 1235": LINE}, CROSS)
    assert status(seed)["bls-oews"]["command"] == of_nation(newest, "all")
    load_wages(seed, f"bls-oews-{newest}", NATION, CROSS)
    whole(seed)
    found = status(seed)["bls-oews"]
    assert found["missing"]["areas"] == sorted(STATES)
    assert (found["whole"], found["command"]) == (False, of_nation(newest, "all"))
    some = {f"{area} 000000 1235": LINE for area in STATES - {"WY"}}
    load_wages(seed, f"bls-oews-{newest}-state", some, CROSS)
    whole(seed)
    lacking(seed, f"bls-oews-{newest}-state", "AK", areas=["0100001", "WY"])
    assert status(seed)["bls-oews"]["missing"]["areas"] == ["0100001", "WY"]
    printed = occupations("status", "--source", "bls-oews", url=seed).stdout
    assert f"{newest} lacks 0100001, WY: {of_nation(newest, 'all')}" in printed


def test_what_the_newest_release_lacks_is_said(seed: str) -> None:
    load(seed, ratings("31.0", "2026-08"))
    whole(seed)
    lacking(seed, "onet-31.0", "", datasets=["duties", "skills"])
    engine = writing_engine(seed)
    with engine.begin() as connection:
        left_out = update(Release).where(Release.name == "onet-31.0")
        connection.execute(left_out.values(left_out=["job_zones.training"]))
    engine.dispose()
    found = status(seed)["onet"]
    assert found["missing"]["datasets"] == ["duties", "job_zones.training", "skills"]
    assert (found["whole"], found["newer"]) == (False, None)
    assert found["command"] == f"occupations download onet --period 31.0 {THEN}"
    printed = occupations("status", "--check", "--source", "onet", url=seed)
    assert printed.returncode == 0  # nothing is newer
    assert f"onet: 2026-08 lacks duties, job_zones.training, skills: {found['command']}" in (
        printed.stdout
    )


def test_a_file_that_was_cut_short_is_not_whole(seed: str) -> None:
    load(seed, ratings("31.0", "2026-08"))
    whole(seed)
    for lacks, is_whole in (({}, True), ({"groups": ["11-0000"]}, False), ({"codes": 1}, False)):
        lacking(seed, "onet-31.0", "", **lacks)
        found = status(seed)["onet"]
        assert (found["whole"], found["missing"]["datasets"]) == (is_whole, [])
        command = f"occupations download onet --period 31.0 {THEN}"
        assert found["command"] == (None if is_whole else command)
    assert f"onet: 2026-08 lacks lines: {command}" in occupations("status", url=seed).stdout


def test_an_empty_database_names_the_command(databases: Databases, tmp_path: Path) -> None:
    none = f"sqlite:///{tmp_path}/new.sqlite3"
    for url in (databases.empty(), databases.migrated(), none):
        done = occupations("status", url=url)
        said = "The database holds no data. Fill it with: occupations seed\n"
        assert (done.returncode, done.stdout, done.stderr) == (0, said, "")
        assert occupations("status", "--check", url=url).returncode == 1
    assert not (tmp_path / "new.sqlite3").exists()


def test_errors_are_not_news(databases: Databases, tmp_path: Path) -> None:
    """An error ends `status` with 1 as other commands, but --check with 2."""
    older = databases.seeded()
    engine = writing_engine(older)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'd3f6a2c90b57'")
    engine.dispose()
    text = tmp_path / "text.sqlite3"
    text.write_text("this is no database " * 100)
    closed = f"postgresql+psycopg://nobody@127.0.0.1:{free_port()}/x"
    for url, said in (
        (older, "run `occupations migrate`"),
        (closed, "the database: "),
        (f"sqlite:///{text}", "the database: "),
        ("sqlite:////nowhere/x.sqlite3", "the database: "),
    ):
        for options, code in (((), 1), (("--check",), 2)):
            done = occupations("status", *options, url=url)
            assert (done.returncode, done.stdout) == (code, "")
            assert re.fullmatch(r"occupations: [^\n]+\n", done.stderr)
            assert said in done.stderr
    assert occupations("status", url="nonsense").returncode == 2


def test_a_source_must_be_one(seed: str) -> None:
    done = occupations("status", "--source", "soc", "--source", "bls", url=seed)
    assert (done.returncode, done.stdout) == (2, "")
    assert "source 'bls': must be one of soc, bls-oews, bls-ep, onet, article," in done.stderr
    two = occupations("status", "--source", "soc", "--source", "onet", url=seed).stdout
    assert [line.split()[0] for line in two.splitlines()[1:3]] == ["soc", "onet"]
    assert "bls" not in two


def test_a_file_that_nobody_may_write_is_read(databases_of: Any) -> None:
    url = databases_of("sqlite").seeded()
    file = Path(make_url(url).database or "")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    file.chmod(0o400)
    assert occupations("status", url=url).returncode == 0
    assert sorted(file.parent.glob(f"{file.name}-*")) == []


def test_the_table_of_downloads_has_what_the_commands_name() -> None:
    for source, periods in released().items():
        for period, name in periods.items():
            words = command_for(source, name).split()
            options = dict(zip(words[3::2], words[4::2], strict=False))
            asked = options.get("--period")
            table = [one for one in downloads(asked=asked) if one.source == source]
            assert [one for one in table if asked in {None, one.period}], (source, period)
        assert list(periods) == sorted(periods, reverse=True)
    assert next(iter(released()["onet"].items())) == ("2026-08", "onet-31.0")
    assert [next(iter(released()[s])) for s in ("soc", "bls-oews", "bls-ep")] == [
        *("2018", "2025-05", "2024-34")
    ]
    urls = [one.urls[0] for one in downloads(asked="31.0") if one.period == "31.0"]
    assert [url.rpartition("/")[2] for url in urls] == ["db_31_0_text.zip", "db_31_0_excel.zip"]
