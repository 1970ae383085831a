"""The files of one edition make one release: a workbook, the data tool's export, table 5.4.

The first file has the figures. The others repeat some of its lines, which must be equal, and may
add parts: an export has example titles. Its median wages are often of another year than the
workbook's. Then they are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.importers.projections.assignments import AssignmentsReader
from app.importers.projections.columns import exported
from app.importers.projections.employment import ProjectionsReader
from app.importers.reading.tables import UNUSED_COLUMN
from app.importers.rows import EducationRow, PartKey, PartRows, ProjectionRow, Row
from app.marks import PROJECTION_FIGURES

Reader = ProjectionsReader | AssignmentsReader
COMPARED: dict[type[Row], tuple[tuple[str, ...], tuple[str, ...]]] = {
    ProjectionRow: (("code",), PROJECTION_FIGURES),
    EducationRow: (("code", "level"), ("percent",)),
}
"""Type of row → the columns that tell its rows apart, and those that must be equal."""
WAGE = "annual_median"


def parts_of_edition(readers: Sequence[Reader]) -> Iterator[PartRows]:
    """Yield the first file's parts, then those that the others add.

    Raises ``BadFile`` for a line that the first file lacks or has other figures for.
    """
    first, *others = readers
    known: dict[PartKey, dict[Any, Row]] = {}
    for part in first.parts():
        rows = part.rows if isinstance(part.rows, list) else [*part.rows]
        known[part.key] = {_key(row): row for row in rows} if part.key.row in COMPARED else {}
        yield PartRows(part.key, rows, part.detail)
    for other in others:
        without = _wages_of_another_year(first, other)
        compared = 0
        for part in other.parts():
            if part.key not in known:
                yield part
            elif part.key.row in COMPARED:
                for row in part.rows:
                    _compare(first, other, row, known[part.key], without)
                    compared += part.key.row is ProjectionRow
        if without:
            why = f"median wages of {other.detail['wage_year']}, the workbook has another year's"
            other.table.leave_out(f"{UNUSED_COLUMN}: {why}")
        if not exported(other.header):
            other.table.leave_out("the same figures again, compared", compared)


def _wages_of_another_year(first: Reader, other: Reader) -> set[str]:
    """Return the column of wages if an export has those of another year than its workbook."""
    years = first.detail.get("wage_year"), other.detail.get("wage_year")
    beside = exported(other.header) and not exported(first.header)
    return {WAGE} if beside and None not in years and years[0] != years[1] else set()


def _key(row: Row) -> Any:
    return tuple(getattr(row, name) for name in COMPARED[type(row)][0])


def _compare(
    first: Reader, other: Reader, row: Row, rows: Mapping[Any, Row], without: set[str]
) -> None:
    names = [name for name in COMPARED[type(row)][1] if name not in without]
    if type(row) is ProjectionRow:
        names = [name for name in names if name in other.table.columns]
    beside = rows.get(_key(row))
    place = int(row.locator.rpartition(" ")[2])
    what = "the workbook" if not exported(first.header) else "the export"
    where = f"in {what} of this edition, {first.document.name}"
    if beside is None:
        raise other.table.fault(f"{row.code} is not {where}", place)
    for name in names:
        its, theirs = getattr(row, name), getattr(beside, name)
        if its != theirs:
            why = f"{row.code} has {its!r} here and {theirs!r} {where}, {beside.locator}"
            raise other.table.fault(why, place, name)
