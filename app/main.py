"""The application: the API, the edge in front of it, and what both share."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio.to_thread
from fastapi import FastAPI
from starlette.types import ASGIApp

from app import __version__
from app.api.contract.document import contract
from app.api.routers import ROUTERS
from app.api.routers.deprecated import DEPRECATED, headers_of
from app.api.routers.dispatch import Dispatcher
from app.database.store import Store
from app.finding.indices import IndexLoader
from app.logs import set_up
from app.memory import tune_heaps
from app.server.edge import Edge
from app.server.workers import end_with_parent
from app.settings import Settings
from app.settings.check import read_settings
from app.web.documentation import router as documentation
from app.web.errors import error_page
from app.web.routes import router as pages

log = logging.getLogger("occupations")


def create_api(settings: Settings, *, finds: bool = True) -> FastAPI:
    """Return the FastAPI application: routes and contract, without the edge.

    ``finds``: whether it loads the indices of search and titles, and builds those that are missing.
    """
    store = Store(settings)
    loader = IndexLoader(store)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await anyio.to_thread.run_sync(store.start)
        if finds:
            loader.start()
        # It takes a quarter of a second; the first request for it must not hold up the others.
        api.openapi()
        log.info("worker started", extra={"event": "worker_started"})
        yield
        log.info("worker stopped", extra={"event": "worker_stopped"})
        loader.stop()
        store.stop()

    api = FastAPI(
        title="Occupations API",
        version=__version__,
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    api.state.settings = settings
    api.state.store = store
    api.state.loader = loader
    routers = (*ROUTERS, documentation, *([pages] if settings.pages == "on" else []))
    for router in routers:
        # Not by include_router: the edge and the contract read this one table of routes too.
        api.router.routes.extend(router.routes)
    api.state.routes = [route for router in routers for route in router.routes]
    api.state.deprecated = {path: headers_of(path, DEPRECATED[path]) for path in DEPRECATED}
    contract(api, settings)
    return api


def create_app_of_figures() -> ASGIApp:
    """Return the application for ``occupations verify``: nobody searches, so no index is built."""
    return create_app(Settings(), finds=False)


def create_worker() -> ASGIApp:
    """Return the application of a worker of ``occupations serve``, which checked the settings."""
    end_with_parent()
    settings = Settings()
    set_up(settings)
    return create_app(settings)


def create_app(settings: Settings | None = None, *, finds: bool = True) -> ASGIApp:
    """Return the ASGI application that a server runs; settings default to the environment's.

    Raises ``WrongSettings``.
    """
    tune_heaps()
    settings = settings or read_settings()
    api = create_api(settings, finds=finds)
    dispatch = Dispatcher(
        api.state.routes,
        settings.threads,
        at_hand=settings.database_url.startswith("sqlite"),
        patience=settings.queue_seconds,
    )
    api.state.dispatch = dispatch  # what a page asks, it asks as a request would
    shown = error_page if settings.pages == "on" else None
    edge = Edge(api, dispatch, api.state.store, settings, shown)
    edge.observers.gauges += [
        (
            "occupations_indices_ready",
            "1 where search, suggestions and title matching answer.",
            lambda: api.state.loader.ready,
        ),
        (
            "occupations_database_unseen_seconds",
            "Seconds since the last look at the database that went well.",
            api.state.store.unseen,
        ),
    ]
    return edge
