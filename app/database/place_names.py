"""Places as people name them, and states beside each other: two tables of the seed, ours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, NamedTuple

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.database.models.occupations import NATION, STATES

STATE_CODES = frozenset(state for state, _ in STATES.values())
"""Postal abbreviations of states and territories."""

Word = Annotated[str, Field(min_length=1, max_length=60)]
Area = Annotated[str, StringConstraints(pattern=r"^([A-Z]{2}|\d{5}|\d{7})$")]


class _Names(BaseModel):
    """All of ``area_names.yaml``."""

    model_config = ConfigDict(extra="forbid", strict=True)

    names: Annotated[list[list[Word]], Field(min_length=1)]


class _Alias(BaseModel):
    """A line of it."""

    name: Word
    language: Annotated[str, StringConstraints(pattern="^[a-z]{2}$")]
    areas: Annotated[tuple[Area, ...], Field(min_length=1)]


class _Borders(BaseModel):
    """All of ``state_borders.yaml``."""

    model_config = ConfigDict(extra="forbid", strict=True)

    borders: Annotated[list[dict[str, list[str]]], Field(min_length=1)]


class Alias(NamedTuple):
    """A name that no publisher's area has."""

    name: str
    language: str
    areas: tuple[str, ...]  # codes of the newest delineation


@cache
def aliases() -> tuple[Alias, ...]:
    """Return the names that come with the program."""
    return read_aliases(_text("area_names.yaml"))


def read_aliases(text: str) -> tuple[Alias, ...]:
    """Return the names in a file's text. Raises ``ValueError`` if it is not as it should be.

    A name stands there once, whatever its language, and none of its areas twice.
    """
    lines = _Names.model_validate(_loaded(text)).names
    checked = [
        _Alias.model_validate(
            {"name": line[0], "language": line[1] if line[1:] else "", "areas": line[2:]}
        )
        for line in lines
    ]
    seen: set[str] = set()
    for one in checked:
        unknown = [code for code in one.areas if code.isalpha() and not _is_state(code)]
        if one.name in seen or len({*one.areas}) < len(one.areas) or unknown:
            why = f"{', '.join(unknown)} is no state" if unknown else "stands there twice"
            raise ValueError(f"seed/area_names.yaml: {one.name}: {why}")
        seen.add(one.name)
    return tuple(Alias(one.name, one.language, one.areas) for one in checked)


def _is_state(code: str) -> bool:
    return code == NATION or code in STATE_CODES


@cache
def borders() -> dict[str, tuple[str, ...]]:
    """Return state → the states that it has a border with, by their abbreviations."""
    return read_borders(_text("state_borders.yaml"))


def read_borders(text: str) -> dict[str, tuple[str, ...]]:
    """Return the borders in a file's text. Raises ``ValueError`` if it is not as it should be."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for one, other in _pairs(_Borders.model_validate(_loaded(text)).borders):
        if not {one, other} <= STATE_CODES or one >= other or other in found[one]:
            raise ValueError(
                f"seed/state_borders.yaml: {one}, {other}: two states, each pair once, in order"
            )
        found[one].add(other)
        found[other].add(one)
    return {state: tuple(sorted(its)) for state, its in sorted(found.items())}


def _pairs(lines: list[dict[str, list[str]]]) -> Iterator[tuple[str, str]]:
    for line in lines:
        for state, its in line.items():
            yield from ((state, other) for other in its)


def _text(name: str) -> str:
    return files("seed").joinpath(name).read_text("utf-8")


def _loaded(text: str) -> Any:
    # Hundreds of lines: the parser in C takes a tenth of the time, where libyaml is there.
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(text, loader)  # noqa: S506 - both are safe loaders
