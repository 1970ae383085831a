"""The columns of O*NET files: one table a kind of file.

Files are recognised by these columns and, where several kinds have the same, by the first digits
of their element ids. So a release that renames a file, or splits it, is still read. Source: the
text and Excel editions of releases 27.0 and 29.3, and the publisher's data dictionaries of 18.1,
20.3, 30.1 and 30.3.
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
"""Start of the id of an element that is rated for importance and level → kind of rating."""
STYLES = ("1.C", "1.D")
"""Starts of the ids of work styles: the taxonomy changed with release 30.1."""

SCALE_BOUNDS = {
    **{"IM": [1, 5], "LV": [0, 7], "OI": [1, 7], "IH": [0, 6], "EX": [1, 7], "VH": [1, 6]},
    **{"CX": [1, 5], "CT": [1, 3], "WI": [-3, 3], "DR": [0, 10]},
}
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
    "onet_task_ratings": Kind(
        {
            **CODE,
            **WORKBOOK,
            "task id": "task_id",
            "task": "task",
            "scale id": "scale",
            "category": "category",
            **ESTIMATE,
            **COLLECTED,
        },
        ADDED | {"task"},
    ),
    "onet_task_categories": Kind(
        {
            **{"scale id": "scale", "scale name": "scale_name"},
            **{"category": "category", "category description": "text"},
        },
        ADDED,
    ),
    "onet_task_activities": Kind(
        {
            **CODE,
            **WORKBOOK,
            "task id": "task_id",
            "task": "task",
            # From release 30.3 detailed work activities are elements.
            "dwa (element )?id": "activity",
            "dwa (title|element name)": "title",
            **COLLECTED,
        },
        ADDED | {"task", "title"},
    ),
    "onet_activities": Kind(
        {
            "(gwa )?element id": "element_id",
            "(gwa )?element name": "name",
            "iwa (element )?id": "iwa",
            "iwa (title|element name)": "iwa_title",
            "dwa (element )?id": "activity",
            "dwa (title|element name)": "title",
        },
        frozenset({"name", "iwa_title"}),
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
    "onet_tools": Kind(
        {
            **CODE,
            **WORKBOOK,
            "example": "name",
            "commodity code": "commodity_code",
            "commodity title": "category",
        },
        ADDED,
    ),
    "onet_tools_and_technology": Kind(  # until release 23.1
        {
            **CODE,
            **WORKBOOK,
            "t2 type": "kind",
            "t2 example": "name",
            "commodity code": "commodity_code",
            "commodity title": "category",
            "hot technology": "hot",
        },
        ADDED | {"hot"},  # from release 20.1 on
    ),
    "onet_work_context": Kind(
        {
            **CODE,
            **WORKBOOK,
            **ELEMENT,
            "category": "category",
            **ESTIMATE,
            "not relevant": "not_relevant",
            **COLLECTED,
        },
        ADDED,
        ("4.C",),
    ),
    "onet_work_context_categories": Kind(
        {**ELEMENT, **WORKBOOK, "category": "category", "category description": "text"},
        ADDED,
        ("4.C",),
    ),
    "onet_work_styles": Kind(
        {**CODE, **WORKBOOK, **ELEMENT, **ESTIMATE, **COLLECTED},
        ADDED | {*ESTIMATE.values()} - {"value"},  # until release 30.0
        STYLES,
    ),
    "onet_work_values": Kind(
        {**CODE, **WORKBOOK, **ELEMENT, "data value": "value", **COLLECTED}, ADDED, ("1.B.2",)
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
    "task categories": "onet_task_categories",
}
"""Files of so few columns that one renamed column hides their kind: file name → kind."""

COMMON = frozenset(
    {*CODE.values(), *WORKBOOK.values(), *ELEMENT.values(), *ESTIMATE.values(), *COLLECTED.values()}
)
"""Fields that do not tell a kind, because files of every kind have them."""

LINKS = "Links between elements"
"""What a file is that has two columns or more with element ids of other files."""

UNUSED: dict[str, frozenset[str]] = {
    "Occupation Level Metadata": frozenset({"item", "response", "percent"}),
    "Content Model Reference": frozenset({"element id", "element name", "description"}),
    "Level Scale Anchors": frozenset({"element id", "anchor value"}),
    "Survey Booklet Locations": frozenset({"element id", "survey item number"}),
    "IWA Reference": frozenset({"iwa id", "iwa title"}),
    "UNSPSC Reference": frozenset({"commodity code", "segment title"}),
    "Career Changers and Starters Matrix": frozenset(
        {"o*net-soc code", "related o*net-soc code", "index"}
    ),
    "Green Occupations": frozenset({"o*net-soc code", "green occupational category"}),
    "Green Task Statements": frozenset({"o*net-soc code", "task id", "green task type"}),
    "Illustrations of interests": frozenset({"interest type"}),
    "Keywords of interests": frozenset({"keyword", "keyword type"}),
}
"""Files of a release that this API does not use: name → columns that they are known by."""
