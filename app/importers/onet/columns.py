"""The columns of O*NET files: one table a kind of file.

Files are recognised by these columns and, where several kinds have the same, by the first digits
of their element ids. So a release that renames a file, or splits it, is still read. Source: the
text and Excel editions of releases 27.0 and 29.3, and the publisher's data dictionary of 30.3.
"""

from __future__ import annotations

from typing import NamedTuple


class Kind(NamedTuple):
    """A kind of file: its columns, those that some editions lack, and its elements."""

    columns: dict[str, str]
    optional: frozenset[str] = frozenset()
    elements: tuple[str, ...] = ()  # starts of the element ids in files of this kind


CODE = {r"o\*net-soc code": "code"}
ELEMENT = {"element id": "element_id", "element name": "name", "scale id": "scale"}
ESTIMATE = {
    "data value": "value",
    "n": "n",
    "standard error": "standard_error",
    "lower ci bound": "lower",
    "upper ci bound": "upper",
    "recommend suppress": "suppress",
}
COLLECTED = {"date": "collected", "domain source": "domain_source"}
WORKBOOK = {"title": "occupation", "scale name": "scale_name"}  # columns that workbooks add
ADDED = frozenset(WORKBOOK.values())

ELEMENT_KINDS = {
    "2.A": "skill",
    "2.B": "skill",
    "2.C": "knowledge",
    "1.A": "ability",
    "4.A": "work_activity",
}
"""Start of an element id → kind of rating."""

SCALE_BOUNDS = {"IM": [1, 5], "LV": [0, 7], "OI": [1, 7], "IH": [0, 6]}
"""For a release without its Scales Reference: the bounds in the publisher's data dictionary, the
same from release 5.1 to 29.3."""

KINDS: dict[str, Kind] = {
    "onet_occupations": Kind({**CODE, "title": "title", "description": "text"}),
    "onet_tasks": Kind(
        {
            **CODE,
            **WORKBOOK,
            "task id": "task_id",
            "task": "text",
            "task type": "kind",
            "incumbents responding": "incumbents_responding",
            **COLLECTED,
        },
        ADDED,
    ),
    "onet_emerging_tasks": Kind(
        {
            **CODE,
            **WORKBOOK,
            "task": "text",
            "category": "kind",
            "original task id": "original_task_id",
            "original task": "original_task",
            "write-in total": "write_in_total",
            **COLLECTED,
        },
        ADDED | {"write_in_total"},  # until release 29
    ),
    "onet_alternate_titles": Kind(
        {
            **CODE,
            **WORKBOOK,
            "(alternate|job) title": "title",
            "short title": "short_title",
            r"source\(s\)|sources?": "origin",
        },
        ADDED,
    ),
    "onet_reported_titles": Kind(
        {
            **CODE,
            **WORKBOOK,
            "reported (job )?title": "title",
            "shown in my next move": "featured",
        },
        ADDED,
    ),
    "onet_ratings": Kind(
        {**CODE, **WORKBOOK, **ELEMENT, **ESTIMATE, "not relevant": "not_relevant", **COLLECTED},
        ADDED,
        tuple(ELEMENT_KINDS),
    ),
    "onet_technologies": Kind(
        {
            **CODE,
            **WORKBOOK,
            "(workplace )?example": "name",
            # From release 30.3 software has O*NET's own elements, no commodities.
            "commodity code|element id": "commodity_code",
            "commodity title|element name": "category",
            "hot technology": "hot",
            "in demand": "in_demand",
        },
        ADDED | {"in_demand"},  # from release 27.1 on
    ),
    "onet_education": Kind(
        {**CODE, **WORKBOOK, **ELEMENT, "category": "category", **ESTIMATE, **COLLECTED},
        ADDED,
        ("2.D", "3.A"),
    ),
    "onet_education_categories": Kind(
        {**ELEMENT, **WORKBOOK, "category": "category", "category description": "text"},
        ADDED,
        ("2.D", "3.A"),
    ),
    "onet_job_zones": Kind({**CODE, **WORKBOOK, "job zone": "zone", **COLLECTED}, ADDED),
    "onet_job_zone_reference": Kind(
        {
            "job zone": "zone",
            "name": "name",
            "experience": "experience",
            "education": "education",
            "job training": "training",
            "examples": "examples",
            "svp range": "svp_range",
        }
    ),
    "onet_interests": Kind(
        {**CODE, **WORKBOOK, **ELEMENT, "data value": "value", **COLLECTED}, ADDED, ("1.B.1",)
    ),
    "onet_related": Kind(
        {
            **CODE,
            **WORKBOOK,
            r"related o\*net-soc code": "related_code",
            "related title": "related_title",
            "relatedness tier": "tier",
            "index": "rank",
        },
        ADDED | {"related_title"},
    ),
    "onet_scales": Kind(
        {
            "scale id": "scale",
            "scale name": "name",
            "minimum": "minimum",
            "maximum": "maximum",
        }
    ),
}

NAMES = {
    "occupation data": "onet_occupations",
    "sample of reported titles": "onet_reported_titles",
    "job zones": "onet_job_zones",
    "alternate titles": "onet_alternate_titles",
    "job titles": "onet_alternate_titles",
}
"""Files of so few columns that one renamed column hides their kind: file name → kind."""

COMMON = frozenset(
    {*CODE.values(), *WORKBOOK.values(), *ELEMENT.values(), *ESTIMATE.values(), *COLLECTED.values()}
)
"""Fields that do not tell a kind, because files of every kind have them."""

LINKS = "Links between elements"
"""What a file is that has two columns or more with element ids of other files."""

UNUSED: dict[str, frozenset[str]] = {
    "Task Ratings": frozenset({"task id", "scale id", "category", "data value"}),
    "Work Context": frozenset({"element id", "category", "data value", "not relevant"}),
    "Occupation Level Metadata": frozenset({"item", "response", "percent"}),
    "Content Model Reference": frozenset({"element id", "element name", "description"}),
    "Level Scale Anchors": frozenset({"element id", "anchor value"}),
    "Survey Booklet Locations": frozenset({"element id", "survey item number"}),
    "Task Categories": frozenset({"scale id", "category", "category description"}),
    "Tasks to DWAs": frozenset({"task id", "dwa id"}),
    "Tasks to DWAs from 30.3": frozenset({"task id", "dwa element id"}),
    "DWA Reference": frozenset({"dwa id", "dwa title"}),
    "IWA Reference": frozenset({"iwa id", "iwa title"}),
    "UNSPSC Reference": frozenset({"commodity code", "segment title"}),
    "Career Changers and Starters Matrix": frozenset(
        {"o*net-soc code", "related o*net-soc code", "index"}
    ),
    "Tools and Technology": frozenset({"t2 type", "t2 example"}),
    "Tools Used": frozenset({"o*net-soc code", "example", "commodity code", "commodity title"}),
    "Illustrations of interests": frozenset({"interest type"}),
    "Keywords of interests": frozenset({"keyword", "keyword type"}),
}
"""Files of a release that this API does not use: name → columns that they are known by."""
