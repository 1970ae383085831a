"""The article's facts: ``seed/article.yaml`` → rows, under the article's own source and release.

Its pay and outlook are parts with a period of their own, those of the figures it quotes; figures it
does not give are null and marked as not published.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal

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
    SkillRow,
    TitleRow,
    WageRow,
    WorkplaceRow,
)
from app.importers.seed.facts import (
    Code,
    Digits,
    Fact,
    Facts,
    Figure,
    Period,
    ReleaseFacts,
    Text,
    figures,
    no_repeats,
    published,
)
from app.marks import PROJECTION_FIGURES, WAGE_FIGURES


class CitedWork(Facts):
    """A work that the article cites, by the number of its marker."""

    number: int
    publisher: Text
    title: Text
    accessed: date
    where: Text


class NamedOccupation(Fact):
    """The occupation that the article is about."""

    code: Code
    title: Text


class Description(Fact):
    """A statement of the article, retold."""

    kind: Literal["summary", "distinction", "pay", "outlook", "advice"]
    text: Text


class Workplace(Fact):
    """A facility where people in the occupation work."""

    name: Text


class Duty(Fact):
    """An item of the list of duties."""

    text: Text


class Title(Fact):
    """An item of the list of job titles."""

    title: Text


class Pay(Fact):
    """The wage that the article quotes, and what of the publisher's survey it is."""

    period: Period
    area: Text
    industry: Digits
    ownership: Digits
    annual_median_dollars: Annotated[Figure, published(1)]


class Outlook(Fact):
    """The projection that the article quotes."""

    period: Period
    base_year: int
    target_year: int
    percent_change: float
    annual_openings: Annotated[Figure, published(1)]


class Step(Fact):
    """A step to enter the occupation: its heading, and its text retold."""

    title: Text
    text: Text


class Degree(Fact):
    """Degrees, or fields of study, that the article names for one level."""

    level: Literal["Bachelor's degree", "Master's degree"]
    requirement: Literal["required", "preferred"] | None
    named: Annotated[list[Text], no_repeats()]


class Skill(Fact):
    """An item of the list of skills."""

    name: Text


class Position(Fact):
    """An entry-level position, and the occupation that it belongs to."""

    name: Text
    code: Code


class Course(Fact):
    """A course that the article suggests."""

    title: Text
    provider: Text
    platform: Text
    text: Text


class ArticleFile(Facts):
    """All of ``article.yaml``."""

    release: ReleaseFacts
    citations: Annotated[list[CitedWork], no_repeats("number")]
    occupation: NamedOccupation
    descriptions: Annotated[list[Description], no_repeats("text")]
    workplaces: Annotated[list[Workplace], no_repeats("name")]
    duties: Annotated[list[Duty], no_repeats("text")]
    titles: Annotated[list[Title], no_repeats("title")]
    pay: Pay
    outlook: Outlook
    steps: Annotated[list[Step], no_repeats("title")]
    degrees: Annotated[list[Degree], no_repeats("level", "where")]
    skills: Annotated[list[Skill], no_repeats("name")]
    positions: Annotated[list[Position], no_repeats("name")]
    courses: Annotated[list[Course], no_repeats("title")]

    def head(self) -> ReleaseHead:
        """Return the release that the article is."""
        return self.release.head(
            tuple(
                CitationRow(c.number, c.publisher, c.title, c.accessed, c.where)
                for c in self.citations
            )
        )

    def parts(self) -> Iterator[PartRows]:
        """Yield every fact as a row."""
        code, of = self.occupation.code, self.occupation
        yield _part(EntryRow(code, of.title, "detailed", **of.place()))
        yield _part(*(DescriptionRow(code, d.kind, d.text, **d.place()) for d in self.descriptions))
        yield _part(*(WorkplaceRow(code, w.name, **w.place()) for w in self.workplaces))
        yield _part(*(DutyRow(code, d.text, "common", **d.place()) for d in self.duties))
        yield _part(*(TitleRow(code, t.title, "job", **t.place()) for t in self.titles), kind="job")
        yield self._wages()
        yield self._projections()
        yield _part(*(PathwayRow(code, s.title, s.text, **s.place()) for s in self.steps))
        yield _part(
            *(
                EducationRow(code, "degree", d.level, d.requirement, d.named, **d.place())
                for d in self.degrees
            ),
            kind="degree",
        )
        yield _part(*(SkillRow(code, s.name, "skill", **s.place()) for s in self.skills))
        yield _part(
            *(
                ExperienceRow(code, "entry_position", p.name, p.code, **p.place())
                for p in self.positions
            )
        )
        yield _part(
            *(RelatedRow(code, p.code, "entry_position", **p.place()) for p in self.positions)
        )
        yield _part(
            *(
                CourseRow(code, c.title, c.provider, c.platform, c.text, **c.place())
                for c in self.courses
            )
        )

    def codes(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Yield place and code of each occupation that must be known from elsewhere."""
        yield ("occupation", "code"), self.occupation.code
        for n, position in enumerate(self.positions):
            yield ("positions", n, "code"), position.code

    def _wages(self) -> PartRows:
        pay = self.pay
        columns = figures(WAGE_FIGURES, {"annual_median": pay.annual_median_dollars})
        row = WageRow(
            code=self.occupation.code, published_levels="detailed", **columns, **pay.place()
        )
        key = PartKey(
            WageRow,
            area=pay.area,
            industry=pay.industry,
            ownership=pay.ownership,
            period=pay.period,
        )
        return PartRows(key, [row])

    def _projections(self) -> PartRows:
        outlook = self.outlook
        columns = figures(
            PROJECTION_FIGURES,
            {
                "percent_change": Figure(outlook.percent_change),
                "annual_openings": outlook.annual_openings,
            },
        )
        row = ProjectionRow(
            code=self.occupation.code,
            line=None,
            base_year=outlook.base_year,
            target_year=outlook.target_year,
            **columns,
            **outlook.place(),
        )
        return PartRows(PartKey(ProjectionRow, period=outlook.period), [row])


def _part(*rows: Any, kind: str = "") -> PartRows:
    return PartRows(PartKey(type(rows[0]), kind=kind), rows)
