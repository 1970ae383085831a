"""A migrated, empty database of each kind, with the sources the importers name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from app.database.engines import writing_engine
from app.importers.loading.load import ensure_sources
from tests.conftest import Databases

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
    for rank, name in enumerate(
        ("soc", "bls-oews", "bls-ep", "onet", "article", "projections-central"), 1
    )
]


@pytest.fixture
def engine(databases: Databases) -> Iterator[Engine]:
    made = writing_engine(databases.migrated())
    ensure_sources(made, SOURCES)
    yield made
    made.dispose()
