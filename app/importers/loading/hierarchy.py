"""The table of occupations, derived again from the entries of all parts shown.

The same entries give the same table, whatever was loaded first: an occupation's title and level
come from the source that leads (``sources.rank``), then from the newest period.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, select

from app.database.models import Entry, Occupation, Part, Release, Source

SLUG_ORDER = ("detailed", "onet", "broad", "minor", "major", "total")
"""Who gets the plain slug when two occupations share a title."""


class OccupationRow(NamedTuple):
    """One line of the table."""

    code: str
    title: str
    slug: str
    level: str
    parent: str | None
    figures_code: str
    part_id: int


def derive_occupations(connection: Connection) -> int:
    """Bring the table up to date by its difference; return the number of lines changed."""
    before = {
        row.code: OccupationRow(*row)
        for row in connection.execute(
            select(
                Occupation.code,
                Occupation.title,
                Occupation.slug,
                Occupation.level,
                Occupation.parent,
                Occupation.figures_code,
                Occupation.part_id,
            )
        )
    }
    now = {row.code: row for row in _occupations(connection)}
    gone = [code for code, row in before.items() if now.get(code) != row]
    new = [row for code, row in now.items() if before.get(code) != row]
    # Changed lines are taken out and put in again: slugs that change hands would collide.
    for start in range(0, len(gone), 500):
        connection.execute(delete(Occupation).where(Occupation.code.in_(gone[start : start + 500])))
    if new:
        connection.execute(insert(Occupation), [row._asdict() for row in new])
    return len(set(gone) | {row.code for row in new})


def _occupations(connection: Connection) -> Iterator[OccupationRow]:
    chosen: dict[str, Any] = {}
    for entry in connection.execute(
        select(Entry.code, Entry.title, Entry.level, Entry.parent, Entry.part_id)
        .join(Part, Part.id == Entry.part_id)
        .join(Release, Release.id == Part.release_id)
        .join(Source, Source.id == Release.source_id)
        .where(Part.shown)
        .order_by(
            Entry.code, Source.rank, Source.id, Part.period.desc(), Release.name, Entry.position
        )
    ):
        chosen.setdefault(entry.code, entry)
    slugs = _slugs({code: (e.title, e.level) for code, e in chosen.items()})
    for code, entry in chosen.items():
        parent = entry.parent
        if parent not in chosen or parent == code:
            parent = next((c for c in ancestors(code) if c in chosen), None)
        yield OccupationRow(
            code,
            entry.title,
            slugs[code],
            entry.level,
            parent,
            code.partition(".")[0] if entry.level == "onet" else code,
            entry.part_id,
        )


def ancestors(code: str) -> Iterator[str]:
    """Yield the codes above one, nearest first: 15-1299.08, 15-1299, 15-1290, 15-1200 … 00-0000."""
    base = code.partition(".")[0]
    levels = (base, f"{base[:6]}0", f"{base[:5]}00", f"{base[:4]}000", f"{base[:3]}0000", "00-0000")
    seen = {code}
    for above in levels:
        if above not in seen:
            seen.add(above)
            yield above


def _slugs(named: dict[str, tuple[str, str]]) -> dict[str, str]:
    """Give each code its slug; order of level, then code, decides who gets the plain one."""
    order = {level: n for n, level in enumerate(SLUG_ORDER)}
    slugs: dict[str, str] = {}
    taken: set[str] = set()
    for code in sorted(named, key=lambda c: (order.get(named[c][1], len(order)), c)):
        title, level = named[code]
        plain = slug(title) or slug(code)
        tries = (plain, f"{plain}-{level}", f"{plain}-{slug(code)}")
        slugs[code] = next(s for s in tries if s not in taken)
        taken.add(slugs[code])
    return slugs


def slug(title: str) -> str:
    """Return the title in lower-case ASCII letters and digits with hyphens between words."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")
