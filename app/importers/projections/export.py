"""The data tool's export beside the workbook of the same edition: one release of both.

The export repeats the workbook's most detailed lines and adds example titles. Its median wages are
often of another year than the workbook's; then they are left out, and counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.importers.projections.employment import ProjectionsReader
from app.importers.reading.tables import UNUSED_COLUMN
from app.importers.rows import EntryRow, PartRows, ProjectionRow, Row
from app.marks import PROJECTION_FIGURES


def parts_of_both(workbook: ProjectionsReader, export: ProjectionsReader) -> Iterator[PartRows]:
    """Yield the workbook's parts, then the export's example titles.

    Raises ``BadFile`` for a line of the export that the workbook lacks or has other figures for.
    """
    rows: dict[str, Row] = {}
    for part in workbook.parts():
        if part.key.row is ProjectionRow:
            rows = {row.code: row for row in part.rows}
        yield part
    compared = [name for name in PROJECTION_FIGURES if name in export.table.columns]
    wages = export.detail.get("wage_year")
    if wages != workbook.detail.get("wage_year"):
        compared.remove("annual_median")
    for part in export.parts():
        if part.key.row is ProjectionRow:
            for row in part.rows:
                _compare(export, row, rows, compared)
            if "annual_median" not in compared:
                why = f"{UNUSED_COLUMN}: median wages of {wages}, the workbook has another year's"
                export.table.leave_out(why)
        elif part.key.row is not EntryRow:
            yield part


def _compare(
    export: ProjectionsReader, row: Row, rows: Mapping[str, Row], compared: list[str]
) -> None:
    place = int(row.locator.rpartition(" ")[2])
    other = rows.get(row.code)
    if other is None:
        raise export.table.fault(f"{row.code} is not in the workbook of this edition", place)
    for name in compared:
        its, beside = getattr(row, name), getattr(other, name)
        if its != beside:
            why = f"{row.code} has {its!r} here and {beside!r} in the workbook, {other.locator}"
            raise export.table.fault(why, place, name)
