"""The tables' history goes up, down and up again on both databases."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from app.commands.database import is_migrated, migrate_database
from app.database.engines import writing_engine
from migrations import HEAD
from tests.conftest import Databases, occupations
from tests.onet_releases import RELEASE_30_1, texts


def config() -> Config:
    made = Config()
    made.set_main_option("script_location", "migrations")
    made.set_main_option("path_separator", "os")
    return made


def test_head_is_the_newest_step() -> None:
    assert ScriptDirectory.from_config(config()).get_current_head() == HEAD


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
