"""Pay of one occupation in one area over the years, for its page and for its pictures."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from app.api.queries.compare import ALL_OCCUPATIONS
from app.database.models.occupations import NATION
from app.web.areas import Area
from app.web.asking import Answer, Asking, Json
from app.web.charts.history import Band, History, Series, bands, medians, year_of
from app.web.words import Words


@dataclass(frozen=True)
class Beside:
    """What an occupation's pay is compared with: the label, the short label, its pay."""

    label: str
    slim: str
    years: Answer

    def at(self, period: str) -> Json | None:
        """Return its wages of a period."""
        return next((row for row in self.years.rows if row["period"] == period), None)


@dataclass(frozen=True)
class Pay:
    """Pay over the years. Of several codes in a year, the one with most jobs is drawn."""

    area: Area
    years: Answer
    beside: list[Beside]
    drawn: list[Json] = field(init=False)

    def __post_init__(self) -> None:
        by_year: dict[int, list[Json]] = defaultdict(list)
        for row in self.years.rows:
            by_year[year_of(row)].append(row)
        most = [max(rows, key=lambda row: row["employment"] or 0) for rows in by_year.values()]
        object.__setattr__(self, "drawn", sorted(most, key=year_of))

    @property
    def codes(self) -> list[str]:
        """The codes that the figures stand under, the newest first."""
        return list(dict.fromkeys(row["code"] for row in self.years.rows))

    @property
    def span(self) -> list[int]:
        """All years from the first to the last, those that are missing too."""
        years = [year_of(row) for row in self.drawn]
        return list(range(years[0], years[-1] + 1))

    def missing(self) -> list[int]:
        """Return the years between the first and the last that nothing is loaded of."""
        return sorted(set(self.span) - {year_of(row) for row in self.drawn})

    def history(self, words: Words) -> History | None:
        """Return what a chart of the years draws; None without two years that have a median."""
        own = medians(self.drawn)
        if len(own) < 2:
            return None
        codes = {year_of(row): row["code"] for row in self.drawn}
        breaks = {
            year: code
            for before, (year, code) in zip([None, *codes.values()], codes.items(), strict=False)
            if code != before
        }
        series = [Series(words.gettext("Median"), words.gettext("median"), own, "me")]
        series += [Series(one.slim, one.slim, medians(one.years.rows)) for one in self.beside]
        not_loaded = words.gettext("%s not loaded")
        years = self.span
        spans: dict[int, Band] = bands(self.drawn)
        return History(
            [
                Series(s.label, s.slim, {y: v for y, v in s.values.items() if y >= years[0]}, s.cls)
                for s in series
            ],
            spans,
            years,
            {year: not_loaded % year for year in self.missing()},
            breaks if len(breaks) > 1 else {},
        )


async def pay_of(asking: Asking, words: Words, profile: Answer, area: Area) -> Pay:
    """Ask for the pay of an occupation over the years, and for what it is compared with."""
    code = profile["code"]

    def over_years(of: str, where: str | None, history: str | None = None) -> str:
        path = f"/v1/occupations/{of}/wages"
        return Answer.address(path, area=where, period="all", history=history, limit=200)

    others: list[tuple[str, str, str]] = []
    if area.code == NATION:
        group = next((one for one in profile["ancestors"] if one["level"] == "major"), None)
        if group is not None:
            target = over_years(group["code"], None)
            others.append((group["title"], words.gettext("its group"), target))
    else:
        national = words.gettext("{title}, nation").format(title=profile["title"])
        others.append((national, words.gettext("nation"), over_years(code, None)))
    if code != ALL_OCCUPATIONS:
        target = over_years(ALL_OCCUPATIONS, area.asked)
        others.append((words.gettext("All occupations"), words.gettext("all"), target))
    years, *found = await asking.all(
        over_years(code, area.asked, "linked"), *(target for _, _, target in others)
    )
    beside = [
        Beside(label, slim, answer)
        for (label, slim, _), answer in zip(others, found, strict=True)
        if answer.rows
    ]
    return Pay(area, years, beside)
