"""Queries that are occupation codes: whole or a prefix, with or without hyphen and point."""

import re
from bisect import bisect_left

from app.api.schemas.parameter_types import DASHES
from app.database.occupation_codes import canonical_code

_CODE = re.compile(r"\s*([0-9]{2})[-. ]?([0-9]{0,4})(?:[-. ]?([0-9]{1,2}))?\s*")
_INSIDE = re.compile(r"(?<![0-9-])([0-9]{2})-([0-9]{4})(?:\.([0-9]{2}))?(?![0-9-])")
_HYPHENS = dict.fromkeys(map(ord, DASHES), "-")
LAST = ":"  # sorts after every digit


def code_digits(q: str) -> str | None:
    """Return the digits of the code that a query is or contains; None if there is no code."""
    q = canonical_code(q.translate(_HYPHENS))
    match = _CODE.fullmatch(q[:32].rstrip("-. ")) or _INSIDE.search(q)
    if match is None:
        return None
    digits = "".join(part or "" for part in match.groups())
    return digits[:6] if len(digits) == 8 and digits.endswith("00") else digits


def span_of_digits(code: str, count: int) -> tuple[int, int]:
    """Return the characters [start, end) of a code up to a number of digits."""
    ends = [0, *(at for at, char in enumerate(code, 1) if char.isdigit())]
    return 0, ends[min(count, len(ends) - 1)]


class Codes:
    """The codes of the index by their digits: `11-9111` is `119111`."""

    __slots__ = ("_digits", "_places")

    def __init__(self, codes: list[str]) -> None:
        plain = str.maketrans("", "", "-.")
        pairs = sorted((code.translate(plain), at) for at, code in enumerate(codes))
        self._digits = [digits for digits, _ in pairs]
        self._places = [at for _, at in pairs]

    def find(self, digits: str) -> list[int]:
        """Return the places of the code or group with these digits, then of all below it."""
        found: dict[int, None] = {}
        for root in (digits, digits.ljust(6, "0")):
            at = bisect_left(self._digits, root)
            if at < len(self._digits) and self._digits[at] == root:
                found.setdefault(self._places[at])
        prefix = digits.rstrip("0").ljust(2, "0") if len(digits) == 6 else digits
        low, high = bisect_left(self._digits, prefix), bisect_left(self._digits, prefix + LAST)
        return list(found | dict.fromkeys(sorted(self._places[low:high])))

    def nearest(self, digits: str, limit: int) -> list[int]:
        """Return the places of the codes with the longest common prefix, for an unknown code."""
        for length in range(len(digits) - 1, 1, -1):
            found = self.find(digits[:length])
            if found:
                return found[:limit]
        return []
