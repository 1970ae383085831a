"""Builds the index files from the database: ``python -m app.finding.index_builder``.

It is a process of its own, so that a worker needs neither the time nor the memory.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app import __version__
from app.api.queries.occupations import items_of_area
from app.api.queries.part_filter import PartFilter
from app.database import models
from app.database.catalog import Catalog
from app.database.models.classifications import CURRENT
from app.database.store import Reader, Store
from app.errors import ApiError
from app.finding import index_folder
from app.finding.entries import Description, Duty, Entries, Occupation, Title
from app.finding.search import SearchIndex
from app.finding.titles.build import build
from app.settings import Settings


def files_of(folder: Path, catalog: Catalog) -> tuple[Path, Path]:
    """Return the files of the search index and the title index of a data version."""
    version = f"{__version__}-{catalog.token[:16]}{index_folder.INDEX}"
    return folder / f"search-{version}", folder / f"titles-{version}"


def is_held(catalog: Catalog, code: str) -> bool:
    """Tell whether people hold the occupation itself: it is no group of the SOC or the survey."""
    occupation = catalog.occupations[code]
    if occupation.classification != CURRENT and occupation.level != "onet":
        return False
    return occupation.level in {"detailed", "onet"} or not catalog.children.get(code)


def build_files(settings: Settings, folder: Path) -> None:
    """Build the indices of the current data version; remove those before the previous one."""
    store = Store(settings)
    store.refresh()
    reader = store.reader()
    catalog = reader.catalog
    entries = _read(reader)
    store.stop()
    search, titles = files_of(folder, catalog)
    index_folder.make_room(folder)
    SearchIndex.build(entries).save(search)
    # Titles are matched to occupations that people hold, not to groups.
    held = [row for row in entries.occupations if is_held(catalog, row.code)]
    build(replace(entries, occupations=held)).save(titles)


def _read(reader: Reader) -> Entries:
    catalog = reader.catalog
    employment = items_of_area(reader.connect, catalog, "US")
    with reader.connect() as connection:

        def rows(dataset: str, *columns: Any) -> list[Any]:
            parts = [part.id for part in PartFilter().parts(catalog, dataset)]
            if not parts:
                return []
            query = select(*columns).where(columns[0].class_.part_id.in_(parts)).order_by(*columns)
            return list(connection.execute(query))

        return Entries(
            [
                Occupation(o.code, o.title, o.level, employment[o.code]["employment"])
                for o in catalog.occupations.values()
                if o.current
            ],
            [
                Title(*row)
                for row in rows("titles", models.Title.code, models.Title.title, models.Title.kind)
            ],
            [Duty(*row) for row in rows("duties", models.Duty.code, models.Duty.text)],
            [
                Description(*row)
                for row in rows("descriptions", models.Description.code, models.Description.text)
            ],
        )


if __name__ == "__main__":
    os.nice(10)  # requests are more urgent
    given = Settings()
    try:
        build_files(given, index_folder.path_of(given))
    except ApiError as fault:
        sys.exit(f"the indices: {fault.detail}")
