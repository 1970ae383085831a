"""Codes of occupations in the forms in which people paste them."""

from __future__ import annotations

import re

from app.api.schemas.parameter_types import DASHES

PASTED = re.compile(
    rf"([0-9]{{2}})[ .{DASHES}-]?([0-9]{{4}}|(?=.{{4}}$)[0-9]{{0,3}}[xX]+)"
    rf"(?:[ .{DASHES}-]?([0-9]{{2}}))?"
)
"""A code as people paste it: major group, the other four digits, O*NET's two."""


def canonical_code(given: str) -> str:
    """Write a code in its one form: ``119111``, ``11-9111.00`` and the like as ``11-9111``.

    X stands for any digit in codes of groups: ``11-91XX`` is ``11-9100``. Anything that is no code
    stays as it is.
    """
    found = PASTED.fullmatch(given.strip())
    if found is None:
        return given.strip()
    major, rest, detail = found[1], re.sub("x", "0", found[2], flags=re.I), found[3]
    return f"{major}-{rest}" if detail in {None, "00"} else f"{major}-{rest}.{detail}"
