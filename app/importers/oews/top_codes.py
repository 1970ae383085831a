"""The top codes of each period, for files that do not state them: ``seed/top_codes.yaml``."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Annotated, NamedTuple

import yaml
from pydantic import BaseModel, ConfigDict, Field

Period = Annotated[str, Field(pattern=r"^\d{4}-(05|11)$")]


class _Row(BaseModel):
    """A line of the file."""

    model_config = ConfigDict(extra="forbid")

    first: Period
    last: Period
    hourly: Annotated[Decimal, Field(gt=0, decimal_places=2)]
    annual: Annotated[int, Field(gt=0)]
    bounded: bool


class _File(BaseModel):
    """All of the file."""

    model_config = ConfigDict(extra="forbid")

    top_codes: Annotated[list[_Row], Field(min_length=1)]


class TopCode(NamedTuple):
    """From ``first`` to ``last``, wages at or above this are top-coded."""

    first: str
    last: str
    annual: int  # dollars
    hourly: int  # cents
    bounded: bool
    """Whether no percentile at or above it is published."""


@cache
def table_of_top_codes() -> tuple[TopCode, ...]:
    """Return the table that comes with the program, in order of time."""
    return read_top_codes(files("seed").joinpath("top_codes.yaml").read_text("utf-8"))


def read_top_codes(text: str) -> tuple[TopCode, ...]:
    """Return the table in a file's text. Raises ``ValueError`` if it is not as it should be."""
    rows = _File.model_validate(yaml.safe_load(text)).top_codes
    table = tuple(
        TopCode(row.first, row.last, row.annual, int(row.hourly * 100), row.bounded) for row in rows
    )
    in_order = all(row.first <= row.last for row in table)
    if not in_order or any(row.last >= after.first for row, after in pairwise(table)):
        raise ValueError("seed/top_codes.yaml: the periods overlap or are not in order")
    return table


def top_code_of(period: str) -> TopCode | None:
    """Return the top code of a period; None if the table has none."""
    return next((row for row in table_of_top_codes() if row.first <= period <= row.last), None)
