"""Areas, going out."""

from __future__ import annotations

from pydantic import Field

from app.api.schemas.common import (
    ITEMS,
    AskedArea,
    BlockPageOut,
    Code,
    MarkOut,
    Marks,
    Out,
    Period,
    ReleaseId,
    Releases,
)
from app.api.schemas.occupations import LeftOutOut
from app.api.schemas.parameters import Fields, Keys, PageParams, PinnedParams
from app.api.schemas.wages import dollars
from app.api.schemas.words import AreaFactKind, AreaLevel, AreaLevelFilter, AreaRelation

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
    asked_area: AskedArea
    release: ReleaseId


class AreaReferenceOut(Out):
    """An area that another one leads to."""

    code: str = Field(description="Code of the area.")
    name: str = Field(description="The area's name.")
    level: AreaLevel = Field(
        description="nation, state, territory, metropolitan or nonmetropolitan."
    )


class CountyOut(Out):
    """A county or county equivalent."""

    fips: str = Field(description="FIPS code: two digits of the state, three of the county.")
    name: str = Field(description="The county's name.")
    state: str = Field(description="Postal abbreviation of its state.")


class CountyAreaOut(Out):
    """An area that a county lies in."""

    code: str = Field(description="Code of the area.")
    towns: int | None = Field(
        description="Number of the county's towns that lie in it, where towns divide the county "
        "between areas; null: all of the county does, or its areas are those that followed it."
    )


class PlaceCountyOut(CountyOut):
    """A county that was asked for, or that a ZIP code area lies in."""

    note: str | None = Field(description="Since when or until when it is a county; usually null.")
    land: int | None = Field(
        description="Land of the ZIP code area that lies in the county, square metres; null of a "
        "county that was asked for."
    )
    water: int | None = Field(description="Water of it, square metres; null likewise.")
    areas: list[CountyAreaOut] = Field(
        description="Areas that the county lies in; empty where the survey does not cover it."
    )


class DelineationOut(Out):
    """A list of the counties of each area."""

    release: ReleaseId
    valid_from: Period = Field(description="First period that it serves for.")
    valid_to: Period | None = Field(description="Last period; null: it is in force.")


class AskedPlaceOut(Out):
    """A county or ZIP code, and the counties and areas that it leads to."""

    code: str = Field(description="`county:48453`, `zip:78701`.")
    name: str = Field(description="Its name.")
    counties: list[PlaceCountyOut] = Field(
        description="The county, or those that the ZIP code area lies in, most land first."
    )
    delineation: DelineationOut | None = Field(
        description="The list that says which areas; null of a territory, which is an area itself."
    )


class AreaPage(BlockPageOut):
    """A page of areas."""

    place: AskedPlaceOut | None = Field(
        description="With `county` or `zip`: the place that was asked for; otherwise null."
    )
    notices: list[str] = Field(description="What to keep in mind when reading the list.")
    items: list[AreaOut] = Field(description=ITEMS)
    nearest: list[AreaReferenceOut] = Field(
        description="Areas whose names are like `q`, where it finds none; otherwise empty."
    )


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


class NationalMedianOut(Out):
    """What an occupation is paid in the nation, in the period of the area's wages."""

    annual_median: int | None = dollars("Median")
    marks: Marks
    release: str | None = Field(
        description="Release of the wage; null where the nation has no wage of that period here."
    )


class AreaOccupationOut(Out):
    """An occupation in an area, all industries together."""

    code: Code
    title: str = Field(description="Official title.")
    employment: int | None = Field(description="Persons employed, without the self-employed.")
    jobs_per_1000: float | None = Field(description="Jobs in the occupation per 1,000 in the area.")
    location_quotient: float | None = Field(
        description="Share of employment in the area over the national share; 1 is the same."
    )
    annual_median: int | None = dollars("Median")
    marks: Marks
    nation: NationalMedianOut = Field(description="The median wage in the nation.")
    release: ReleaseId


