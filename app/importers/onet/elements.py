"""Elements that O*NET rates on scales of their own: work context, work styles, work values.

A work context has a mean (CX, CT) and shares of people by category (CXP, CTP), which make one row.
A work style or value has a row for each scale. Until release 30.0 work styles were rated for
importance, with an estimate; since 30.1 for their impact (WI) and rank (DR).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.importers.onet import consistency
from app.importers.onet.cells import Read, count, flag
from app.importers.onet.grouped import FIGURES, Group, Groups, named
from app.importers.onet.lines import Lines, References, lines_of
from app.importers.onet.ratings import ELEMENT, ESTIMATE, KEY, PERCENT, check_scales, scales_of
from app.importers.onet.tables import COLLECTED, rows_of
from app.importers.reading.tables import Table
from app.importers.rows import PartKey, PartRows, Row, SkillRow

CONTEXTS = {"CXP": "CX", "CTP": "CT"}
"""Scale of shares of people by category → scale of their mean."""
SCALED = ("value", "value_n", "value_se", "value_lower", "value_upper", "value_suppress")
RATED = ("importance", *(name.replace("value", "importance") for name in SCALED[1:]))

NO_HIGH_POINT = 0
"""What a high point is where an occupation has none, below the scale VH of 1 to 6."""


def work_context(table: Table, references: References) -> Iterator[PartRows]:
    """Yield work contexts: the mean answer, and how many percent gave each answer."""
    names = references.categories("onet_work_context_categories", "element_id")
    scales = scales_of(references, tuple(CONTEXTS.values()))
    detail: dict[str, Any] = {"scales": scales} | ({"categories": {}} if names else {})
    size: dict[str, int] = {}
    for (element, _, category), words in names.items():
        detail["categories"].setdefault(element, {})[str(category)] = words
        size[element] = size.get(element, 1) + 1
    reads: dict[str, Read] = {
        **ELEMENT,
        "category": count,
        **ESTIMATE,
        "not_relevant": flag,
        **COLLECTED,
    }
    means, shares = frozenset(CONTEXTS.values()), frozenset(CONTEXTS)
    groups = Groups("element_id", means, shares, lambda its: size.get(its, 1), references.gate)
    called: dict[str, str] = {}
    bounds = {**scales, **dict.fromkeys(shares, PERCENT)}
    key = (*KEY, "category")
    for lines in lines_of(table, reads, references, "onet_work_context", key):
        check_scales(lines, references)
        lines.note(consistency.estimates(lines.columns, bounds), references.gate)
        called.update(zip(lines["element_id"], lines["name"], strict=True))
        categories = list(zip(*(lines[name] for name in key[1:]), strict=True))
        kept = named(lines, shares, names, categories.__getitem__)
        rows = [_context(group, called) for group in groups.take(kept)]
        yield PartRows(PartKey(SkillRow, "work_context"), rows, detail)
    rest = [_context(group, called) for group in groups.rest()]
    yield PartRows(PartKey(SkillRow, "work_context"), rest, detail)


def _context(group: Group, called: dict[str, str]) -> Row:
    """Return the row of a work context."""
    scales = {*group.means, *(CONTEXTS[scale] for scale, _ in group.shares)}
    if len(scales) > 1:
        raise group.fault(f"{group.thing} of {group.code} is on {' and '.join(sorted(scales))}")
    (scale,) = scales
    figures = group.means.get(scale, [None] * len(SCALED))
    return SkillRow(
        code=group.code,
        name=called[group.thing],
        kind="work_context",
        element_id=group.thing,
        scale=scale,
        **dict(zip(SCALED, figures, strict=True)),
        categories=group.categories,
        not_relevant=group.not_relevant,
        **group.source._asdict(),
        note=group.note,
    )


def work_styles(table: Table, references: References) -> Iterator[PartRows]:
    """Yield work styles: their importance, or their impact and rank."""
    estimated = set(ESTIMATE) - {"value"} <= table.columns.keys()
    for lines, detail in _scaled(table, references, "onet_work_styles", ("IM", "WI", "DR")):
        if "IM" in lines["scale"] and not estimated:
            at = lines["scale"].index("IM")
            raise lines.fault("importance without the columns of an estimate", at, "scale")
        rated = [scale == "IM" for scale in lines["scale"]]
        given: dict[str, list[Any]] = {
            "scale": [None if r else s for r, s in zip(rated, lines["scale"], strict=True)]
        }
        for importance, scaled, figure in zip(RATED, SCALED, FIGURES, strict=True):
            given[importance] = [
                f if r else None for r, f in zip(rated, lines[figure], strict=True)
            ]
            given[scaled] = [None if r else f for r, f in zip(rated, lines[figure], strict=True)]
        rows = rows_of(SkillRow, lines, kind=["work_style"] * len(lines.rows), **given)
        yield PartRows(PartKey(SkillRow, "work_style"), rows, detail)


def work_values(table: Table, references: References) -> Iterator[PartRows]:
    """Yield work values: their extent (EX), and which three are highest (VH)."""
    for lines, detail in _scaled(table, references, "onet_work_values", ("EX", "VH")):
        rows = rows_of(SkillRow, lines, kind=["work_value"] * len(lines.rows))
        yield PartRows(PartKey(SkillRow, "work_value"), rows, detail)


def _scaled(
    table: Table, references: References, kind: str, wanted: tuple[str, ...]
) -> Iterator[tuple[Lines, dict[str, Any]]]:
    """Yield lines, each a row for a scale, and the detail of their part."""
    scales = scales_of(references, wanted)
    bounds = scales | ({"VH": (NO_HIGH_POINT, scales["VH"][1])} if "VH" in scales else {})
    reads: dict[str, Read] = {**ELEMENT, **ESTIMATE, **COLLECTED}
    for lines in lines_of(table, reads, references, kind, KEY):
        check_scales(lines, references)
        for at, scale in enumerate(lines["scale"]):
            if scale not in wanted:
                raise lines.fault(f"scale {scale!r} is none of {', '.join(wanted)}", at, "scale")
        lines.note(consistency.estimates(lines.columns, bounds), references.gate)
        yield lines, {"scales": scales}
