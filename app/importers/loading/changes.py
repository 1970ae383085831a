"""What a data version changed, written in the transaction that makes it.

What is shown is read before the tables are brought up to date and once more afterwards; the
difference is written. Most of it is found in small tables. Rows are read only of parts that came or
went: counted, or compared where a release has another revision of the same part.

Subjects: a ``release`` that was added, retired, restored, removed, revised (another file of it),
completed (by files with more) or changed (another is shown in place of some of its parts);
an ``occupation``, ``area`` or ``code`` that was added, changed or ended; and of each ``dataset``
how much came, went and changed. The codes of a classification that comes or goes whole are one
change, which has the classification's id.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, insert, select

from app.database.models import (
    Area,
    Change,
    Classification,
    Entry,
    Occupation,
    Part,
    Release,
    ReleaseSpan,
)
from app.importers.loading.row_differences import (
    MOST_PARTS,
    PART_KEY,
    Counts,
    PartKey,
    ShownPart,
    compare,
    pairs,
)

OCCUPATION = ("title", "slug", "level", "parent", "figures_code", "classification_id", "current")
AREA = ("name", "level", "publisher_code", "state")
CODE = ("title", "level", "parent", "uri")
HEAD = ("title", "published", "source_url", "checksum", "excerpt", "notice")
"""Columns whose changes are told."""

Json = dict[str, Any]
Found = Iterator[tuple[str, str, str, Json]]
"""Subject, id, kind and detail of changes."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a data version shows; releases and parts by their ids in the database."""

    releases: dict[int, str]
    parts: frozenset[int]
    occupations: dict[str, Json]
    areas: dict[str, Json]


def read_shown(connection: Connection) -> Shown:
    """Read what the newest data version shows; nothing of it may be brought up to date before."""
    names = (
        select(Release.id, Release.name)
        .join(ReleaseSpan, ReleaseSpan.release_id == Release.id)
        .where(ReleaseSpan.to_number.is_(None))
    )
    return Shown(
        {row.id: row.name for row in connection.execute(names)},
        frozenset(connection.execute(select(Part.id).where(Part.shown)).scalars()),
        _by_code(connection, Occupation, OCCUPATION),
        _by_code(connection, Area, AREA),
    )


def write_changes(connection: Connection, number: int, before: Shown) -> None:
    """Write what a data version, which is the newest, changed."""
    now = read_shown(connection)
    rows = [
        {"number": number, "subject": subject, "id": id_, "kind": kind, "detail": detail}
        for subject, id_, kind, detail in _changes(connection, number, before, now)
    ]
    if rows:
        connection.execute(insert(Change), rows)


def _changes(connection: Connection, number: int, before: Shown, now: Shown) -> Found:
    yield from _of_table("occupation", before.occupations, now.occupations, "title")
    yield from _of_table("area", before.areas, now.areas, "name")
    parts = _parts(connection, before.parts ^ now.parts)
    counts = _counts(connection, parts, before)
    yield from _of_releases(connection, number, before, now, counts, parts)
    yield from _of_codes(connection, parts, before, now)
    datasets: defaultdict[str, Counts] = defaultdict(Counts)
    for of_release in counts.values():
        for dataset, its in of_release.items():
            datasets[dataset].add(its)
    for dataset, its in datasets.items():
        if its:
            yield "dataset", dataset, "changed", {"datasets": {dataset: _not_zero(its)}}


def _by_code(connection: Connection, model: Any, names: Sequence[str]) -> dict[str, Json]:
    columns = [getattr(model, name) for name in names]
    rows = connection.execute(select(model.code, *columns))
    return {code: dict(zip(names, its, strict=True)) for code, *its in rows}


def _of_table(
    subject: str, before: Mapping[str, Json], now: Mapping[str, Json], title: str
) -> Found:
    """Yield the changes of things that are told by their code."""
    for code in before.keys() | now.keys():
        was, it_is = before.get(code), now.get(code)
        if was is None and it_is is not None:
            yield subject, code, "added", {"title": it_is[title]}
        elif was is not None and it_is is None:
            yield subject, code, "ended", {"title": was[title]}
        elif was is not None and it_is is not None and was != it_is:
            yield subject, code, "changed", {"title": it_is[title], "fields": _fields(was, it_is)}


def _fields(was: Json, it_is: Json) -> list[list[str | None]]:
    """Return the fields that differ, each with what it was and what it is, as text."""
    return [
        [name, _text(was[name]), _text(it_is[name])] for name in was if was[name] != it_is[name]
    ]


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)


