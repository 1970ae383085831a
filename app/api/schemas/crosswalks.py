"""Classifications, crosswalks between them, and the codes of an occupation, going out."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, create_model

from app.api.schemas.common import (
    ITEMS,
    BlockPageOut,
    Out,
    PageOut,
    Period,
    ReleaseId,
)
from app.api.schemas.parameters import PageParams, PinnedParams
from app.api.schemas.words import CodeLevel, Match, Relation, Source

ClassificationId = Annotated[
    str, Field(description="Id of a classification of /v1/classifications: soc-2010.")
]
RELATION = (
    "Computed from the pairs. same: one code each, with the same title; renamed: one code each, "
    "the code or title is another; merged: several codes lead to this one, and this is all that "
    "the first leads to; split: the first leads to several codes; part: they overlap only."
)
MATCH = "The publisher's own word (SKOS); null where it gives none."


class ClassificationOut(Out):
    """A version of a classification."""

    id: ClassificationId
    system: str = Field(description="What it is a version of: soc, onet-soc, isco, esco, cip …")
    version: str = Field(description="Which version.")
    prefix: str = Field(description="What its codes are written with: soc2010, as soc2010:15-1132.")
    valid_from: str = Field(description="When it came into force: a year or month.")
    valid_to: str | None = Field(description="When its last figures or files are of; null: now.")
    source: Source = Field(description="Id of its publisher, a source of /v1/sources.")
    loaded: bool = Field(description="Whether its codes are loaded.")
    count: int = Field(description="Codes that are loaded.")


class ClassificationPage(PageOut):
    """A page of classifications."""

    items: list[ClassificationOut] = Field(description=ITEMS)


class ClassifiedCodeOut(Out):
    """A code of a classification."""

    classification: ClassificationId
    code: str = Field(description="The code, without a prefix.")
    title: str = Field(description="Its title.")
    level: CodeLevel = Field(description="Its level in the classification.")
    parent: str | None = Field(description="Code one level up; null at the top, or if unknown.")
    uri: str | None = Field(description="The publisher's address of it; null where it has none.")
    release: ReleaseId


class ClassifiedCodePage(BlockPageOut):
    """A page of codes of a classification."""

    items: list[ClassifiedCodeOut] = Field(description=ITEMS)


class CodesParams(PageParams):
    """Parameters of the list of codes of a classification."""

    release: str | None = Field(
        None,
        min_length=1,
        max_length=200,
        description="Only codes that this release names, with its own titles. By default every "
        "code has the title of its publisher's newest release.",
    )


class CrosswalkOut(Out):
    """A crosswalk: the pairs of codes of two classifications that one release states."""

    id: str = Field(description="Id: that of the release, if the release has no other crosswalk.")
    title: str = Field(description="Title of the release.")
    from_classification: ClassificationId
    to_classification: ClassificationId
    pairs: int = Field(description="Number of pairs.")
    period: Period
    source: Source = Field(description="Id of its publisher, a source of /v1/sources.")
    release: ReleaseId


class CrosswalkPage(PageOut):
    """A page of crosswalks."""

    items: list[CrosswalkOut] = Field(description=ITEMS)


class PairOut(Out):
    """A code of one classification and a code of another that belong together."""

    from_classification: ClassificationId
    from_code: str = Field(description="The first code.")
    from_title: str | None = Field(description="Its title; null where no release has it.")
    to_classification: ClassificationId
    to_code: str = Field(description="The second code.")
    to_title: str | None = Field(description="Its title; null where no release has it.")
    relation: Relation = Field(description=RELATION)
    match: Match | None = Field(description=MATCH)
    note: str | None = Field(description="The publisher's comment on the pair; usually null.")
    release: ReleaseId


class PairPage(BlockPageOut):
    """A page of pairs of a crosswalk."""

    items: list[PairOut] = Field(description=ITEMS)


def _code(of_side: str) -> Any:
    description = f"Only pairs with this {of_side} code, with or without its prefix."
    return (
        str | None,
        Field(None, min_length=1, max_length=100, description=description),
    )


_SIDES: Any = {"from": _code("first"), "to": _code("second")}  # ``from`` is no name in a class
PairParams = create_model(
    "PairParams", __base__=PageParams, __doc__="Parameters of the pairs of a crosswalk.", **_SIDES
)
MappingParams = create_model(
    "MappingParams", __base__=PinnedParams, __doc__="Parameters of a crosswalk as SKOS.", **_SIDES
)


class StepOut(Out):
    """A step of a chain."""

    classification: ClassificationId
    code: str = Field(description="The code that the step leads to.")
    title: str | None = Field(description="Its title; null where no release has it.")
    relation: Relation = Field(description=RELATION)
    match: Match | None = Field(description=MATCH)
    crosswalk: str | None = Field(
        description="Release of the crosswalk; null where two versions have the same code."
    )


class OccupationCodeOut(Out):
    """A code of another classification that leads to an occupation."""

    classification: ClassificationId
    code: str = Field(description="The code, without a prefix.")
    prefixed: str = Field(description="The code as it may stand wherever an occupation's can.")
    title: str | None = Field(description="Its title; null where no release has it.")
    relation: Relation = Field(
        description="How it relates to the occupation, as far as the chain tells. " + RELATION
    )
    match: Match | None = Field(description=MATCH)
    chain: list[StepOut] = Field(description="The steps from the code to the occupation.")
    release: ReleaseId | None = Field(description="Release that the title comes from.")


class OccupationCodePage(BlockPageOut):
    """A page of codes of an occupation."""

    items: list[OccupationCodeOut] = Field(description=ITEMS)


class OccupationCodesParams(PageParams):
    """Parameters of the codes of an occupation."""

    classification: str | None = Field(
        None, min_length=1, max_length=40, description="Only codes of this classification: isco-08."
    )
