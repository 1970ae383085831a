"""The text beside each export that says whose data it has, and under which terms."""

from __future__ import annotations

from collections.abc import Sequence

from app.exporting.export_index import Licence


def licence_text(what: str, releases: Sequence[str], licences: Sequence[Licence]) -> str:
    """Return the text of an entry's licences."""
    lines = [
        f"{what}: who published it, and under which terms",
        "",
        "Occupations API wrote these files from its publishers' files, without changing a figure.",
        "",
    ]
    for one in licences:
        lines += [
            f"{one.publisher} ({one.source})",
            f"  Licence: {one.name}",
            f"  {one.url}",
            f"  To be named as: {one.attribution}",
            "",
        ]
    return "\n".join([*lines, "Releases:", *(f"  {name}" for name in releases), ""])