def _parts(connection: Connection, ids: Collection[int]) -> list[Any]:
    """Return parts, and the names of their releases."""
    wanted = sorted(ids)
    found: list[Any] = []
    names = ("id", *PART_KEY, "rows", "from_number", "classification_id")
    columns = [getattr(Part, name) for name in names]
    query = select(*columns, Release.name.label("release")).join(
        Release, Release.id == Part.release_id
    )
    for start in range(0, len(wanted), MOST_PARTS):
        some = Part.id.in_(wanted[start : start + MOST_PARTS])
        found += connection.execute(query.where(some))
    return found


def _counts(
    connection: Connection, parts: Sequence[Any], before: Shown
) -> dict[str, dict[str, Counts]]:
    """Return of each release of parts that came or went what changed, by dataset."""
    went: defaultdict[str, dict[PartKey, ShownPart]] = defaultdict(dict)
    came: defaultdict[str, dict[PartKey, ShownPart]] = defaultdict(dict)
    for part in parts:
        side = went if part.id in before.parts else came
        key = tuple(getattr(part, name) for name in PART_KEY)
        side[part.release][key] = ShownPart(part.id, part.rows)
    found: dict[str, dict[str, Counts]] = {}
    for name in {*went, *came}:
        counts = found.setdefault(name, {})
        for _ in compare(connection, pairs(went[name], came[name]), counts):
            pass
    return found


def _of_releases(
    connection: Connection,
    number: int,
    before: Shown,
    now: Shown,
    counts: Mapping[str, dict[str, Counts]],
    parts: Sequence[Any],
) -> Found:
    was, it_is = ({name: id_ for id_, name in s.releases.items()} for s in (before, now))
    changed = {name for name in was | it_is if was.get(name) != it_is.get(name)} | counts.keys()
    heads = _heads(connection, {*before.releases, *now.releases} if changed else ())
    completed = {part.release for part in parts if part.from_number == number}
    for name in sorted(changed):
        old, new = was.get(name), it_is.get(name)
        head = heads[new or old or 0]
        detail: Json = {key: head[key] for key in ("title", "source", "period")}
        if old is None:
            kind = "restored" if _was_shown(connection, head["id"], number) else "added"
        elif new is None:
            kind = "retired" if head["retired"] else "removed"
        elif old != new:
            kind = "revised"
            detail["fields"] = _fields({key: heads[old][key] for key in HEAD}, head)
        else:
            kind = "completed" if name in completed else "changed"
        its = counts.get(name, {})
        detail["datasets"] = {key: _not_zero(its[key]) for key in sorted(its) if its[key]}
        yield "release", name, kind, detail


def _not_zero(counts: Counts) -> dict[str, int]:
    return {name: count for name, count in asdict(counts).items() if count}


def _heads(connection: Connection, ids: Collection[int]) -> dict[int, Json]:
    table: Any = Release.__table__
    columns = [table.c[name] for name in (*HEAD, "period", "retired")]
    query = select(table.c.id, table.c.source_id.label("source"), *columns)
    rows = connection.execute(query.where(table.c.id.in_(ids)))
    return {row.id: row._asdict() for row in rows}


def _was_shown(connection: Connection, release: int, number: int) -> bool:
    """Tell whether a data version before showed a release."""
    spans = select(ReleaseSpan.from_number).where(
        ReleaseSpan.release_id == release, ReleaseSpan.from_number < number
    )
    return connection.execute(spans.limit(1)).first() is not None


def _of_codes(connection: Connection, parts: Sequence[Any], before: Shown, now: Shown) -> Found:
    """Yield the changes of codes of classifications whose lists came or went."""
    changed = {part.classification_id for part in parts if part.dataset == "entries"} - {None}
    for name in sorted(changed):
        was, it_is = (_codes(connection, name, shown.parts) for shown in (before, now))
        if was and it_is:
            for _, code, kind, detail in _of_table("code", was, it_is, "title"):
                yield "code", f"{name}:{code}", kind, detail
        elif was or it_is:
            yield "code", name, "added" if it_is else "ended", {"codes": len(it_is or was)}


def _codes(connection: Connection, name: str, shown: frozenset[int]) -> dict[str, Json]:
    """Return the codes of a classification, as its own publisher's newest release has them."""
    own = select(Classification.source_id).where(Classification.id == name).scalar_subquery()
    query = (
        select(Part.id)
        .join(Release, Release.id == Part.release_id)
        .where(Part.dataset == "entries", Part.classification_id == name)
        .order_by(Release.source_id != own, Release.excerpt, Part.period.desc(), Release.name)
    )
    found: dict[str, Json] = {}
    for part in connection.execute(query).scalars().all():
        if part in shown:
            columns = [getattr(Entry, field) for field in CODE]
            rows = connection.execute(select(Entry.code, *columns).where(Entry.part_id == part))
            for code, *its in rows:
                found.setdefault(code, dict(zip(CODE, its, strict=True)))
    return found
