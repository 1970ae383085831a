"""Files planned as releases, as ``occupations import`` plans them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.importers.loading.finder import Finder
from app.importers.loading.planned import Options, Planned
from app.importers.loading.releases import plan


def planned(*paths: Path, **options: Any) -> list[Planned]:
    """Return the releases that files make. What is in a zip can no longer be read."""
    with Finder() as finder:
        return plan(list(finder.find(paths)), Options(**options))
