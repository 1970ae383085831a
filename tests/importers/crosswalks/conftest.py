"""A database for one test of lists of codes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import Databases


@pytest.fixture
def sqlite(databases_of: Callable[[str], Databases]) -> str:
    return databases_of("sqlite").seeded()
