"""Percentiles of pay as strips: from the 10th to the 90th, one line a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup, escape

from app.web.charts.drawing import (
    Scale,
    both,
    drawing,
    pay_axis,
    shape,
    text,
    ticks,
    top_of,
    upright,
    usd,
)
from app.web.words import Words

Wages = dict[str, Any]
"""An item of wages, as the API gives it."""

Row = tuple[str, Wages | None, str]
"""Label, wages if there are any, and ``me`` or ``other``."""

PITCH = 54
ENDS = ("p10", "p25", "p75", "p90")


def highest(rows: Sequence[Row]) -> int:
    """Return the end of the axis that all rows fit in."""
    return top_of(
        value
        for _, wages, _ in rows
        if wages is not None
        for value in (*_ends(wages).values(), wages["annual_median"])
    )


def strip(words: Words, ident: str, title: str, rows: Sequence[Row], high: int) -> Markup:
    """Draw pay a year; a top-coded end stays open, a row without pay says why."""
    x = Scale(0, high)
    bottom = PITCH * len(rows)
    body = pay_axis(x, bottom, [tick for tick in ticks(0, high) if tick <= high])
    for n, (label, wages, cls) in enumerate(rows):
        if wages is None or wages["annual_median"] is None:
            body += _missing(words, label, wages, cls, n * PITCH)
        else:
            body += _row(words, label, wages, cls, n * PITCH, x)
    description = words.gettext(
        "Thin bar from the 10th to the 90th percentile, thick bar from the 25th to the 75th, line "
        "at the median. The table has every figure."
    )
    return drawing(ident, bottom + 22, title, description, body)


def mini(wages: Wages, high: int) -> Markup:
    """Draw the strip of one row for the cell of a table; the row says name and median."""
    x, ends = Scale(0, high), _ends(wages)
    median = wages["annual_median"]
    low, left, right, far = (
        median if ends[end] is None else min(ends[end] or 0, high) for end in ENDS
    )
    return Markup(  # noqa: S704 - numbers alone
        '<svg class="mini" aria-hidden="true">'
        + shape("rect", "range", x=x.pc(low), width=x.span(low, far), y=4, height=4)
        + shape("rect", "core", x=x.pc(left), width=x.span(left, right), y=1, height=10)
        + upright("seam", x.pc(median), 0, 12)
        + "</svg>"
    )


def _ends(wages: Wages) -> dict[str, float | None]:
    """Return the percentiles at the ends; a top-coded one is its threshold."""
    return {end: wages[f"annual_{end}"] or threshold(wages, f"annual_{end}") for end in ENDS}


def threshold(wages: Wages, figure: str) -> float | None:
    """Return what a top-coded figure is at least."""
    found: float | None = wages["marks"].get(figure, {}).get("at_least")
    return found


def _missing(words: Words, label: str, wages: Wages | None, cls: str, top: float) -> list[str]:
    why = words.mark(None if wages is None else wages["marks"].get("annual_median"))
    return [
        both(label, top + 16, f"label {cls}", 34),
        shape("rect", "none", x=0, width="100%", y=top + 25, height=14),
        text(why, "50%", top + 36.5, "tick halo", "middle"),
    ]


def _row(words: Words, label: str, wages: Wages, cls: str, top: float, x: Scale) -> list[str]:
    ends, median = _ends(wages), wages["annual_median"]
    at = {end: median if value is None else value for end, value in ends.items()}
    open_end = wages["annual_p90"] is None and ends["p90"] is not None
    said = words.gettext("median")
    more = f'<tspan class="v"><tspan class="wide"> {escape(said)}</tspan> {usd(median)}</tspan>'
    body = [
        both(label, top + 16, f"label halo {cls}", 26, more),
        shape(
            "rect", f"range {cls}",
            x=x.pc(at["p10"]), width=x.span(at["p10"], at["p90"]), y=top + 29, height=6,
        ),
        shape(
            "rect", f"core {cls}",
            x=x.pc(at["p25"]), width=x.span(at["p25"], at["p75"]), y=top + 25, height=14,
        ),
        # A seam in the colour of the page sets the mark off in both themes.
        upright("median under", x.pc(median), top + 22, top + 42),
        upright("median", x.pc(median), top + 22, top + 42),
    ]  # fmt: skip
    mid = top + 36.5
    if wages["annual_p10"] and x(at["p10"]) > 8:
        body.append(text(usd(at["p10"]), x.pc(at["p10"]), mid, "tick wide halo", "end", -6))
    if open_end:
        least = words.at_least(usd(at["p90"]))
        body += [
            f'<svg class="over" x="{x.pc(at["p90"])}" y="{top + 24:g}" width="1">'
            '<path class="open" d="M2 0l8 8l-8 8"/></svg>',
            text(least, x.pc(at["p90"]), mid, "tick wide halo", *_side(x(at["p90"]), 16)),
        ]
    elif wages["annual_p90"] and x(at["p90"]) < 92:
        body.append(text(usd(at["p90"]), x.pc(at["p90"]), mid, "tick wide halo", "start", 6))
    return body


def _side(place: float, away: float) -> tuple[str, float]:
    """Return the anchor and the distance of a label that needs room at the right."""
    return ("start", away) if place < 80 else ("end", -6)
