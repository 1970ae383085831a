"""The words of the contract: one table a set, one named schema for answers and one for parameters.

In answers a set is open: the contract lists the known words (``x-extensible-enum``) without closing
it, so that a client that was made from it accepts an answer with a new one. In parameters a set is
closed (``enum``); its schema ends in ``Filter``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import Field, JsonValue
from typing_extensions import TypeAliasType

from app.api.schemas.parameter_types import OneOf
from app.errors.problem_types import PROBLEMS
from app.marks import STATUS


def open_set(words: Iterable[str], description: str) -> Any:
    """Describe a word in answers as one of a set that may grow."""
    known: list[JsonValue] = list(words)
    description += f" Known words: {', '.join(map(str, known))}. Words may be added to these."
    return Field(description=description, json_schema_extra={"x-extensible-enum": known})


EDUCATION_LEVELS: dict[str, str] = {
    "none": "No formal educational credential",
    "high_school": "High school diploma or equivalent",
    "some_college": "Some college, no degree",
    "postsecondary_award": "Postsecondary nondegree award",
    "associate": "Associate's degree",
    "bachelor": "Bachelor's degree",
    "master": "Master's degree",
    "doctoral": "Doctoral or professional degree",
}
"""Word of the parameter ``education`` → the publisher's words, from the least to the most."""

EducationFilter = TypeAliasType("EducationFilter", Annotated[str, OneOf(tuple(EDUCATION_LEVELS))])

SOURCES = (
    *("soc", "bls-oews", "bls-ep", "onet", "article", "esco", "nces-cip", "census", "bls-areas"),
    *("omb-cbsa", "projections-central", "dol-oflc"),
)
Source = TypeAliasType("Source", Annotated[str, open_set(SOURCES, "Id of a source (/v1/sources).")])
SourceFilter = TypeAliasType("SourceFilter", Annotated[str, OneOf(SOURCES)])

LEVELS = ("total", "major", "minor", "broad", "detailed", "onet")
OccupationLevel = TypeAliasType(
    "OccupationLevel", Annotated[str, open_set(LEVELS, "Level of an occupation.")]
)
OccupationLevelFilter = TypeAliasType(
    "OccupationLevelFilter", Annotated[str, OneOf(("all", "published", *LEVELS))]
)
PublishedFilter = TypeAliasType("PublishedFilter", Annotated[str, OneOf(("published",))])

AREA_LEVELS = ("nation", "state", "territory", "metropolitan", "nonmetropolitan")
AreaLevel = TypeAliasType("AreaLevel", Annotated[str, open_set(AREA_LEVELS, "Level of an area.")])
AreaLevelFilter = TypeAliasType("AreaLevelFilter", Annotated[str, OneOf(AREA_LEVELS)])
AreaRelation = TypeAliasType(
    "AreaRelation",
    Annotated[
        str,
        open_set(
            ("renamed", "merged", "split", "part", "reused"),
            "How an older area and a newer one are related, by the counties and towns that they "
            "have in common.",
        ),
    ],
)
AREA_FACTS = ("people", "median", "concentrated", "paid_above", "paid_below")
AreaFactKind = TypeAliasType(
    "AreaFactKind",
    Annotated[
        str,
        open_set(
            AREA_FACTS,
            "What a fact about an area tells: people, median (all occupations together: persons "
            "employed, median wage); concentrated (an occupation more frequent there than in the "
            "nation); paid_above, paid_below (an occupation paid better or worse than there).",
        ),
    ],
)

INDUSTRY_LEVELS = ("cross-industry", "sector", "3-digit", "4-digit", "5-digit", "6-digit")
IndustryLevelFilter = TypeAliasType("IndustryLevelFilter", Annotated[str, OneOf(INDUSTRY_LEVELS)])

CODE_LEVELS = (
    *LEVELS,
    *("sub_major", "unit", "occupation", "program"),
    *("sector", "subsector", "industry_group", "industry", "national_industry"),
)
CodeLevel = TypeAliasType(
    "CodeLevel", Annotated[str, open_set(CODE_LEVELS, "Level of a code in its classification.")]
)

