"""What stands on a page: its figures, its links, its words."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import httpx


def main_of(page: httpx.Response) -> str:
    """Return the main part of a page, without the search field of its head."""
    found = re.search(r"<main.*?</main>", page.text, re.DOTALL)
    assert found, page.text[:500]
    return found[0]


def words_of(html: str) -> str:
    """Return the words of a piece of HTML, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def links_of(html: str) -> list[str]:
    """Return where the links of a piece of HTML lead."""
    return [unescape(target) for target in re.findall(r'<a[^>]* href="([^"]+)"', html)]


def published(html: str) -> set[str]:
    """Return the raw figures of a piece of HTML; not what a page computed or says is missing."""
    return set(re.findall(r'<data value="([^"]+)"', html))


def linked_data_of(page: httpx.Response) -> list[Any]:
    """Return the linked data of a page: documents of schema.org."""
    marked = r'<script type="application/ld\+json">(.*?)</script>'
    return [json.loads(text) for text in re.findall(marked, page.text, re.DOTALL)]
