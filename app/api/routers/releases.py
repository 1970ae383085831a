"""Sources and releases: where figures come from."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi import Path as PathParameter
from starlette.responses import Response

from app.api.routers.dependencies import Data, Path
from app.api.routers.responses import JsonAnswer, slice_answer
from app.api.routers.strict_route import StrictRoute
from app.api.schemas.occupations import ReleaseOut, ReleasePage, SourceOut, SourcePage
from app.api.schemas.parameters import PageParams, PinnedParams, ReleaseParams

router = APIRouter(prefix="/v1", route_class=StrictRoute, tags=["provenance"])


@router.get(
    "/sources", response_model=SourcePage, operation_id="list_sources", summary="List sources"
)
def list_sources(params: Annotated[PageParams, Query()], store: Data, path: Path) -> Response:
    """The datasets of publishers, official ones first, with the releases shown."""
    catalog = store.catalog
    items = []
    for source in catalog.sources.values():
        releases = [r for r in catalog.releases.values() if r["source"] == source["id"]]
        releases.sort(key=lambda r: r["period"], reverse=True)
        items.append(
            {key: value for key, value in source.items() if key != "rank"}
            | {
                "periods": sorted({r["period"] for r in releases}, reverse=True),
                "release_ids": [r["id"] for r in releases],
            }
        )
    return slice_answer(path, params, catalog, SourceOut, items)


@router.get(
    "/releases", response_model=ReleasePage, operation_id="list_releases", summary="List releases"
)
def list_releases(params: Annotated[ReleaseParams, Query()], store: Data, path: Path) -> Response:
    """Every release shown, by id, with its files, checksums and row counts."""
    catalog = store.catalog
    items = [
        _release(release)
        for release in catalog.releases.values()
        if params.source in {None, release["source"]}
    ]
    return slice_answer(path, params, catalog, ReleaseOut, items)


@router.get(
    "/releases/{id}",
    response_model=ReleaseOut,
    operation_id="get_release",
    summary="Get one release",
)
def get_release(
    id: Annotated[  # noqa: A002 - the name of the path parameter
        str, PathParameter(max_length=200, examples=["bls-oews-2021-05"], description="Id.")
    ],
    params: Annotated[PinnedParams, Query()],  # noqa: ARG001 - refuses others
    store: Data,
) -> Response:
    """Who published it, when, under which licence, and what of it is loaded."""
    return JsonAnswer(_release(store.catalog.release(id)))


def _release(release: dict[str, Any]) -> dict[str, Any]:
    hidden = {"_id", "provenance"}
    return {key: value for key, value in release.items() if key not in hidden}
