"""O*NET's survey estimates: skills and their like, education and experience, interests.

An element of an occupation has a line for each scale. Importance (IM) and level (LV) become one
row; the scales' bounds, which the publisher states in a file of its own, go to the part's detail.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from app.importers.faults import BadFile
from app.importers.onet import by_kind, code_of
from app.importers.onet_columns import ELEMENT_KINDS
from app.importers.records import Record, Table
from app.importers.rows import (
    EducationRow,
    ExperienceRow,
    InterestRow,
    PartKey,
    PartRows,
    SkillRow,
)

EXPERIENCE_KINDS = {
    "3.A.1": "related_work",
    "3.A.2": "on_site_training",
    "3.A.3": "on_the_job_training",
}
EDUCATION = "2.D.1"
INTEREST_SCALES = ("OI", "IH")


def scales_of(others: dict[str, Table], wanted: tuple[str, ...]) -> dict[str, Any]:
    """Return the bounds of the scales as a part's detail; nothing if the release lacks the file."""
    if "onet_scales" not in others:
        return {}
    bounds = {
        record.text("scale"): [record.whole("minimum"), record.whole("maximum")]
        for record in others["onet_scales"].records()
    }
    return {"scales": {scale: bounds[scale] for scale in wanted if scale in bounds}}


def ratings(table: Table, others: dict[str, Table]) -> Iterator[PartRows]:
    """Yield skills, knowledge, abilities and work activities, one part a kind."""
    detail = scales_of(others, ("IM", "LV"))
    pairs: dict[tuple[str, str], dict[str, Record]] = defaultdict(dict)
    kinds: dict[str, list[SkillRow]] = defaultdict(list)
    for record in table.records():
        key = (code_of(record), record.text("element"))
        scale = record.text("scale")
        if scale not in {"IM", "LV"}:
            raise record.fault(f"{scale!r} is neither IM nor LV", "scale")
        if scale in pairs[key]:
            raise record.fault(f"{key[0]} {key[1]} {scale} stands twice", "element")
        pairs[key][scale] = record
    for (code, element), found in pairs.items():
        kind = ELEMENT_KINDS.get(element[:3])
        if kind is None:
            raise next(iter(found.values())).fault(f"{element!r} is no known element", "element")
        kinds[kind].append(_rating(code, element, kind, found))
    for kind, rows in kinds.items():
        yield PartRows(PartKey(SkillRow, kind), rows, detail)


def _rating(code: str, element: str, kind: str, found: dict[str, Record]) -> SkillRow:
    either = next(iter(found.values()))
    figures: dict[str, Any] = {}
    for scale, name in (("IM", "importance"), ("LV", "level")):
        record = found.get(scale)
        if record is None:
            continue
        figures[name] = record.real("value")
        figures[f"{name}_n"] = record.whole("n")
        figures[f"{name}_se"] = record.real("standard_error")
        figures[f"{name}_lower"] = record.real("lower")
        figures[f"{name}_upper"] = record.real("upper")
        figures[f"{name}_suppress"] = record.flag("suppress")
    level = found.get("LV")
    return SkillRow(
        code=code,
        name=either.text("name"),
        kind=kind,
        element_id=element,
        not_relevant=level.flag("not_relevant") if level else None,
        collected=either.month("collected"),
        domain_source=either.maybe("domain_source"),
        **figures,
    )


def education(table: Table, others: dict[str, Table]) -> Iterator[PartRows]:
    """Yield the required level of education, and experience and training before or on the job."""
    if "onet_education_categories" not in others:
        why = "needs the Education, Training, and Experience Categories file beside it"
        raise BadFile(table.document.name, why)
    named = {
        (r.text("element"), r.whole("category")): r.text("text")
        for r in others["onet_education_categories"].records()
    }
    levels: list[EducationRow] = []
    spans: list[ExperienceRow] = []
    for record in table.records():
        element, category = record.text("element"), record.whole("category")
        if element != EDUCATION and element not in EXPERIENCE_KINDS:
            table.leave_out(f"{record.text('name')}: not used by this API")
            continue
        name = named.get((element, category))
        if name is None:
            why = f"category {category} of {element} is not in the categories file"
            raise record.fault(why, "category")
        code = code_of(record)
        figures: dict[str, Any] = {
            "category": category,
            "percent": record.real("value"),
            "n": record.whole("n"),
            "standard_error": record.real("standard_error"),
            "lower": record.real("lower"),
            "upper": record.real("upper"),
            "suppress": record.flag("suppress"),
            "collected": record.month("collected"),
            "domain_source": record.maybe("domain_source"),
        }
        if element == EDUCATION:
            levels.append(EducationRow(code, "required_level", name, **figures))
        else:
            spans.append(ExperienceRow(code, EXPERIENCE_KINDS[element], name, **figures))
    yield PartRows(PartKey(EducationRow, "required_level"), levels)
    yield from by_kind(ExperienceRow, iter(spans), {})


def interests(table: Table, others: dict[str, Table]) -> Iterator[PartRows]:
    """Yield occupational interests (OI) and which three are highest (IH)."""

    def rows() -> Iterator[InterestRow]:
        for record in table.records():
            scale, value = record.text("scale"), record.real("value")
            if scale not in INTEREST_SCALES:
                table.leave_out(f"scale {scale}: not used by this API")
                continue
            if value is None:
                raise record.fault("blank", "value")
            yield InterestRow(
                code=code_of(record),
                name=record.text("name"),
                element_id=record.text("element"),
                scale=scale,
                value=value,
                collected=record.month("collected"),
                domain_source=record.maybe("domain_source"),
            )

    yield PartRows(PartKey(InterestRow), rows(), scales_of(others, INTEREST_SCALES))
