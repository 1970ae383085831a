"""A migrated, empty database of each kind, with the sources the importers name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from app.db import writing_engine
from app.importers.load import ensure_sources
from tests.conftest import DATABASES, new_database

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


def migrate(engine: Engine) -> None:
    with engine.connect() as connection:
        config = Config()
        config.set_main_option("script_location", "migrations")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


@pytest.fixture(params=DATABASES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    server = request.getfixturevalue("postgresql") if request.param == "postgresql" else None
    made = writing_engine(new_database(request.param, tmp_path, server))
    migrate(made)
    ensure_sources(made, SOURCES)
    yield made
    made.dispose()
