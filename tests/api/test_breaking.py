"""Within v1 nothing is taken away: the contract against the one released last."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.api.breaking import (
    ADDED,
    CURRENT,
    OPENED,
    PLANTED,
    RELEASED,
    breaks,
    close,
    open_with,
    planted,
)

NOW = json.loads(CURRENT.read_text())


def test_nothing_that_was_released_is_broken() -> None:
    assert breaks(json.loads(RELEASED.read_text()), NOW) == []


@pytest.mark.parametrize("name", PLANTED)
def test_a_break_is_found(name: str) -> None:
    assert breaks(NOW, planted(NOW, PLANTED[name]))


@pytest.mark.parametrize("name", ADDED)
def test_an_addition_is_no_break(name: str) -> None:
    assert breaks(NOW, planted(NOW, ADDED[name])) == []


WORDS = ("withheld", "top_coded")


def test_a_closed_set_of_answers_may_not_grow() -> None:
    was = planted(NOW, close("AreaOut.level"))
    grown = planted(was, lambda c: enum_of(c).append("guessed"))
    assert breaks(was, grown) == ["AreaOut.level: values that no client knows"]
    assert breaks(grown, was) == []


def enum_of(contract: Any) -> list[str]:
    found: list[str] = contract["components"]["schemas"]["AreaOut"]["properties"]["level"]["enum"]
    return found


@pytest.mark.parametrize("place", OPENED)
def test_a_closed_set_that_was_opened_has_all_its_words(place: str) -> None:
    was = planted(NOW, close(place))
    assert breaks(was, planted(NOW, open_with(place, *WORDS, "not_loaded"))) == []
    fewer = planted(NOW, open_with(place, "withheld", "not_loaded"))
    assert breaks(was, fewer) == [f"{place}: words taken away"]


def test_other_closed_sets_of_answers_stay_closed() -> None:
    was = planted(NOW, close("AreaOut.level"))
    opened = planted(NOW, open_with("AreaOut.level", *WORDS))
    assert breaks(was, opened) == ["AreaOut.level: values that no client knows"]
