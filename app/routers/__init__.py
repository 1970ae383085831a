"""One file a resource; ``ROUTERS`` lists them in the order of the documentation."""

from app.routers import catalogs, flat, occupations, system

ROUTERS = (system.router, occupations.router, flat.router, catalogs.router)
