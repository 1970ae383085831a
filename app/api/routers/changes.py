"""What data versions changed: a list for mirrors, and a feed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import Connection
from starlette.responses import Response

from app.api.queries import changes
from app.api.queries.atom import MOST_ENTRIES, feed
from app.api.queries.cursors import OFFSET
from app.api.routers.dependencies import Data, Path
from app.api.routers.responses import page_answer, page_of, read_paging
from app.api.routers.strict_route import StrictRoute
from app.api.schemas.changes import (
    ChangesParams,
    DataChangeOut,
    DataChangePage,
    FeedParams,
    time_of,
)
from app.errors import Fault, InvalidParameters

router = APIRouter(prefix="/v1", route_class=StrictRoute, tags=["provenance"])

ATOM = "application/atom+xml"


@router.get(
    "/changes", response_model=DataChangePage, operation_id="list_changes", summary="List changes"
)
def list_changes(params: Annotated[ChangesParams, Query()], store: Data, path: Path) -> Response:
    """What the data versions after `since` changed, the oldest first, by subject and id.

    A mirror fetches what a release, and what the datasets, are said to have changed, and asks again
    with `data_version` of this answer. 410 says that it must mirror anew: the token of `since` is
    of another database (`version_unknown`), or of a version that is not kept any more
    (`version_gone`). Dates are never too old: one before the first version means from the
    beginning.
    """
    catalog = store.catalog
    page = read_paging(path, params, catalog, OFFSET)
    start, end = page_of(page)
    newest, subject = catalog.number, params.subject
    with store.connect() as connection:
        since = _number(connection, params.since, newest)
        total = changes.count(connection, since, newest, subject)
        found = changes.items(connection, catalog, since, subject, (start, page.limit))
        first = found[0][0] if start and found else since + 1
        last = found[-1][0] if end < total else newest
        passed = changes.passed(connection, first, last)
    items = [item for _, item in found]
    return page_answer(
        *(path, params, catalog, DataChangeOut, items, total),
        (end,) if end < total else None,
        page,
        data_version=catalog.token,
        versions=passed,
    )


@router.get("/changes.atom", include_in_schema=False)
def get_changes_feed(params: Annotated[FeedParams, Query()], store: Data) -> Response:
    """An Atom feed (RFC 4287) of the newest data versions, the newest first: one entry each.

    An entry says why the version was made and sums up what it changed; its link leads to the
    changes one by one.
    """
    newest = store.catalog.number
    with store.connect() as connection:
        since = 0 if params.since is None else _number(connection, params.since, newest)
        first = max(since + 1, newest - MOST_ENTRIES + 1)
        text = feed(connection, first, newest)
    return Response(text, media_type=ATOM)


def _number(connection: Connection, since: str, newest: int) -> int:
    """Return the number of the data version after which changes are wanted."""
    time = time_of(since)
    if time is None:
        return changes.number_of(connection, since, newest)
    if time > datetime.now(UTC):
        raise InvalidParameters(Fault("since", since, "lies in the future", "a time that is past"))
    return changes.number_before(connection, time, newest)
