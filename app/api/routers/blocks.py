"""The blocks of an occupation in the API: path, schemas, parameters and documentation."""

from __future__ import annotations

from dataclasses import dataclass

from app.api.schemas import entry_requirements, projections, wages, work
from app.api.schemas import parameters as p
from app.api.schemas.common import Out, PageOut


@dataclass(frozen=True, slots=True)
class Resource:
    """A block and how it is documented."""

    block: str
    item: type[Out]
    page: type[PageOut]
    noun: str
    about: str
    block_params: type[p.BlockParams] = p.BlockParams
    flat_params: type[p.BlockParams] = p.FlatParams

    @property
    def segment(self) -> str:
        """The block's name as a part of a path: words joined by hyphens."""
        return self.block.replace("_", "-")


_KINDS = (p.KindBlockParams, p.KindFlatParams)

RESOURCES: tuple[Resource, ...] = (
    Resource(
        "descriptions",
        work.DescriptionOut,
        work.DescriptionPage,
        "descriptions",
        "What the occupation is: the official definition, the article's summary and how it differs "
        "from similar occupations.",
        *_KINDS,
    ),
    Resource(
        "duties",
        work.DutyOut,
        work.DutyPage,
        "duties",
        "What people in the occupation do, in the publisher's order, with how important each duty "
        "is, how many percent have it, how often they do it, and its detailed work activities.",
        *_KINDS,
    ),
    Resource(
        "activities",
        work.DetailedActivityOut,
        work.ActivityPage,
        "detailed work activities",
        "What people in the occupation do in words that occupations have in common: O*NET's "
        "detailed work activities, each with the ids of the tasks that belong to it.",
    ),
    Resource(
        "titles",
        work.TitleOut,
        work.TitlePage,
        "job titles",
        "Names that people use for the occupation. What people answer to the Census Bureau "
        "(`index`) and what employers file (`employer`) is evidence, which the list over all "
        "occupations gives if `source`, `kind` or `release` asks for it.",
        *_KINDS,
    ),
    Resource(
        "wages",
        wages.WageOut,
        wages.WagePage,
        "wages",
        "Employment (persons) and wages (US dollars) by area, industry and period. A null figure "
        "has its reason in marks.",
        p.WageHistoryParams,
        p.WageParams,
    ),
    Resource(
        "projections",
        projections.ProjectionOut,
        projections.ProjectionPage,
        "projections",
        "How employment is projected to change, in persons and percent, and openings a year.",
        p.ProjectionBlockParams,
        p.ProjectionParams,
    ),
    Resource(
        "skills",
        work.SkillOut,
        work.SkillPage,
        "skills",
        "Skills, knowledge, abilities, work activities, work styles, work values and work context, "
        "with the publisher's ratings and the bounds of its scales.",
        p.SkillBlockParams,
        p.SkillParams,
    ),
    Resource(
        "technologies",
        work.TechnologyOut,
        work.TechnologyPage,
        "technologies",
        "Software and tools used in the occupation: of each kind, what is in demand there comes "
        "first, then hot technologies, then the others, each by name.",
        p.TechnologyBlockParams,
        p.TechnologyParams,
    ),
    Resource(
        "interests",
        work.InterestOut,
        work.InterestPage,
        "interests",
        "How well each occupational interest (RIASEC) describes the occupation.",
    ),
    Resource(
        "education",
        entry_requirements.EducationOut,
        entry_requirements.EducationPage,
        "education",
        "Degrees named, levels required as people in the occupation say, levels they have.",
        *_KINDS,
    ),
    Resource(
        "experience",
        entry_requirements.ExperienceOut,
        entry_requirements.ExperiencePage,
        "experience",
        "Positions that people come from, and how much experience and training they had.",
        *_KINDS,
    ),
    Resource(
        "job_zones",
        entry_requirements.JobZoneOut,
        entry_requirements.JobZonePage,
        "job zones",
        "How much preparation the occupation needs, from 1 to 5.",
    ),
    Resource(
        "courses",
        entry_requirements.CourseOut,
        entry_requirements.CoursePage,
        "courses",
        "Courses that prepare for the occupation.",
    ),
    Resource(
        "pathway",
        entry_requirements.PathwayStepOut,
        entry_requirements.PathwayPage,
        "steps to enter",
        "The steps to enter the occupation, in order.",
    ),
    Resource(
        "workplaces",
        work.WorkplaceOut,
        work.WorkplacePage,
        "workplaces",
        "Where people in the occupation work.",
    ),
    Resource(
        "related",
        entry_requirements.RelatedOut,
        entry_requirements.RelatedPage,
        "related occupations",
        "Occupations like this one, nearest first, and those that people come from.",
        *_KINDS,
    ),
)
