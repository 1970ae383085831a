"""Reads the box of this repository as the program does: what the indices of who installs it have.

The box has all of employers' titles. What is measured on the fifth that is kept back (see
`bench.evidence`) is built from `Box.without_kept_back`.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from app.api.queries.occupation_items import items_of_area
from app.database.models.occupations import NATION
from app.database.store import Store
from app.finding.entries import Entries
from app.finding.sources import entries_of, is_held
from app.importers.oflc.normalization import is_kept_back
from app.importers.oflc.titles import KIND
from app.settings import Settings
from bench.speed_data import occupations


@dataclass(frozen=True)
class Box:
    """The rows of both indices, and what ranks results."""

    entries: Entries
    held: frozenset[str]
    """Codes of the occupations that people hold: titles are matched to these."""
    employment: dict[str, int | None]

    @property
    def for_titles(self) -> Entries:
        """The rows of the title index."""
        held = [row for row in self.entries.occupations if row.code in self.held]
        return replace(self.entries, occupations=held)

    @property
    def without_kept_back(self) -> Box:
        """The box without the employers' titles that are measured with."""
        kept = [t for t in self.entries.titles if t.kind != KIND or not is_kept_back(t.title)]
        return replace(self, entries=replace(self.entries, titles=kept))


def load() -> Box:
    """Seed a temporary SQLite database from the box, and read it."""
    with tempfile.TemporaryDirectory(prefix="occupations-bench-") as folder:
        url = f"sqlite:///{Path(folder) / 'box.sqlite3'}"
        occupations("seed", url=url, seed="box")
        store = Store(Settings(database_url=url))
        store.refresh()
        reader = store.reader()
        entries = entries_of(reader)
        items = items_of_area(reader.connect, reader.catalog, NATION)
        store.stop()
    held = frozenset(row.code for row in entries.occupations if is_held(reader.catalog, row.code))
    return Box(entries, held, {code: item["employment"] for code, item in items.items()})
