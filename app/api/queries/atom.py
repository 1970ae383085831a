"""The feed of data versions: Atom, RFC 4287."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import datetime
from uuid import UUID, uuid5
from xml.etree import ElementTree as ET

from sqlalchemy import Connection, select

from app.addresses import url_of
from app.api.queries.changes import utc
from app.database.models import Change, DataVersion

MOST_ENTRIES = 50
"""Data versions in the feed."""
MOST_NAMED = 20
"""Releases that an entry names; the others are counted."""

SPACE = "http://www.w3.org/2005/Atom"
OURS = UUID("6f1c1c8e-2a55-4b55-9a3e-0d6d3f1f7c55")
"""Namespace of the ids: those of a data version follow from its number and token."""
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

SUBJECTS = {"occupation": "occupations", "area": "areas", "code": "codes"}


def feed(connection: Connection, first: int, last: int) -> bytes:
    """Return the feed of the data versions of these numbers, the newest first."""
    query = select(DataVersion.__table__).order_by(DataVersion.number)
    oldest = connection.execute(query.limit(1)).one()
    # The one before the first too: an entry links to the changes since the time of that before it.
    shown = connection.execute(
        query.where(DataVersion.number >= first - 1, DataVersion.number <= last)
    ).all()
    before = {row.number + 1: row.changed_at for row in shown}
    summaries = _summaries(connection, first, last)
    root = ET.Element("feed", xmlns=SPACE)
    _add(root, "id", _id(0, oldest.token))
    _add(root, "title", "Occupations API: data versions")
    _add(root, "updated", _time(shown[-1].changed_at if shown else oldest.changed_at))
    _add(ET.SubElement(root, "author"), "name", "Occupations API")
    _link(root, "self", "/v1/changes.atom", "application/atom+xml")
    _link(root, "alternate", "/v1/changes?since=1970-01-01", "application/json")
    for row in reversed(shown):
        if row.number < first:
            continue
        entry = ET.SubElement(root, "entry")
        _add(entry, "id", _id(row.number, row.token))
        _add(entry, "title", row.why)
        _add(entry, "updated", _time(row.changed_at))
        since = _time(before[row.number]) if row.number in before else "1970-01-01"
        _link(entry, "alternate", f"/v1/changes?since={since}", "application/json")
        _link(entry, "related", f"/v1?at={row.token}", "application/json")
        _add(entry, "summary", " ".join(summaries[row.number]) or "Nothing that is told by itself.")
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _summaries(connection: Connection, first: int, last: int) -> dict[int, list[str]]:
    """Return of each data version sentences that sum up what it changed."""
    columns = (Change.number, Change.subject, Change.id, Change.kind, Change.detail)
    query = select(*columns).where(Change.number >= first, Change.number <= last)
    counts: defaultdict[int, Counter[str]] = defaultdict(Counter)
    releases: defaultdict[int, list[str]] = defaultdict(list)
    datasets: defaultdict[int, list[str]] = defaultdict(list)
    for row in connection.execute(query.order_by(Change.number, Change.subject, Change.id)):
        if row.subject == "release":
            releases[row.number].append(f"{row.id} {row.kind}")
        elif row.subject == "dataset":
            its = row.detail["datasets"][row.id]
            said = [
                f"{its[f'rows_{how}']:,} {how}"
                for how in ("added", "removed", "changed")
                if its.get(f"rows_{how}")
            ]
            datasets[row.number].append(f"{row.id} ({', '.join(said)})")
        else:
            many = row.detail.get("codes", 1)
            what = f"{SUBJECTS.get(row.subject, row.subject)} {row.kind}"
            counts[row.number][what] += many
    found: defaultdict[int, list[str]] = defaultdict(list)
    for number in {*counts, *releases, *datasets}:
        named, more = releases[number][:MOST_NAMED], len(releases[number]) - MOST_NAMED
        named += [f"{more:,} more"] if more > 0 else []
        of_codes = [f"{what} ({count:,})" for what, count in sorted(counts[number].items())]
        for head, said in (
            ("Releases", named),
            ("Rows", datasets[number]),
            ("Codes", of_codes),
        ):
            if said:
                found[number].append(f"{head}: {', '.join(said)}.")
    return found


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def _link(parent: ET.Element, rel: str, href: str, kind: str) -> None:
    ET.SubElement(parent, "link", rel=rel, href=url_of(href), type=kind)


def _id(number: int, token: str) -> str:
    return f"urn:uuid:{uuid5(OURS, f'{number}:{token}')}"


def _time(time: datetime) -> str:
    return utc(time).isoformat().replace("+00:00", "Z")
