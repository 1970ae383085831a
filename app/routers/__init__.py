"""One file a resource; ``ROUTERS`` lists them in the order of the documentation."""

from app.routers import catalogs, compare, flat, occupations, system

ROUTERS = (system.router, occupations.router, compare.router, flat.router, catalogs.router)
