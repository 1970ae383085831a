"""Why a figure is absent: one character a figure in the database, an object in JSON.

A row's ``marks`` is a string as long as its table's tuple of figures below; each character is one
of ``STATUS`` (``PRESENT`` where the figure is there). The threshold of a top-coded wage is what
that release's file states, kept in the part's ``detail``: ``{"top_code_annual": 208000,
"top_code_hourly": 10000}`` (dollars; cents).
"""

from __future__ import annotations

from functools import lru_cache

PRESENT = "."

STATUS: dict[str, str] = {
    "#": "top_coded",
    "*": "withheld",
    "/": "not_applicable",
    "-": "not_published",
}
"""Mark in the database → status in JSON."""

TOP_CODED, WITHHELD, NOT_APPLICABLE, NOT_PUBLISHED = STATUS

WAGE_FIGURES: tuple[str, ...] = (
    "employment",
    "employment_rse",
    "jobs_per_1000",
    "location_quotient",
    "percent_of_industry",
    "percent_reporting",
    "hourly_mean",
    "annual_mean",
    "wage_rse",
    "hourly_p10",
    "hourly_p25",
    "hourly_median",
    "hourly_p75",
    "hourly_p90",
    "annual_p10",
    "annual_p25",
    "annual_median",
    "annual_p75",
    "annual_p90",
)

PROJECTION_FIGURES: tuple[str, ...] = (
    "base_employment",
    "target_employment",
    "change",
    "percent_change",
    "annual_openings",
    "percent_self_employed",
    "annual_median",
    "typical_education",
    "work_experience",
    "training",
)

FIGURES = {"wages": WAGE_FIGURES, "projections": PROJECTION_FIGURES}
"""Dataset → the figures that the marks of its rows are of."""


Mark = dict[str, str | float | int | None]


def mark(status: str, at_least: float | int | None = None) -> Mark:
    """Return a mark as it stands in JSON."""
    return {"status": status, "at_least": at_least}


NOT_PUBLISHED_MARK = mark("not_published")


NOT_COVERED_MARK: Mark = {
    **mark("not_covered"),
    "reason": "The survey and the projections are of civilian jobs, not of the armed forces.",
}
"""The mark of wages and projections of military occupations."""


def not_loaded(command: str) -> Mark:
    """Return the mark of a figure that the publisher has and this database does not.

    ``command`` fetches and imports it.
    """
    return {**mark("not_loaded"), "command": command}


@lru_cache(maxsize=1024)  # of 4 KB each; the official files have some eighty
def decode(
    figures: tuple[str, ...],
    marks: str,
    top_code_annual: int | None,
    top_code_hourly: int | None,
) -> dict[str, Mark]:
    """Return ``marks`` of an item: an entry for every null figure.

    ``top_code_annual`` in dollars, ``top_code_hourly`` in cents. Rows share few patterns, so the
    result is cached; callers must not change it.
    """
    found: dict[str, Mark] = {}
    for figure, character in zip(figures, marks, strict=True):
        if character == PRESENT:
            continue
        at_least: float | int | None = None
        if character == TOP_CODED:
            hourly = figure.startswith("hourly") and top_code_hourly is not None
            at_least = (top_code_hourly or 0) / 100 if hourly else top_code_annual
        found[figure] = mark(STATUS[character], at_least)
    return found


def missing(**figures: float | int | None) -> dict[str, Mark]:
    """Return marks for those of ``figures`` that the source does not give."""
    return {name: NOT_PUBLISHED_MARK for name, value in figures.items() if value is None}
