"""Within v1 nothing is taken away: the contract against the one released last."""

from __future__ import annotations

import json

import pytest

from tests.api.breaking import ADDED, CURRENT, PLANTED, RELEASED, breaks, planted

NOW = json.loads(CURRENT.read_text())


def test_nothing_that_was_released_is_broken() -> None:
    assert breaks(json.loads(RELEASED.read_text()), NOW) == []


@pytest.mark.parametrize("name", PLANTED)
def test_a_break_is_found(name: str) -> None:
    assert breaks(NOW, planted(NOW, PLANTED[name]))


@pytest.mark.parametrize("name", ADDED)
def test_an_addition_is_no_break(name: str) -> None:
    assert breaks(NOW, planted(NOW, ADDED[name])) == []
