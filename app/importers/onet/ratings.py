"""O*NET's survey estimates: skills and their like, education and experience, interests.

An element of an occupation has a line for each scale. The lines of importance (IM) and level (LV)
become one row. The bounds of the scales go to the part's ``detail``. Numbers are as the cell has
them; a share of people is in percent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from app.importers.onet import consistency
from app.importers.onet.cells import Read, code, count, flag, value, value_or_none
from app.importers.onet.columns import ELEMENT_KINDS, SCALE_BOUNDS
from app.importers.onet.lines import Lines, References, lines_of
from app.importers.onet.tables import COLLECTED, parts_by_kind, rows_of
from app.importers.reading.cells import text, title
from app.importers.reading.tables import Table
from app.importers.rows import (
    EducationRow,
    ExperienceRow,
    InterestRow,
    PartKey,
    PartRows,
    Row,
    SkillRow,
)
from app.importers.rules import Gate

ESTIMATE: dict[str, Read] = {
    "value": value_or_none,
    "n": count,
    "standard_error": value_or_none,
    "lower": value_or_none,
    "upper": value_or_none,
    "suppress": flag,
}
ELEMENT: dict[str, Read] = {"code": code, "element_id": text, "name": title, "scale": text}
KEY = ("code", "element_id", "scale")
FIGURES = tuple(ESTIMATE)
INTEREST_SCALES = ("OI", "IH")

SHARES = {
    "RL": (EducationRow, "required_level"),
    "RW": (ExperienceRow, "related_work"),
    "PT": (ExperienceRow, "on_site_training"),
    "OJ": (ExperienceRow, "on_the_job_training"),
}
"""Scale of shares of people by category → type of its rows, and their kind."""


PERCENT = (0, 100)


def scales_of(references: References, wanted: tuple[str, ...]) -> dict[str, Sequence[float]]:
    """Return the bounds of the scales, as the release's own file states them."""
    if references.scales is None:
        reads = {"scale": text, "minimum": value, "maximum": value}
        references.scales = {
            scale: [int(end) if end.is_integer() else end for end in ends]
            for scale, *ends in references.rows("onet_scales", reads)
        }
    stated = references.scales or SCALE_BOUNDS
    return {scale: stated[scale] for scale in wanted if scale in stated}


def check_scales(lines: Lines, references: References) -> None:
    """Raise ``BadFile`` for a scale that the release's own Scales Reference lacks."""
    for at, scale in enumerate(lines["scale"]):
        if references.scales and scale not in references.scales:
            raise lines.fault(
                f"scale {scale} is not in the release's Scales Reference", at, "scale"
            )


class _Pairs:
    """Pairs lines of importance with lines of level, which may stand in different chunks."""

    def __init__(self) -> None:
        self.waiting: dict[tuple[str, str], tuple[str, str, list[Any], Lines, int]] = {}
        self.met = False  # a pair

    def take(self, lines: Lines) -> Iterator[Row]:
        """Yield the row of each element both of whose lines have come."""
        names = (*ELEMENT, *FIGURES, "not_relevant", "collected", "domain_source")
        waiting = self.waiting
        notes = lines.columns.get("note", [None] * len(lines.rows))
        for at, (its_code, element, name, scale, *figures) in enumerate(
            zip(*(lines[name] for name in names), notes, strict=True)
        ):
            if scale not in {"IM", "LV"}:
                raise lines.fault(f"{scale!r} is neither IM nor LV", at, "scale")
            if element[:3] not in ELEMENT_KINDS:
                known = ", ".join(ELEMENT_KINDS)
                raise lines.fault(f"{element!r} is under none of {known}", at, "element_id")
            other = waiting.pop((its_code, element), None)
            if other is None:
                waiting[its_code, element] = (name, scale, figures, lines, at)
                continue
            self.met = True
            if scale == "LV":
                yield _rating(its_code, element, name, other[2], figures)
            else:
                yield _rating(its_code, element, name, figures, other[2])

    def rest(self, gate: Gate) -> Iterator[Row]:
        """Yield the rows of elements that have one line only, as all of their file must have."""
        for (its_code, element), (name, scale, figures, lines, at) in self.waiting.items():
            if self.met:
                what = f"{element} of {its_code} has only its line of {scale}"
                note = gate.broken("pair", what, partial(lines.fault, at=at, field="scale"))
                figures[-1] = " ".join(filter(None, [figures[-1], note]))
            pair = (figures, None) if scale == "IM" else (None, figures)
            yield _rating(its_code, element, name, *pair)


