"""What people do and what it is called, going out."""

from __future__ import annotations

from pydantic import Field

from app.api.schemas.common import (
    ITEMS,
    BlockPageOut,
    Code,
    Collected,
    DomainSource,
    InheritedFrom,
    Locator,
    Marks,
    Note,
    Out,
    ReleaseId,
)
from app.api.schemas.words import (
    DescriptionKind,
    DutyKind,
    Scale,
    SkillKind,
    TechnologyKind,
    TitleKind,
)


class DescriptionOut(Out):
    """What the occupation is."""

    code: Code
    inherited_from: InheritedFrom
    kind: DescriptionKind = Field(description="What it is.")
    text: str = Field(description="The description.")
    note: Note
    locator: Locator
    release: ReleaseId


class DescriptionPage(BlockPageOut):
    """A page of descriptions."""

    items: list[DescriptionOut] = Field(description=ITEMS)


class WorkplaceOut(Out):
    """Where people in the occupation work."""

    code: Code
    inherited_from: InheritedFrom
    name: str = Field(description="The kind of facility or place.")
    note: Note
    locator: Locator
    release: ReleaseId


class WorkplacePage(BlockPageOut):
    """A page of workplaces."""

    items: list[WorkplaceOut] = Field(description=ITEMS)


class ScaleOut(Out):
    """The bounds of a publisher's scale."""

    min: float = Field(description="Least value of the scale.")
    max: float = Field(description="Greatest value of the scale.")


class EstimateOut(Out):
    """How sure a rating is."""

    n: int | None = Field(description="Number of people who rated.")
    standard_error: float | None = Field(description="In the scale's own unit.")
    lower: float | None = Field(description="Lower bound of the 95 % confidence interval.")
    upper: float | None = Field(description="Upper bound of the 95 % confidence interval.")
    suppress: bool | None = Field(
        description="Whether the publisher recommends not to rely on it (low precision)."
    )
    marks: Marks


class CategoryOut(Out):
    """A share of the people who answered."""

    category: int = Field(description="The publisher's number of the answer.")
    name: str = Field(description="The answer in the publisher's words.")
    percent: float | None = Field(description="How many percent gave it; null: see marks.")
    estimate: EstimateOut | None = Field(
        description="How sure percent is; null where the source does not say."
    )
    marks: Marks


class ActivityOut(Out):
    """A detailed work activity, which tasks of several occupations have in common."""

    id: str = Field(description="O*NET's id of the activity.")
    title: str = Field(description="The activity in the publisher's words.")
    collected: Collected
    domain_source: DomainSource


class DutyOut(Out):
    """Something people in the occupation do."""

    code: Code
    inherited_from: InheritedFrom
    text: str = Field(description="The duty, in the source's words.")
    kind: DutyKind = Field(description="What it is.")
    task_id: str | None = Field(description="O*NET's id of the task.")
    original_task_id: str | None = Field(description="The task that a revision replaces.")
    incumbents_responding: int | None = Field(
        description="People in the occupation who rated the task."
    )
    write_in_total: int | None = Field(
        description="People who wrote the emerging task in by themselves."
    )
    collected: Collected
    domain_source: DomainSource
    importance: float | None = Field(
        description="How important the task is, on importance_scale; null: see marks."
    )
    importance_scale: ScaleOut | None = Field(
        description="Bounds of importance; null where it is not rated."
    )
    importance_estimate: EstimateOut | None = Field(
        description="How sure importance is; null where the source does not say."
    )
    relevance: float | None = Field(
        description="Percent of the people in the occupation who do the task; null: see marks."
    )
    relevance_estimate: EstimateOut | None = Field(
        description="How sure relevance is; null where the source does not say."
    )
    frequency: list[CategoryOut] | None = Field(
        description="How often people do the task, from yearly or less to hourly or more; null: "
        "see marks."
    )
    rated: str | None = Field(
        description="Month in which the ratings were collected, YYYY-MM; null where there are none."
    )
    rated_by: str | None = Field(description="Who rated; null where there are no ratings.")
    activities: list[ActivityOut] | None = Field(
        description="Detailed work activities that the task belongs to; null: see marks."
    )
    marks: Marks
    note: Note
    locator: Locator
    release: ReleaseId


class DutyPage(BlockPageOut):
    """A page of duties."""

    items: list[DutyOut] = Field(description=ITEMS)


class TaskOfActivityOut(Out):
    """A task of the occupation that belongs to a detailed work activity."""

    id: str = Field(description="O*NET's id of the task: `task_id` of a duty.")
    collected: Collected
    domain_source: DomainSource