class AreaFactOut(Out):
    """A fact that sets an area apart from the nation."""

    kind: AreaFactKind = Field(
        description="people, median, concentrated, paid_above or paid_below."
    )
    code: Code
    title: str = Field(description="Official title.")
    figure: str = Field(
        description="Key of the figure in /v1/wages: employment, annual_median, location_quotient."
    )
    value: float = Field(description="The area's figure, in its own unit.")
    nation: float | None = Field(
        description="The nation's figure of the same period, in the same unit; 1 for a location "
        "quotient. null for the nation itself, and where it has none here."
    )
    ratio: float | None = Field(
        description="`value` over `nation`, a number; null where that is null."
    )
    text: str = Field(description="The fact in a sentence, in English.")
    release: ReleaseId
    nation_release: str | None = Field(
        description="Release of the nation's figure; null where `nation` is null."
    )


class AreaLeftOutOut(Out):
    """What a floor leaves out of two lists."""

    best_paid: LeftOutOut = Field(description="What is left out of `best_paid`.")
    most_concentrated: LeftOutOut = Field(description="What is left out of `most_concentrated`.")


class AreaProfileOut(AreaOut):
    """One area: where it lies, what it followed and what followed it, and who works there.

    An area without wages here has no `periods`; its successors or predecessors lead to those that
    have.
    """

    parents: list[AreaReferenceOut] = Field(
        description="What it lies in: the states of a metropolitan or nonmetropolitan area, the "
        "first one first; the nation for a state."
    )
    neighbours: list[AreaReferenceOut] = Field(
        description="Areas beside it: of a state those with a common border on land or along a "
        "river; of a metropolitan or nonmetropolitan area those with which it shares a ZIP code "
        "area. None in Connecticut, whose ZIP code areas are listed by former counties."
    )
    children: dict[str, int] = Field(
        description="Level → areas in force with wages right below it, as /v1/areas?parent= lists "
        "them. Empty where there are none."
    )
    counties: list[CountyOut] = Field(
        description="Counties that it consists of by the newest list that has it; empty of a "
        "state, and where no list is loaded."
    )
    wage_period: Period | None = Field(
        description="Period of the wages that the lists below are of, the newest; null: see marks."
    )
    largest: list[AreaOccupationOut] = Field(
        description="The ten detailed occupations that employ most people."
    )
    best_paid: list[AreaOccupationOut] = Field(
        description="The ten detailed occupations with the highest median wage; one that is "
        "top-coded ranks by its bound. Occupations below a floor are left out, see `left_out`."
    )
    most_concentrated: list[AreaOccupationOut] = Field(
        description="The ten detailed occupations with the highest location quotient, above the "
        "same floor. Empty for the nation."
    )
    left_out: AreaLeftOutOut | None = Field(
        description="What a floor leaves out: occupations of fewer than 500 people; where fewer "
        "than 500,000 are employed in all, of fewer than one in a thousand of them, and of fewer "
        "than 30 anywhere. null without wages."
    )
    special: list[AreaFactOut] = Field(
        description="What sets it apart: how many people are employed, all occupations' median "
        "wage, and at most three occupations each, above the same floor, that are frequent there, "
        "and paid better or worse than in the nation. Medians that are top-coded are not compared."
    )
    marks: dict[str, MarkOut] = Field(
        description="Why there are no wages: an entry for `wage_period` and each of the lists. "
        "Empty where there are wages."
    )
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
        description="A name as people write it (`nyc`, `saint louis`, `bay area`), a part of one, "
        "with or without accents, or a code. The name, postal abbreviation or FIPS code of a state "
        "finds the areas in it too. A county (`travis county`, `48453`) or a ZIP code (`78701`) "
        "finds the areas that it lies in.",
    )
    county: str | None = Field(
        None,
        min_length=1,
        max_length=20,
        description="Only the areas that this county lies in, by its FIPS code: `48453`.",
    )
    zip: str | None = Field(
        None,
        min_length=1,
        max_length=20,
        description="Only the areas that this ZIP code area lies in, the one with most of its land "
        "first: `78701`.",
    )
    period: str = Field(
        "latest",
        min_length=1,
        max_length=20,
        description="With `county` or `zip`: the period of wages whose areas are asked for; "
        "`latest`: the newest.",
    )
    level: AreaLevelFilter | None = Field(None, description="Only areas of this level.")
    parent: str | None = Field(
        None,
        min_length=1,
        max_length=20,
        description="Only areas right below this one: a state's postal abbreviation has its "
        "metropolitan and nonmetropolitan areas, US the states and territories.",
    )


class AreaProfileParams(PinnedParams):
    """Parameters of one area."""

    fields: Keys | None = Fields
