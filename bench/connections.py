"""300 connections at once: ``python -m bench.connections URL [--seconds 10]``.

Each connection sends its next request as soon as it has an answer.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlsplit

CONNECTIONS = 300


def targets() -> Iterator[str]:
    """Yield targets without end; every second one is new."""
    for number in count():
        yield "/v1/occupations/11-9111"
        yield f"/v1/occupations/11-9111/wages?limit={number % 200 + 1}&fields=annual_mean"
        yield "/v1/occupations?sort=-wage&limit=20"
        yield f"/v1/wages?period=all&limit={number % 200 + 1}&group=1{number % 10}"
        yield "/v1/wages"
        yield f"/v1/occupations?wage_min={number}"


@dataclass
class Figures:
    """The outcome of all requests."""

    statuses: Counter[int] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """Return a percentile of the response times in milliseconds."""
        ordered = sorted(self.seconds)
        return round(ordered[int(len(ordered) * share)] * 1000, 1)


async def load(url: str, seconds: float, connections: int = CONNECTIONS) -> Figures:
    """Send requests on a number of connections for a number of seconds."""
    address = urlsplit(url)
    figures = Figures()
    asked = targets()
    end = time.monotonic() + seconds

    async def one() -> None:
        try:
            reader, writer = await asyncio.open_connection(address.hostname, address.port)
            while time.monotonic() < end:
                began = time.monotonic()
                writer.write(f"GET {next(asked)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length: ")[2].split(b"\r")[0])
                await reader.readexactly(length)
                figures.statuses[int(head[9:12])] += 1
                figures.seconds.append(time.monotonic() - began)
            writer.close()
        except (OSError, ValueError, asyncio.IncompleteReadError) as fault:
            figures.faults[type(fault).__name__] += 1

    await asyncio.gather(*(one() for _ in range(connections)))
    return figures


def main() -> None:
    """Print the figures of a server."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="a running server, such as http://127.0.0.1:8000")
    parser.add_argument("--seconds", type=float, default=10)
    given = parser.parse_args()
    found = asyncio.run(load(given.url, given.seconds))
    total = sum(found.statuses.values())
    print(
        f"{total / given.seconds:.0f} requests/s  p50 {found.percentile(0.5)} ms  "
        f"p99 {found.percentile(0.99)} ms  statuses {dict(found.statuses)}  "
        f"faults {dict(found.faults)}"
    )


if __name__ == "__main__":
    main()
