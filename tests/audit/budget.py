"""No request costs more processor than 50 normal ones: the worst are searched for and measured.

The cache is off. Files of the pages, which take no parameters and are read and packed once where it
is on, are left out. Normal is the median over one everyday request of each route. A body of 1,000
titles is 1,000 requests in one: it is counted by title.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

import httpx

from bench.speed_servers import Server, ours, warmed
from tests.audit.place import Outcome, Place

MOST = 50
ENOUGH = 0.15
"""Seconds of processor after which one request's cost is known well enough."""

NORMAL = (
    "/v1",
    "/v1/occupations",
    "/v1/occupations/11-9111",
    "/v1/occupations/29-1141/wages",
    "/v1/occupations/29-1141/skills",
    "/v1/compare?codes=11-9111,29-1141",
    "/v1/wages?limit=50",
    "/v1/titles?group=29",
    "/v1/duties?limit=50",
    "/v1/projections?limit=50",
    "/v1/skills?limit=50",
    "/v1/search?q=nurse",
    "/v1/suggest?q=nurs",
    "/v1/titles/match?title=senior%20registered%20nurse",
    "/v1/areas",
    "/v1/sources",
    "/v1/releases",
)
LISTS = (
    "descriptions",
    "duties",
    "titles",
    "wages",
    "projections",
    "skills",
    "technologies",
    "interests",
    "education",
    "experience",
    "job_zones",
    "courses",
    "pathway",
    "workplaces",
    "related",
)
TEXTS = (
    "a",
    "e",
    "s s s",
    "manager " * 25,
    "registered nurse practitioner manager clerk operator teacher engineer assistant " * 2,
    " ".join("abcdefghijklmnopqrstuvwxyz") * 3,
    "x" * 200,
    "aaaaaaaa bbbbbbbb cccccccc dddddddd eeeeeeee ffffffff gggggggg hhhhhhhh",
    "manger nurce enginere opperator assistent techer supervizor tehnician",
    "11-9111 29-1141 15-1252",
    "é" * 100,
)


@dataclass(frozen=True)
class Cost:
    """What one request costs: milliseconds of processor, and of waiting."""

    target: str
    cpu: float
    wall: float


def worst_targets(codes: list[str]) -> Iterator[str]:
    """Give requests that may cost most, on every route."""
    many = ",".join(codes[:200])
    fields = "fields=" + ",".join(["code"] * 300)
    yield "/v1/occupations?level=all&limit=200&sort=-wage"
    yield "/v1/occupations?level=all&limit=200&area=all"
    yield "/v1/occupations?level=all&limit=200&sort=title&q=a"
    yield f"/v1/occupations?codes={many}&limit=200"
    yield f"/v1/occupations?codes={many}&limit=200&sort=-employment&{fields}"
    yield f"/v1/occupations?codes={','.join(['zz-' + str(n) for n in range(200)])}"
    yield "/v1/occupations?codes=" + ",".join("z" * 29 for _ in range(200))
    for code in ("11-9111", "29-1141", "00-0000", "11-0000"):
        for period in ("all", "latest"):
            yield f"/v1/occupations/{code}?include=all&area=all&period={period}"
        yield f"/v1/occupations/{code}/wages?area=all&industry=all&period=all&limit=200"
        yield f"/v1/occupations/{code}/titles?period=all&limit=200"
    yield "/v1/occupations/" + "z" * 190
    yield "/v1/occupations/registered-nursez"
    ten = ",".join(codes[:10])
    yield f"/v1/compare?codes={ten}"
    yield f"/v1/compare?codes={ten}&period=all&area=all"
    yield "/v1/compare?codes=" + ",".join(["zz-0000"] * 10)
    for name in LISTS:
        yield f"/v1/{name}?period=all&limit=200"
        yield f"/v1/{name}?period=all&limit=200&group=11"
    yield "/v1/wages?area=all&industry=all&period=all&limit=200"
    yield "/v1/wages?area=all&industry=all&period=all&limit=1&group=99"
    for text in TEXTS:
        q = quote(text[:200])
        yield f"/v1/search?q={q}&limit=200&level=all"
        yield f"/v1/suggest?q={quote(text[:100])}"
        yield f"/v1/titles/match?title={q}&limit=20"
        yield f"/v1/titles/match?title={quote(text[:500])}&limit=20&min_confidence=0"
        yield f"/v1/occupations?q={q}&level=all&limit=200"
        yield f"/v1/areas?q={quote(text[:100])}&limit=200"
    yield "/v1/areas?limit=200"
    yield "/v1/releases?limit=200"
    for most in (99, 900):
        yield "/v1/wages?" + "&".join(f"x{n}=1" for n in range(most))
        yield "/v1/occupations?" + "&".join(f"wage_mim{n}={'9' * 40}" for n in range(most // 8))
    yield "/v1/wages?" + "&".join(["a=", "b="] * 1300)
    yield "/v1/wages?" + "&".join(["limit=1", "period=x"] * 49)
    yield "/v1/wages?limit=0&period=" + "9" * 21 + "&source=z&group=z&fields=z,y,x,w"
    yield "/openapi.json"


def cost_of(server: Server, client: httpx.Client, target: str, body: object = None) -> Cost:
    """Ask the same until its cost is known; the processor is that of the server's processes."""
    method = "POST" if body else "GET"
    client.request(method, target, json=body)
    used, began, count = server.cpu_seconds(), time.monotonic(), 0
    while count < 3 or (server.cpu_seconds() - used < ENOUGH and time.monotonic() - began < 2):
        client.request(method, target, json=body)
        count += 1
    cpu = (server.cpu_seconds() - used) / count
    return Cost(target, cpu * 1000, (time.monotonic() - began) / count * 1000)


def deep(client: httpx.Client, target: str) -> str:
    """Follow a list to one of its last pages."""
    for _ in range(60):
        following = client.get(target).json().get("next")
        if not following:
            break
        target = following
    return target


def budget(place: Place) -> Iterator[Outcome]:
    for where, url in place.urls.items():
        with (
            ours(url, cache_bytes="0", statement_timeout="10") as server,
            httpx.Client(base_url=warmed(server).url, timeout=60) as client,
        ):
            usual = [cost_of(server, client, target) for target in NORMAL]
            normal = statistics.median(cost.cpu for cost in usual)
            listed = client.get("/v1/occupations?level=all&limit=200&fields=code").json()
            targets = list(worst_targets([item["code"] for item in listed["items"]]))
            targets += [deep(client, f"/v1/{name}?period=all&limit=200") for name in LISTS]
            found = [cost_of(server, client, target) for target in targets]
            titles = [f"{text[:450]} {n}" for n in range(91) for text in TEXTS][:1000]
            body = {"titles": titles, "limit": 20, "min_confidence": 0}
            batch = cost_of(server, client, "/v1/titles/match", body)
        worst = sorted(found, key=lambda cost: -cost.cpu)[:3]
        yield Outcome(
            f"no request costs over {MOST} normal ones of {normal:.2f} ms",
            where,
            len(found),
            sum(1 for cost in found if cost.cpu > MOST * normal),
            "worst: "
            + "; ".join(f"{c.cpu:.1f} ms ({c.cpu / normal:.0f}) {c.target[:70]}" for c in worst),
        )
        yield Outcome(
            "a body of 1,000 titles, by title",
            where,
            1000,
            int(batch.cpu / 1000 > MOST * normal),
            f"{batch.cpu:,.0f} ms, {batch.cpu / 1000:.2f} a title, "
            f"{batch.cpu / normal:.0f} normal ones in all",
        )
