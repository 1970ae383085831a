"""One form for the ways in which employers write a title.

HTML's entities are read, numbers of requisitions fall away, letters are lower case, and one blank
stands between words. Nothing else changes: ranks, brackets and words of a firm's own stay.
"""

from __future__ import annotations

import html
import re
import zlib

TENTHS = 10
KEPT_BACK = frozenset((0, 5))
"""Two tenths of the titles are kept back for measuring."""

RANKS = frozenset(
    (
        *("senior", "sr", "junior", "jr", "lead", "principal", "staff", "associate", "assistant"),
        *("chief", "head", "entry", "mid", "intermediate", "level", "i", "ii", "iii", "iv", "v"),
    )
)
"""Words that titles of one job differ by."""

_LETTERS = re.compile(r"[^\W\d_]+")
_ENTITY = re.compile(r"&\s?([a-z]{2,8}|#\d{1,5});", re.I)
_NUMBER = r"(?=[\w./#-]*\d{4})[\w./#-]+"
"""A word with four digits or more in a row, and what hangs on it with hyphens: 0497-1."""
_APART = rf"(?![a-z]{{4,}}-){_NUMBER}"
"""The same where no word of the title hangs on it: of `developers-kbg50239` only what is behind."""
_REQUISITION = re.compile(
    rf"[(\[]\s*{_NUMBER}\s*(?:[)\]]|$)"
    r"|[(\[][^()\[\]]*\d{5}[^()\[\]]*(?:[)\]]|$)"
    rf"|^{_APART}(?=\s)|(?:^|\s|(?<=[)\]])|(?<=[a-z]-)){_APART}$"
)
"""One in brackets, also with words beside five digits or more, at the start or at the end."""
_EDGES = " \t-\u2013\u2014,;:'\"*/\\|"


def normalized(title: str) -> str:
    """Return a title in the form that filings are counted by; "" if nothing is left of it."""
    text = _ENTITY.sub(lambda entity: f"&{entity[1].lower()};", title)
    text = " ".join(html.unescape(text).lower().split())
    while (shorter := _REQUISITION.sub(" ", text).strip(_EDGES)) != text:
        text = shorter
    return " ".join(text.split())


def is_kept_back(title: str) -> bool:
    """Tell whether a normalized title is of the fifth that measuring keeps from training."""
    return tenth_of(title) in KEPT_BACK


def tenth_of(title: str) -> int:
    """Return which tenth a normalized title is of, from 0.

    Titles that differ by ranks, numbers and the order of words are of the same one, or a title
    would be measured with what its twin has taught.
    """
    words = sorted({*_LETTERS.findall(title)} - RANKS)
    return zlib.crc32(" ".join(words).encode()) % TENTHS
