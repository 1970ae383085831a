"""Which parts of a dataset a request asks for: by period, source, kind, area and release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from app.api.schemas.words import EVIDENCE
from app.database.catalog import Catalog
from app.database.models.occupations import ALL_INDUSTRIES, ALL_OWNERSHIPS, NATION
from app.database.parts import PartInfo

LATEST = frozenset({"latest"})
EVERY = frozenset({"all"})


@dataclass(frozen=True, slots=True)
class PartFilter:
    """What parts have in common that a request asks for; of several periods or areas, any."""

    periods: frozenset[str] = LATEST
    source: str | None = None
    kind: str | None = None
    areas: frozenset[str] = EVERY
    industry: str | None = None
    ownership: str | None = None
    release: str | None = None
    evidence: bool = False  # titles that are no names of the occupation are asked for too
    asked: Mapping[str, str] = field(default_factory=dict, compare=False)
    """Area → the county or ZIP code that was asked for and lies in it."""
    notices: tuple[str, ...] = field(default=(), compare=False)
    """What is to be known of these areas."""

    @property
    def area(self) -> str | None:
        """The area, if a single one is asked for."""
        (area, *others) = self.areas
        return None if others or area == "all" else area

    @property
    def every_period(self) -> PartFilter:
        """The same, of every period."""
        return replace(self, periods=EVERY)

    @property
    def newest(self) -> bool:
        """Whether an occupation's last figures are asked for, of whatever period they are."""
        return "latest" in self.periods and self.release is None

    def parts(self, catalog: Catalog, dataset: str) -> tuple[PartInfo, ...]:
        """Choose the parts, in list order.

        There may be thousands, so the choice is kept, but not of every set that a client makes up.
        """
        if len(self.periods) + len(self.areas) > 2:
            return self._chosen(catalog, dataset)
        key = (self, dataset)
        found = catalog.choices.get(key)
        if found is None:
            found = self._chosen(catalog, dataset)
            catalog.choices.put(key, found)
        return found

    def _chosen(self, catalog: Catalog, dataset: str) -> tuple[PartInfo, ...]:
        parts = catalog.by_dataset.get(dataset, ())
        if self.area is not None:
            parts = catalog.by_area.get((dataset, self.area), ())
        return tuple(part for part in parts if self.takes(part))

    def takes(self, part: PartInfo) -> bool:
        """Tell whether the part, which is of the dataset, is asked for.

        A part without an area is of the nation.
        """
        return (
            (self.evidence or part.kind not in EVIDENCE)
            and self.takes_period(part)
            and self.source in {None, part.source}
            and self.kind in {None, part.kind}
            and ((part.area or NATION) in self.areas or "all" in self.areas)
            and self.industry in {None, "all", part.industry}
            and self.ownership in {None, "all", part.ownership}
        )

    def takes_period(self, part: PartInfo) -> bool:
        """Tell whether the part is of a period asked for, and of the release.

        ``latest`` of a release is all that it has.
        """
        if self.release is not None and part.release != self.release:
            return False
        periods = self.periods
        return (
            part.period in periods
            or "all" in periods
            or ("latest" in periods and (part.latest or self.release is not None))
        )


def official_wages(area: str, period: str = "latest") -> PartFilter:
    """Return the parts with the survey's wages of all industries and ownerships together."""
    return PartFilter(
        frozenset({period}),
        "bls-oews",
        areas=frozenset({area}),
        industry=ALL_INDUSTRIES,
        ownership=ALL_OWNERSHIPS,
    )
