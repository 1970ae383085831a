"""Why a figure is absent: one character a figure in the database, an object in JSON.

A row's ``marks`` is a string as long as its table's tuple of figures below; each character is one
of ``STATUS`` (``PRESENT`` where the figure is there). The threshold of a top-coded wage is what
that release's file states, kept in the part's ``detail``: ``{"top_code_annual": 208000,
"top_code_hourly": 10000}`` (dollars; cents).
"""

from __future__ import annotations

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
