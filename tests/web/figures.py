"""Reads a page as a program would, and compares its figures with the answers that it links."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import httpx

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
MARKUP = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
"""What must stand on no page as it was given."""
EVENTS = ("onclick", "onload", "onerror")


@dataclass
class Seen(HTMLParser):
    """What stands in a page."""

    figures: list[tuple[str, str]] = field(default_factory=list)
    """Value and words of each figure that the API has."""
    links: list[str] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)
    """Styles and scripts that the CSP would not run."""
    words: list[str] = field(default_factory=list)
    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        if tag == "data" and "computed" not in given.get("class", ""):
            self._open = given["value"]
        if tag in {"a", "link", "form", "iframe", "script", "img"}:
            self.links += [given[name] for name in ("href", "action", "src") if name in given]
        loose = tag == "style" or "style" in given or not given.keys().isdisjoint(EVENTS)
        if loose or (tag == "script" and "src" not in given and "json" not in given["type"]):
            self.inline.append(self.get_starttag_text() or tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._open is not None:
            self.figures.append((self._open, data))
            self._open = None

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def read(html: str) -> Seen:
    seen = Seen()
    seen.feed(html)
    return seen


def numbers(document: Any) -> set[str]:
    """Return every number of a document, as a page writes its value."""
    if isinstance(document, dict):
        return set().union(*map(numbers, document.values())) if document else set()
    if isinstance(document, list):
        return set().union(*map(numbers, document)) if document else set()
    is_number = isinstance(document, int | float) and not isinstance(document, bool)
    return {str(document)} if is_number else set()


def page(client: httpx.Client, path: str, **headers: str) -> Seen:
    """Return a page that is there, after the checks that every page passes."""
    answer = client.get(path, headers=BROWSER | headers)
    assert answer.status_code == 200, (path, answer.text[:500])
    seen = read(answer.text)
    assert seen.inline == []
    return seen


def check_page(client: httpx.Client, path: str) -> list[tuple[str, str]]:
    """Compare each figure of a page with the answers that it links; return the figures."""
    return _check(client, page(client, path))


def check_figures(client: httpx.Client, html: str) -> int:
    """Do as ``check_page`` for a page that is at hand; return the number of its figures."""
    return len(_check(client, read(html)))


def check_harmless(html: str) -> None:
    """Look for markup of ``MARKUP`` that became part of a page."""
    assert "<script>alert" not in html
    assert "<img" not in html


def _check(client: httpx.Client, seen: Seen) -> list[tuple[str, str]]:
    known = {""}
    answers = (link for link in seen.links if link.startswith("/v1") and "format=csv" not in link)
    for link in dict.fromkeys(answers):
        answer = client.get(link)
        assert answer.status_code == 200, (link, answer.text[:300])
        known |= numbers(answer.json())
    assert [one for one in seen.figures if one[0] not in known] == []
    return seen.figures
