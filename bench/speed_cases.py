"""The requests that are measured, and checks that both servers answer the same document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import httpx

from bench.speed_servers import Server, fetch

ONE = "/v1/occupations/11-9111"


@dataclass(frozen=True)
class Warm:
    """A request that the cache answers."""

    name: str
    target: str
    conditional: bool = False  # sent with the answer's own ETag


WARM = (
    Warm("profile with everything", ONE),
    Warm("list page of 50", "/v1/occupations?limit=50"),
    Warm("wages of all years", f"{ONE}/wages?period=all"),
    Warm("suggest", "/v1/suggest?q=nurs"),
    Warm("match", "/v1/titles/match?title=senior%20registered%20nurse"),
    Warm("page of an occupation", "/occupations/11-9111"),
    Warm("304 of a profile", "/v1/occupations/29-1141", conditional=True),
)
CONDITIONAL = WARM[-1].target


def ready(server: Server) -> dict[str, httpx.Response]:
    """Return the answer to each warm request; the conditional one's is a 304."""
    found = fetch(server, [case.target for case in WARM])
    tag = found[CONDITIONAL].headers["etag"]
    found |= fetch(server, [CONDITIONAL], **{"If-None-Match": tag})
    statuses = {target: answer.status_code for target, answer in found.items()}
    expected = {target: 304 if target == CONDITIONAL else 200 for target in found}
    assert statuses == expected, statuses
    return found


def check_bytes(ours: Server, bare: Server, answers: dict[str, httpx.Response]) -> None:
    """Check that both servers send the same bytes and headers, except those that always differ."""
    for target, answer in answers.items():
        headers = {"If-None-Match": answer.headers["etag"]} if answer.status_code == 304 else {}
        one, other = (server.get(target, **headers) for server in (ours, bare))
        assert (one.status_code, one.content) == (other.status_code, other.content), target
        of_the_moment = {"date", "request-id"}
        first, second = (
            sorted((k, v) for k, v in a.headers.multi_items() if k not in of_the_moment)
            for a in (one, other)
        )
        assert first == second, (target, first, second)
        assert len(one.headers["request-id"]) > 0


def detailed(server: Server, most: int) -> tuple[list[str], list[str]]:
    """Return codes of detailed occupations, and a page of our list that begins after each."""
    codes: list[str] = []
    pages: list[str] = []
    target: str | None = "/v1/occupations?level=detailed&limit=1"
    with httpx.Client(base_url=server.url, timeout=60) as client:
        while target and len(codes) < most:
            page = client.get(target).json()
            codes += [item["code"] for item in page["items"]]
            target = page["next"]
            pages += [target.replace("limit=1&", "limit=50&")] if target else []
    return codes, pages


NOT_COMPARED = frozenset(
    {
        *("next", "next_cursor", "valid_from", "valid_to", "predecessors", "successors"),
        *("figures_at", "notices", "continues", "releases"),  # those of predecessors too
    }
)
"""Keys that the tutorial application answers otherwise, or without working them out."""


@dataclass(frozen=True)
class First:
    """Distinct requests: ours, and the tutorial application's for the same documents."""

    name: str
    ours: list[str]
    theirs: list[str]


def first_cases(ours: Server, theirs: Server, most: int = 800) -> list[First]:
    """Return the requests that both servers answer with the same document."""
    codes, pages = detailed(ours, most)
    profiles = [f"/v1/occupations/{code}" for code in codes]
    wages = [f"{profile}/wages?period=all" for profile in profiles]
    offsets = [f"/v1/occupations?limit=50&offset={n}" for n in range(1, len(pages) + 1)]
    found = []
    for name, mine, other in (
        ("profile with everything", profiles, profiles),
        ("list page of 50", pages, offsets),
        ("wages of all years", wages, wages),
    ):
        same = _same(ours, theirs, list(zip(mine, other, strict=True)))
        print(f"  {name}: {len(same)} of {len(mine)} documents are the same in both", flush=True)
        assert len(same) > len(mine) / 2, name
        found.append(First(name, [a for a, _ in same], [b for _, b in same]))
    return found


def _same(ours: Server, theirs: Server, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    mine = fetch(ours, [a for a, _ in pairs])
    other = fetch(theirs, [b for _, b in pairs])
    return [(a, b) for a, b in pairs if _document(mine[a]) == _document(other[b]) is not None]


def _document(answer: httpx.Response) -> Any:
    """Return the document without the links to the next page and what theirs has none of."""
    return None if answer.status_code != 200 else _compared(answer.json())


def _compared(value: Any) -> Any:
    """Return a value without the keys that are not compared."""
    if isinstance(value, list):
        return [_compared(one) for one in value]
    if isinstance(value, dict):
        return {key: _compared(one) for key, one in value.items() if key not in NOT_COMPARED}
    return value


def ends_of(server: Server, target: str) -> tuple[str, str, int]:
    """Page through a list by 200; return its first and its last full page, and its total."""
    pages = [f"{target}&limit=200"]
    with httpx.Client(base_url=server.url, timeout=60) as client:
        page = client.get(pages[0]).json()
        while page["next"]:
            pages.append(page["next"])
            page = client.get(pages[-1]).json()
    return pages[0], pages[-2], page["total"]


def distinct(targets: Iterable[str]) -> list[str]:
    """Return the distinct targets: no two requests in a row are the same."""
    found = list(dict.fromkeys(targets))
    assert all(a != b for a, b in pairwise(found))
    return found
