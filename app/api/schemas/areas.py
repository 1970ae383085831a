"""Areas, going out."""

from __future__ import annotations

from pydantic import Field

from app.api.schemas.common import ITEMS, Out, PageOut, Period, ReleaseId, Releases
from app.api.schemas.parameters import Fields, Keys, PageParams, Params
from app.api.schemas.words import AreaLevel, AreaLevelFilter, AreaRelation

RELATION = (
    "renamed: same extent, other code or name; merged: the newer area has all of the older one, "
    "and more; split: the older one had all of the newer one, and more; part: each has something "
    "that the other lacks."
)


class AreaOut(Out):
    """A place that wages are given for."""

    code: str = Field(description="US, a state's postal abbreviation, or the survey's area code.")
    name: str = Field(description="The area's name.")
    level: AreaLevel = Field(
        description="nation, state, territory, metropolitan or nonmetropolitan."
    )
    publisher_code: str = Field(description="The survey's own code of the area.")
    state: str | None = Field(description="Postal abbreviation of the (first) state.")
    states: list[str] = Field(
        description="Postal abbreviations of its states, the first one first; empty for the nation."
    )
    valid_from: Period | None = Field(
        description="First period for which wages or a list of areas have this code here; the code "
        "may be older."
    )
    valid_to: Period | None = Field(
        description="Last period of this code; null while it is in force."
    )
    periods: list[Period] = Field(description="Periods with wages, newest first.")
    release: ReleaseId


class AreaPage(PageOut):
    """A page of areas."""

    items: list[AreaOut] = Field(description=ITEMS)


class AreaNeighbourOut(Out):
    """An area that another one followed, or that followed it."""

    code: str = Field(description="Code of the area.")
    name: str = Field(description="The area's name.")
    relation: AreaRelation = Field(description=RELATION)
    crosswalk: str = Field(description="Id of the release that says so; a key of `releases`.")


class AreaStretchOut(Out):
    """What a code stood for over some periods."""

    name: str = Field(description="The area's name.")
    valid_from: Period = Field(description="First period known with this name and extent.")
    valid_to: Period | None = Field(description="Last period known; null while it is in force.")
    relation: AreaRelation | None = Field(
        description=RELATION.removesuffix(".") + "; reused: nothing in common. Of what the code "
        "stood for before (older) and what it stands for here (newer); null for the first."
    )
    crosswalk: str | None = Field(
        description="Id of the release that says that the extent changed; null if only the name "
        "did."
    )
    release: ReleaseId


class AreaProfileOut(AreaOut):
    """One area, with what it followed and what followed it.

    An area without wages here has no `periods`; its successors or predecessors lead to those that
    have.
    """

    history: list[AreaStretchOut] = Field(
        description="What the code stood for, oldest first: another name or extent is a new entry."
    )
    predecessors: list[AreaNeighbourOut] = Field(
        description="Areas that it followed, the one with most in common first. Their wages are of "
        "another extent unless the relation is renamed."
    )
    successors: list[AreaNeighbourOut] = Field(
        description="Areas that followed it, the one with most in common first. An area that is in "
        "force may have them too: what was split off it."
    )
    releases: Releases


class AreaParams(PageParams):
    """Parameters of the list of areas."""

    q: str | None = Field(
        None,
        min_length=1,
        max_length=100,
        description="Text in the name, with or without accents, or a code. The name, postal "
        "abbreviation or FIPS code of a state finds the areas in it too.",
    )
    level: AreaLevelFilter | None = Field(None, description="Only areas of this level.")


class AreaProfileParams(Params):
    """Parameters of one area."""

    fields: Keys | None = Fields
