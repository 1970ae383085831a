"""Well-known URIs: the security contact (RFC 9116) and the API catalog (RFC 9727)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from app.addresses import url_of
from app.api.routers.strict_route import StrictRoute
from app.api.schemas.parameters import NoParams
from app.errors import NotFound
from app.settings import Settings

router = APIRouter(route_class=StrictRoute, tags=["system"], include_in_schema=False)

CATALOG = "/.well-known/api-catalog"
SECURITY = "/.well-known/security.txt"

EXPIRES_AFTER = timedelta(days=90)
"""From the time of the request: as long as an instance answers, its contact holds."""

_MAIL = re.compile(r"(?:mailto:)?([!#-;=?-~]+@[!#-;=?-~]+)")
_PAGE = re.compile(r"https://[!#-;=?-~]+")


@router.get(SECURITY, summary="Whom to tell of a weakness")
async def get_security(
    request: Request,
    params: Annotated[NoParams, Query()],  # noqa: ARG001
) -> Response:
    """Give the contact of whoever runs this instance, RFC 9116; 404 without one."""
    settings: Settings = request.app.state.settings
    contact = contact_uri(settings.contact)
    if contact is None:
        raise NotFound("This instance names no contact: OCCUPATIONS_CONTACT is not set.")
    expires = datetime.now(UTC).replace(microsecond=0) + EXPIRES_AFTER
    lines = [f"Contact: {contact}", f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}"]
    lines += ["Preferred-Languages: en"]
    if settings.public_url and settings.public_url.startswith("https://"):
        lines.append(f"Canonical: {url_of(SECURITY)}")
    return Response("\n".join(lines) + "\n", media_type="text/plain; charset=utf-8")


@router.get(CATALOG, summary="What API is here")
async def get_catalog(
    params: Annotated[NoParams, Query()],  # noqa: ARG001
) -> Response:
    """Link the API with its contract, documentation and state, RFC 9727."""

    def link(path: str, kind: str) -> list[dict[str, str]]:
        return [{"href": url_of(path), "type": kind}]

    linkset: list[dict[str, Any]] = [
        {"anchor": url_of(CATALOG), "item": link("/v1", "application/json")},
        {
            "anchor": url_of("/v1"),
            "service-desc": link("/openapi.json", "application/json"),
            "service-doc": link("/docs", "text/html"),
            "status": link("/health/ready", "application/json"),
        },
    ]
    return Response(
        orjson.dumps({"linkset": linkset}),
        headers={"Link": f'<{url_of(CATALOG)}>; rel="api-catalog", <{url_of("/v1")}>; rel="item"'},
        media_type='application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"',
    )


def contact_uri(given: str | None) -> str | None:
    """Return the setting as the URI that RFC 9116 asks for: mailto or https; None if it is none."""
    contact = (given or "").strip()
    mail = _MAIL.fullmatch(contact)
    if mail:
        return f"mailto:{mail[1]}"
    return contact if _PAGE.fullmatch(contact) else None