class DetailedActivityOut(Out):
    """A detailed work activity of the occupation, which other occupations may have too."""

    code: Code
    inherited_from: InheritedFrom
    activity_id: str = Field(description="O*NET's id of the activity.")
    title: str = Field(description="The activity in the publisher's words.")
    tasks: list[TaskOfActivityOut] = Field(
        description="The occupation's tasks that belong to the activity, each with when and by "
        "whom that was said."
    )
    note: Note
    locator: Locator
    release: ReleaseId


class ActivityPage(BlockPageOut):
    """A page of detailed work activities."""

    items: list[DetailedActivityOut] = Field(description=ITEMS)


class TitleOut(Out):
    """A name that people use for the occupation."""

    code: Code
    inherited_from: InheritedFrom
    title: str = Field(description="The title as people write it.")
    kind: TitleKind = Field(description="What it is.")
    short_title: str | None = Field(description="The title's short form, such as RN.")
    featured: bool | None = Field(
        description="Whether the publisher shows it as an example; null where it does not say."
    )
    origin: str | None = Field(
        description="The publisher's codes of where it got the title; in the index of the Census "
        "Bureau its own code of the occupation."
    )
    industries: str | None = Field(
        description="Industries in which the title means this occupation, as the Census Bureau's "
        "index has them: its codes, and words. Null: no restriction."
    )
    n: int | None = Field(
        description="Number of employers' filings that give the title this code; null elsewhere."
    )
    note: Note
    locator: Locator
    release: ReleaseId


class TitlePage(BlockPageOut):
    """A page of titles."""

    items: list[TitleOut] = Field(description=ITEMS)


class SkillOut(Out):
    """What describes an occupation, a skill say, with the publisher's ratings."""

    code: Code
    inherited_from: InheritedFrom
    name: str = Field(description="The skill in the publisher's words.")
    kind: SkillKind = Field(description="What it is.")
    element_id: str | None = Field(description="O*NET's id of the element; null elsewhere.")
    importance: float | None = Field(
        description="How important it is, on importance_scale; null: see marks."
    )
    importance_scale: ScaleOut | None = Field(
        description="Bounds of importance; null where it is not rated."
    )
    importance_estimate: EstimateOut | None = Field(
        description="How sure importance is; null where the source does not say."
    )
    level: float | None = Field(
        description="How much of it is needed, on level_scale; null: see marks."
    )
    level_scale: ScaleOut | None = Field(description="Bounds of level; null where it is not rated.")
    level_estimate: EstimateOut | None = Field(
        description="How sure level is; null where the source does not say."
    )
    scale: Scale | None = Field(
        description="Scale of value; null where it is rated for importance and level."
    )
    value: float | None = Field(description="The rating on that scale; null: see marks.")
    value_scale: ScaleOut | None = Field(description="Bounds of value; null where scale is.")
    value_estimate: EstimateOut | None = Field(
        description="How sure value is; null where the source does not say."
    )
    categories: list[CategoryOut] | None = Field(
        description="Shares of people by answer, of a work context; null: see marks, if it is one."
    )
    not_relevant: bool | None = Field(
        description="Whether the publisher marks the level as not relevant to the occupation."
    )
    collected: Collected
    domain_source: DomainSource
    marks: Marks
    note: Note
    locator: Locator
    release: ReleaseId


class SkillPage(BlockPageOut):
    """A page of skills."""

    items: list[SkillOut] = Field(description=ITEMS)


class TechnologyOut(Out):
    """Software or equipment used in the occupation."""

    code: Code
    inherited_from: InheritedFrom
    kind: TechnologyKind = Field(description="What it is.")
    name: str = Field(description="The product or tool.")
    category: str = Field(description="The commodity (UNSPSC) it belongs to.")
    commodity_code: str = Field(description="UNSPSC code of the commodity.")
    hot: bool | None = Field(description="Often asked for in job advertisements of all kinds.")
    in_demand: bool | None = Field(description="Often asked for in this occupation.")
    note: Note
    locator: Locator
    release: ReleaseId


class TechnologyPage(BlockPageOut):
    """A page of technologies."""

    items: list[TechnologyOut] = Field(description=ITEMS)


class InterestOut(Out):
    """How well an occupational interest describes the occupation."""

    code: Code
    inherited_from: InheritedFrom
    name: str = Field(description="Realistic, Investigative, Artistic, Social … (RIASEC).")
    element_id: str = Field(description="O*NET's id of the interest.")
    scale: Scale = Field(description="Scale of value: OI or IH.")
    value: float = Field(description="The rating or rank, on the scale that `scale` names.")
    collected: Collected
    domain_source: DomainSource
    note: Note
    locator: Locator
    release: ReleaseId


class InterestPage(BlockPageOut):
    """A page of interests."""

    items: list[InterestOut] = Field(description=ITEMS)
