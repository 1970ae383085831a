"""Rows of two sides compared cell by cell, part by part: two releases, or two data versions of one.

Two parts belong together if they hold the same thing: a dataset, of one kind, area, industry and
ownership. Two of their rows do if they have one code and ``IDENTITY`` says so. Where a row stands
in its file makes no difference. What a release calls areas, and which followed which, is compared
as a part of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import cache
from typing import Any, Literal, NamedTuple

from sqlalchemy import Boolean, Connection, Double, Integer, Select, func, literal, select

from app.database import models
from app.database.driver import prepare, run
from app.importers.rows import TABLES
from app.marks import FIGURES, PRESENT, STATUS

NOT_COMPARED = frozenset({"id", "part_id", "release_id", "locator", "position", "first", "last"})
"""What is no part of a row's content: what it belongs to; where it stands, which a file with more
lines changes; the periods that a release speaks of."""
AREAS: dict[str, Any] = {"area_entries": models.AreaEntry, "area_links": models.AreaLink}
"""Tables whose rows are of a release, not of a part."""
IDENTITY: dict[str, tuple[str, ...]] = {
    "activities": ("activity_id",),
    "area_links": ("to_code",),
    "county_areas": ("area_code",),
    "courses": ("title",),
    "descriptions": ("kind",),
    "duties": ("task_id or text",),
    "education": ("kind", "level", "category"),
    "experience": ("kind", "name", "category"),
    "interests": ("element_id", "scale"),
    "mappings": ("to_code",),
    "pathway": ("title",),
    "related": ("related_code",),
    "skills": ("element_id or name", "scale"),
    "technologies": ("name",),
    "titles": ("title",),
    "workplaces": ("name",),
    "zip_counties": ("fips",),
}
"""Dataset → columns that tell a row from others of its code. The others have one row a code. Rows
that they do not tell apart are compared in their order."""
AT_ONCE = 20_000
"""Rows of each side that are read at once, unless one part has more."""
MOST_PARTS = 400
"""Parts in one statement."""

FIRST = ("code", "from_code", "zip", "fips")
"""Columns of codes: a table's first of these says what a row is of."""
PART_KEY = ("dataset", "kind", "area", "industry", "ownership")
PartKey = tuple[str, ...]
"""The values of these: what two parts that hold the same thing have in common."""
Values = tuple[Any, ...]


class ShownPart(NamedTuple):
    """A part of one side."""

    id: int
    rows: int


class PartPair(NamedTuple):
    """What two sides have of the same thing; None: one has nothing."""

    key: PartKey
    old: ShownPart | None
    new: ShownPart | None


class Difference(NamedTuple):
    """A row that only one side has, or a cell that differs. An absent figure is its mark."""

    key: PartKey
    row: tuple[str, ...]  # its code, and what tells it from others of this code
    what: Literal["added", "removed", "changed"]
    field: str = ""
    old: Any = None
    new: Any = None


@dataclass(slots=True)
class Counts:
    """Rows and figures of a dataset that came, went and changed.

    A figure is a number in a row. A row that stays and gets a figure, or loses one, has changed.
    """

    rows_added: int = 0
    rows_removed: int = 0
    rows_changed: int = 0
    figures_added: int = 0
    figures_removed: int = 0
    figures_changed: int = 0

    def add(self, other: Counts) -> None:
        """Add what another part or release has."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def __bool__(self) -> bool:
        return any(astuple(self))


@dataclass(frozen=True)
class _Table:
    """A dataset's table, with the columns that are compared; the code is the first of them."""

    table: Any
    owner: Any  # the column that says whose a row is: the part's, or the release's
    names: tuple[str, ...]
    figures: frozenset[int]  # places of the columns of numbers
    identity: tuple[tuple[int, ...], ...]  # places of columns, of which the first not null counts
    marks: dict[int, int]  # place of a figure → of its mark among the marks

    def rows(self, parts: Collection[int]) -> Select[Any]:
        """Select part and compared columns of parts."""
        columns = self.table.c
        wanted = [columns[name] for name in self.names]
        order = [columns.position] if "position" in columns else wanted
        query = select(self.owner, *wanted).where(self.owner.in_(parts))
        return query.order_by(self.owner, wanted[0], *order)

    def counts(self, parts: Collection[int]) -> Select[Any]:
        """Select how many rows and figures parts have."""
        figures = [func.count(self.table.c[self.names[at]]) for at in sorted(self.figures)]
        in_all = sum(figures[1:], figures[0]) if figures else literal(0)
        columns: tuple[Any, ...] = (func.count(), in_all)
        return select(*columns).select_from(self.table).where(self.owner.in_(parts))

    def name(self, row: Values) -> tuple[str, ...]:
        """Return the code of a row, and what tells it from others of this code."""
        found = (
            next((row[at] for at in places if row[at] is not None), "") for places in self.identity
        )
        return (row[0], *map(str, found))

    def cell(self, row: Values, at: int) -> Any:
        """Return a cell, or why it is empty."""
        if at in self.marks and row[at] is None:
            mark = row[self.names.index("marks")][self.marks[at]]
            return None if mark == PRESENT else STATUS[mark]
        return row[at]

    def figures_in(self, row: Values) -> int:
        """Count the figures of a row."""
        return sum(row[at] is not None for at in self.figures)


