"""What data versions changed, in and out."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError
from typing_extensions import TypeAliasType

from app.api.schemas.common import ITEMS, Out, PageOut, Period
from app.api.schemas.parameter_types import VERSION, OneOf
from app.api.schemas.parameters import PagedParams, Params
from app.api.schemas.words import Source, open_set

SUBJECTS = ("area", "code", "dataset", "occupation", "release")
KINDS = ("added", "ended", "changed", "retired", "restored", "removed", "revised", "completed")
ChangeSubject = TypeAliasType(
    "ChangeSubject", Annotated[str, open_set(SUBJECTS, "What was changed.")]
)
ChangeSubjectFilter = TypeAliasType("ChangeSubjectFilter", Annotated[str, OneOf(SUBJECTS)])
ChangeKind = TypeAliasType("ChangeKind", Annotated[str, open_set(KINDS, "How it was changed.")])

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?)([Zz]|[+ -]\d\d:\d\d)", re.ASCII
)
WHAT_SINCE_IS = (
    "a data version (16 to 64 hexadecimal digits), a date (2026-11-29) or a time "
    "(2026-11-29T08:00:00Z)"
)


def time_of(since: str) -> datetime | None:
    """Return the time that ``since`` names, of a date its beginning, in UTC; None: it is a token.

    Raises ``ValueError`` if it is none of them.
    """
    if re.fullmatch(VERSION, since):
        return None
    if _DATE.fullmatch(since):
        return datetime.fromisoformat(since).replace(tzinfo=UTC)
    found = _TIME.fullmatch(since)
    if found is None:
        raise ValueError(since)
    # A plus that is not percent-encoded arrives as a space.
    zone = found[2].upper().replace(" ", "+").replace("Z", "+00:00")
    return datetime.fromisoformat(found[1].upper() + zone).astimezone(UTC)


def _check(since: str) -> str:
    try:
        time_of(since)
    except (ValueError, OverflowError):
        raise PydanticCustomError("since", "not {what}", {"what": WHAT_SINCE_IS}) from None
    return since


Since = Annotated[
    str,
    Field(
        max_length=64,
        json_schema_extra={
            "minLength": 10,
            "pattern": f"^({VERSION}|[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}.*)$",
        },
    ),
    AfterValidator(_check),
]
NOT_AT = {"at": "changes are counted from since, not from at"}


class ChangesParams(PagedParams):
    """Parameters of the list of changes."""

    not_taken = NOT_AT

    since: Since = Field(
        description="Changes after this: a data version (`data_version` of /v1 or of the last "
        "answer; the last time that it was shown), a date (its beginning, UTC) or a time "
        "(RFC 3339).",
        examples=["2024-01-01"],
    )
    subject: ChangeSubjectFilter | None = Field(
        None, description="Only changes of these: releases, occupations, areas, codes or datasets."
    )


class FeedParams(Params):
    """Parameters of the feed of changes."""

    not_taken = NOT_AT

    since: Since | None = Field(
        None,
        description="Only data versions after this: a data version, a date or a time, as in "
        "/v1/changes.",
    )


class FieldChangeOut(Out):
    """A field that was changed. Numbers and truth values are written as text."""

    field: str = Field(description="Name of the field.")
    before: str | None = Field(description="What it was; null where it was not there.")
    after: str | None = Field(description="What it is; null where it is not there.")


FIGURES = "null where an earlier version of the software loaded them and did not count."


class DatasetCountsOut(Out):
    """Rows and figures of one dataset that came, went and changed.

    A figure is a number in a row.
    """

    dataset: str = Field(description="Name of the dataset: wages, projections, titles, entries.")
    rows_added: int = Field(description="Number of rows that came.")
    rows_removed: int = Field(description="Number of rows that went.")
    rows_changed: int = Field(description="Number of rows that stayed with another content.")
    figures_added: int | None = Field(
        description=f"Number of figures that came, also in rows that stayed; {FIGURES}"
    )
    figures_removed: int | None = Field(
        description=f"Number of figures that went, also from rows that stayed; {FIGURES}"
    )
    figures_changed: int | None = Field(
        description=f"Number of figures with another value; {FIGURES}"
    )


class DataChangeOut(Out):
    """Something that a data version changed."""

    data_version: str = Field(description="The data version that changed it.")
    changed_at: datetime = Field(description="When that version was made.")
    subject: ChangeSubject = Field(description="What was changed.")
    id: str = Field(
        description="Id of the release or dataset, code of the occupation or area, a code with its "
        "classification (`soc-2010:15-1132`); or a classification alone (`esco-1.2`), all of whose "
        "codes came or went."
    )
    kind: ChangeKind = Field(
        description="Of a release: added; retired by the operator; restored; removed; revised "
        "(other files of the same release); completed (by files with more); changed (another "
        "release is shown in place of some of its rows). Of an occupation, area or code: added, "
        "changed, ended. Of a dataset: changed."
    )
    title: str | None = Field(description="Title or name of it; null of datasets.")
    source: Source | None = Field(description="Source of the release; null of others.")
    period: Period | None = Field(description="Period of the release; null of others.")
    codes: int | None = Field(
        description="Number of codes of the classification that came or went as a whole; null of "
        "others."
    )
    differences: list[FieldChangeOut] = Field(
        description="What was changed of an occupation, area or code, or in the head of a release "
        "that was revised."
    )
    counts: list[DatasetCountsOut] = Field(
        description="How much of each dataset came, went and changed, with the release or in all; "
        "empty of occupations, areas and codes."
    )
    release: str | None = Field(
        description="The release, a key of `releases`, if the newest of these data versions shows "
        "it; null if not, and of others."
    )


class DataVersionOut(Out):
    """A data version that was made."""

    data_version: str = Field(description="Its token: what `at` and `since` take.")
    changed_at: datetime = Field(description="When it was made.")
    why: str = Field(description="What made it, such as a load.")


class DataChangePage(PageOut):
    """A page of changes."""

    items: list[DataChangeOut] = Field(description=ITEMS)
    data_version: str = Field(
        description="The data version up to which changes are given: the next `since`, after the "
        "last page."
    )
    versions: list[DataVersionOut] = Field(
        description="The data versions that this page goes through, the oldest first; also those "
        "that changed nothing that is told, such as the licence of a source."
    )
