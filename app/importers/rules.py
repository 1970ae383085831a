"""The rules that a publisher's figures keep among themselves, one table for all datasets.

A file that breaks one contradicts itself, so it is refused with the row and column. ``occupations
import --accept RULE`` loads it all the same, with a note on each row that breaks the rule. A rule
that a true file breaks is no rule: ``checked`` says over how many rows of the official files each
was tried, of which none broke it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any, NamedTuple

from app.importers.faults import BadFile


class Rule(NamedTuple):
    """What holds of every true row of a dataset, and why."""

    dataset: str
    holds: str
    why: str
    checked: int


RULES: dict[str, Rule] = {
    "percentile-order": Rule(
        "wages",
        "p10 ≤ p25 ≤ median ≤ p75 ≤ p90, hourly and annual; none follows a top-coded one",
        "A percentile is the wage that so many percent earn less than.",
        350_671,
    ),
    "annual-from-hourly": Rule(
        "wages",
        "An annual wage is 2,080 times the hourly one, within 1 %",
        "The survey takes a year of 52 weeks of 40 hours; publishers round both.",
        331_011,
    ),
    "top-code": Rule(
        "wages",
        "From May 2011 to May 2024 no percentile reaches the year's top code: # stands there",
        "The survey published no percentile at or above that bound. May 2025 does.",
        116_952,
    ),
    "zero-wage": Rule(
        "wages, projections", "No wage is 0", "A wage that is not known has a mark.", 355_145
    ),
    "blank": Rule(
        "wages, O*NET",
        "A cell of a figure is not blank. In wages, PCT_TOTAL, PCT_RPT, JOBS_1000 and LOC_QUOTIENT "
        "may be blank for all rows of an area and industry; in O*NET's workbooks, columns that "
        "the text edition fills with n/a",
        "Publishers write a mark where there is no figure: *, **, #, ~, n/a.",
        355_145,
    ),
    "one-basis": Rule(
        "wages",
        "A row with ANNUAL has no hourly wage, one with HOURLY no annual one, none has both",
        "The columns say that wages are released on that basis only.",
        20_030,
    ),
    "share": Rule(
        "wages, projections",
        "PCT_TOTAL, PCT_RPT and percent self-employed are at most 100, JOBS_1000 at most 1,000",
        "They are shares of a whole.",
        359_411,
    ),
    "standard-error": Rule(
        "wages",
        "EMP_PRSE and MEAN_PRSE are at most 100",
        "All that the survey released are under 50, those of wages under 30.",
        355_145,
    ),
    "employment-of-group": Rule(
        "wages, projections",
        "An occupation has at most the employment of its major group and of 00-0000",
        "They are sums.",
        384_884,
    ),
    "level": Rule(
        "wages",
        "total is 00-0000; major NN-0000; minor and broad end in 0; detailed does not end in 00",
        "The code shows the level.",
        355_145,
    ),
    "major-group": Rule(
        "wages, projections, O*NET",
        "A code begins with 00 or with one of the 23 major groups of the SOC, 11, 13, 15 to 55",
        "There are no others.",
        850_234,
    ),
    "change": Rule(
        "projections",
        "The change is target less base, and its percent that of base, within rounding",
        "Each is printed to a tenth of a thousand or of a percent, a state's to ten jobs.",
        39_880,
    ),
    "openings": Rule(
        "projections",
        "Openings a year are at most the larger of base and target employment",
        "Nobody leaves a job more than once a year on average.",
        38_875,
    ),
    "sum-of-shares": Rule(
        "projections, O*NET",
        "The shares of an occupation's people by category add up to 100, within 1; so do O*NET's "
        "of each task and work context",
        "Everybody is in one category.",
        10_024,
    ),
    "scale": Rule(
        "O*NET",
        "A value and the bounds of its interval are on their scale; a share is 0 to 100",
        "The release's Scales Reference says what the scale is.",
        486_439,
    ),
    "interval": Rule(
        "O*NET",
        "A value is within its interval, which has two bounds, a standard error from 0, and an n",
        "They come from one estimate.",
        429_132,
    ),
    "pair": Rule(
        "O*NET",
        "If elements of a file are rated for importance and level, every one is",
        "Each rating has two lines; one without the other was cut off or dropped.",
        167_052,
    ),
    "collected": Rule(
        "O*NET",
        "No figure was collected after the month of its release",
        "A later date belongs to a later release.",
        337_537,
    ),
    "same-figures": Rule(
        "wages, projections",
        "No other period has all figures of more than half of the rows",
        "A file of another year under a wrong name has. Accepted, the release has a notice.",
        349_870,
    ),
}

SAME_FIGURES = "same-figures"

MAJOR_GROUPS = frozenset({"00", *(str(group) for group in range(11, 56, 2))})
"""First two digits of every code of the SOC; 00 is the total of all."""


def level_fits(code: str, level: str) -> bool:
    """Tell whether an occupation of this code can be of this level.

    The detailed occupations of a survey may be broad ones of the SOC, 13-1020; a broad one that is
    its minor group's only one may be called minor, 39-6010.
    """
    if code == "00-0000":
        return level == "total"
    if code.endswith("0000"):
        return level == "major"
    if level == "detailed":
        return not code.endswith("00")
    return level in {"minor", "broad"} and code.endswith("0")


PERCENT_ROUNDED = 0.05 / 100


def projected(row: Any, rounded: int) -> Iterator[tuple[str, str, str]]:
    """Yield rule, field and fault of what a row of projections breaks by itself.

    ``rounded``: persons that a sum of three figures may be off.
    """
    base, target, change = row.base_employment, row.target_employment, row.change
    if row.code[:2] not in MAJOR_GROUPS:
        yield "major-group", "code", f"{row.code} is in no major group of the SOC"
    if None not in {base, target, change} and abs(target - base - change) > rounded:
        yield "change", "change", f"{change:,} is not {target:,} less {base:,}"
    if None not in {base, change, row.percent_change}:
        meant = row.percent_change * base / 100
        if abs(meant - change) > PERCENT_ROUNDED * base + rounded:
            what = f"{row.percent_change:g} % of {base:,} is not {change:,}"
            yield "change", "percent_change", what
    most = max(base or 0, target or 0)
    if row.annual_openings is not None and most and row.annual_openings > most:
        what = f"{row.annual_openings:,} a year is more than all {most:,} employed"
        yield "openings", "annual_openings", what


class Gate:
    """What happens where a rule is broken: the file is refused, or its row loaded with a note."""

    def __init__(self, accepted: Collection[str] = ()) -> None:
        self.accepted = frozenset(accepted)

    def broken(self, rule: str, what: str, fault: Callable[[str], BadFile]) -> str:
        """Return the note of a row that breaks a rule which is accepted; else raise its fault."""
        if rule not in self.accepted:
            raise fault(f"{what} (rule {rule}; `--accept {rule}` loads it, with a note)")
        return f"{what}; accepted at import (rule {rule})."
