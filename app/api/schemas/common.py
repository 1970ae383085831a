"""What every answer shares: provenance, marks, pages, problems."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from app.api.schemas.words import AreaLevel, MarkStatus, Match, NoteKind, ProblemCode, Relation


class Out(BaseModel):
    """A thing that goes out. Its schema allows more keys: v1 may add some."""

    model_config = ConfigDict(frozen=True)


Code = Annotated[
    str,
    Field(
        description="Occupation code: SOC (11-9111), a survey's own, or a finer O*NET-SOC code "
        "(29-1141.01)."
    ),
]
ReleaseId = Annotated[
    str, Field(description="Id of the release that the item comes from; a key of `releases`.")
]
InheritedFrom = Annotated[
    str | None,
    Field(
        description="Code of the SOC parent that the item belongs to, when the occupation itself "
        "has none of its own; null when it is the occupation's own."
    ),
]
ProjectionArea = Annotated[
    str | None,
    Field(
        description="Area of the projection: a state's own where its agency's are loaded, else US, "
        "also beside the wages of another area; null if there is no projection."
    ),
]
ClassificationId = Annotated[
    str,
    Field(
        description="Classification that the code belongs to (/v1/crosswalks): soc-2018, or one "
        "that the SOC 2018 replaced, or a survey's or O*NET's own."
    ),
]
Locator = Annotated[
    str | None, Field(description="Where in the source it stands; null if the release tells.")
]
Note = Annotated[
    str | None, Field(description="What a reader must know to read the item rightly; usually null.")
]
Period = Annotated[
    str,
    Field(
        description="Reference period: a month (2021-05), a span of years (2021-31), a year (2018)."
    ),
]
Collected = Annotated[
    str | None, Field(description="Month in which the publisher collected it, YYYY-MM.")
]
DomainSource = Annotated[
    str | None, Field(description="Who judged it: incumbents, analysts, occupational experts.")
]


class MarkOut(Out):
    """Why a figure is null, or why one should be read with care."""

    status: MarkStatus = Field(
        description="top_coded: at or above the threshold `at_least`; withheld: the publisher "
        "has it but does not release it; not_applicable: it cannot exist (an hourly wage where "
        "only annual pay is released, a list of a code outside the group asked for); "
        "not_published: the source does not give it; not_loaded: the source gives it, this server "
        "has not loaded it; not_covered: the publisher's "
        "programme leaves this occupation out; low_precision: the figure is given, and its "
        "publisher recommends not to rely on it."
    )
    at_least: float | None = Field(
        description="top_coded: the threshold, in the figure's own unit; otherwise null."
    )
    command: str = Field(
        default_factory=str,
        description="not_loaded: what the server's operator runs to load it. Other marks do not "
        "have this key.",
    )
    reason: str = Field(
        default_factory=str,
        description="not_covered: why the programme leaves it out. Other marks do not have this "
        "key.",
    )


Marks = Annotated[
    dict[str, MarkOut],
    Field(
        description="An entry for every null figure of the item, by its key, saying why; with "
        "`fallback=parent` also for every figure of the area above. Empty when nothing is missing."
    ),
]


class ProvenanceOut(Out):
    """Who published it, when, under which licence."""

    publisher: str = Field(description="The organisation that publishes the dataset.")
    dataset: str = Field(description="Name of the dataset.")
    title: str = Field(description="Title of this release.")
    period: Period
    published: date | None = Field(
        description="Day of publication; null where the files do not state it."
    )
    source_url: str = Field(description="Where the publisher offers it.")
    licence: str = Field(description="Licence under which it may be used.")
    licence_url: str = Field(description="Text of the licence.")
    attribution: str = Field(description="How to name the source.")


Releases = Annotated[
    dict[str, ProvenanceOut],
    Field(description="Every release id used in this answer, with its provenance."),
]


ITEMS = "The items of this page, in the order of the list."


class PageOut(Out):
    """What every list has beside `items`."""

    total: int = Field(description="Items in the whole list, over all pages.")
    limit: int = Field(description="Most items a page.")
    next: str | None = Field(description="URL of the next page; null on the last.")
    next_cursor: str | None = Field(
        description="Value of `cursor` for the next page, with the other parameters as they are; "
        "null on the last."
    )
    releases: Releases


class BlockPageOut(PageOut):
    """What a list of a block has beside `items`."""

    absent: MarkOut | None = Field(
        description="Why the list is empty: the mark of what is asked for. null where it is not."
    )


class FiguresAtOut(Out):
    """The codes under which the publishers give the figures that an occupation lacks.

    A code there is of a group that is not divided further, or of the only occupation of a group.
    """

    wages: str | None = Field(
        description="Where its wages stand; null: under its own code, or nowhere."
    )
    projections: str | None = Field(
        description="Where its projections stand; null: under its own code, or nowhere."
    )


FiguresAt = Annotated[
    FiguresAtOut,
    Field(description="Where the publishers give the figures that it lacks under its own code."),
]


class StretchOut(Out):
    """A part of a series that stands under another code or for another area."""

    code: Code
    title: str = Field(description="Title of the code.")
    classification: ClassificationId
    area: str | None = Field(description="Area of its figures; null in projections.")
    relation: Relation = Field(
        description="How the earlier of the two codes or areas stands to the later one."
    )
    match: Match | None = Field(description="How well the two match; null where nobody says.")
    crosswalk: str | None = Field(
        description="Id of the crosswalk that sets the two beside each other (/v1/crosswalks); "
        "null where they differ by the area only."
    )
    periods: list[Period] = Field(description="Periods with figures there, newest first.")


class ContinuesOut(Out):
    """Where a series stands before it begins and after it ends. Nothing is summed or split."""

    earlier: list[StretchOut] = Field(description="Stretches that begin before the series does.")
    later: list[StretchOut] = Field(description="Stretches that go on after it.")


class RowNoteOut(Out):
    """What a reader must know of a row that has figures."""

    kind: NoteKind = Field(
        description="break: the row is of another code or area than the one asked for; extent: the "
        "code meant other people in the row's period than it does now."
    )
    code: Code = Field(description="Code that the row's code stands to in this relation.")
    relation: Relation = Field(
        description="How the earlier of the two codes or areas stands to the later one."
    )
    crosswalk: str | None = Field(description="Id of the crosswalk that says so.")


Notes = Annotated[
    dict[str, list[RowNoteOut]],
    Field(
        description="What is to be known of the figures of the row, by the key it is about. Empty "
        "when there is nothing."
    ),
]


class SeriesPageOut(BlockPageOut):
    """What a list of wages or projections has beside `items`."""

    figures_at: FiguresAtOut = Field(
        description="Where the newest figures of the occupation asked for stand, or those of the "
        "period if the list is empty; null where they are its own."
    )
    continues: ContinuesOut | None = Field(
        description="Where the series of the occupation stands under other codes or areas: with "
        "`period=all`, or if the list is empty; otherwise null."
    )
    notices: list[str] = Field(description="What to keep in mind when reading the list.")


InheritedFromArea = Annotated[
    str | None,
    Field(
        description="With `fallback=parent`: code of the area above, a state or US, that the "
        "figures with a mark belong to; null where all are the area's own."
    ),
]
AskedArea = Annotated[
    str | None,
    Field(
        description="The county or ZIP code that was asked for (`county:48453`, `zip:78701`) where "
        "the figures are those of the area that it lies in; null where the area itself was."
    ),
]


class FaultOut(Out):
    """One thing wrong with the request."""

    parameter: str = Field(description="Query parameter, path parameter or place in the body.")
    value: str | None = Field(description="What was given; null if nothing was.")
    detail: str = Field(description="What is wrong with it.")
    allowed: str | None = Field(description="What is allowed; null where the detail says it all.")
    did_you_mean: list[str] = Field(
        description="What was probably meant, best first; looked up for the first three faults of "
        "a parameter."
    )


class ChoiceOut(Out):
    """An occupation that a code of another classification may mean, or an area."""

    given: str = Field(description="The code or name as it was given.")
    code: Code
    title: str = Field(description="Official title; name of an area.")
    employment: int | None = Field(
        description="Persons employed: in the occupation in the nation, in all occupations in an "
        "area; null: not known."
    )
    relation: Relation = Field(
        description="How the code relates to it, as in /v1/crosswalks. Of an area, same: the place "
        "is the area or a town in it; part: a part of the place lies in it."
    )
    match: Match | None = Field(description="The publisher's own word; null where it gives none.")
    url: str = Field(description="Path of the occupation or area.")
    name: str = Field(
        default_factory=str,
        description="The area's name. Choices of occupations do not have this key.",
    )
    level: AreaLevel = Field(
        default_factory=str,
        description="Level of the area. Choices of occupations do not have this key.",
    )


class ProblemOut(Out):
    """An error (RFC 9457)."""

    type: str = Field(description="URI of the page that explains this type of problem.")
    title: str = Field(description="The type of problem in words.")
    status: int = Field(description="HTTP status.", ge=400, le=599)
    detail: str = Field(description="What went wrong this time.")
    instance: str = Field(description="Path and query of the request, cut at 200 characters.")
    code: ProblemCode = Field(description="The type of problem as a stable word.")
    errors: list[FaultOut] = Field(
        max_length=20,
        description="The faults of the request, the first 20 of them; `detail` says how many more "
        "there are. May be empty.",
    )
    choices: list[ChoiceOut] = Field(
        default_factory=list,
        description="ambiguous_code, ambiguous_area: what the code or name may mean, what employs "
        "most people first. Other problems do not have this key.",
    )


class AmbiguousOut(ProblemOut):
    """An error with choices: a code or name in a path that leads to several things."""

    status: int = Field(description="HTTP status.", ge=300, le=300)
    choices: list[ChoiceOut] = Field(
        description="What the code or name may mean, what employs most people first."
    )


Json = dict[str, Any]
"""An object on its way out."""
