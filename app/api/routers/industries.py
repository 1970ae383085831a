"""Industries: what wages are about besides places."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from app.api.queries.industries import industries
from app.api.routers.dependencies import Data, Path
from app.api.routers.responses import slice_answer
from app.api.routers.strict_route import StrictRoute
from app.api.schemas.industries import IndustryOut, IndustryPage, IndustryParams

router = APIRouter(prefix="/v1", route_class=StrictRoute, tags=["provenance"])


@router.get(
    "/industries",
    response_model=IndustryPage,
    operation_id="list_industries",
    summary="List industries with wages",
)
def list_industries(
    params: Annotated[IndustryParams, Query()], store: Data, path: Path
) -> Response:
    """All industries together, sectors and finer ones, with who owns the establishments."""
    items = [
        industry
        for industry in industries(store.catalog)
        if (params.level is None or params.level in industry["level"].split())
        and (params.q is None or params.q.lower() in industry["title"].lower())
    ]
    return slice_answer(path, params, store.catalog, IndustryOut, items)
