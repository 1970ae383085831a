"""One occupation over areas."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from app.api.queries import area_rankings
from app.api.queries.absence import mark_of_absence
from app.api.queries.area_rankings import EVERYBODY
from app.api.queries.cursors import OFFSET
from app.api.routers import filters
from app.api.routers.dependencies import Data, Path
from app.api.routers.occupations import Code
from app.api.routers.responses import located, page_answer, page_of, read_paging
from app.api.routers.strict_route import StrictRoute
from app.api.schemas.area_rankings import CHANGE, AreaRankingOut, AreaRankingPage, AreaRankingParams
from app.database.catalog import Catalog
from app.errors import Fault, InvalidParameters

router = APIRouter(prefix="/v1/occupations", route_class=StrictRoute, tags=["occupations"])


@router.get(
    "/{code}/areas",
    response_model=AreaRankingPage,
    operation_id="list_occupation_areas",
    summary="Rank areas for one occupation",
)
def list_occupation_areas(
    code: Code, params: Annotated[AreaRankingParams, Query()], store: Data, path: Path
) -> Response:
    """Where the occupation pays best, employs most, or is most concentrated.

    States by default; `level` chooses others. Areas where it employs fewer than `floor` people are
    left out, and `left_out` says how many and which of them would stand first. With `base` each
    area has the `change` since that period, where the area has the same counties then.
    """
    catalog = store.catalog
    occupation = catalog.occupation(code)
    _check(catalog, params)
    canonical = f"/v1/occupations/{occupation.code}/areas"
    page = read_paging(canonical, params, catalog, OFFSET)
    start, end = page_of(page)
    with store.connect() as connection:
        found = area_rankings.ranking(
            connection,
            catalog,
            occupation,
            levels=params.level,
            sort=params.sort,
            floor=params.floor,
            period=params.period,
            base=params.base,
        )
        shown = found.rows[start:end]
        items = area_rankings.items_of(connection, catalog, occupation, shown, params.base)
    absent = None
    if not (found.rows or found.left_out["count"]):
        absent = mark_of_absence(catalog, "wages", EVERYBODY, occupation.code)
    total = len(found.rows)
    answer = page_answer(
        *(canonical, params, catalog, AreaRankingOut),
        *(items, total, (end,) if end < total else None, page),
        left_out=found.left_out,
        notices=found.notices(),
        absent=absent,
    )
    return located(answer, canonical, path, params)


def _check(catalog: Catalog, params: AreaRankingParams) -> None:
    """Raise ``InvalidParameters`` for periods without wages, and for a change without its base."""
    faults = []
    for name, words in (("period", ("latest",)), ("base", ())):
        given = getattr(params, name)
        if given in {None, *words}:
            continue
        known = given in catalog.periods and area_rankings.parts_of(catalog, params.level, given)
        if not known:
            there = area_rankings.periods_of(catalog, params.level)
            choices = there[1:] if name == "base" else there  # a base comes before the newest
            faults.append(filters.unknown_period(name, given, (*words, *choices)))
    newest = params.period
    if newest == "latest":
        newest = area_rankings.newest_of(catalog, params.level)
    if params.base is not None and not faults and params.base >= newest:
        why = f"not before {newest}, the period of the figures"
        faults.append(Fault("base", params.base, why, "an earlier period"))
    if params.sort.removeprefix("-") == CHANGE and params.base is None:
        why = "sort=change needs the period that it counts from"
        there = area_rankings.periods_of(catalog, params.level)
        faults.append(Fault("base", None, why, ", ".join(there[1:]) or None))
    if faults:
        raise InvalidParameters(*faults)
