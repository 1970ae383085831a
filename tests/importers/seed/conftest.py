"""A migrated, empty database of each kind, and a folder of seed files to spoil."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from importlib.resources import as_file
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.database.engines import writing_engine
from app.importers.seed.files import seed_folder
from tests.conftest import Databases

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


@pytest.fixture
def engine(databases: Databases) -> Iterator[Engine]:
    """A migrated, empty database of each kind."""
    made = writing_engine(databases.migrated())
    yield made
    made.dispose()
