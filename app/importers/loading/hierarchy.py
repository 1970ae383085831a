"""The table of occupations, derived from the entries of all parts that are shown.

The same entries give the same table, whatever was loaded first. An occupation's title and level
come from the source that leads (``sources.rank``), then from the newest period.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from app.database.models import Entry, Occupation, Part, Release, Source

SLUG_ORDER = ("detailed", "onet", "broad", "minor", "major", "total")
"""Levels in the order in which occupations of one title get the plain slug."""
BATCH = 500
"""Codes in one statement."""


def derive_occupations(connection: Connection) -> None:
    """Bring the table up to date by its difference."""
    table: Any = Occupation.__table__
    before = {row.code: row._asdict() for row in connection.execute(select(table))}
    now = {row["code"]: row for row in _occupations(connection)}
    # Changed lines are taken out and put in again: slugs that change hands would collide.
    gone = [code for code, row in before.items() if now.get(code) != row]
    new = [row for code, row in now.items() if before.get(code) != row]
    for start in range(0, len(gone), BATCH):
        codes = gone[start : start + BATCH]
        connection.execute(delete(Occupation).where(Occupation.code.in_(codes)))
    if new:
        connection.execute(insert(Occupation), new)


def _occupations(connection: Connection) -> Iterator[dict[str, Any]]:
    leads = (Source.rank, Source.id, Part.period.desc(), Release.name, Entry.position)
    entries = (
        select(
            *(Entry.code, Entry.title, Entry.level, Entry.parent, Entry.part_id),
            *(Source.rank, Part.period),
        )
        .join(Part, Part.id == Entry.part_id)
        .join(Release, Release.id == Part.release_id)
        .join(Source, Source.id == Release.source_id)
        .where(Part.shown)
        .order_by(Entry.code, *leads)
    )
    chosen: dict[str, Any] = {}
    for entry in connection.execute(entries):
        chosen.setdefault(entry.code, entry)
    # Within a source the codes of newer periods come first: retired codes take no address.
    newest = sorted(chosen.values(), key=lambda e: e.period, reverse=True)
    slugs = _slugs({e.code: (e.title, e.level) for e in sorted(newest, key=lambda e: e.rank)})
    for code, entry in chosen.items():
        parent = entry.parent
        if parent not in chosen or parent == code:
            parent = next((c for c in ancestors(code) if c in chosen), None)
        yield {
            "code": code,
            "title": entry.title,
            "slug": slugs[code],
            "level": entry.level,
            "parent": parent,
            "figures_code": code.partition(".")[0] if entry.level == "onet" else code,
            "part_id": entry.part_id,
        }


def ancestors(code: str) -> Iterator[str]:
    """Yield the codes above one, nearest first: 15-1299.08, 15-1299, 15-1290, 15-1200 … 00-0000."""
    base = code.partition(".")[0]
    levels = (base, f"{base[:6]}0", f"{base[:5]}00", f"{base[:4]}000", f"{base[:3]}0000", "00-0000")
    yield from (above for above in dict.fromkeys(levels) if above != code)


def _slugs(named: dict[str, tuple[str, str]]) -> dict[str, str]:
    """Return each code's slug. Of equal titles, the first by level gets the plain one."""
    order = {level: n for n, level in enumerate(SLUG_ORDER)}
    slugs: dict[str, str] = {}
    taken: set[str] = set()
    for code in sorted(named, key=lambda c: order.get(named[c][1], len(order))):
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
