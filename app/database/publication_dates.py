"""Days on which publishers released what their files do not date."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib.resources import files

import yaml


@cache
def publication_dates() -> dict[tuple[str, str], date]:
    """Return source and period → day of publication, as ``seed/published.yaml`` lists them."""
    rows = yaml.safe_load((files("seed") / "published.yaml").read_text("utf-8"))
    return {(source, period): day for source, period, day, _ in rows}
