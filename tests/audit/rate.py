"""The optional rate limit: what passes, what is told, and that nobody talks his way around it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx

from bench.speed_servers import ours
from tests.audit.place import Outcome, Place

LIMIT = 20
TRIES = 30
FIELD = re.compile(r'"default";r=(\d+);t=(\d+)')

Cases = list[tuple[str, dict[str, str], list[dict[str, str]]]]


def cases() -> Cases:
    """Give what is tried, the settings, and headers of each request; 20 of 30 may pass."""
    forged = [{"X-Forwarded-For": f"198.51.100.{n}"} for n in range(TRIES)]
    behind = [{"X-Forwarded-For": f"198.51.100.{n}, 203.0.113.7"} for n in range(TRIES)]
    chain = [{"X-Forwarded-For": f"10.9.9.{n}, 203.0.113.7, 10.0.0.5"} for n in range(TRIES)]
    junk = [{"X-Forwarded-For": f"198.51.100.{n}, junk"} for n in range(TRIES)]
    sixes = [{"X-Forwarded-For": f"2001:db8::{n + 1:x}"} for n in range(TRIES)]
    proxies = {"trusted_proxies": "127.0.0.1,10.0.0.0/24"}
    keys = {"rate_limit_keys": "alpha,beta"}
    return [
        ("forged X-Forwarded-For, no proxy trusted", {}, forged),
        ("forged in front of what the proxy wrote", proxies, behind),
        ("forged in front of two proxies", proxies, chain),
        ("junk as the nearest address", proxies, junk),
        ("addresses of one IPv6 network", proxies, sixes),
        ("keys that nobody gave out", keys, [{"X-API-Key": f"k{n}"} for n in range(TRIES)]),
        ("one known key from many addresses", proxies | keys, [{"X-API-Key": "alpha"} | h
         for h in forged]),
    ]  # fmt: skip


def fault_of(answer: httpx.Response, number: int) -> str:
    """Say what is wrong with the answer to the request of this number."""
    field = FIELD.fullmatch(answer.headers.get("ratelimit", ""))
    if not field or answer.headers.get("ratelimit-policy") != f'"default";q={LIMIT};w=3600':
        return f"RateLimit {answer.headers.get('ratelimit')}"
    if int(field[1]) != max(0, LIMIT - number - 1):
        return f"{field[1]} left after {number + 1}"
    if number < LIMIT:
        return "" if answer.status_code == 200 else f"{answer.status_code} at {number}"
    said = answer.headers.get("content-type"), answer.json().get("code")
    if answer.status_code != 429 or said != ("application/problem+json", "too_many_requests"):
        return f"{answer.status_code} {said} at {number}"
    return "" if answer.headers.get("retry-after") == field[2] else "Retry-After"


def rate(place: Place) -> Iterator[Outcome]:
    where, url = next(iter(place.urls.items()))
    for what, settings, headers in cases():
        with ours(url, workers=1, rate_limit=f"{LIMIT}/hour", **settings) as server:
            answers = [server.get("/v1/occupations/11-9111", **each) for each in headers]
            faults = [found for n, each in enumerate(answers) if (found := fault_of(each, n))]
            if server.get("/health/live").status_code != 200:
                faults.append("health is limited")
        yield Outcome(
            f"rate limit: {what}", where, len(answers), len(faults), "; ".join(faults)[:200]
        )
    with ours(url, rate_limit=f"{LIMIT}/hour", trusted_proxies="127.0.0.1") as server:
        own = [{"X-Forwarded-For": f"203.0.113.{n}"} for n in range(TRIES)]
        statuses = [server.get("/v1", **each).status_code for each in own]
    yield Outcome(
        "rate limit: clients behind a trusted proxy are told apart",
        where,
        len(statuses),
        sum(1 for status in statuses if status != 200),
    )
