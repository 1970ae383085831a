"""The index of job titles: built from the database's rows, or loaded from a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from app.finding.titles import tables
from app.finding.titles.build import OccupationEntry, TitleEntry, build_tables
from app.finding.titles.matcher import Matcher, TitleMatch

__all__ = ["OccupationEntry", "TitleEntry", "TitleIndex", "TitleMatch", "build_index"]

MIN_CONFIDENCE = 0.05  # below, nineteen in twenty matches are wrong


@dataclass(frozen=True, slots=True)
class TitleIndex:
    """Answers which occupations a job title may be of. Read-only: threads may share one."""

    matcher: Matcher

    def match(
        self, titles: Sequence[str], limit: int = 5, min_confidence: float = MIN_CONFIDENCE
    ) -> list[list[TitleMatch]]:
        """For each title its occupations, best first; an empty list where there is no match.

        A few dozen titles at once take less time each, and 20 KB each meanwhile.
        """
        return self.matcher.match(titles, limit, min_confidence)

    def save(self, path: Path) -> None:
        """Write the index to one file, in place of any that is there."""
        tables.write(self.matcher.tables, path)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Load a saved index. Processes that load the same file share its memory where they can."""
        return cls(Matcher(tables.read(path)))


def build_index(occupations: Sequence[OccupationEntry], titles: Sequence[TitleEntry]) -> TitleIndex:
    """An index over these rows: the same index, whatever order they come in."""
    return TitleIndex(Matcher(build_tables(occupations, titles)))
