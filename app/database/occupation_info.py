"""An occupation, as a catalog knows it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OccupationInfo:
    """An occupation's identity and place in the hierarchy."""

    code: str
    title: str
    slug: str
    level: str
    parent: str | None
    figures_code: str
    release: str
    classification: str = "soc-2018"
    current: bool = True

    @property
    def concordance_code(self) -> str:
        """The code as crosswalks write it: O*NET's classifications have two more digits."""
        finer = self.classification.startswith("onet-soc") and "." not in self.code
        return f"{self.code}.00" if finer else self.code
