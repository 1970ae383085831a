"""Hostile traffic of every kind at once: a worker's memory stays under a bound and does not grow.

Each kind has opened a worker once: bodies that are large, slow or full of faults, spellings of one
query, headers and cursors that nobody sends twice, costly lists and misspelt titles. Others change
what they ask with every request, so that a cache without a bound would grow.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bench.speed_servers import Server, ours, warmed
from tests.audit.asking import HEAD, answer, own_memory
from tests.audit.place import Outcome, Place

CLIENTS = 16
MOST_MB = 300.0
GROWTH = 0.05
WORDS = ("nurce", "managr", "clerck", "weldre", "techer", "anylist", "enginere", "assistent")

Made = Callable[[int], bytes]
"""The bytes of the nth request of a kind."""


def get(target: str, more: str = "") -> bytes:
    return f"GET {target} HTTP/1.1\r\n{HEAD}{more}\r\n".encode()


def post(body: bytes) -> bytes:
    head = f"POST /v1/titles/match HTTP/1.1\r\n{HEAD}Content-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def titles(n: int) -> bytes:
    """A body of 300 titles of three misspelt words."""
    chosen = random.Random(n)
    made = [" ".join(chosen.choices(WORDS, k=3)) + f" {n}{at}" for at in range(300)]
    return post(json.dumps({"titles": made}).encode())


def spelling(n: int) -> bytes:
    """One long query, written in another way each time."""
    text = "".join(
        f"%{ord(c):02x}" if (n >> at % 20) & 1 else c for at, c in enumerate("nurse" * 40)
    )
    return get(f"/v1/search?q={text}&limit={n % 50 + 1}")


KINDS: dict[str, Made] = {
    "unknown keys": lambda n: post(json.dumps({f"k{n}_{at}": 1 for at in range(60_000)}).encode()),
    "deep": lambda n: post(b'{"titles": ' + b"[" * (50_000 + n % 1000)),
    "a large body": lambda n: post(json.dumps({"titles": [f"{n} " + "x" * 490] * 1000}).encode()),
    "misspelt titles": titles,
    "unknown fields": lambda n: get(
        "/v1/occupations/11-9111?fields=" + ",".join(f"f{n}_{at}" for at in range(180))
    ),
    "spellings": spelling,
    "accept": lambda n: get("/v1/areas", f"Accept: application/json;v={n}{'a' * 40_000}\r\n"),
    "encodings": lambda n: get(
        "/v1/areas", f"Accept-Encoding: gzip;q=0.{n}, x{n}{'b' * 40_000}\r\n"
    ),
    "combinations": lambda n: get(
        f"/v1/wages?period={random.choice(('latest', 'all', '2021-05'))}"
        f"&source={random.choice(('bls-oews', 'article'))}&limit={n % 200 + 1}"
        f"&area={random.choice(('US', 'all'))}&industry={random.choice(('000000', 'all'))}"
    ),
    "cursors": lambda n: get(f"/v1/wages?cursor={random.randbytes(300).hex()}{n}"),
    "slugs": lambda n: get(f"/v1/occupations/{'registered-nursez' * 11}{n}"),
    "decoded paths": lambda n: get(f"/v1/search%3Fq=nurse{n}"),
    "ids": lambda n: get("/v1/occupations/11-9111", f"Request-Id: r{n}\r\nX-API-Key: {n}\r\n"),
    "a large head": lambda n: get("/v1", f"X-Large: {'a' * 60_000}{n}\r\n"),
}
"""Kind of hostile request → how it is made."""


LISTS = ("wages", "duties", "titles", "skills", "technologies", "education")


def fill(server: Server) -> None:
    """Fill the cache with large pages and searches: what grows after that is a leak."""
    for limit in range(101, 201):
        for name in LISTS:
            server.get(f"/v1/{name}?limit={limit}")
        for q in "ab":
            server.get(f"/v1/search?q={q}&limit={limit}")


@dataclass
class Siege:
    """What was asked, what was wrong with the answers, and the memory of each worker in MB."""

    asked: int = 0
    wrong: list[str] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)  # when, of the largest worker


async def attacker(port: int, until: float, siege: Siege, kinds: Iterator[str]) -> None:
    """Send one hostile request after another; now and then leave before the answer."""
    numbers = itertools.count(random.randrange(1_000_000_000))
    while time.monotonic() < until:
        kind = next(kinds)
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(KINDS[kind](next(numbers)))
            siege.asked += 1
            if random.random() < 0.9:
                status, _, _ = await asyncio.wait_for(answer(reader), 60)
                if status >= 500 and status != 503:
                    siege.wrong.append(f"{status} {kind}")
            writer.close()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the server may close on a client like this
        except TimeoutError:
            siege.wrong.append(f"no answer: {kind}")


async def measure(server: Server, until: float, siege: Siege) -> None:
    while time.monotonic() < until:
        largest = max(own_memory(pid) for pid in server.processes())
        siege.memory.append((time.monotonic(), largest))
        await asyncio.sleep(0.5)


async def besiege(server: Server, seconds: float) -> Siege:
    siege = Siege()
    until = time.monotonic() + seconds
    kinds = itertools.cycle(KINDS)
    attackers = (attacker(server.port, until, siege, kinds) for _ in range(CLIENTS))
    await asyncio.gather(*attackers, measure(server, until, siege))
    return siege


def largest(siege: Siege, since: float, until: float) -> float:
    """Return the most MB between two shares of the time."""
    began, ended = siege.memory[0][0], siege.memory[-1][0]
    span = ended - began
    return max(mb for at, mb in siege.memory if began + since * span <= at <= began + until * span)


def hostile(place: Place) -> Iterator[Outcome]:
    seconds = 60.0 if place.short else 600.0
    for where, url in place.some("SQLite").items():
        with ours(url) as server:
            fill(warmed(server))
            siege = asyncio.run(besiege(server, seconds))
        most = largest(siege, 0, 1)
        early, late = largest(siege, 0.3, 0.6), largest(siege, 0.7, 1)
        yield Outcome(
            f"{seconds / 60:g} minutes of {len(KINDS)} kinds of hostile requests: answers",
            where,
            siege.asked,
            len(siege.wrong),
            "; ".join(sorted(set(siege.wrong)))[:200],
        )
        yield Outcome(
            f"the same: a worker stays under {MOST_MB:.0f} MB and does not grow",
            where,
            1,
            int(most > MOST_MB or late > early * (1 + GROWTH)),
            f"at most {most:.0f} MB; {early:.0f} MB at the half, {late:.0f} MB at the end",
        )
