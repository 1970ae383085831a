"""One file a resource; ``ROUTERS`` lists them in the order of the documentation."""

from app.routers import catalogs, compare, finding, flat, occupations, system, wellknown

ROUTERS = (
    system.router,
    wellknown.router,
    occupations.router,
    compare.router,
    finding.router,
    flat.router,
    catalogs.router,
)
