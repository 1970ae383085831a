"""A migrated, empty database of each kind, and a folder of seed files to spoil."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from importlib.resources import as_file
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.commands.database import migrate_database
from app.db import writing_engine
from app.importers.seed_files import seed_folder
from tests.conftest import DATABASES, new_database

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


@pytest.fixture(params=DATABASES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A migrated, empty database of each kind."""
    server = request.getfixturevalue("postgresql") if request.param == "postgresql" else None
    made = writing_engine(new_database(request.param, tmp_path, server))
    migrate_database(made)
    yield made
    made.dispose()
