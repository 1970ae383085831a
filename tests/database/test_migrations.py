"""The tables' history goes up, down and up again on both databases."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from app.commands.database import is_migrated, migrate_database
from app.database.engines import writing_engine
from migrations import HEAD
from tests.conftest import Databases


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
