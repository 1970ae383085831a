"""The entry point, health and the contract."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from app import __version__
from app.addresses import url_of
from app.api.queries.status import status_of
from app.api.routers.blocks import RESOURCES
from app.api.routers.dependencies import Data
from app.api.routers.responses import JsonAnswer, pinned
from app.api.routers.strict_route import StrictRoute
from app.api.schemas.occupations import HealthOut, RootOut
from app.api.schemas.parameters import NoParams, PinnedParams
from app.database.versions import read_number
from app.finding.indices import IndexLoader

router = APIRouter(route_class=StrictRoute, tags=["system"])


@router.get("/v1", response_model=RootOut, operation_id="get_root", summary="Entry point")
def get_root(params: Annotated[PinnedParams, Query()], store: Data) -> Response:
    """Links to every resource, the releases shown, and what each source has that is not loaded."""
    catalog = store.catalog
    links = {
        name: f"/v1/{name}"
        for name in (
            *("occupations", "areas", "industries", "classifications", "crosswalks"),
            *("sources", "releases", "exports"),
        )
    }
    links |= {resource.block: f"/v1/{resource.segment}" for resource in RESOURCES}
    links["occupation"] = "/v1/occupations/{code}"
    links["compare"] = "/v1/compare"
    links = {name: pinned(path, params) for name, path in links.items()}
    links |= {name: url_of(f"/v1/{name}") for name in ("search", "suggest", "changes")}
    links["changes_feed"] = url_of("/v1/changes.atom")
    links["title_match"] = url_of("/v1/titles/match")
    links["problems"] = url_of("/problems")
    links["health"] = url_of("/health/ready")
    shown: dict[str, list[str]] = {source: [] for source in catalog.sources}
    for release in sorted(catalog.releases.values(), key=lambda r: r["period"], reverse=True):
        shown[release["source"]].append(release["id"])
    return JsonAnswer(
        {
            "name": "Occupations API",
            "version": __version__,
            "documentation": url_of("/docs"),
            "openapi": url_of("/openapi.json"),
            "data_version": catalog.token,
            "links": links,
            "sources": shown,
            "status": status_of(catalog),
        }
    )


@router.get(
    "/health/live",
    response_model=HealthOut,
    operation_id="get_liveness",
    summary="Is the process alive",
)
async def get_liveness(params: Annotated[NoParams, Query()]) -> Response:  # noqa: ARG001
    """Answer whenever the process runs, whatever the database does."""
    return JsonAnswer({"status": "ok", "checks": {}})


@router.get(
    "/health/ready",
    response_model=HealthOut,
    operation_id="get_readiness",
    summary="Can the process answer every request",
)
def get_readiness(
    params: Annotated[NoParams, Query()],  # noqa: ARG001
    store: Data,
    request: Request,
) -> Response:
    """Answer 200 when the database is reachable and loaded, and the indices are; 503 otherwise.

    `indices` is the data version that search, suggestions and title matching answer from: for
    seconds after an import of titles the one before.
    """
    catalog = store.catalog  # first: it knows why there is none
    read_number(store.engine)
    loader: IndexLoader = request.app.state.loader
    return JsonAnswer(
        {
            "status": "ok",
            "checks": {
                "database": "reachable",
                "data_version": catalog.token[:12],
                "indices": loader.indices.reader.token[:12],
            },
        }
    )


@router.get("/openapi.json", include_in_schema=False)
async def get_openapi(request: Request) -> Response:
    """Give the contract, OpenAPI 3.1."""
    contract = request.app.openapi()
    server = contract["servers"][0] | {"url": url_of("") or "/"}
    return JsonAnswer(contract | {"servers": [server]})
