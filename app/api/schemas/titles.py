"""Title matches, in and out."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from app.api.schemas.common import Code, Out, Releases
from app.api.schemas.parameters import NEWEST_ONLY, Params, Posted
from app.api.schemas.words import MatchHow, MatchSource


class WhyOut(Out):
    """What a match rests on."""

    source: MatchSource = Field(description="Where `matched_title` comes from.")
    how: MatchHow = Field(description="How the job title led to it.")
    filings: int | None = Field(
        description="Number of filings in which employers gave the title this code; null if it is "
        "no title of employers."
    )


class TitleMatchOut(Out):
    """An occupation that a job title may name."""

    code: Code
    title: str = Field(description="Official title of the occupation.")
    confidence: float = Field(
        description="Probability that the match is right, 0 to 1. Of matches with 0.9, nine in ten "
        "are."
    )
    matched_title: str = Field(
        description="The known title that it rests on: this very one, or the most similar."
    )
    why: WhyOut = Field(description="What the match rests on.")


class NearestOut(Out):
    """An occupation that is next in line where none is sure enough."""

    code: Code
    title: str = Field(description="Official title of the occupation.")


class MatchedTitleOut(Out):
    """A job title with its occupations."""

    title: str = Field(description="The job title as it was sent.")
    matches: list[TitleMatchOut] = Field(
        description="Best first; empty where none has the minimum confidence."
    )
    nearest: list[NearestOut] = Field(
        description="Where there is no match, up to 3 occupations below the minimum confidence, "
        "best first: for a person to choose from. Empty where no word is known."
    )
    corrected_to: str | None = Field(
        description="The title as it was understood where a word's spelling was corrected, else "
        "null."
    )


class TitleMatchList(Out):
    """Matches, in the order in which the titles were sent."""

    items: list[MatchedTitleOut] = Field(description="The titles, in the order sent.")
    releases: Releases


Confidence = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class MatchParams(Params):
    """Title matching without parameters."""

    not_taken = NEWEST_ONLY


class TitleMatchParams(MatchParams):
    """Parameters of one title match."""

    title: str = Field(
        min_length=1,
        max_length=500,
        description="A job title as people and advertisements write it.",
        examples=["Sr. RN mgr"],
    )
    limit: int = Field(5, ge=1, le=20, description="Maximum number of matches.")
    min_confidence: Confidence = Field(0.05, description="Minimum confidence, 0 to 1.")


def _number(value: object) -> object:
    """Refuse true and "5", which Pydantic would convert."""
    if isinstance(value, bool | str):
        raise PydanticCustomError("float_parsing", "not a number")
    return value


class TitlesIn(Posted):
    """Titles to match at once."""

    titles: list[Annotated[str, Field(max_length=500)]] = Field(
        min_length=1,
        max_length=1000,
        description="1 to 1,000 job titles. A title sent twice is answered twice.",
        examples=[["Sr. RN mgr", "Hospital administrator"]],
    )
    limit: Annotated[int, BeforeValidator(_number)] = Field(
        5, ge=1, le=20, description="Maximum number of matches for a title."
    )
    min_confidence: Annotated[Confidence, BeforeValidator(_number)] = Field(
        0.05, description="Minimum confidence, 0 to 1."
    )

    @property
    def cost(self) -> int:
        """One request for each ten titles."""
        return -(-len(self.titles) // 10)
