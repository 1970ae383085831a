"""The catalog of a data version, in memory: releases, parts, occupations, areas.

A catalog is read in one transaction and never changes. It names the parts to answer from, and
content rows of a part never change, so an answer made with one catalog is of one data version
even while another is being loaded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from app.database import foreign_codes
from app.database.areas import NO_HISTORY, AreaHistory
from app.database.concordances import Concordances
from app.database.crosswalks import OCCUPATIONAL, Link
from app.database.figures_at import pointers, twins
from app.database.hierarchy import ancestors, slug
from app.database.models.occupations import NATION
from app.database.newest_lines import Lines
from app.database.occupation_codes import canonical_code
from app.database.occupation_info import OccupationInfo
from app.database.parts import PartInfo
from app.database.places import Places
from app.did_you_mean import did_you_mean
from app.errors import (
    UnknownOccupation,
    UnknownRelease,
)
from app.memory import Bounded

CHOICES_LIMIT = 4 * 1024 * 1024
"""Bytes of a catalog's cache of parts by filter."""


@dataclass(frozen=True)
class Catalog:
    """Everything that a data version shows, but the rows of blocks."""

    number: int
    token: str
    sources: dict[str, dict[str, Any]]
    releases: dict[str, dict[str, Any]]
    parts: tuple[PartInfo, ...]  # in the order in which lists give them
    areas: dict[str, dict[str, Any]]
    industries: dict[str, dict[str, Any]]
    occupations: dict[str, OccupationInfo]  # by code, in order of code; retired ones too
    addresses: dict[str, str]  # slug → code, of all slugs that ever were one's
    lines: dict[str, Lines]  # dataset → codes of its newest national figures
    employment: dict[str, int]  # area → persons employed in all occupations there
    concordances: Concordances
    choices: Bounded[Any, tuple[PartInfo, ...]] = field(
        default_factory=lambda: Bounded(CHOICES_LIMIT, lambda parts: 512 + 8 * len(parts))
    )
    """Parts chosen by a filter, kept for the filters last used."""
    items: dict[str, Mapping[str, dict[str, Any]]] = field(default_factory=dict)
    """Area → code → item of the list of occupations, kept for the areas last asked for."""
    area_history: AreaHistory = NO_HISTORY
    places: Places = field(default_factory=Places)
    derived: dict[str, Any] = field(default_factory=dict)
    """What a query worked out of the whole catalog, by the name of the query."""

    @cached_property
    def by_dataset(self) -> dict[str, tuple[PartInfo, ...]]:
        """Parts of each dataset, in list order."""
        found: dict[str, list[PartInfo]] = defaultdict(list)
        for part in self.parts:
            found[part.dataset].append(part)
        return {dataset: tuple(parts) for dataset, parts in found.items()}

    @cached_property
    def by_area(self) -> dict[tuple[str, str], tuple[PartInfo, ...]]:
        """Parts of each dataset and area, in list order; those of no area are the nation's."""
        found: dict[tuple[str, str], list[PartInfo]] = defaultdict(list)
        for part in self.parts:
            found[part.dataset, part.area or NATION].append(part)
        return {key: tuple(parts) for key, parts in found.items()}

    @cached_property
    def periods_of(self) -> dict[str, dict[str, set[str]]]:
        """Dataset → source → the periods of its parts."""
        found: dict[str, dict[str, set[str]]] = {}
        for part in self.parts:
            found.setdefault(part.dataset, {}).setdefault(part.source, set()).add(part.period)
        return found

    @cached_property
    def releases_of(self) -> dict[str, tuple[str, ...]]:
        """Releases that have parts of each dataset, in list order."""
        return {
            dataset: tuple(dict.fromkeys(part.release for part in parts))
            for dataset, parts in self.by_dataset.items()
        }

    @cached_property
    def ownerships(self) -> tuple[str, ...]:
        """Every ownership code shown."""
        return tuple(sorted({part.ownership for part in self.parts} - {""}))

    @cached_property
    def partial(self) -> tuple[PartInfo, ...]:
        """Parts that lack something that their publisher has."""
        return tuple(part for part in self.parts if not part.whole)

    @cached_property
    def current(self) -> frozenset[tuple[str, ...]]:
        """Series that go on: the others are of industries whose code ended."""
        return frozenset(part.series for part in self.parts if part.latest)

    @cached_property
    def projected(self) -> frozenset[str]:
        """Areas that have projections of their own; the nation's are of no area."""
        return frozenset(part.area for part in self.by_dataset.get("projections", ())) - {""}

    @cached_property
    def part(self) -> dict[int, PartInfo]:
        """Part by its id in the database."""
        return {part.id: part for part in self.parts}

    @cached_property
    def by_slug(self) -> dict[str, str]:
        """Slug → code. A title without the suffix of its slug leads on too, if none has it."""
        plain = {
            o.slug.removesuffix(f"-{o.classification}"): o.code
            for o in sorted(self.occupations.values(), key=lambda o: o.current)
        }
        return plain | self.addresses

    @cached_property
    def children(self) -> dict[str, tuple[str, ...]]:
        """Code → codes one level below; retired ones are below retired ones only."""
        found: dict[str, list[str]] = defaultdict(list)
        for occupation in self.occupations.values():
            parent = self.occupations.get(occupation.parent or "")
            if parent and (occupation.current or not parent.current):
                found[parent.code].append(occupation.code)
        return {code: tuple(codes) for code, codes in found.items()}

    @cached_property
    def figures_at(self) -> dict[str, dict[str, str]]:
        """Code → dataset → the code under which the publisher gives what this one lacks."""
        return pointers(self.occupations, self.twins, self.lines, self.concordances)

    @cached_property
    def twins(self) -> dict[str, tuple[str, ...]]:
        """Code → codes of the same people: the only one below a group, the group above it."""
        return twins(self.occupations, self.children)

    @cached_property
    def changed_extents(self) -> dict[str, Link]:
        """Code → what it was in the SOC 2010, of codes that the SOC 2018 has for other people."""
        found = {}
        for code in self.concordances.codes_in("soc-2010"):
            links = self.concordances.changed_extent(code)
            if links:
                found[code] = next((link for link in links if link.code == code), links[0])
        return found

    @cached_property
    def listed(self) -> frozenset[str]:
        """Codes of a list that names no level.

        These are the most detailed lines of the newest wages and projections, and the detailed
        occupations of the SOC that neither has, nor covers by a group.
        """
        covered = self.figures_at.keys() | set().union(*(its.all for its in self.lines.values()))
        return self.published | {
            o.code
            for o in self.occupations.values()
            if o.current and o.level == "detailed" and o.code not in covered
        }

    @cached_property
    def published(self) -> frozenset[str]:
        """Codes of the most detailed lines of the newest wages and projections."""
        found = frozenset[str]().union(*(its.detailed for its in self.lines.values()))
        return frozenset(o.code for o in self.occupations.values() if o.current) & found

    @cached_property
    def periods(self) -> tuple[str, ...]:
        """Every period shown, newest first; of lists of codes and areas too."""
        of_releases = {release["period"] for release in self.releases.values()}
        return tuple(sorted({part.period for part in self.parts} | of_releases, reverse=True))

    def find(self, given: str) -> OccupationInfo | None:
        """Find an occupation by any of the ways to write its code, or by its slug.

        A code that is no current one is one of the classifications before, by their rank.
        """
        code, slug = canonical_code(given), given.strip().lower()
        return (
            self.occupations.get(code)
            or self.occupations.get(self.by_slug.get(slug, ""))
            or self.retired.get(code)
            or self.retired.get(self.retired_slugs.get(slug, ""))
        )

    @cached_property
    def retired(self) -> dict[str, OccupationInfo]:
        """Code → what crosswalks say of it, of codes that no figures were ever loaded of."""
        found: dict[str, OccupationInfo] = {}
        for name, one in self.concordances.classifications.items():
            if one.system in OCCUPATIONAL:
                for info in self.codes_of(name):
                    if info.code not in self.occupations and not info.code.endswith(".00"):
                        found.setdefault(info.code, info)
        return found

    @cached_property
    def retired_slugs(self) -> dict[str, str]:
        """Slug → code of those."""
        return {info.slug: code for code, info in self.retired.items()}

    def codes_of(self, classification: str) -> list[OccupationInfo]:
        """Return the codes of a classification, in order, worked out once."""
        key = f"codes of {classification}"
        if classification in self.concordances.classifications and key not in self.derived:
            self.derived[key] = self._codes_of(classification)
        found: list[OccupationInfo] = self.derived.get(key, [])
        return found

    def _codes_of(self, classification: str) -> list[OccupationInfo]:
        version = self.concordances.classifications[classification]
        found = {o.code: o for o in self.occupations.values() if o.classification == classification}
        for code in self.concordances.codes_in(classification):
            entry = self.concordances.entry(classification, code)
            if entry is not None and code not in found:
                address = f"{slug(entry.title)}-{classification}"
                parent = entry.parent
                if version.system in OCCUPATIONAL:
                    parent = next((c for c in ancestors(code) if c in self.occupations), None)
                found[code] = OccupationInfo(
                    *(code, entry.title, address, entry.level, parent, code),
                    *(entry.release, classification, False),
                )
        return [found[code] for code in sorted(found)]

    def occupation(self, given: str) -> OccupationInfo:
        """Find an occupation, also by a code of another classification with its prefix.

        An unknown one is an error that names the nearest. Raises one of ``errors.UNRESOLVED``.
        """
        if ":" in given:
            return foreign_codes.resolve(self, given)
        found = self.find(given)
        if found is None:
            raise UnknownOccupation(given, partial(self.nearest_occupations, given))
        return found

    def nearest_occupations(self, given: str) -> tuple[str, ...]:
        """Codes or slugs that were probably meant, at most three."""
        wanted = canonical_code(given)
        if wanted[:1].isdigit():
            return did_you_mean(wanted, self.occupations, 0.7)
        return did_you_mean(wanted.lower(), self.by_slug, 0.6)

    def ancestors(self, occupation: OccupationInfo) -> list[OccupationInfo]:
        """From the whole economy down to the parent."""
        found: list[OccupationInfo] = []
        parent = occupation.parent
        while parent is not None and parent in self.occupations:
            found.append(self.occupations[parent])
            parent = self.occupations[parent].parent
        return found[::-1]

    def release(self, name: str) -> dict[str, Any]:
        """Find a release by its id."""
        found = self.releases.get(name)
        if found is None:
            raise UnknownRelease(name, partial(did_you_mean, name, self.releases, 0.4))
        return found

    def provenance(self, names: set[str]) -> dict[str, Any]:
        """``releases`` of an answer: each id used there, in order."""
        return {name: self.releases[name]["provenance"] for name in sorted(names)}
