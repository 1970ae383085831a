"""O*NET releases, text or Excel: occupations, duties, titles, technologies, zones, relations.

Each function takes a table and yields rows; ``onet_ratings`` has those with survey estimates. Codes
end in ``.00`` for the SOC occupation itself, which loses the suffix; others are finer.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from app.importers.faults import BadFile
from app.importers.records import Record, Table
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

CODE = re.compile(r"\d\d-\d{4}\.\d\d")
TASK_KINDS = {"Core": "core", "Supplemental": "supplemental", None: "unrated"}
EMERGING_KINDS = {"New": "new", "Revision": "revision"}
TIERS = {
    "Primary-Short": "primary_short",
    "Primary-Long": "primary_long",
    "Supplemental": "supplemental",
}
Reader = Callable[[Table, dict[str, Table]], Iterator[PartRows]]


def code_of(record: Record, field: str = "code") -> str:
    """Return an O*NET-SOC code as this API has it: 11-9111 for 11-9111.00, 15-1299.08."""
    text = record.text(field)
    if not CODE.fullmatch(text):
        raise record.fault(f"{text!r} is no O*NET-SOC code: NN-NNNN.NN", field)
    return text.removesuffix(".00")


def one_of(record: Record, field: str, known: dict[Any, str]) -> str:
    """Return our word for the publisher's."""
    text = record.maybe(field)
    if text not in known:
        words = ", ".join(str(word) for word in known if word)
        raise record.fault(f"{text!r} is none of {words}", field)
    return known[text]


def by_kind(row: type[Any], rows: Iterator[Any], detail: dict[str, Any]) -> Iterator[PartRows]:
    """Yield rows as one part a kind, in the order that kinds appear."""
    kinds: dict[str, list[Any]] = defaultdict(list)
    for one in rows:
        kinds[one.kind].append(one)
    for kind, found in kinds.items():
        yield PartRows(PartKey(row, kind), found, detail)


def occupations(table: Table, _others: dict[str, Table]) -> Iterator[PartRows]:
    """Yield the occupations and their definitions."""
    entries, texts = [], []
    for record in table.records():
        code = code_of(record)
        level = "onet" if "." in code else "detailed"
        entries.append(EntryRow(code, record.text("title"), level))
        texts.append(DescriptionRow(code, "definition", record.text("text")))
    yield PartRows(PartKey(EntryRow), entries)
    yield PartRows(PartKey(DescriptionRow, "definition"), texts)


def tasks(table: Table, _others: dict[str, Table]) -> Iterator[PartRows]:
    """Yield duties: core, supplemental, or not rated yet."""
    rows = (
        DutyRow(
            code=code_of(record),
            text=record.text("text"),
            kind=one_of(record, "kind", TASK_KINDS),
            task_id=record.text("task_id"),
            incumbents_responding=record.whole("incumbents"),
            collected=record.month("collected"),
            domain_source=record.maybe("domain_source"),
        )
        for record in table.records()
    )
    yield from by_kind(DutyRow, rows, {})


def emerging_tasks(table: Table, _others: dict[str, Table]) -> Iterator[PartRows]:
    """Yield duties that incumbents wrote in: new ones and revisions of known ones."""
    rows = (
        DutyRow(
            code=code_of(record),
            text=record.text("text"),
            kind=one_of(record, "kind", EMERGING_KINDS),
            original_task_id=record.maybe("original_task_id"),
            write_in_total=record.whole("write_in_total"),
            collected=record.month("collected"),
            domain_source=record.maybe("domain_source"),
        )
        for record in table.records()
    )
    yield from by_kind(DutyRow, rows, {})


def alternate_titles(table: Table, _others: dict[str, Table]) -> Iterator[PartRows]:
    """Yield other names, each with where O*NET has it from."""
    rows = (
        TitleRow(
            code=code_of(record),
            title=record.text("title"),
            kind="alternate",
            short_title=record.maybe("short_title"),
            origin=record.maybe("origin"),
        )
        for record in table.records()
    )
    yield PartRows(PartKey(TitleRow, "alternate"), rows)


def reported_titles(table: Table, _others: dict[str, Table]) -> Iterator[PartRows]:
    """Yield names that job holders report; some are shown in My Next Move."""
    rows = (
        TitleRow(
            code=code_of(record),
            title=record.text("title"),
            kind="reported",
            featured=record.flag("featured"),
        )
        for record in table.records()
    )
    yield PartRows(PartKey(TitleRow, "reported"), rows)


def technologies(table: Table, _others: dict[str, Table]) -> Iterator[PartRows]:
    """Yield software, each with its UNSPSC commodity."""
    rows = (
        TechnologyRow(
            code=code_of(record),
            name=record.text("name"),
            category=record.text("category"),
            commodity_code=record.text("commodity_code"),
            hot=record.flag("hot"),
            in_demand=record.flag("in_demand"),
        )
        for record in table.records()
    )
    yield PartRows(PartKey(TechnologyRow), rows)


def job_zones(table: Table, others: dict[str, Table]) -> Iterator[PartRows]:
    """Yield job zones with what the reference file says about each."""
    if "onet_job_zone_reference" not in others:
        raise BadFile(table.document.name, "needs the Job Zone Reference file beside it")
    said = {r.whole("zone"): r for r in others["onet_job_zone_reference"].records()}

    def rows() -> Iterator[JobZoneRow]:
        for record in table.records():
            zone = record.whole("zone")
            about = said.get(zone)
            if zone is None or about is None:
                raise record.fault(f"job zone {zone} is not in the reference file", "zone")
            yield JobZoneRow(
                code=code_of(record),
                zone=zone,
                name=about.text("name"),
                experience=about.text("experience"),
                education=about.text("education"),
                training=about.text("training"),
                svp_range=about.text("svp_range"),
                collected=record.month("collected"),
                domain_source=record.maybe("domain_source"),
            )

    yield PartRows(PartKey(JobZoneRow), rows())


def related(table: Table, _others: dict[str, Table]) -> Iterator[PartRows]:
    """Yield related occupations, nearest first."""
    rows = (
        RelatedRow(
            code=code_of(record),
            related_code=code_of(record, "related_code"),
            tier=one_of(record, "tier", TIERS),
            rank=record.whole("rank"),
        )
        for record in table.records()
    )
    yield PartRows(PartKey(RelatedRow), rows)
