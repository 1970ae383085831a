"""Occupations, derived from the entries of the parts that a data version shows.

Entries of a part with a classification, codes of ISCO or of the SOC 2010, are no occupations.

The same entries give the same table, whatever was loaded first. An occupation's title and level
come from the source that leads (``sources.rank``), then from the newest period.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from app.database.classifying import Classifying
from app.database.models import Address, Entry, Occupation, Part, Release, Source
from app.database.models.classifications import CURRENT
from app.database.models.occupations import ALL_INDUSTRIES

SLUG_ORDER = ("detailed", "broad", "minor", "major", "total")
"""Levels in the order in which occupations of the SOC with one title get the plain slug."""
BATCH = 500
"""Codes in one statement."""


def derive_occupations(connection: Connection) -> None:
    """Bring the table, and the addresses, up to date by their difference."""
    before = {row.code: row._asdict() for row in connection.execute(select(_table(Occupation)))}
    now = {row["code"]: row for row in occupations_of(connection, Part.shown.is_(True))}
    # Changed lines are taken out and put in again: slugs that change hands would collide.
    _replace(connection, Occupation, "code", before, now)
    _keep_addresses(connection, now.values())


def _keep_addresses(connection: Connection, occupations: Collection[dict[str, Any]]) -> None:
    """Add the addresses of occupations. One that was given before leads on as it did.

    Only an occupation whose own slug it is now takes an address from another.
    """
    before = {row.slug: row._asdict() for row in connection.execute(select(_table(Address)))}
    own = {
        o["slug"]: {
            "slug": o["slug"],
            "code": o["code"],
            "classification_id": o["classification_id"],
            "current": True,
        }
        for o in occupations
    }
    kept = {slug: row | {"current": False} for slug, row in before.items() if slug not in own}
    _replace(connection, Address, "slug", before, kept | own)


def _replace(
    connection: Connection,
    model: type[Any],
    key: str,
    before: Mapping[str, dict[str, Any]],
    now: Mapping[str, dict[str, Any]],
) -> None:
    """Delete the rows of a table that are not there now, and insert those that are new."""
    column = getattr(model, key)
    gone = [name for name, row in before.items() if now.get(name) != row]
    new = [row for name, row in now.items() if before.get(name) != row]
    for start in range(0, len(gone), BATCH):
        connection.execute(delete(model).where(column.in_(gone[start : start + BATCH])))
    if new:
        connection.execute(insert(model), new)


def _table(model: type[Any]) -> Any:
    return model.__table__


def is_needed(part: Any) -> bool:
    """Tell whether occupations are derived from a part: lists of codes, and national figures."""
    if part.dataset == "wages":
        return (part.area, part.industry) == ("US", ALL_INDUSTRIES)
    return part.dataset == "entries" or (part.dataset == "projections" and not part.area)


def occupations_of(connection: Connection, shown: ColumnElement[bool]) -> Iterator[dict[str, Any]]:
    """Yield the occupations that the parts for which ``shown`` holds make, in order of code."""
    leads = (Source.rank, Source.id, Part.period.desc(), Release.name, Entry.position)
    query = (
        select(
            *(Entry.code, Entry.title, Entry.level, Entry.parent, Entry.part_id),
            *(Part.period, Source.id.label("source"), Release.excerpt),
        )
        .join(Part, Part.id == Entry.part_id)
        .join(Release, Release.id == Part.release_id)
        .join(Source, Source.id == Release.source_id)
        .where(shown, Part.classification_id.is_(None))
        .order_by(Entry.code, *leads)
    )
    entries: dict[str, list[Any]] = defaultdict(list)
    for entry in connection.execute(query):
        entries[entry.code].append(entry)
    classify = Classifying(connection, shown, entries)
    places = {code: classify(code) for code in entries}
    slugs = _slugs({c: (its[0].title, its[0].level, places[c][0]) for c, its in entries.items()})
    current = {code for code, (_, is_current) in places.items() if is_current}
    for code, (entry, *_) in entries.items():
        above = current if code in current else entries.keys()
        parent = entry.parent
        if parent not in above or parent == code:
            parent = next((c for c in ancestors(code) if c in above), None)
        yield {
            "code": code,
            "title": entry.title,
            "slug": slugs[code],
            "level": entry.level,
            "parent": parent,
            "figures_code": code.partition(".")[0] if entry.level == "onet" else code,
            "part_id": entry.part_id,
            "classification_id": places[code][0],
            "current": code in current,
        }


def ancestors(code: str) -> Iterator[str]:
    """Yield the codes above one, nearest first: 15-1299.08, 15-1299, 15-1290, 15-1200 … 00-0000."""
    base = code.partition(".")[0]
    levels = (base, f"{base[:6]}0", f"{base[:5]}00", f"{base[:4]}000", f"{base[:3]}0000", "00-0000")
    yield from (above for above in dict.fromkeys(levels) if above != code)


def _slugs(named: Mapping[str, tuple[str, str, str]]) -> dict[str, str]:
    """Return each code's slug, from its title, level and classification.

    Those of the SOC 2018 are plain, as far as their titles differ. All others end in their
    classification, so that no code that is loaded later takes the slug of another.
    """
    order = {level: n for n, level in enumerate(SLUG_ORDER)}
    slugs: dict[str, str] = {}
    taken: set[str] = set()
    for code in sorted(named, key=lambda c: (named[c][2] != CURRENT, order.get(named[c][1], 9), c)):
        title, level, classification = named[code]
        plain = slug(title) or slug(code)
        tries: Sequence[str] = (plain, f"{plain}-{level}", f"{plain}-{slug(code)}")
        if classification != CURRENT:
            leaf = "" if level in {"detailed", "onet"} else f"-{level}"
            whole = f"{plain}{leaf}-{classification}"
            tries = (whole, f"{whole}-{slug(code)}")
        slugs[code] = next(s for s in tries if s not in taken)
        taken.add(slugs[code])
    return slugs


def slug(title: str) -> str:
    """Return the title in lower-case ASCII letters and digits with hyphens between words."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")