RELATIONS = ("same", "renamed", "merged", "split", "part")
Relation = TypeAliasType(
    "Relation",
    Annotated[
        str,
        open_set(
            RELATIONS,
            "How the people of the earlier code stand to those of the later one: same; renamed: "
            "the same under another code or title; merged: they are a part of it; split: it is a "
            "part of them; part: some of them.",
        ),
    ],
)
MATCHES = ("exact", "close", "narrow", "broad")
Match = TypeAliasType(
    "Match", Annotated[str, open_set(MATCHES, "How well two codes match, in the words of SKOS.")]
)

MarkStatus = TypeAliasType(
    "MarkStatus",
    Annotated[
        str,
        open_set(
            (*STATUS.values(), "not_loaded", "not_covered", "low_precision"),
            "Why a figure is absent, or is to be read with care.",
        ),
    ],
)
NoteKind = TypeAliasType(
    "NoteKind",
    Annotated[str, open_set(("break", "extent"), "What is to be known of a figure that is there.")],
)
ProblemCode = TypeAliasType(
    "ProblemCode", Annotated[str, open_set(PROBLEMS, "Code of a type of problem (/problems).")]
)
HealthStatus = TypeAliasType(
    "HealthStatus", Annotated[str, open_set(("ok",), "How the process is.")]
)

KINDS: dict[str, tuple[str, ...]] = {
    "descriptions": ("definition", "summary", "distinction", "pay", "outlook", "advice"),
    "duties": ("common", "core", "supplemental", "unrated", "new", "revision"),
    "titles": ("job", "direct_match", "alternate", "reported", "example", "index", "employer"),
    "skills": (
        *("skill", "knowledge", "ability", "work_activity"),
        *("work_style", "work_value", "work_context"),
    ),
    "technologies": ("technology", "tool"),
    "education": ("degree", "required_level", "attainment"),
    "experience": (
        *("entry_position", "related_work"),
        *("on_site_training", "on_the_job_training"),
    ),
    "related": ("primary_short", "primary_long", "supplemental", "entry_position"),
}
"""Block → kinds of its items, which are the values of the parameter ``kind``."""
EVIDENCE = {"index": "census", "employer": "dol-oflc"}
"""Kinds of titles that help to find occupations and are no names of theirs → their source."""


def _kind(block: str, description: str) -> Any:
    return open_set(KINDS[block], description)


DescriptionKind = TypeAliasType(
    "DescriptionKind",
    Annotated[
        str,
        _kind(
            "descriptions",
            "What a description is: the official definition; the article's summary, distinction "
            "from a similar occupation, pay, outlook and advice.",
        ),
    ],
)
DutyKind = TypeAliasType(
    "DutyKind",
    Annotated[
        str,
        _kind(
            "duties",
            "common (article); core, supplemental or unrated (O*NET task); new or revision (O*NET "
            "emerging task).",
        ),
    ],
)
TitleKind = TypeAliasType(
    "TitleKind",
    Annotated[
        str,
        _kind(
            "titles",
            "job (article), direct_match (SOC), alternate or reported (O*NET), example "
            "(projections). Two kinds are no names of the occupation but evidence of what people "
            "call it: index (Census Bureau), employer (filings).",
        ),
    ],
)
SkillKind = TypeAliasType(
    "SkillKind",
    Annotated[
        str,
        _kind(
            "skills",
            "What it is. Skills, knowledge, abilities and work activities are rated for importance "
            "and level, work styles for importance; others have a value on a scale of their own.",
        ),
    ],
)
TechnologyKind = TypeAliasType(
    "TechnologyKind",
    Annotated[str, _kind("technologies", "Software, or a tool, machine or equipment.")],
)
EducationKind = TypeAliasType(
    "EducationKind",
    Annotated[
        str,
        _kind(
            "education",
            "degree (named by the article), required_level (what people in the occupation say is "
            "required, O*NET), attainment (what they have, census).",
        ),
    ],
)
ExperienceKind = TypeAliasType(
    "ExperienceKind",
    Annotated[
        str,
        _kind(
            "experience",
            "entry_position (article); related_work, on_site_training or on_the_job_training "
            "(O*NET).",
        ),
    ],
)
RelatedTier = TypeAliasType(
    "RelatedTier",
    Annotated[
        str,
        _kind("related", "O*NET's tiers, nearest first; entry_position is the article's."),
    ],
)
MatchedKind = TypeAliasType(
    "MatchedKind",
    Annotated[
        str,
        open_set(
            ("code", "title", *KINDS["titles"], "everyday", "duty", "description"),
            "What matched: the code, the official title, a title of a kind, an everyday name of "
            "no official list, a duty, a description.",
        ),
    ],
)

