"""Parts of releases, as a data version shows them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class PartInfo:
    """A part that is shown, with what its rows need for their JSON."""

    id: int
    release: str
    source: str
    dataset: str
    kind: str
    area: str
    industry: str
    ownership: str
    period: str
    rows: int
    detail: dict[str, Any]
    latest: bool
    whole: bool = True
    lacks: dict[str, Any] = field(default_factory=dict)

    @property
    def series(self) -> tuple[str, ...]:
        """What the part is one period of; all ownerships of an industry are one series."""
        return (self.source, self.dataset, self.kind, self.area, self.industry)
