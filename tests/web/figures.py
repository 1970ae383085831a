"""The figures of a page, and the answers of the API that it links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import httpx

MARKUP = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
"""What must stand on no page as it was given."""


def numbers(document: Any) -> Iterator[str]:
    """Return every number in an answer, as a page writes it."""
    if isinstance(document, dict):
        document = [*document.values()]
    if isinstance(document, list):
        for one in document:
            yield from numbers(one)
    elif isinstance(document, int | float) and not isinstance(document, bool):
        yield str(document)


def check_figures(client: httpx.Client, html: str) -> int:
    """Compare each figure of a page with the answers that the page links; return their number.

    A figure of the class ``computed`` is the page's own.
    """
    targets = {unescape(found) for found in re.findall(r'href="(/v1[^"]*)"', html)}
    answers = [client.get(target) for target in targets]
    assert all(answer.status_code == 200 for answer in answers), targets
    there = {number for answer in answers for number in numbers(answer.json())}
    shown = re.findall(r'<data(?: class="mark")? value="([^"]+)"', html)
    assert set(shown) <= there, set(shown) - there
    return len(shown)


def check_harmless(html: str) -> None:
    """Look for markup of ``MARKUP`` that became part of a page."""
    assert "<script>alert" not in html
    assert "<img" not in html
