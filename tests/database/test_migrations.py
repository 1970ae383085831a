"""The tables' history goes up, down and up again on both databases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select, text

from app.commands.database import migrate_database
from app.database.engines import writing_engine
from app.database.migration_state import is_migrated
from app.database.models import Change
from migrations import STEPS
from tests.builders import line, oews_csv
from tests.conftest import Databases, occupations
from tests.onet_releases import RELEASE_30_1, texts


def config() -> Config:
    made = Config()
    made.set_main_option("script_location", "migrations")
    made.set_main_option("path_separator", "os")
    return made


def test_the_table_has_every_step() -> None:
    steps = ScriptDirectory.from_config(config()).walk_revisions()
    assert [step.revision for step in steps] == [*reversed(STEPS)]


def test_up_down_up_and_nothing_left_to_say(databases: Databases) -> None:
    engine = writing_engine(databases.empty())
    assert not is_migrated(engine)
    migrate_database(engine)
    assert is_migrated(engine)
    tables = set(inspect(engine).get_table_names())
    with engine.connect() as connection:
        made = config()
        made.attributes["connection"] = connection
        command.check(made)
        command.downgrade(made, "base")
        connection.commit()
    assert inspect(engine).get_table_names() == ["alembic_version"]
    migrate_database(engine)
    assert set(inspect(engine).get_table_names()) == tables
    engine.dispose()


def test_technologies_get_a_kind_and_tools_go_with_it(databases: Databases, tmp_path: Path) -> None:
    url = databases.empty()
    made = occupations("import", str(texts(tmp_path / "onet", RELEASE_30_1)), url=url)
    assert made.returncode == 0, made.stderr
    engine = writing_engine(url)
    kinds = text("SELECT kind, rows FROM parts WHERE dataset = 'technologies' ORDER BY kind")
    names = text("SELECT count(*) FROM technologies")
    with engine.connect() as connection:
        assert connection.execute(kinds).all() == [("technology", 8), ("tool", 2)]
        made_of = config()
        made_of.attributes["connection"] = connection
        command.downgrade(made_of, "b1d7c2a95e38")
        assert connection.execute(kinds).all() == [("", 8)]
        assert connection.execute(names).scalar_one() == 8
        connection.commit()
    migrate_database(engine)
    with engine.connect() as connection:
        assert connection.execute(kinds).all() == [("technology", 8)]
    engine.dispose()


def test_a_release_of_before_lacks_its_activities(databases: Databases, tmp_path: Path) -> None:
    url = databases.empty()
    folder = str(texts(tmp_path / "onet", RELEASE_30_1))
    assert occupations("import", folder, url=url).returncode == 0
    engine = writing_engine(url)
    parts = text("SELECT count(*) FROM parts WHERE dataset = 'activities'")
    names = text("SELECT count(*) FROM activities")
    lacks = text(
        "SELECT CAST(lacks AS TEXT) FROM parts JOIN releases ON releases.id = release_id "
        "WHERE dataset = 'entries' AND name = 'onet-30.1' AND NOT superseded"
    )
    with engine.connect() as connection:
        assert connection.execute(parts).scalar_one() == 1
        assert connection.execute(names).scalar_one() == 3
        assert "activities" not in connection.execute(lacks).scalar_one()
        made = config()
        made.attributes["connection"] = connection
        command.downgrade(made, "e5a17c0d94b2")
        connection.execute(text("UPDATE data_versions SET program = '0.1.0+2'"))
        connection.commit()
    assert occupations("migrate", url=url).returncode == 0
    with engine.connect() as connection:
        assert connection.execute(parts).scalar_one() == 0
        assert connection.execute(names).scalar_one() == 0
        assert '"activities"' in connection.execute(lacks).scalar_one()
    assert occupations("import", "--replace", folder, url=url).returncode == 0
    with engine.connect() as connection:
        assert connection.execute(names).scalar_one() == 3
    engine.dispose()


def test_data_versions_begin_with_the_one_that_was_shown(databases: Databases) -> None:
    url = databases.seeded()
    assert occupations("releases", "retire", "bls-ep-2021-31", url=url).returncode == 0
    engine = writing_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE releases SET superseded = true WHERE name LIKE 'article%'"))
        gone = "SELECT id FROM releases WHERE name = 'soc-2018'"
        connection.execute(text(f"DELETE FROM parts WHERE release_id IN ({gone})"))
        connection.execute(text(f"UPDATE releases SET purged = true WHERE id IN ({gone})"))
    wages = text("SELECT * FROM wages ORDER BY part_id, code")
    one = text("SELECT number, token FROM data_version")
    with engine.connect() as connection:
        before = connection.execute(wages).all()
        made = config()
        made.attributes["connection"] = connection
        command.downgrade(made, "c5e80d4b7f16")
        number, token = connection.execute(one).one()
        areas = "('bls-areas', 'omb-cbsa')"
        names = text(f"SELECT name FROM releases WHERE source_id NOT IN {areas} ORDER BY name")
        # A release without rows cannot be shown again by the program before.
        assert connection.execute(names).scalars().all() == [
            "article-2022-11",
            "bls-ep-2021-31",
            "bls-oews-2021-05",
        ]
        connection.commit()
    migrate_database(engine)
    spans = text(
        "SELECT name, from_number, to_number FROM release_spans "
        f"JOIN releases ON releases.id = release_id WHERE source_id NOT IN {areas} ORDER BY name"
    )
    versions = text("SELECT number, token, program FROM data_versions")
    with engine.connect() as connection:
        assert connection.execute(versions).all() == [(number, token, "")]
        assert connection.execute(spans).all() == [
            ("bls-ep-2021-31", number, number),
            ("bls-oews-2021-05", number, None),
        ]
        assert connection.execute(wages).all() == before
    engine.dispose()


def test_changes_begin_with_which_releases_came_and_went(
    databases: Databases, tmp_path: Path
) -> None:
    url = databases.seeded()
    wages, projections = "bls-oews-2021-05", "bls-ep-2021-31"
    for command_, name in (("retire", wages), ("restore", wages), ("retire", projections)):
        assert occupations("releases", command_, name, url=url).returncode == 0
    file = oews_csv(tmp_path / "national_M2021_dl.csv", line(TOT_EMP="1000"))
    assert occupations("import", str(file), url=url).returncode == 0
    engine = writing_engine(url)
    releases = text(
        "SELECT number, id, kind FROM changes WHERE subject = 'release' ORDER BY number, id"
    )
    details = select(Change.__table__).where(Change.id == wages).order_by(Change.number)
    with engine.connect() as connection:
        told = connection.execute(releases).all()
        written = [row.detail for row in connection.execute(details)]
        made = config()
        made.attributes["connection"] = connection
        command.downgrade(made, "c4f0a86d2b17")
        assert "changes" not in inspect(connection).get_table_names()
        connection.commit()
    migrate_database(engine)
    assert [row for row in told if row[0] > 1] == [
        (2, wages, "retired"),
        (3, wages, "restored"),
        (4, projections, "retired"),
        (5, wages, "revised"),
    ]
    with engine.connect() as connection:
        assert connection.execute(releases).all() == told
        now = [row.detail for row in connection.execute(details)]
        subjects = text("SELECT DISTINCT subject FROM changes")
        assert connection.execute(subjects).scalars().all() == ["release"]
        soc = connection.execute(details_of("soc-2018")).one()
    heads = [{key: its[key] for key in ("source", "period")} for its in written]
    assert [{key: its[key] for key in ("source", "period")} for its in now] == heads
    # Rows are counted where they are still shown; figures are not.
    assert all("datasets" not in detail for detail in now)
    assert soc.detail["datasets"]["entries"] == {
        "rows_added": 34,
        **dict.fromkeys(("figures_added", "figures_removed", "figures_changed")),
    }
    engine.dispose()


def details_of(name: str) -> Any:
    return select(Change.__table__).where(Change.id == name)


def test_areas_get_the_entries_of_the_releases_that_are_loaded(
    databases: Databases, tmp_path: Path
) -> None:
    url = databases.migrated()
    place = {"AREA": "13820", "AREA_TYPE": "4", "AREA_TITLE": "Birmingham, AL", "PRIM_STATE": "AL"}
    for year in (2023, 2024):
        file = oews_csv(tmp_path / f"MSA_M{year}_dl.csv", line(TOT_EMP=year, **place))
        made = occupations("import", str(file), url=url)
        assert made.returncode == 0, made.stderr
    engine = writing_engine(url)
    entries = text(
        "SELECT area_entries.name, state, first, last FROM area_entries JOIN releases"
        " ON releases.id = release_id WHERE code = '13820' AND source_id = 'bls-oews' ORDER BY 3"
    )
    with engine.connect() as connection:
        before = connection.execute(entries).all()
        made_of = config()
        made_of.attributes["connection"] = connection
        command.downgrade(made_of, "c5e80d4b7f16")
        connection.commit()
    migrate_database(engine)
    with engine.connect() as connection:
        assert connection.execute(entries).all() == before
        assert [tuple(row) for row in before] == [
            ("Birmingham, AL", "AL", "2023-05", "2023-05"),
            ("Birmingham, AL", "AL", "2024-05", "2024-05"),
        ]
    engine.dispose()
