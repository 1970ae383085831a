"""O*NET files of which each line is a row: occupations, duties, titles, technologies, job zones.

A reader takes a table and what is known of the release, and yields rows. ``ratings`` has the files
with survey estimates. Codes that end in ``.00`` are those of SOC occupations and lose the suffix;
others are finer. Rows that the publisher tells apart by a word (core, supplemental) are parts of
their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import repeat
from typing import Any

from app.importers.onet.cells import Read, code, count, flag, month, one_of, origin
from app.importers.onet.lines import Lines, References, lines_of
from app.importers.reading.cells import text, text_or_none, title
from app.importers.reading.tables import Table
from app.importers.rows import (
    DescriptionRow,
    EntryRow,
    JobZoneRow,
    PartKey,
    PartRows,
    RelatedRow,
    Row,
    TechnologyRow,
    TitleRow,
)

TIERS: dict[str | None, str] = {
    "Primary-Short": "primary_short",
    "Primary-Long": "primary_long",
    "Supplemental": "supplemental",
}
T2_TYPES: dict[str | None, str] = {"Technology": "technology", "Tools": "tool"}
SOFTWARE = "4323"
"""Start of UNSPSC's commodities of software. All of Technology Skills are, none of Tools Used."""
COLLECTED: dict[str, Read] = {"collected": month, "domain_source": text_or_none}
ZONE = ("name", "experience", "education", "training", "svp_range")
"""What the reference says of a job zone."""
Reader = Callable[[Table, References], Iterator[PartRows]]


def parts_by_kind(
    row: type[Row], kinds: Iterable[str], rows: Iterable[Row], detail: dict[str, Any] | None = None
) -> Iterator[PartRows]:
    """Yield rows as parts, one a kind, in the order in which kinds appear."""
    parts: dict[str, list[Row]] = {}
    for kind, one in zip(kinds, rows, strict=True):
        parts.setdefault(kind, []).append(one)
    for kind, kept in parts.items():
        yield PartRows(PartKey(row, kind), kept, detail or {})


def rows_of(row: type[Row], lines: Lines, **given: list[Any]) -> list[Row]:
    """Return lines as rows. A field is the column given, else the line's column of its name."""
    columns = {**lines.columns, **given}
    defaults = row._field_defaults
    in_order = [
        columns[name] if name in columns else repeat(defaults[name], len(lines.rows))
        for name in row._fields
    ]
    return [*map(row._make, zip(*in_order, strict=True))]


def occupations(table: Table, references: References) -> Iterator[PartRows]:
    """Yield the occupations and their definitions."""
    reads = {"code": code, "title": title, "text": text}
    codes: set[str] = set()
    for lines in lines_of(table, reads, references, "onet_occupations", ("code",)):
        levels = ["onet" if "." in one else "detailed" for one in lines["code"]]
        parents = [one.partition(".")[0] if "." in one else None for one in lines["code"]]
        yield PartRows(PartKey(EntryRow), rows_of(EntryRow, lines, level=levels, parent=parents))
        kinds = ["definition"] * len(parents)
        yield from parts_by_kind(DescriptionRow, kinds, rows_of(DescriptionRow, lines, kind=kinds))
        codes.update(lines["code"])
    references.codes = frozenset(codes)


def _titles(
    table: Table, references: References, kind: str, reads: Mapping[str, Read]
) -> Iterator[PartRows]:
    # The publisher lists a title again with another short form or source: the line is the key.
    every = {"code": code, "title": title, **reads}
    for lines in lines_of(table, every, references, kind, tuple(every)):
        kinds = [kind] * len(lines.rows)
        yield from parts_by_kind(TitleRow, kinds, rows_of(TitleRow, lines, kind=kinds))


def alternate_titles(table: Table, references: References) -> Iterator[PartRows]:
    """Yield other names, each with where O*NET has it from."""
    reads = {"short_title": text_or_none, "origin": origin}
    yield from _titles(table, references, "alternate", reads)


def reported_titles(table: Table, references: References) -> Iterator[PartRows]:
    """Yield names that job holders report; some are shown in My Next Move."""
    yield from _titles(table, references, "reported", {"featured": flag})


def technologies(table: Table, references: References) -> Iterator[PartRows]:
    """Yield software, each with its UNSPSC commodity, or from release 30.3 its O*NET element."""
    yield from _used(table, references, "onet_technologies")


def tools(table: Table, references: References) -> Iterator[PartRows]:
    """Yield tools and machines, each with its UNSPSC commodity."""
    yield from _used(table, references, "onet_tools")


def tools_and_technology(table: Table, references: References) -> Iterator[PartRows]:
    """Yield tools and software of a release that has both in one file."""
    yield from _used(table, references, "onet_tools_and_technology")


def _used(table: Table, references: References, kind: str) -> Iterator[PartRows]:
    """Yield what is used, for each occupation what is in demand, then hot, then all other."""
    reads: dict[str, Read] = {
        "code": code,
        "kind": one_of(T2_TYPES),
        "name": title,
        "category": title,
        "commodity_code": text,
        "hot": flag,
        "in_demand": flag,
    }
    found: dict[str, list[Row]] = {}
    for lines in lines_of(table, reads, references, kind, ("code", "commodity_code", "name")):
        kinds = lines["kind"] if "kind" in table.columns else _kinds(lines, kind)
        for its, row in zip(kinds, rows_of(TechnologyRow, lines), strict=True):
            found.setdefault(its, []).append(row)
    for its, rows in found.items():
        rows.sort(key=lambda r: (r.code, not r.in_demand, not r.hot, r.name, r.commodity_code))
        yield PartRows(PartKey(TechnologyRow, its), rows)


def _kinds(lines: Lines, kind: str) -> list[str]:
    """Return the kind of a file's lines. Raises ``BadFile`` for software in a file of tools."""
    if kind == "onet_technologies":
        return ["technology"] * len(lines.rows)
    for at, commodity in enumerate(lines["commodity_code"]):
        if commodity.startswith(SOFTWARE):
            why = f"{commodity} is software, of which the column Hot Technology is missing"
            raise lines.fault(why, at, "commodity_code")
    return ["tool"] * len(lines.rows)


def job_zones(table: Table, references: References) -> Iterator[PartRows]:
    """Yield job zones with what the reference file says of each."""
    reference = references.rows(
        "onet_job_zone_reference", {"zone": count, **dict.fromkeys(ZONE, text)}
    )
    known = {zone: texts for zone, *texts in reference}
    reads = {"code": code, "zone": count, **COLLECTED}
    for lines in lines_of(table, reads, references, "onet_job_zones", ("code",)):
        if not known:
            table.leave_out("the release lacks the Job Zone Reference file", len(lines.rows))
            continue
        for at, zone in enumerate(lines["zone"]):
            if zone not in known:
                raise lines.fault(f"job zone {zone} is not in the reference file", at, "zone")
        about = zip(*(known[zone] for zone in lines["zone"]), strict=True)
        columns = {name: list(column) for name, column in zip(ZONE, about, strict=True)}
        yield PartRows(PartKey(JobZoneRow), rows_of(JobZoneRow, lines, **columns))


def related(table: Table, references: References) -> Iterator[PartRows]:
    """Yield related occupations, nearest first."""
    reads = {"code": code, "related_code": code, "tier": one_of(TIERS), "rank": count}
    key = ("code", "tier", "related_code")
    for lines in lines_of(table, reads, references, "onet_related", key):
        yield from parts_by_kind(RelatedRow, lines["tier"], rows_of(RelatedRow, lines))
