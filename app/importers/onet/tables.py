"""O*NET releases, text or Excel: occupations, duties, titles, technologies, zones, relations.

Each function takes a table and yields runs of rows; ``onet_ratings`` has those with survey
estimates. Codes end in ``.00`` for the SOC occupation itself, which loses the suffix; others are
finer. Rows that the publisher tells apart by a word (core, supplemental) are parts of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import repeat
from typing import Any

from app.importers.onet.lines import (
    Lines,
    Read,
    References,
    code,
    flag,
    lines_of,
    maybe,
    month,
    one_of,
    origin,
    text,
    whole,
)
from app.importers.reading.records import Table
from app.importers.rows import (
    DescriptionRow,
    DutyRow,
    EntryRow,
    JobZoneRow,
    PartKey,
    PartRows,
    RelatedRow,
    TechnologyRow,
    TitleRow,
)

TASK_KINDS = {"Core": "core", "Supplemental": "supplemental", None: "unrated"}
EMERGING_KINDS: dict[str | None, str] = {"New": "new", "Revision": "revision"}
TIERS: dict[str | None, str] = {
    "Primary-Short": "primary_short",
    "Primary-Long": "primary_long",
    "Supplemental": "supplemental",
}
COLLECTED: dict[str, Read] = {"collected": month, "domain_source": maybe}
Reader = Callable[[Table, References], Iterator[PartRows]]


def runs(
    row: type[Any], kinds: Iterable[str], rows: list[Any], detail: dict[str, Any] | None = None
) -> Iterator[PartRows]:
    """Yield rows as one run a kind, in the order that kinds appear."""
    kinds = list(kinds)
    for kind in dict.fromkeys(kinds):
        kept = [one for one, its in zip(rows, kinds, strict=True) if its == kind]
        yield PartRows(PartKey(row, kind), kept, detail or {})


def rows_of(row: type[Any], lines: Lines, **given: list[Any]) -> list[Any]:
    """Return the lines as rows: a field is the given column, else the one of its name."""
    columns = {**lines.columns, **given}
    make: Any = row
    in_order = [
        columns[name] if name in columns else repeat(make._field_defaults[name], len(lines.rows))
        for name in make._fields
    ]
    return [*map(make._make, zip(*in_order, strict=True))]


def occupations(table: Table, references: References) -> Iterator[PartRows]:
    """Yield the occupations and their definitions."""
    reads = {"code": code, "title": text, "text": text}
    codes: set[str] = set()
    for lines in lines_of(table, reads, references, "onet_occupations", ("code",)):
        finer = ["." in one for one in lines["code"]]
        levels = ["onet" if its else "detailed" for its in finer]
        soc = [one.partition(".")[0] for one in lines["code"]]
        parents = [one if its else None for one, its in zip(soc, finer, strict=True)]
        yield PartRows(PartKey(EntryRow), rows_of(EntryRow, lines, level=levels, parent=parents))
        kinds = ["definition"] * len(finer)
        yield from runs(DescriptionRow, kinds, rows_of(DescriptionRow, lines, kind=kinds))
        codes.update(lines["code"])
    references.codes = frozenset(codes)


def tasks(table: Table, references: References) -> Iterator[PartRows]:
    """Yield duties: core, supplemental, or not rated yet."""
    reads = {
        "code": code,
        "task_id": text,
        "text": text,
        "kind": one_of(TASK_KINDS),
        "incumbents_responding": whole,
        **COLLECTED,
    }
    for lines in lines_of(table, reads, references, "onet_tasks", ("code", "task_id")):
        yield from runs(DutyRow, lines["kind"], rows_of(DutyRow, lines))


def emerging_tasks(table: Table, references: References) -> Iterator[PartRows]:
    """Yield duties that incumbents wrote in: new ones and revisions of known ones."""
    reads = {
        "code": code,
        "text": text,
        "kind": one_of(EMERGING_KINDS),
        "original_task_id": maybe,
        "write_in_total": whole,
        **COLLECTED,
    }
    key = ("code", "kind", "original_task_id", "text")
    for lines in lines_of(table, reads, references, "onet_emerging_tasks", key):
        yield from runs(DutyRow, lines["kind"], rows_of(DutyRow, lines))


def _titles(
    table: Table, references: References, kind: str, reads: Mapping[str, Read]
) -> Iterator[PartRows]:
    # The publisher lists a title again with another short form or source: the line is the key.
    every = {"code": code, "title": text, **reads}
    for lines in lines_of(table, every, references, kind, tuple(every)):
        kinds = [kind] * len(lines.rows)
        yield from runs(TitleRow, kinds, rows_of(TitleRow, lines, kind=kinds))


def alternate_titles(table: Table, references: References) -> Iterator[PartRows]:
    """Yield other names, each with where O*NET has it from."""
    yield from _titles(table, references, "alternate", {"short_title": maybe, "origin": origin})


def reported_titles(table: Table, references: References) -> Iterator[PartRows]:
    """Yield names that job holders report; some are shown in My Next Move."""
    yield from _titles(table, references, "reported", {"featured": flag})


def technologies(table: Table, references: References) -> Iterator[PartRows]:
    """Yield software, each with its UNSPSC commodity, or from release 30.3 its O*NET element."""
    reads = {
        "code": code,
        "name": text,
        "category": text,
        "commodity_code": text,
        "hot": flag,
        "in_demand": flag,
    }
    key = ("code", "commodity_code", "name")
    for lines in lines_of(table, reads, references, "onet_technologies", key):
        yield PartRows(PartKey(TechnologyRow), rows_of(TechnologyRow, lines))


def job_zones(table: Table, references: References) -> Iterator[PartRows]:
    """Yield job zones with what the reference file says about each."""
    said = _zones(references)
    reads = {"code": code, "zone": whole, **COLLECTED}
    for lines in lines_of(table, reads, references, "onet_job_zones", ("code",)):
        if not said:
            table.leave_out("the release lacks the Job Zone Reference file", len(lines.rows))
            continue
        for at, zone in enumerate(lines["zone"]):
            if zone not in said:
                raise lines.fault(f"job zone {zone} is not in the reference file", at, "zone")
        about = {
            name: [said[zone][name] for zone in lines["zone"]]
            for name in ("name", "experience", "education", "training", "svp_range")
        }
        yield PartRows(PartKey(JobZoneRow), rows_of(JobZoneRow, lines, **about))


def _zones(references: References) -> dict[int, dict[str, str]]:
    names = ("name", "experience", "education", "training", "svp_range")
    said: dict[int, dict[str, str]] = {}
    for table in references.tables.get("onet_job_zone_reference", []):
        for lines in lines_of(table, {"zone": whole, **dict.fromkeys(names, text)}):
            for at, zone in enumerate(lines["zone"]):
                said[zone] = {name: lines[name][at] for name in names}
    return said


def related(table: Table, references: References) -> Iterator[PartRows]:
    """Yield related occupations, nearest first."""
    reads = {"code": code, "related_code": code, "tier": one_of(TIERS), "rank": whole}
    key = ("code", "tier", "related_code")
    for lines in lines_of(table, reads, references, "onet_related", key):
        yield from runs(RelatedRow, lines["tier"], rows_of(RelatedRow, lines))
