"""Codes typed as queries: with or without hyphen and point, whole or their beginning."""

import re
from bisect import bisect_left

_CODE = re.compile(r"\s*([0-9]{2})[-. ]?([0-9]{0,4})(?:[-. ]?([0-9]{1,2}))?\s*")
_INSIDE = re.compile(r"(?<![0-9-])([0-9]{2})-([0-9]{4})(?:\.([0-9]{2}))?(?![0-9-])")
_UNFINISHED = re.compile(r"[0-9]{2}-")
LAST = ":"  # sorts behind every digit


def code_digits(q: str) -> str | None:
    """Read the digits of the code that a query is or holds, at least two; None if there is none."""
    match = _CODE.fullmatch(q[:32].rstrip("-. ")) or _INSIDE.search(q)
    if match is None:
        return None
    digits = "".join(part or "" for part in match.groups())
    return digits[:6] if len(digits) == 8 and digits.endswith("00") else digits


def digits_of(code: str) -> str:
    """`11-9111` as `119111`."""
    return code.replace("-", "").replace(".", "")


class Codes:
    """Codes by their digits, in ascending order. `N` codes."""

    __slots__ = ("_digits", "_places")

    def __init__(self, codes: list[str]) -> None:
        pairs = sorted((digits_of(code), at) for at, code in enumerate(codes))
        self._digits = [digits for digits, _ in pairs]
        self._places = [at for _, at in pairs]

    def find(self, digits: str) -> list[int]:
        """Places of the codes meant: that code itself or that group, then all that begin so."""
        found: dict[int, None] = {}
        for root in (digits, digits.ljust(6, "0")):
            at = bisect_left(self._digits, root)
            if at < len(self._digits) and self._digits[at] == root:
                found.setdefault(self._places[at])
        start = digits.rstrip("0").ljust(2, "0") if len(digits) == 6 else digits
        low, high = bisect_left(self._digits, start), bisect_left(self._digits, start + LAST)
        for at in sorted(self._places[low:high]):
            found.setdefault(at)
        return list(found)

    def nearest(self, digits: str, limit: int) -> list[int]:
        """Places of codes that share the longest beginning with a code that is not there."""
        for length in range(len(digits) - 1, 1, -1):
            found = self.find(digits[:length])
            if found:
                return found[:limit]
        return []
