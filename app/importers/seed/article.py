"""The article's facts: ``seed/article.yaml`` → rows, under the article's own source and release.

The pay and the outlook are parts with a period of their own: that of the figures the article
quotes. Figures that it does not give are null and marked as not published.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Annotated, Any, Literal

from pydantic import Field

from app.importers.rows import (
    CitationRow,
    CourseRow,
    DescriptionRow,
    DutyRow,
    EducationRow,
    EntryRow,
    ExperienceRow,
    PartKey,
    PartRows,
    PathwayRow,
    ProjectionRow,
    RelatedRow,
    ReleaseHead,
    Row,
    SkillRow,
    TitleRow,
    WageRow,
    WorkplaceRow,
)
from app.importers.seed.facts import (
    Code,
    Digits,
    Dollars,
    Fact,
    Facts,
    Figure,
    Period,
    Persons,
    SeedRelease,
    Text,
    figures,
    no_repeats,
)
from app.importers.seed.yaml_lines import Place
from app.marks import PROJECTION_FIGURES, WAGE_FIGURES


class CitedWork(Facts):
    """A work that the article cites, by the number of its marker."""

    number: int
    publisher: Text
    title: Text
    accessed: date
    where: Text


class Worded(Fact):
    """A fact that is a text, such as a duty."""

    text: Text


class Description(Worded):
    """A statement of the article, retold."""

    kind: Literal["summary", "distinction", "pay", "outlook", "advice"]


class Named(Fact):
    """A fact that is a name, such as a workplace or a skill."""

    name: Text


class Position(Named):
    """An entry-level position, and the occupation that it belongs to."""

    code: Code


class Titled(Fact):
    """A fact that is a title, such as a job title."""

    title: Text


class NamedOccupation(Titled):
    """The occupation that the article is about."""

    code: Code


class Step(Titled):
    """A step to enter the occupation: its heading, and its text retold."""

    text: Text


class Course(Step):
    """A course that the article suggests."""

    provider: Text
    platform: Text


class Degree(Fact):
    """Degrees, or fields of study, that the article names for one level."""

    level: Literal["Bachelor's degree", "Master's degree"]
    requirement: Literal["required", "preferred"] | None
    fields_of_study: Annotated[list[Text], no_repeats(), Field(alias="named")]


class Pay(Fact):
    """The wage that the article quotes, and what of the publisher's survey it is."""

    period: Period
    area: Text
    industry: Digits
    ownership: Digits
    annual_median_dollars: Dollars


class Outlook(Fact):
    """The projection that the article quotes."""

    period: Period
    base_year: int
    target_year: int
    percent_change: float
    annual_openings: Persons


class ArticleFile(SeedRelease):
    """All of ``article.yaml``."""

    citations: Annotated[list[CitedWork], no_repeats("number")]
    occupation: NamedOccupation
    descriptions: Annotated[list[Description], no_repeats("text")]
    workplaces: Annotated[list[Named], no_repeats("name")]
    duties: Annotated[list[Worded], no_repeats("text")]
    titles: Annotated[list[Titled], no_repeats("title")]
    pay: Pay
    outlook: Outlook
    steps: Annotated[list[Step], no_repeats("title")]
    degrees: Annotated[list[Degree], no_repeats("level", "where")]
    skills: Annotated[list[Named], no_repeats("name")]
    positions: Annotated[list[Position], no_repeats("name")]
    courses: Annotated[list[Course], no_repeats("title")]

    def head(self) -> ReleaseHead:
        """Return the release that the article is."""
        cited = (
            CitationRow(c.number, c.publisher, c.title, c.accessed, c.where) for c in self.citations
        )
        return replace(super().head(), citations=tuple(cited))

    def parts(self) -> Iterator[PartRows]:
        """Yield every fact as a row."""
        yield self._part(EntryRow, [self.occupation], level="detailed")
        for kind, told in groupby(self.descriptions, key=lambda one: one.kind):
            yield self._part(DescriptionRow, [*told], kind)
        yield self._part(WorkplaceRow, self.workplaces)
        yield self._part(DutyRow, self.duties, "common", kind="common")
        yield self._part(TitleRow, self.titles, "job", kind="job")
        yield self._wages()
        yield self._projections()
        yield self._part(PathwayRow, self.steps)
        yield self._part(EducationRow, self.degrees, "degree", kind="degree")
        yield self._part(SkillRow, self.skills, "skill", kind="skill")
        code, positions = self.occupation.code, self.positions
        before = [
            p.row(ExperienceRow, code=code, kind="entry_position", related_code=p.code)
            for p in positions
        ]
        yield PartRows(PartKey(ExperienceRow, "entry_position"), before)
        related = [RelatedRow(code, p.code, "entry_position", **p.place()) for p in positions]
        yield PartRows(PartKey(RelatedRow, "entry_position"), related)
        yield self._part(CourseRow, self.courses)

    def codes(self) -> Iterator[tuple[Place, str]]:
        """Yield place and code of each occupation that must be known from elsewhere."""
        yield ("occupation", "code"), self.occupation.code
        for n, position in enumerate(self.positions):
            yield ("positions", n, "code"), position.code

    def _part(
        self, row: type[Row], facts: Sequence[Fact], part_kind: str = "", **given: Any
    ) -> PartRows:
        rows = [fact.row(row, code=self.occupation.code, **given) for fact in facts]
        return PartRows(PartKey(row, part_kind), rows)

    def _wages(self) -> PartRows:
        pay = self.pay
        columns = figures(WAGE_FIGURES, annual_median=pay.annual_median_dollars)
        row = WageRow(
            code=self.occupation.code, published_levels="detailed", **columns, **pay.place()
        )
        key = PartKey(WageRow, "", pay.area, pay.industry, pay.ownership, pay.period)
        return PartRows(key, [row])

    def _projections(self) -> PartRows:
        outlook = self.outlook
        row = ProjectionRow(
            code=self.occupation.code,
            line=None,
            base_year=outlook.base_year,
            target_year=outlook.target_year,
            **figures(
                PROJECTION_FIGURES,
                percent_change=Figure(outlook.percent_change),
                annual_openings=outlook.annual_openings,
            ),
            **outlook.place(),
        )
        return PartRows(PartKey(ProjectionRow, period=outlook.period), [row])
