"""Pay over the years: medians as lines, the span of the percentiles as a band."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from app.web.charts.drawing import (
    Point,
    Scale,
    drawing,
    level,
    polyline,
    shape,
    short,
    stretched,
    text,
    ticks,
    top_of,
    upright,
    usd,
)
from app.web.charts.strips import threshold
from app.web.words import Words

HEIGHT = 240


@dataclass(frozen=True)
class Series:
    """Medians of one occupation by year; ``label`` and ``slim`` name it at the line's end."""

    label: str
    slim: str
    values: Mapping[int, float]
    cls: str = "other"


@dataclass(frozen=True)
class Band:
    """The 10th and 90th percentile of a year; ``open``: the second is a threshold."""

    low: float
    high: float
    open: bool


@dataclass(frozen=True)
class History:
    """What is drawn: the first series is what the page is about.

    ``breaks``: the first year of a code → the code, where a new code begins.
    """

    series: Sequence[Series]
    bands: Mapping[int, Band]
    years: Sequence[int]
    missing: Mapping[int, str] = field(default_factory=dict)
    breaks: Mapping[int, str] = field(default_factory=dict)

    @property
    def high(self) -> int:
        """The end of the axis of pay."""
        medians = (value for series in self.series for value in series.values.values())
        return top_of([*medians, *(band.high for band in self.bands.values())])


def year_of(item: Mapping[str, Any]) -> int:
    """Return the year of the survey that an item of wages is of."""
    return int(item["period"][:4])


def medians(items: Iterable[Mapping[str, Any]]) -> dict[int, float]:
    """Return the median of each year that has one."""
    return {year_of(item): item["annual_median"] for item in items if item["annual_median"]}


def bands(items: Iterable[dict[str, Any]]) -> dict[int, Band]:
    """Return the span of each year that has both ends, a top-coded one by its threshold."""
    found = {}
    for item in items:
        high = item["annual_p90"] or threshold(item, "annual_p90")
        if item["annual_p10"] and high:
            found[year_of(item)] = Band(item["annual_p10"], high, item["annual_p90"] is None)
    return found


def stretches(
    known: Collection[int], years: Iterable[int], breaks: Collection[int] = ()
) -> list[list[int]]:
    """Return runs of years: a missing year ends one, a new code begins one."""
    found: list[list[int]] = []
    for year in years:
        if year in known:
            if found and found[-1][-1] == year - 1 and year not in breaks:
                found[-1].append(year)
            else:
                found.append([year])
    return found


def history(words: Words, ident: str, title: str, drawn: History) -> Markup:
    """Draw medians over the years.

    A year that is missing breaks the line: the way between is dashed and says why. A new code
    breaks it for good. A top-coded 90th percentile has a dashed edge.
    """
    x = Scale(drawn.years[0], max(drawn.years[-1], drawn.years[0] + 1))
    y = Scale(0, drawn.high, HEIGHT, 44 if drawn.breaks else 8)
    body = []
    for tick in ticks(0, drawn.high, 4):
        if tick <= drawn.high:
            body += [level("grid", y(tick)), text(short(tick), 0, y(tick) + 4, "tick", "end", -8)]
    body.append(stretched(HEIGHT, [*_bands(drawn, x, y), *_lines(drawn, x, y)]))
    for run in stretches({n for n, b in drawn.bands.items() if b.open}, drawn.years, drawn.breaks):
        middle = run[(len(run) - 1) // 2]
        at = y(drawn.bands[middle].high) - 7
        body.append(text(words.gettext("at least"), x.pc(middle), at, "tick", "middle"))
    main = drawn.series[0]
    for year in sorted(main.values):
        body.append(
            shape("circle", f"dot {main.cls}", cx=x.pc(year), cy=y(main.values[year]), r=3.5)
        )
    body += _years(drawn, x) + _codes(drawn, x)
    for year, why in drawn.missing.items():
        body.append(text(why, x.pc(year), HEIGHT - 8, "tick wide", "middle"))
    body += _ends(words, drawn, y)
    description = words.gettext(
        "Line of the medians with a dot for each survey, band from the 10th to the 90th "
        "percentile, grey lines for comparison. A dashed stretch is a year that is missing, a "
        "dashed upper edge is top-coded."
    )
    return drawing(ident, HEIGHT + 24, title, description, body, "chart ml mr")


def _bands(drawn: History, x: Scale, y: Scale) -> list[str]:
    found = []
    for run in stretches(drawn.bands, drawn.years, drawn.breaks):
        upper = [(x(year), y(drawn.bands[year].high)) for year in run]
        lower = [(x(year), y(drawn.bands[year].low)) for year in reversed(run)]
        found.append(polyline("band", upper + lower, "polygon"))
    opened = {year for year, band in drawn.bands.items() if band.open}
    found += [
        polyline("line capped", [(x(n), y(drawn.bands[n].high)) for n in run])
        for run in stretches(opened, drawn.years, drawn.breaks)
    ]
    return found


def _lines(drawn: History, x: Scale, y: Scale) -> list[str]:
    found = []
    for series in reversed(drawn.series):

        def at(year: int, values: Mapping[int, float] = series.values) -> Point:
            return x(year), y(values[year])

        runs = stretches(series.values, drawn.years, drawn.breaks)
        found += [polyline(f"line {series.cls}", map(at, run)) for run in runs]
        for before, after in itertools.pairwise(runs):
            if after[0] not in drawn.breaks:
                found.append(polyline(f"line gap {series.cls}", map(at, (before[-1], after[0]))))
    return found


def _years(drawn: History, x: Scale) -> list[str]:
    last = drawn.years[-1]
    found = []
    for year in drawn.years:
        if (last - year) % 2 == 0:  # every second has room from 640 pixels on
            often = (last - year) % 4 == 0
            cls = "tick" if often else "tick wide"
            found.append(text(str(year), x.pc(year), HEIGHT + 18, cls, "middle"))
    return found


def _codes(drawn: History, x: Scale) -> list[str]:
    """Return a line where a code begins, and its name above its years."""
    found = []
    starts = sorted(drawn.breaks)
    for year, until in itertools.pairwise([*starts, drawn.years[-1] + 1]):
        if year > drawn.years[0]:
            found.append(upright("zero dotted", x.pc(year - 0.5), 24, HEIGHT))
        middle = (max(year, drawn.years[0]) + until - 1) / 2
        found.append(text(drawn.breaks[year], x.pc(middle), 14, "tick", "middle"))
    return found


def _ends(words: Words, drawn: History, y: Scale) -> list[str]:
    """Return the labels at the lines' ends, pushed down where they would touch."""
    last = drawn.years[-1]
    ends = [
        (y(one.values[last]) + 4, f"{one.label} {usd(one.values[last])}", one.slim, one.cls)
        for one in drawn.series
        if last in one.values
    ]
    if last in drawn.bands:
        band = drawn.bands[last]
        high = words.at_least(usd(band.high)) if band.open else usd(band.high)
        tenth, ninetieth = words.gettext("10th percentile"), words.gettext("90th percentile")
        ends.append((y(band.low) + 4, f"{tenth} {usd(band.low)}", words.gettext("10th"), ""))
        ends.append((y(band.high) + 4, f"{ninetieth} {high}", words.gettext("90th"), ""))
    found, place = [], -15.0
    for wanted, label, slim, cls in sorted(ends):
        place = max(wanted, place + 15)
        found.append(text(label, "100%", place, f"tick wide {cls}", "start", 10))
        found.append(text(slim, "100%", place, f"tick slim {cls}", "start", 8))
    return found
