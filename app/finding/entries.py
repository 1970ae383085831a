"""The rows that both indices are built from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

OFFICIAL = frozenset(("title", "direct_match", "example", "job"))
"""Kinds of titles of which a publisher checks each: an occupation's own, and those of short lists.

O*NET's other titles are what workers wrote: there, a `Lineman` prepares food.
"""


class Occupation(NamedTuple):
    """An occupation or a group of occupations."""

    code: str
    title: str
    level: str
    """total, major, minor, broad, detailed or onet."""


class Title(NamedTuple):
    """A title by which an occupation is known."""

    code: str
    title: str
    kind: str
    """job, direct_match, example, reported or alternate; index and employer are evidence."""
    n: int | None = None
    """Filings of employers that give it this code."""


def said(title: str, kind: str) -> str:
    """Return what people say of a title: the index has what qualifies it behind a backslash."""
    return title.partition("\\")[0].strip() if kind == "index" else title


class Everyday(NamedTuple):
    """A name that people use, of no official list."""

    name: str
    codes: tuple[str, ...]
    """The occupations that it may mean, the likeliest first."""


class Duty(NamedTuple):
    """One of the duties of an occupation."""

    code: str
    text: str


class Description(NamedTuple):
    """The definition of an occupation."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Entries:
    """All rows, in any order. Rows whose code is not an occupation's are ignored."""

    occupations: Sequence[Occupation]
    titles: Sequence[Title] = ()
    duties: Sequence[Duty] = ()
    descriptions: Sequence[Description] = ()
    activities: Sequence[Duty] = ()
    """Work activities, which many occupations share: they stand in where there are no duties."""
    everyday: Sequence[Everyday] = ()
