"""What all seed files are made of: strict models, figures, facts with their place, releases.

A figure in a seed file is a number in the publisher's unit (dollars, thousands of persons), or says
why there is none: ``{top_coded: 208000}``, ``withheld``, ``not_applicable``, ``not_published``.
``published`` converts it to the database's unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from math import isfinite
from typing import Annotated, Any, NamedTuple, NoReturn, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, PlainValidator, model_validator
from pydantic_core import PydanticCustomError

from app.did_you_mean import did_you_mean
from app.importers.rows import (
    AreaLinkRow,
    AreaRow,
    IndustryRow,
    ListedAreaRow,
    PartRows,
    ReleaseHead,
    Row,
)
from app.importers.seed.yaml_lines import Place
from app.marks import NOT_PUBLISHED, PRESENT, STATUS, TOP_CODED

SEED = "seed"
"""Kind of file, in a release's list of files."""

Item = TypeVar("Item")


def refuse(why: str, *at: str | int) -> NoReturn:
    """Raise a fault with these words. ``at`` are the keys that lead there from what is checked."""
    raise PydanticCustomError("seed", "{why}", {"why": why, "at": at})


class Facts(BaseModel):
    """A mapping of a seed file. Values must have the right type; unknown keys are refused."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, data: Any) -> Any:
        known = [field.alias or name for name, field in cls.model_fields.items()]
        if not isinstance(data, dict):
            refuse(f"should hold the keys {', '.join(known)}")
        for key in data:
            if key not in known:
                near = did_you_mean(key, known, 0.6)
                meant = f"did you mean {near[0]}? " if near else ""
                refuse(f"not a key here; {meant}allowed: {', '.join(known)}", key)
        return data


def matching(pattern: str, what: str) -> AfterValidator:
    """Return a check that a text has a pattern; ``what`` says in words what it should be."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            refuse(f"should be {what}")
        return value

    return AfterValidator(check)


Text = Annotated[str, matching(r"(?s)\S(.*\S)?", "text, with no space at either end")]
Code = Annotated[str, matching(r"\d\d-\d{4}", "an SOC code, such as 11-9111")]
Name = Annotated[str, matching(r"[a-z0-9]+(-[a-z0-9]+)*", "lower-case words with hyphens")]
Period = Annotated[
    str,
    matching(r"\d{4}(-\d\d)?", "a period: 2018, 2021-05 or 2021-31, in quotes"),
]
Url = Annotated[str, matching(r"https://[^\s/]+/\S*", "an address that begins with https://")]
Digits = Annotated[str, matching(r"\d+", "digits in quotes")]


def no_repeats(*keys: str) -> AfterValidator:
    """Return a check that a list is not empty, and has no two items with the same ``keys``.

    Without keys, no two items may be equal.
    """

    def check(items: list[Item]) -> list[Item]:
        if not items:
            refuse("should have at least one item")
        first: dict[Any, int] = {}
        for n, item in enumerate(items):
            same = tuple(getattr(item, key) for key in keys) if keys else item
            if first.setdefault(same, n) != n:
                by = f" in {' and '.join(keys)}" if keys else ""
                refuse(f"repeats item [{first[same]}]{by}", n, *keys[:1])
        return items

    return AfterValidator(check)


class Figure(NamedTuple):
    """A figure in the database's unit, or the mark that says why there is none."""

    value: Any
    mark: str = PRESENT
    at_least: int | None = None  # of a top-coded one

    def top_coded_otherwise(self, top_code: int) -> bool:
        """Tell whether it is top-coded at something else than the file's top code."""
        return self.mark == TOP_CODED and self.at_least != top_code


ABSENT = Figure(None, NOT_PUBLISHED)
_REASONS = {status: mark for mark, status in STATUS.items() if mark != TOP_CODED}


def published(per_unit: int, *, signed: bool = False) -> PlainValidator:
    """Return a reader of figures. ``per_unit`` is how many of the database's units one unit is.

    100 for an hourly wage in dollars (cents), 1,000 for employment in thousands (persons).
    """

    def whole(raw: Any) -> int:
        if isinstance(raw, bool) or not isinstance(raw, int | float) or not isfinite(raw):
            refuse(
                f"{raw!r} is no figure: it should be a number, {{top_coded: NUMBER}}, "
                + ", ".join(_REASONS)
            )
        # Through its decimal digits: 1.15 * 100 is 114.99999999999999.
        exact = Decimal(repr(raw)) * per_unit
        if exact != exact.to_integral_value():
            refuse(f"{raw} has more decimals than the publisher gives")
        if (exact < 0 and not signed) or abs(exact) >= 10**12:
            refuse(
                f"{raw} cannot be right: it should be {'' if signed else '0 or more, and '}"
                "below a billion of its unit"
            )
        return int(exact)

    def read(raw: Any) -> Figure:
        if isinstance(raw, str) and raw in _REASONS:
            return Figure(None, _REASONS[raw])
        if isinstance(raw, dict) and list(raw) == ["top_coded"]:
            return Figure(None, TOP_CODED, whole(raw["top_coded"]))
        return Figure(whole(raw))

    return PlainValidator(read)


Dollars = Annotated[Figure, published(1)]
Persons = Annotated[Figure, published(1)]


def figures(order: Iterable[str], **given: Figure) -> dict[str, Any]:
    """Return the columns for the figures named in ``order``, and ``marks``.

    A figure that is not given is not published.
    """
    row = {name: given.get(name, ABSENT) for name in order}
    columns: dict[str, Any] = {name: figure.value for name, figure in row.items()}
    return columns | {"marks": "".join(figure.mark for figure in row.values())}


class Fact(Facts):
    """Something a source says: where it stands there, and what a reader must know to read it."""

    where: Text
    note: Text | None = None

    def place(self) -> dict[str, Any]:
        """Return the columns that every row has for it."""
        return {"locator": self.where, "note": self.note}

    def row(self, row: type[Row], **given: Any) -> Row:
        """Return the fact as a row, whose other columns are called as its keys, or are given."""
        keys = {name: value for name, value in self if name != "where"}
        return row(**{**keys, **self.place(), **given})


class ReleaseFacts(Facts):
    """The release that a seed file is."""

    name: Name
    source: Name
    period: Period
    title: Text
    published: date | None
    source_url: Url
    excerpt: bool
    notice: Text | None = None

    @model_validator(mode="after")
    def _named_by_its_period(self) -> ReleaseFacts:
        if self.name != f"{self.source}-{self.period}":
            refuse(f"should be {self.source}-{self.period}: source and period", "name")
        return self


class SeedRelease(Facts):
    """A seed file that is a release."""

    release: ReleaseFacts

    def head(self) -> ReleaseHead:
        """Return the release, its checksum still to be worked out."""
        return ReleaseHead(**dict(self.release), checksum="", kinds=(SEED,))

    def parts(self) -> Iterator[PartRows]:
        """Yield the rows."""
        raise NotImplementedError

    def codes(self) -> Iterable[tuple[Place, str]]:
        """Return place and code of each occupation that must be known from elsewhere."""
        return ()

    def areas(self) -> Iterable[AreaRow | ListedAreaRow]:
        """Return the areas of the wages."""
        return ()

    def area_links(self) -> Iterable[AreaLinkRow]:
        """Return which area followed which."""
        return ()

    def industries(self) -> Iterable[IndustryRow]:
        """Return the industries of the wages."""
        return ()
