"""Classifications, crosswalks between them, and all codes of one occupation."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi import Path as PathParameter
from starlette.responses import Response

from app.api.queries import crosswalks
from app.api.routers.dependencies import Data, Path
from app.api.routers.occupations import Code
from app.api.routers.responses import located, slice_answer
from app.api.routers.strict_route import StrictRoute
from app.api.schemas.crosswalks import (
    ClassificationOut,
    ClassificationPage,
    ClassifiedCodeOut,
    ClassifiedCodePage,
    CodesParams,
    CrosswalkOut,
    CrosswalkPage,
    OccupationCodeOut,
    OccupationCodePage,
    OccupationCodesParams,
    PairOut,
    PairPage,
    PairParams,
)
from app.api.schemas.linked_data import SKOS
from app.api.schemas.parameters import PageParams

router = APIRouter(prefix="/v1", route_class=StrictRoute, tags=["codes"])


@router.get(
    "/classifications",
    response_model=ClassificationPage,
    operation_id="list_classifications",
    summary="List classifications",
)
def list_classifications(
    params: Annotated[PageParams, Query()], store: Data, path: Path
) -> Response:
    """The classifications whose codes are understood, with the prefix of each.

    Those of occupations may stand wherever an occupation's code is taken.
    """
    items = crosswalks.classifications(store.catalog)
    return slice_answer(path, params, store.catalog, ClassificationOut, items)


@router.get(
    "/classifications/{id}",
    response_model=ClassifiedCodePage,
    operation_id="list_classification_codes",
    summary="List codes of a classification",
    responses=SKOS,
)
def list_classification_codes(
    id: Annotated[  # noqa: A002 - the name of the path parameter
        str, PathParameter(max_length=100, examples=["soc-2010"], description="Id.")
    ],
    params: Annotated[CodesParams, Query()],
    store: Data,
    path: Path,
) -> Response:
    """The codes of a classification, with title, level and parent.

    `Accept: text/turtle` or `application/ld+json` gives all of them as SKOS instead: a scheme of
    concepts, each with the one above as `skos:broader`.
    """
    catalog = store.catalog
    one = crosswalks.classification(catalog, id)
    items = crosswalks.codes(catalog, one)
    if params.release is not None:
        with store.connect() as connection:
            items = crosswalks.codes_of_release(connection, catalog, one, params.release)
    absent = None if items else crosswalks.absence(catalog, None if one.loaded else one)
    return slice_answer(path, params, catalog, ClassifiedCodeOut, items, absent=absent)


@router.get(
    "/crosswalks",
    response_model=CrosswalkPage,
    operation_id="list_crosswalks",
    summary="List crosswalks",
)
def list_crosswalks(params: Annotated[PageParams, Query()], store: Data, path: Path) -> Response:
    """The crosswalks that are loaded: which codes of two classifications belong together."""
    items = crosswalks.crosswalks(store.catalog)
    return slice_answer(path, params, store.catalog, CrosswalkOut, items)


@router.get(
    "/crosswalks/{id}",
    response_model=PairPage,
    operation_id="list_crosswalk_pairs",
    summary="List pairs of a crosswalk",
    responses=SKOS,
)
def list_crosswalk_pairs(
    id: Annotated[  # noqa: A002 - the name of the path parameter
        str,
        PathParameter(
            max_length=200,
            examples=["crosswalk-soc-2010-soc-2018"],
            description="Id of a crosswalk, or of a release: all its crosswalks.",
        ),
    ],
    params: Annotated[PairParams, Query()],
    store: Data,
    path: Path,
) -> Response:
    """The pairs of codes, each with our relation, the publisher's match and its comment.

    `Accept: text/turtle` or `application/ld+json` gives all of them as SKOS instead, of the
    parameters with `from` and `to` alone: the codes are concepts, and each pair is a mapping of the
    first to the second. The property is that of `match`; where that is null, `same` and `renamed`
    are `skos:exactMatch`, `merged` and `part` `skos:broadMatch` (the second code is the broader
    one), `split` is `skos:narrowMatch`. SKOS has no word for codes that overlap only: `relation`
    tells these from the merged ones.
    """
    given: Any = params
    catalog = store.catalog
    found = crosswalks.pairs(catalog, id, getattr(given, "from"), given.to)
    item = partial(crosswalks.pair_item, catalog)
    absent = None if found else crosswalks.absence_of_pairs(catalog, id)
    return slice_answer(path, given, catalog, PairOut, found, item=item, absent=absent)


@router.get(
    "/occupations/{code}/codes",
    response_model=OccupationCodePage,
    operation_id="list_occupation_codes",
    summary="List codes of one occupation",
)
def list_occupation_codes(
    code: Code, params: Annotated[OccupationCodesParams, Query()], store: Data, path: Path
) -> Response:
    """Every code of other classifications that leads to the occupation.

    Each has the chain of crosswalks by which it was found. The closest relation comes first in
    each classification.
    """
    catalog = store.catalog
    occupation = catalog.occupation(code)
    canonical = f"/v1/occupations/{occupation.code}/codes"
    found = crosswalks.leads(catalog, occupation.code, params.classification)
    item = partial(crosswalks.lead_item, catalog)
    absent = None if found else crosswalks.absence(catalog, None)
    answer = slice_answer(
        canonical, params, catalog, OccupationCodeOut, found, item=item, absent=absent
    )
    return located(answer, canonical, path, params)
