"""What the indices are made of: occupations and their texts, everyday names, and this program.

The key of an index says what it was made of. A data version with the same texts has the same key,
on any host; wages have no part in it.
"""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app import __version__
from app.api.queries.part_filter import PartFilter
from app.database import models
from app.database.catalog import Catalog
from app.database.models.classifications import CURRENT
from app.database.parts import PartInfo
from app.database.store import Reader
from app.finding import everyday
from app.finding.entries import Description, Duty, Entries, Occupation, Title, said
from app.finding.titles import evidence

TEXTS: dict[str, tuple[Any, ...]] = {
    "titles": (models.Title.code, models.Title.title, models.Title.kind, models.Title.n),
    "duties": (models.Duty.code, models.Duty.text),
    "activities": (models.Activity.code, models.Activity.title),
    "descriptions": (models.Description.code, models.Description.text),
}
"""Dataset → columns of its texts."""


def is_held(catalog: Catalog, code: str) -> bool:
    """Tell whether people hold the occupation itself: it is no group of the SOC or the survey."""
    occupation = catalog.occupations[code]
    if occupation.classification != CURRENT and occupation.level != "onet":
        return False
    return occupation.level in {"detailed", "onet"} or not catalog.children.get(code)


def key_of(catalog: Catalog) -> str:
    """Return the key of the indices of a data version. It reads no rows: a part never changes."""
    lines = [repr((*o, is_held(catalog, o.code))) for o in _occupations(catalog)]
    for dataset in TEXTS:
        lines += sorted(
            repr((p.release, catalog.releases[p.release]["checksum"], dataset, p.kind, p.rows))
            for p in _parts(catalog, dataset)
        )
    digest = blake2b(program(), digest_size=8)
    digest.update("\n".join(lines).encode())
    return digest.hexdigest()


@cache
def program() -> bytes:
    """Return a digest of the program that makes and reads the indices, and of its tables."""
    digest = blake2b(__version__.encode())
    for file in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(file.read_bytes())
    for table in everyday.TABLES:
        digest.update(everyday.table(table))
    digest.update(evidence.FILE.read_bytes())
    return digest.digest()


def entries_of(reader: Reader) -> Entries:
    """Read what the indices are made of from the database."""
    catalog = reader.catalog
    with reader.connect() as connection:

        def rows(dataset: str) -> list[Any]:
            columns = TEXTS[dataset]
            parts = [part.id for part in _parts(catalog, dataset)]
            if not parts:
                return []
            query = select(*columns).where(columns[0].class_.part_id.in_(parts)).order_by(*columns)
            return list(connection.execute(query))

        return Entries(
            _occupations(catalog),
            [Title(code, said(title, kind), kind, n) for code, title, kind, n in rows("titles")],
            [Duty(*row) for row in rows("duties")],
            [Description(*row) for row in rows("descriptions")],
            [Duty(*row) for row in rows("activities")],
            everyday.names(),
        )


def _occupations(catalog: Catalog) -> list[Occupation]:
    return [Occupation(o.code, o.title, o.level) for o in catalog.occupations.values() if o.current]


def _parts(catalog: Catalog, dataset: str) -> tuple[PartInfo, ...]:
    return PartFilter(evidence=True).parts(catalog, dataset)