MatchSource = TypeAliasType(
    "MatchSource",
    Annotated[
        str,
        open_set(
            (*SOURCES, "everyday"),
            "Id of the source of a title (/v1/sources); everyday: names that people use, a list "
            "that comes with the software.",
        ),
    ],
)
MatchHow = TypeAliasType(
    "MatchHow",
    Annotated[
        str,
        open_set(
            ("official", "everyday", "employers", "exact", "spelling", "words", "likeness"),
            "How a title led to an occupation: official: it is the occupation's own or stands in a "
            "list of which each title is checked; everyday: people call it that; employers: so "
            "many of their `filings` say so; exact: it is one of the titles that workers gave; "
            "words, spelling: it has words of the matched title, as written or with the spelling "
            "corrected; likeness: it has no word of any title of the occupation, but parts of "
            "them, or words of its duties.",
        ),
    ],
)

FILE_KINDS = (
    *("seed", "soc_structure", "soc_definitions", "soc_titles", "crosswalk", "codes"),
    *("oews_national", "oews_industry", "oews_state", "oews_metropolitan", "oews_nonmetropolitan"),
    *("oews_all", "projections_workbook", "projections_csv", "projections_education"),
    *("state_projections", "census_index", "employer_titles"),
    *("onet_occupations", "onet_tasks", "onet_emerging_tasks", "onet_task_ratings"),
    *("onet_task_categories", "onet_task_activities", "onet_activities", "onet_alternate_titles"),
    *("onet_reported_titles", *(f"onet_{kind}" for kind in KINDS["skills"])),
    *("onet_technologies", "onet_tools", "onet_tools_and_technology", "onet_work_styles"),
    *("onet_work_values", "onet_work_context_categories", "onet_education"),
    *("onet_education_categories", "onet_job_zones", "onet_job_zone_reference", "onet_interests"),
    *("onet_related", "onet_scales"),
)
FileKind = TypeAliasType(
    "FileKind", Annotated[str, open_set(dict.fromkeys(FILE_KINDS), "What a file was taken for.")]
)

Scale = TypeAliasType(
    "Scale",
    Annotated[
        str,
        open_set(
            ("CX", "CT", "EX", "VH", "WI", "DR", "OI", "IH"),
            "O*NET's scale of a value: CX or CT (context), EX (extent of a work value), VH (which "
            "values are highest), WI (impact of a work style), DR (its rank), OI (interests, 1 to "
            "7), IH (rank among the high points of interests, 0 is none).",
        ),
    ],
)
ProjectionLine = TypeAliasType(
    "ProjectionLine",
    Annotated[str, open_set(("line_item", "summary"), "summary: a sum of line items.")],
)
TypicalEducation = TypeAliasType(
    "TypicalEducation",
    Annotated[
        str,
        open_set(
            EDUCATION_LEVELS.values(),
            "Education that people typically need to enter, in the publisher's words.",
        ),
    ],
)
UNITS = ("persons", "US dollars a year", "US dollars an hour", "percent")
Unit = TypeAliasType("Unit", Annotated[str, open_set(UNITS, "Unit of a figure.")])
