"""Search and suggestions, in and out."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypeAliasType

from app.api.schemas.common import ITEMS, Code, Out, PageOut
from app.api.schemas.occupation_parameters import OccupationFilters
from app.api.schemas.occupations import OccupationOut
from app.api.schemas.parameters import BLOCK_NAMES, NEWEST_ONLY, Params
from app.api.schemas.words import MatchedKind, open_set

Block = TypeAliasType("Block", Annotated[str, open_set(BLOCK_NAMES, "Block of a profile.")])


class MatchedOut(Out):
    """The text of an occupation that matched."""

    kind: MatchedKind = Field(description="What it is.")
    text: str = Field(description="The text that matched.")
    span: list[int] = Field(
        description="Position of the first character matched and of the one after the last.",
        min_length=2,
        max_length=2,
    )


class HitOut(OccupationOut):
    """An occupation that a query found."""

    score: float = Field(description="Relevance, 0 to 1; comparable within one answer.")
    matched: MatchedOut = Field(description="The text that matched, and where.")


class FacetOut(Out):
    """A value, and how many of the occupations found have it."""

    value: str = Field(description="Value of the filter.")
    title: str = Field(description="The value in words.")
    count: int = Field(description="Occupations found that have it.")


class FacetsOut(Out):
    """Counts of the occupations found, by value of a filter."""

    group: list[FacetOut] = Field(description="By major group: values of `group`.")
    education: list[FacetOut] = Field(
        description="By typical education: values of `education`; occupations without are left out."
    )
    level: list[FacetOut] = Field(description="By level: values of `level`.")


class PlaceOut(Out):
    """A place that a query may mean."""

    code: str = Field(description="Code of the area (/v1/areas).")
    name: str = Field(description="Name of the area.")


class UnderstoodOut(Out):
    """What a query was taken to ask for."""

    q: str = Field(description="What was searched for.")
    blocks: list[Block] = Field(
        description="What its words ask for of an occupation: values of `include`."
    )
    area: str | None = Field(
        description="Area that the query names: the hits have its figures. Null if it names none "
        "or may mean several (`places`), with `area=`, and with filters by projections."
    )
    places: list[PlaceOut] = Field(
        description="Areas that the query names: several where a name is that of several."
    )
    words: list[str] = Field(description="What was left out of the search.")


class SearchPage(PageOut):
    """A page of search."""

    items: list[HitOut] = Field(description=ITEMS)
    notices: list[str] = Field(description="What to keep in mind when reading this page.")
    understood: UnderstoodOut = Field(
        description="What of the query was searched for, and what its other words were taken for."
    )
    facets: FacetsOut = Field(description="Counts of all occupations found, over all pages.")
    suggestions: list[str] = Field(
        description="Titles that were probably meant, if nothing was found; otherwise empty."
    )


class SearchParams(OccupationFilters):
    """Parameters of search: a query, and the filters of the list of occupations."""

    not_taken = NEWEST_ONLY

    q: str = Field(
        min_length=1,
        max_length=500,
        description="What people type: a title, a part of one, a duty or a code. Typing errors are "
        "tolerated. It may ask for facts and name a place (wages of nurses in texas): `understood` "
        "says what was searched for.",
        examples=["nurce"],
    )


class SuggestionOut(Out):
    """A suggested occupation."""

    code: Code
    title: str = Field(description="Official title.")
    matched_title: str = Field(description="The title that matches what was typed.")
    span: list[int] = Field(
        description="Position of the first character matched and of the one after the last.",
        min_length=2,
        max_length=2,
    )


class SuggestionList(Out):
    """Suggestions, best first; one for each occupation."""

    items: list[SuggestionOut] = Field(description="Occupations, best first.")


class SuggestParams(Params):
    """Parameters of suggestions."""

    not_taken = NEWEST_ONLY

    q: str = Field(
        min_length=1,
        max_length=500,
        description="What was typed so far; one letter is enough. Of a long text the first 200 "
        "characters count.",
        examples=["med"],
    )
    limit: int = Field(8, ge=1, le=20, description="Maximum number of suggestions.")