def _rating(
    its_code: str,
    element: str,
    name: str,
    importance: list[Any] | None,
    level: list[Any] | None,
) -> Row:
    size = len(FIGURES)
    none: list[Any] = [None] * (size + 4)
    its, other = importance or none, level or none
    notes = [its[-1], other[-1]]
    collected = its[size + 1 : -1] if importance else other[size + 1 : -1]
    if importance and level and collected != other[size + 1 : -1]:
        notes.append(f"level: collected {other[size + 1]}, {other[size + 2]}")
    # Only levels can be not relevant; what an importance line says of it is n/a.
    relevance = its[size] if other[size] is None else other[size]
    figures = (*its[:size], *other[:size], relevance, *collected)
    kind = ELEMENT_KINDS[element[:3]]
    note = " ".join(filter(None, notes)) or None
    return SkillRow(its_code, name, kind, element, *figures, note=note)


def ratings(table: Table, references: References) -> Iterator[PartRows]:
    """Yield skills, knowledge, abilities and work activities, one part a kind."""
    scales = scales_of(references, ("IM", "LV"))
    detail = {"scales": scales}
    reads = {**ELEMENT, **ESTIMATE, "not_relevant": flag, **COLLECTED}
    pairs = _Pairs()
    for lines in lines_of(table, reads, references, "onet_ratings", KEY):
        check_scales(lines, references)
        lines.note(consistency.estimates(lines.columns, scales), references.gate)
        yield from _skills(pairs.take(lines), detail)
    yield from _skills(pairs.rest(references.gate), detail)


def _skills(rows: Iterator[Row], detail: dict[str, Any]) -> Iterator[PartRows]:
    found = list(rows)
    yield from parts_by_kind(SkillRow, (row.kind for row in found), found, detail)


def education(table: Table, references: References) -> Iterator[PartRows]:
    """Yield the required level of education, and experience and training before or on the job."""
    named = references.categories("onet_education_categories")
    reads = {**ELEMENT, "category": count, **ESTIMATE, **COLLECTED}
    every = [*lines_of(table, reads, references, "onet_education", (*KEY, "category"))]
    sums = consistency.shares([lines.columns for lines in every], SHARES)
    for lines in every:
        lines.note(
            consistency.estimates(lines.columns, dict.fromkeys(SHARES, PERCENT)), references.gate
        )
        keys = zip(*(lines[name] for name in KEY), strict=True)
        wrong = ((at, "sum-of-shares", "value", sums[k]) for at, k in enumerate(keys) if k in sums)
        lines.note(wrong, references.gate)
        kept: dict[type[Row], list[int]] = {EducationRow: [], ExperienceRow: []}
        categories = list(zip(lines["scale"], lines["category"], strict=True))
        for at, (scale, category) in enumerate(categories):
            if scale not in SHARES:
                what = f"{lines['name'][at]} ({scale})"
                table.leave_out(f"{what}: no share of people by category, not used by this API")
            elif not named:
                table.leave_out("the release lacks the file that names the categories")
            elif (scale, category) not in named:
                why = f"category {category} of {scale} is not in the categories file"
                raise lines.fault(why, at, "category")
            else:
                kept[SHARES[scale][0]].append(at)
        for row, places in kept.items():
            some = lines.only(places)
            names = [named[categories[at]] for at in places]
            kinds = [SHARES[scale][1] for scale in some["scale"]]
            field = "level" if row is EducationRow else "name"
            given = {"kind": kinds, "percent": some["value"], field: names}
            yield from parts_by_kind(row, kinds, rows_of(row, some, **given))


def interests(table: Table, references: References) -> Iterator[PartRows]:
    """Yield occupational interests (OI) and which three are highest (IH)."""
    scales = scales_of(references, INTEREST_SCALES)
    detail = {"scales": scales}
    reads = {**ELEMENT, "value": value, **COLLECTED}
    for lines in lines_of(table, reads, references, "onet_interests", KEY):
        check_scales(lines, references)
        lines.note(consistency.estimates(lines.columns, scales), references.gate)
        rows = rows_of(InterestRow, lines)
        for row in rows:
            if row.scale not in INTEREST_SCALES:
                table.leave_out(f"scale {row.scale}: not used by this API")
        kept = [row for row in rows if row.scale in INTEREST_SCALES]
        yield PartRows(PartKey(InterestRow), kept, detail)