@cache
def _table(dataset: str) -> _Table:
    known: dict[str, Any] = {model.__tablename__: model for model in TABLES.values()} | AREAS
    table = known[dataset].__table__
    columns = {c.name: c for c in table.columns if c.name not in NOT_COMPARED}
    first = next(name for name in FIRST if name in columns)
    names = (first, *(name for name in columns if name != first))
    place = {name: at for at, name in enumerate(names)}
    numbers = [
        name
        for name, column in columns.items()
        if isinstance(column.type, (Integer, Double)) and not isinstance(column.type, Boolean)
    ]
    figures = FIGURES.get(dataset, ())
    return _Table(
        table,
        table.c.release_id if dataset in AREAS else table.c.part_id,
        names,
        frozenset(place[name] for name in numbers),
        tuple(
            tuple(place[name] for name in one.split(" or ")) for one in IDENTITY.get(dataset, ())
        ),
        {place[name]: at for at, name in enumerate(figures)},
    )


def pairs(old: Mapping[PartKey, ShownPart], new: Mapping[PartKey, ShownPart]) -> list[PartPair]:
    """Set the parts of two sides beside each other, in the order of their keys."""
    return [PartPair(key, old.get(key), new.get(key)) for key in sorted({**old, **new})]


def compare(
    connection: Connection, found: Iterable[PartPair], counts: dict[str, Counts]
) -> Iterator[Difference]:
    """Yield the differences of pairs of parts, and count them by dataset.

    Of a part that one side has alone no row is yielded, but it is counted. Rows of some parts are
    in memory at a time.
    """
    beside: defaultdict[str, list[PartPair]] = defaultdict(list)
    alone: defaultdict[str, list[PartPair]] = defaultdict(list)
    for pair in found:
        (beside if pair.old and pair.new else alone)[pair.key[0]].append(pair)
    for dataset in sorted({*beside, *alone}):
        its = counts.setdefault(dataset, Counts())
        for some in _batches(beside[dataset]):
            yield from _compare_some(connection, _table(dataset), some, its)
        gone = [pair.old.id for pair in alone[dataset] if pair.old]
        come = [pair.new.id for pair in alone[dataset] if pair.new]
        rows, figures = _count(connection, dataset, gone)
        its.add(Counts(rows_removed=rows, figures_removed=figures))
        rows, figures = _count(connection, dataset, come)
        its.add(Counts(rows_added=rows, figures_added=figures))


def _batches(found: Sequence[PartPair]) -> Iterator[list[PartPair]]:
    batch: list[PartPair] = []
    rows = 0
    for pair in found:
        its = max(part.rows for part in (pair.old, pair.new) if part)
        if batch and (rows + its > AT_ONCE or len(batch) == MOST_PARTS):
            yield batch
            batch, rows = [], 0
        batch.append(pair)
        rows += its
    if batch:
        yield batch


def _count(connection: Connection, dataset: str, parts: Sequence[int]) -> tuple[int, int]:
    """Return the rows and figures of parts."""
    rows = figures = 0
    for start in range(0, len(parts), MOST_PARTS):
        query = _table(dataset).counts(parts[start : start + MOST_PARTS])
        some = connection.execute(query).one()
        rows, figures = rows + some[0], figures + some[1]
    return rows, figures


def _compare_some(
    connection: Connection, table: _Table, some: Sequence[PartPair], counts: Counts
) -> Iterator[Difference]:
    old = _read(connection, table, [pair.old.id for pair in some if pair.old])
    new = _read(connection, table, [pair.new.id for pair in some if pair.new])
    for pair in some:
        before = old.get(pair.old.id, []) if pair.old else []
        now = new.get(pair.new.id, []) if pair.new else []
        if before != now:
            yield from _compare_part(table, pair.key, before, now, counts)


def _read(connection: Connection, table: _Table, parts: Sequence[int]) -> dict[int, list[Values]]:
    """Return the rows of parts by part, each without its part."""
    (rows,) = run(connection, [(prepare(table.rows(parts), connection.dialect), {})])
    found: defaultdict[int, list[Values]] = defaultdict(list)
    for part, *row in rows:
        found[part].append(tuple(row))
    return found


def _compare_part(
    table: _Table, key: PartKey, old: Sequence[Values], new: Sequence[Values], counts: Counts
) -> Iterator[Difference]:
    before, now = _named(table, old), _named(table, new)
    for place in sorted({**before, **now}):
        name, was, it_is = place[:-1], before.get(place), now.get(place)
        if was is None or it_is is None:
            if it_is is not None:
                counts.add(Counts(rows_added=1, figures_added=table.figures_in(it_is)))
                yield Difference(key, name, "added")
            elif was is not None:
                counts.add(Counts(rows_removed=1, figures_removed=table.figures_in(was)))
                yield Difference(key, name, "removed")
        elif was != it_is:
            counts.rows_changed += 1
            for at, field in enumerate(table.names):
                if was[at] != it_is[at]:
                    _count_cell(counts, table, at, was[at], it_is[at])
                cells = table.cell(was, at), table.cell(it_is, at)
                if cells[0] != cells[1] and (field != "marks" or not table.marks):
                    yield Difference(key, name, "changed", field, *cells)


def _named(table: _Table, rows: Sequence[Values]) -> dict[tuple[Any, ...], Values]:
    """Return rows by name and number: the second of one name has 1, and so on."""
    found: dict[tuple[Any, ...], Values] = {}
    for row in rows:
        name = table.name(row)
        number = 0
        while (*name, number) in found:
            number += 1
        found[*name, number] = row
    return found


def _count_cell(counts: Counts, table: _Table, at: int, old: Any, new: Any) -> None:
    if at in table.figures:
        kind = "figures_added" if old is None else "figures_removed" if new is None else None
        name = kind or "figures_changed"
        setattr(counts, name, getattr(counts, name) + 1)
