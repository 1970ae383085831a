"""What an index is built from: rows, as the caller read them from wherever they stand."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple


class Occupation(NamedTuple):
    """An occupation or a group of them."""

    code: str
    title: str
    level: str
    """total, major, minor, broad, detailed or onet."""
    parent: str | None = None
    employment: int | None = None
    """Persons; of two equal matches the larger occupation comes first. None: not known."""


class Title(NamedTuple):
    """A name that an occupation goes by."""

    code: str
    title: str
    kind: str
    """job, direct_match, example, reported, alternate."""


class Duty(NamedTuple):
    """Something that people in an occupation do."""

    code: str
    text: str


class Description(NamedTuple):
    """What an occupation is, in a sentence or a paragraph."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Entries:
    """All rows of an index, in any order. Rows of a code that no occupation has are left out."""

    occupations: Iterable[Occupation]
    titles: Iterable[Title] = ()
    duties: Iterable[Duty] = ()
    descriptions: Iterable[Description] = ()
