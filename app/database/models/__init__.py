"""Every table, in reading order.

A *source* publishes *releases*; a release comes in *parts*, the rows of one dataset (and, for
wages, one area, industry and ownership) that are shown or hidden together. Content rows name their
part and never change, so an answer made from the parts of one data version is consistent whatever
is being loaded meanwhile. Only ``parts.shown`` and ``parts.latest`` move.

Units: employment in persons, annual wages in US dollars, hourly wages in cents, percentages as
percent. A null figure's reason stands in ``marks``, one character a figure (see ``app.marks``).
"""

from app.database.models.areas import AreaEntry, AreaLink
from app.database.models.base import Base, Content
from app.database.models.classifications import Classification, Mapping
from app.database.models.entry_requirements import (
    Course,
    Education,
    Experience,
    JobZone,
    PathwayStep,
    Related,
)
from app.database.models.occupations import (
    Address,
    Area,
    Description,
    Entry,
    Industry,
    Occupation,
    Workplace,
)
from app.database.models.places import County, CountyArea, ZipCounty
from app.database.models.projections import Projection
from app.database.models.provenance import (
    Change,
    Citation,
    DataVersion,
    Part,
    Release,
    ReleaseFile,
    ReleaseSpan,
    Source,
)
from app.database.models.wages import Wage
from app.database.models.work import Activity, Duty, Interest, Skill, Technology, Title

__all__ = [
    "Activity",
    "Address",
    "Area",
    "AreaEntry",
    "AreaLink",
    "Base",
    "Change",
    "Citation",
    "Classification",
    "Content",
    "County",
    "CountyArea",
    "Course",
    "DataVersion",
    "Description",
    "Duty",
    "Education",
    "Entry",
    "Experience",
    "Industry",
    "Interest",
    "JobZone",
    "Mapping",
    "Occupation",
    "Part",
    "PathwayStep",
    "Projection",
    "Related",
    "Release",
    "ReleaseFile",
    "ReleaseSpan",
    "Skill",
    "Source",
    "Technology",
    "Title",
    "Wage",
    "Workplace",
    "ZipCounty",
]
