"""Search, suggestions and title matches, in and out."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from app.api.schemas.common import ITEMS, Code, Out, PageOut, Releases
from app.api.schemas.occupations import OccupationOut
from app.api.schemas.parameters import OccupationFilters, Params, Posted


class MatchedOut(Out):
    """What of an occupation a query was found in."""

    kind: str = Field(
        description="code, title, a kind of titles (alternate, reported, direct_match, job, "
        "example), duty or description."
    )
    text: str = Field(description="The text it was found in.")
    span: list[int] = Field(
        description="First character of what matched, and the one after the last, from 0.",
        min_length=2,
        max_length=2,
    )


class HitOut(OccupationOut):
    """An occupation that a query found."""

    score: float = Field(description="How well it fits, 0 to 1; comparable within one answer.")
    matched: MatchedOut = Field(description="What of the occupation matched, and where.")


class FacetOut(Out):
    """How many of the occupations found have one value."""

    value: str = Field(description="Value of the filter that narrows to them.")
    title: str = Field(description="The value in words.")
    count: int = Field(description="Occupations found that have it.")


class FacetsOut(Out):
    """Occupations found, counted by what they can be narrowed by."""

    group: list[FacetOut] = Field(description="By major group: values of `group`.")
    education: list[FacetOut] = Field(
        description="By typical education: values of `education`; occupations without are left out."
    )
    level: list[FacetOut] = Field(description="By level: values of `level`.")


class SearchPage(PageOut):
    """A page of search."""

    items: list[HitOut] = Field(description=ITEMS)
    facets: FacetsOut = Field(description="Counts of all that was found, over every page.")
    suggestions: list[str] = Field(
        description="Titles that were probably meant, where nothing was found; otherwise empty."
    )


class SearchParams(OccupationFilters):
    """Parameters of search: a query, and the filters of the list of occupations."""

    q: str = Field(
        min_length=1,
        max_length=500,
        description="What people type: a title, part of one, a duty, a code; typing errors are "
        "forgiven.",
        examples=["nurce"],
    )


class SuggestionOut(Out):
    """An occupation offered while somebody types."""

    code: Code
    title: str = Field(description="Official title.")
    matched_title: str = Field(description="The title that fits what was typed.")
    span: list[int] = Field(
        description="First character of what fits, and the one after the last, from 0.",
        min_length=2,
        max_length=2,
    )


class SuggestionList(Out):
    """Suggestions, best first; one for each occupation."""

    items: list[SuggestionOut] = Field(description="Occupations, best first.")


class SuggestParams(Params):
    """Parameters of suggestions."""

    q: str = Field(
        min_length=1,
        max_length=100,
        description="What was typed so far, from the first letter on.",
        examples=["med"],
    )
    limit: int = Field(8, ge=1, le=20, description="Most suggestions.")


class TitleMatchOut(Out):
    """An occupation that a job title may be of."""

    code: Code
    title: str = Field(description="Official title of the occupation.")
    confidence: float = Field(
        description="How sure the match is, 0 to 1: of matches with 0.9 nine in ten are right."
    )
    matched_title: str = Field(description="The known title that it rests on.")


class MatchedTitleOut(Out):
    """A job title with its occupations."""

    title: str = Field(description="The job title as it was sent.")
    matches: list[TitleMatchOut] = Field(description="Best first; empty where there is none.")


class TitleMatchList(Out):
    """Matches, in the order in which the titles were sent."""

    items: list[MatchedTitleOut] = Field(description="The titles, in the order sent.")
    releases: Releases


Confidence = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class TitleMatchParams(Params):
    """Parameters of one title match."""

    title: str = Field(
        min_length=1,
        max_length=500,
        description="A job title as people and advertisements write it.",
        examples=["Sr. RN mgr"],
    )
    limit: int = Field(5, ge=1, le=20, description="Most matches.")
    min_confidence: Confidence = Field(0.05, description="Matches less sure are left out, 0 to 1.")


def _number(value: object) -> object:
    """Refuse what only reads like a number: true, "5"."""
    if isinstance(value, bool | str):
        raise PydanticCustomError("float_parsing", "not a number")
    return value


class TitlesIn(Posted):
    """Titles to match at once."""

    titles: list[Annotated[str, Field(max_length=500)]] = Field(
        min_length=1,
        max_length=1000,
        description="1 to 1,000 job titles; one given twice is answered twice.",
        examples=[["Sr. RN mgr", "Hospital administrator"]],
    )
    limit: Annotated[int, BeforeValidator(_number)] = Field(
        5, ge=1, le=20, description="Most matches a title."
    )
    min_confidence: Annotated[Confidence, BeforeValidator(_number)] = Field(
        0.05, description="Matches less sure are left out, 0 to 1."
    )

    @property
    def cost(self) -> int:
        """One request for each ten titles: that much processor the dearest GET may take."""
        return -(-len(self.titles) // 10)
