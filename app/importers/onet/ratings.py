"""O*NET's survey estimates: skills and their like, education and experience, interests.

An element of an occupation has a line for each scale. Importance (IM) and level (LV) become one
row; the scales' bounds, which the publisher states in a file of its own, go to the part's detail.
Numbers are as the cell has them; a share of people is in percent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from app.importers.onet.columns import ELEMENT_KINDS, SCALE_BOUNDS
from app.importers.onet.lines import (
    Lines,
    Read,
    References,
    code,
    flag,
    lines_of,
    maybe,
    real,
    text,
    value,
    whole,
)
from app.importers.onet.tables import COLLECTED, rows_of, runs
from app.importers.reading.records import Table
from app.importers.rows import (
    EducationRow,
    ExperienceRow,
    InterestRow,
    PartKey,
    PartRows,
    Row,
    SkillRow,
)

ESTIMATE: dict[str, Read] = {
    "n": whole,
    "standard_error": real,
    "lower": real,
    "upper": real,
    "suppress": flag,
}
ELEMENT: dict[str, Read] = {"code": code, "element_id": text, "name": text, "scale": text}
KEY = ("code", "element_id", "scale")
FIGURES = ("value", *ESTIMATE)
INTEREST_SCALES = ("OI", "IH")

EDUCATION = "RL"
EXPERIENCE_KINDS = {
    "RW": "related_work",
    "PT": "on_site_training",
    "OJ": "on_the_job_training",
}
"""Scale → kind: elements 3.A.1, 3.A.2 and 3.A.3 have one scale each, as 2.D.1 has RL."""


def scales_of(references: References, wanted: tuple[str, ...]) -> dict[str, Any]:
    """Return the bounds of the scales as a part's detail, as the release's own file states them."""
    if "scales" not in references.found:
        bounds = {}
        reads = {"scale": text, "minimum": value, "maximum": value}
        for table in references.tables.get("onet_scales", []):
            for lines in lines_of(table, reads):
                for scale, *ends in zip(*(lines[name] for name in reads), strict=True):
                    bounds[scale] = [int(end) if end.is_integer() else end for end in ends]
        references.found["scales"] = bounds or SCALE_BOUNDS
    stated = references.found["scales"]
    return {"scales": {scale: stated[scale] for scale in wanted if scale in stated}}


class _Pairs:
    """Lines of importance and level, waiting for each other: figures, relevance, date, source."""

    def __init__(self) -> None:
        self.waiting: dict[tuple[str, str], tuple[str, str, tuple[Any, ...]]] = {}

    def take(self, lines: Lines) -> Iterator[tuple[str, Row]]:
        """Yield kind and row of each element whose two lines are there now."""
        names = (*FIGURES, "not_relevant", "collected", "domain_source")
        said = zip(*(lines[name] for name in names), strict=True)
        told = zip(*(lines[name] for name in ("code", "element_id", "name", "scale")), strict=True)
        waiting = self.waiting
        for at, ((its_code, element, name, scale), figures) in enumerate(
            zip(told, said, strict=True)
        ):
            if scale not in {"IM", "LV"}:
                raise lines.fault(f"{scale!r} is neither IM nor LV", at, "scale")
            if element[:3] not in ELEMENT_KINDS:
                known = ", ".join(ELEMENT_KINDS)
                raise lines.fault(f"{element!r} is under none of {known}", at, "element_id")
            other = waiting.pop((its_code, element), None)
            if other is None:
                waiting[its_code, element] = (name, scale, figures)
            elif scale == "LV":
                yield _rating(its_code, element, name, other[2], figures)
            else:
                yield _rating(its_code, element, name, figures, other[2])

    def rest(self) -> Iterator[tuple[str, Row]]:
        """Yield the elements of which one line is all there is."""
        for (its_code, element), (name, scale, figures) in self.waiting.items():
            pair = (figures, None) if scale == "IM" else (None, figures)
            yield _rating(its_code, element, name, *pair)


def _rating(
    its_code: str,
    element: str,
    name: str,
    importance: tuple[Any, ...] | None,
    level: tuple[Any, ...] | None,
) -> tuple[str, Row]:
    kind, size, note = ELEMENT_KINDS[element[:3]], len(FIGURES), None
    none: tuple[Any, ...] = (None,) * (size + 3)
    its, other = importance or none, level or none
    collected = its[size + 1 :] if importance else other[size + 1 :]
    if importance and level and collected != other[size + 1 :]:
        note = f"level: collected {other[size + 1]}, {other[size + 2]}"
    # Only levels can be not relevant; what an importance line says of it is n/a.
    relevance = its[size] if other[size] is None else other[size]
    figures = (*its[:size], *other[:size], relevance, *collected)
    return kind, SkillRow._make((its_code, name, kind, element, *figures, 0, None, note))


def ratings(table: Table, references: References) -> Iterator[PartRows]:
    """Yield skills, knowledge, abilities and work activities, one part a kind."""
    detail = scales_of(references, ("IM", "LV"))
    reads = {**ELEMENT, "value": real, **ESTIMATE, "not_relevant": flag, **COLLECTED}
    pairs = _Pairs()
    for lines in lines_of(table, reads, references, "onet_ratings", KEY):
        yield from _by_kind(pairs.take(lines), detail)
    yield from _by_kind(pairs.rest(), detail)


def _by_kind(found: Iterator[tuple[str, Row]], detail: dict[str, Any]) -> Iterator[PartRows]:
    kinds: dict[str, list[Row]] = defaultdict(list)
    for kind, row in found:
        kinds[kind].append(row)
    for kind, rows in kinds.items():
        yield PartRows(PartKey(SkillRow, kind), rows, detail)


def education(table: Table, references: References) -> Iterator[PartRows]:
    """Yield the required level of education, and experience and training before or on the job."""
    named = _categories(references)
    reads = {**ELEMENT, "category": whole, "value": real, **ESTIMATE, **COLLECTED}
    for lines in lines_of(table, reads, references, "onet_education", (*KEY, "category")):
        kept: list[int] = []
        names: list[str] = []
        for at, (scale, category) in enumerate(zip(lines["scale"], lines["category"], strict=True)):
            if scale != EDUCATION and scale not in EXPERIENCE_KINDS:
                what = f"{lines['name'][at]} ({scale})"
                table.leave_out(f"{what}: no share of people by category, not used by this API")
            elif not named:
                table.leave_out("the release lacks the file that names the categories")
            elif (scale, category) not in named:
                why = f"category {category} of {scale} is not in the categories file"
                raise lines.fault(why, at, "category")
            else:
                kept.append(at)
                names.append(named[scale, category])
        columns = {field: [column[at] for at in kept] for field, column in lines.columns.items()}
        columns["percent"] = columns.pop("value")
        yield from _shares(Lines(table, [lines.rows[at] for at in kept], columns), names)


def _shares(lines: Lines, names: list[str]) -> Iterator[PartRows]:
    """Yield lines that count as education, then those of experience."""
    scales = lines["scale"]
    for row, field in ((EducationRow, "level"), (ExperienceRow, "name")):
        here = [n for n, scale in enumerate(scales) if (scale == EDUCATION) == (field == "level")]
        columns = {name: [column[n] for n in here] for name, column in lines.columns.items()}
        columns[field] = [names[n] for n in here]
        columns["kind"] = [EXPERIENCE_KINDS.get(scales[n], "required_level") for n in here]
        some = Lines(lines.table, [lines.rows[n] for n in here], columns)
        yield from runs(row, columns["kind"], rows_of(row, some))


def _categories(references: References) -> dict[tuple[str, int], str]:
    named: dict[tuple[str, int], str] = {}
    reads = {"scale": text, "category": whole, "text": text}
    for table in references.tables.get("onet_education_categories", []):
        for lines in lines_of(table, reads):
            for scale, category, said in zip(*(lines[name] for name in reads), strict=True):
                named[scale, category] = said
    return named


def interests(table: Table, references: References) -> Iterator[PartRows]:
    """Yield occupational interests (OI) and which three are highest (IH)."""
    detail = scales_of(references, INTEREST_SCALES)
    reads = {**ELEMENT, "value": value, "collected": COLLECTED["collected"], "domain_source": maybe}
    for lines in lines_of(table, reads, references, "onet_interests", KEY):
        rows = rows_of(InterestRow, lines)
        kept = [row for row in rows if row.scale in INTEREST_SCALES]
        for row in rows:
            if row.scale not in INTEREST_SCALES:
                table.leave_out(f"scale {row.scale}: not used by this API")
        yield PartRows(PartKey(InterestRow), kept, detail)
