"""The files of one edition make one release: a workbook, the data tool's export, table 5.4.

The first file has the figures. The others repeat some of its lines, which must be equal, and may
add parts: an export has example titles. Its median wages are often of another year than the
workbook's. Then they are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from app.importers.projections.assignments import AssignmentsReader
from app.importers.projections.columns import exported
from app.importers.projections.employment import ProjectionsReader
from app.importers.reading.tables import UNUSED_COLUMN
from app.importers.rows import EntryRow, PartRows, ProjectionRow, Row
from app.marks import PROJECTION_FIGURES

Reader = ProjectionsReader | AssignmentsReader
WAGE = "annual_median"


def parts_of_edition(readers: Sequence[Reader]) -> Iterator[PartRows]:
    """Yield the first file's parts, then those that the others add.

    Raises ``BadFile`` for a line that the first file lacks or has other figures for.
    """
    first, *others = readers
    rows: dict[str, Row] = {}
    for part in first.parts():
        if part.key.row is ProjectionRow:
            rows = {row.code: row for row in part.rows}
        yield part
    for other in others:
        compared = [name for name in PROJECTION_FIGURES if name in other.table.columns]
        wages = other.detail.get("wage_year")
        if WAGE in compared and wages != first.detail.get("wage_year"):
            compared.remove(WAGE)
            why = f"median wages of {wages}, the workbook has another year's"
            other.table.leave_out(f"{UNUSED_COLUMN}: {why}")
        for part in other.parts():
            if part.key.row is ProjectionRow:
                again = [*part.rows]
                for row in again:
                    _compare(first, other, row, rows, compared)
                if isinstance(other, AssignmentsReader):
                    other.table.leave_out("the same figures again, compared", len(again))
            elif part.key.row is not EntryRow:
                yield part


def _compare(
    first: Reader, other: Reader, row: Row, rows: Mapping[str, Row], compared: list[str]
) -> None:
    place = int(row.locator.rpartition(" ")[2])
    what = "export" if exported(first.header) else "workbook"
    where = f"in the {what} of this edition, {first.document.name}"
    beside = rows.get(row.code)
    if beside is None:
        raise other.table.fault(f"{row.code} is not {where}", place)
    for name in compared:
        its, theirs = getattr(row, name), getattr(beside, name)
        if its != theirs:
            why = f"{row.code} has {its!r} here and {theirs!r} {where}, {beside.locator}"
            raise other.table.fault(why, place, name)
