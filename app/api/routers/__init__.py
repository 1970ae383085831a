"""The routes, one file a resource. They import ``app.finding``, the queries and the schemas.

``ROUTERS`` lists them in the order of the documentation.
"""

from app.api.routers import (
    area_rankings,
    areas,
    bulk_lists,
    changes,
    compare,
    crosswalks,
    exports,
    industries,
    linked_data,
    occupations,
    releases,
    search,
    skos,
    system,
    titles,
    well_known,
)

ROUTERS = (
    system.router,
    well_known.router,
    occupations.router,
    linked_data.router,
    area_rankings.router,
    compare.router,
    crosswalks.router,
    skos.router,
    search.router,
    titles.router,
    bulk_lists.router,
    areas.router,
    releases.router,
    changes.router,
    industries.router,
    exports.router,
)
