"""Occupations side by side."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from app.api.queries import compare, fallback, projected
from app.api.routers import filters
from app.api.routers.dependencies import Data
from app.api.routers.responses import JsonAnswer
from app.api.routers.strict_route import StrictRoute
from app.api.schemas.compare import CompareOut, CompareParams
from app.database.catalog import Catalog
from app.database.occupation_info import OccupationInfo
from app.errors import Fault, InvalidParameters

router = APIRouter(prefix="/v1", route_class=StrictRoute, tags=["occupations"])

MOST_COLUMNS = 20


@router.get(
    "/compare",
    response_model=CompareOut,
    operation_id="compare_occupations",
    summary="Compare occupations",
)
def compare_occupations(params: Annotated[CompareParams, Query()], store: Data) -> Response:
    """Figures of 2 to 10 occupations side by side, differences, ratios, and what they share.

    Differences and ratios are to the first column, and to all occupations of the same area and
    period. Several areas give a column for each, `period=all` one for each period. Skills rated
    below 3 (important) by their publisher are left out.
    """
    catalog = store.catalog
    occupations = _occupations(catalog, params.codes)
    located = filters.areas_with_wages(store, params.areas, params.period, "areas")
    areas = list(located.codes)
    filters.part_filter(store, params)
    if len(occupations) * len(areas) == 1 and params.period == "latest":
        raise InvalidParameters(
            Fault(
                "codes", params.codes[0], "one occupation alone", "2 to 10 codes, or several areas"
            )
        )
    with store.connect() as connection:
        columns = compare.columns(
            *(connection, catalog, occupations, areas, params.period),
            falls_back=params.fallback is not None,
        )
        if len(columns) > MOST_COLUMNS:
            raise InvalidParameters(
                Fault(
                    "codes",
                    ",".join(params.codes)[:100],
                    f"{len(columns)} columns of codes, areas and periods",
                    f"at most {MOST_COLUMNS} columns",
                )
            )
        blocks = {
            name: compare.common(connection, catalog, occupations, name)
            for name in ("duties", "skills", "titles")
        }
    heads = [column.head() | {"asked_area": located.asked.get(column.area)} for column in columns]
    mixed = any(
        len({head[key] for head in heads if head[key]}) > 1
        for key in ("wage_period", "projection_period")
    )
    used = {head[key] for head in heads for key in ("wage_release", "projection_release")}
    used |= {release for _, releases in blocks.values() for release in releases}
    notices = ["Wages or projections of different periods stand side by side."] if mixed else []
    if len(systems := {o.classification for o in occupations if o.level != "onet"}) > 1:
        notices.append(
            f"Codes of {' and '.join(sorted(systems))} stand side by side: they divide the same "
            "people in different ways."
        )
    notices += located.notices
    notices += fallback.notices(heads)
    notices += projected.notices(
        (h["area"], h["projection_area"], h["projection_period"])
        for h in heads
        if h["projection_area"]
    )
    return JsonAnswer(
        {
            "columns": heads,
            "figures": compare.figures(columns),
            **{name: found for name, (found, _) in blocks.items()},
            "mixed_periods": mixed,
            "notices": notices,
            "releases": catalog.provenance(used - {None}),
        }
    )


def _occupations(catalog: Catalog, codes: tuple[str, ...]) -> list[OccupationInfo]:
    found, faults = filters.occupations_of(catalog, codes)
    if faults:
        raise InvalidParameters(*(replace(f, value=str(f.value)[:100]) for f in faults))
    return list(found.values())
