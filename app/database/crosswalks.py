"""Classifications, the pairs of codes of two, and which way leads from one to the SOC 2018."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

ROUTES: dict[str, tuple[tuple[str, ...], ...]] = {
    "soc-2010": (("soc-2018",),),
    "soc-2000": (("soc-2010", "soc-2018"),),
    "oews-2019": (("soc-2018",),),
    # Not by the codes of May 2019, of which some join what the SOC 2010 has apart.
    "oews-2018": (("soc-2010", "soc-2018"), ("oews-2019", "soc-2018")),
    "nem-2022": (("onet-soc-2019", "soc-2018"),),
    "onet-soc-2019": (("soc-2018",),),
    "onet-soc-2010": (("onet-soc-2019", "soc-2018"),),
    "isco-08": (("soc-2010", "soc-2018"), ("onet-soc-2019", "soc-2018")),
    # ESCO's own pairs before those of its groups of ISCO, which are much larger.
    "esco-1.1": (("onet-soc-2019", "soc-2018"), ("esco-1.2", "isco-08", "soc-2010", "soc-2018")),
    "esco-1.2": (("esco-1.1", "onet-soc-2019", "soc-2018"), ("isco-08", "soc-2010", "soc-2018")),
    "cip-2020": (("soc-2018",),),
    "census-2018": (("soc-2018",),),
}
"""Classification → the ways to the SOC 2018; the first that leads there from a code is taken."""

SAME_CODES = frozenset({("esco-1.1", "esco-1.2"), ("esco-1.2", "esco-1.1")})
"""Versions in which a code that both have is the same one; no publisher's crosswalk says so."""

NEXT: dict[str, tuple[str, ...]] = {
    "soc-2000": ("soc-2010",),
    "soc-2010": ("soc-2018",),
    "oews-2018": ("oews-2019",),
    "oews-2019": ("soc-2018",),
    "nem-2022": ("soc-2018",),
    "onet-soc-2010": ("onet-soc-2019",),
    "onet-soc-2019": ("soc-2018",),
    "esco-1.1": ("esco-1.2",),
}
"""Version → the one that came after it. None comes after itself, whatever a file says."""

PREVIOUS: dict[str, tuple[str, ...]] = {
    "soc-2018": ("oews-2019", "soc-2010"),
    "soc-2010": ("soc-2000",),
    "oews-2019": ("oews-2018",),
    "onet-soc-2019": ("onet-soc-2010",),
    "esco-1.2": ("esco-1.1",),
}

GROUPING = frozenset({"soc", "oews", "nem"})
"""Systems of SOC codes, where a code may be that of a group of the SOC 2018: 31-1120."""
OCCUPATIONAL = GROUPING | {"onet-soc"}
"""Systems whose codes are built as the SOC's; releases of figures and duties use them."""


class CodeInfo(NamedTuple):
    """A code of a classification, as the release that names it best has it."""

    title: str
    level: str
    parent: str | None
    uri: str | None
    release: str


NO_CODES: Mapping[str, CodeInfo] = {}


@dataclass(frozen=True, slots=True)
class ClassificationInfo:
    """A version of a classification; ``loaded``: its codes are."""

    id: str
    system: str
    version: str
    prefix: str
    source: str
    valid_from: str
    valid_to: str | None
    rank: int
    loaded: bool


@dataclass(frozen=True)
class Crosswalk:
    """The pairs of codes of two classifications that one release states."""

    id: str
    release: str
    first: str  # classifications
    second: str
    pairs: tuple[tuple[str, str], ...]  # in order
    matches: dict[tuple[str, str], str]
    notes: dict[tuple[str, str], str]

    @cached_property
    def targets(self) -> dict[str, tuple[str, ...]]:
        """First code → the second ones."""
        return _grouped(self.pairs)

    @cached_property
    def sources(self) -> dict[str, tuple[str, ...]]:
        """Second code → the first ones."""
        return _grouped((second, first) for first, second in self.pairs)


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for one, other in pairs:
        found[one].append(other)
    return {one: tuple(others) for one, others in found.items()}


class Step(NamedTuple):
    """A step of a chain; ``crosswalk`` is a release, None where both versions have the code."""

    classification: str
    code: str
    relation: str
    match: str | None
    crosswalk: str | None


class Link(NamedTuple):
    """A neighbour of a code in the version before or after. The relation is from old to new."""

    classification: str
    code: str
    title: str | None
    relation: str
    match: str | None
    crosswalk: str | None


class Chain(NamedTuple):
    """A code that another leads to, and the steps by which it was found."""

    code: str
    title: str | None
    relation: str
    match: str | None
    steps: tuple[Step, ...]


class Lead(NamedTuple):
    """A code of another classification that leads to a code."""

    classification: str
    code: str
    chain: Chain
