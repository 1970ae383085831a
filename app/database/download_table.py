"""The table of downloads: where publishers' files are, and what their newest period is."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml


def read_table() -> dict[str, Any]:
    """Return ``seed/downloads.yaml`` as it stands."""
    table: dict[str, Any] = yaml.safe_load((files("seed") / "downloads.yaml").read_text("utf-8"))
    return table


@cache
def released() -> dict[str, dict[str, str]]:
    """Return source → period → id of its release, newest first: all that the table knows of.

    A period of the O*NET is called by its release: 2026-08 is ``onet-31.0``.
    """
    table = read_table()
    found: dict[str, dict[str, str]] = {}
    for source, periods in table["periods"].items():
        known = table["released"].get(source)
        if known is not None:
            periods = dict.fromkeys(known)  # noqa: PLW2901 - its addresses tell no period
        found[source] = {
            period: f"{source}-{value.replace('_', '.') if source == 'onet' else period}"
            for period, value in periods.items()
        }
    return found
