"""Why figures of a row are null: its marks, with what is said of all rows of its part."""

from __future__ import annotations

from app import marks
from app.api.queries.commands import command_for
from app.database.parts import PartInfo


def marks_of_figures(figures: tuple[str, ...], text: str, part: PartInfo) -> dict[str, marks.Mark]:
    """Return a mark for every null figure of a row; callers must not change them.

    A part may be of a file that has some columns only. The others are ``not_loaded``.
    """
    top_codes = part.detail.get("top_code_annual"), part.detail.get("top_code_hourly")
    found = marks.decode(figures, text, *top_codes)
    if lacking := part.detail.get("not_loaded"):
        return found | dict.fromkeys(lacking, marks.not_loaded(command_for(part.source)))
    return found
