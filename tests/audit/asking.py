"""Clients of the load checks: raw sockets, so that nothing is retried or smoothed over."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

HEAD = "Host: audit\r\nAccept-Encoding: identity\r\n"


@dataclass
class Asked:
    """What became of requests: seconds of the answers by status, and what was not an answer."""

    seconds: dict[int, list[float]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def note(self, status: int, seconds: float) -> None:
        self.seconds.setdefault(status, []).append(seconds)

    def count(self, status: int) -> int:
        return len(self.seconds.get(status, ()))

    def percentile(self, share: float, status: int = 200) -> float:
        """Return seconds that this share of the answers took at most; 0 where there are none."""
        ordered = sorted(self.seconds.get(status, ()))
        return ordered[int(len(ordered) * share)] if ordered else 0.0

    def over(self, seconds: float, share: float = 0.01) -> int:
        """Count answers that took longer, but for the share that may."""
        found = self.seconds.get(200, [])
        late = sum(1 for each in found if each > seconds)
        return max(0, late - int(len(found) * share))


async def answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    """Read one answer whole."""
    lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {}
    for line in lines[1:]:
        name, _, value = line.partition(": ")
        headers[name.lower()] = value
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return int(lines[0].split()[1]), headers, body


def fault_of(status: int, headers: dict[str, str], body: bytes) -> str:
    """Say what is wrong with an answer under too much load; empty if nothing is."""
    if status == 200:
        return "" if body else "200 without a body"
    problem = headers.get("content-type") == "application/problem+json" and b'"code":' in body
    if status == 503 and problem and headers.get("retry-after", "").isdigit():
        return ""
    return f"{status} {headers.get('content-type')} {body[:80]!r}"


async def keep_asking(
    port: int,
    targets: Iterator[str],
    until: float,
    asked: Asked,
    *,
    pause: float = 0.0,
    source: str = "127.0.0.1",
) -> None:
    """Ask one request after another over one connection, opened anew where it was closed.

    Where it is told to come back later it does so, as an honest client; the flood does not.
    """
    writer = None
    while time.monotonic() < until:
        began = time.monotonic()
        try:
            if writer is None:
                reader, writer = await asyncio.open_connection(
                    "127.0.0.1", port, local_addr=(source, 0)
                )
            writer.write(f"GET {next(targets)} HTTP/1.1\r\n{HEAD}\r\n".encode())
            status, headers, body = await asyncio.wait_for(answer(reader), 30)
            fault = fault_of(status, headers, body)
            if fault:
                asked.wrong.append(fault)
            else:
                asked.note(status, time.monotonic() - began)
            if status == 503 and not fault:
                await asyncio.sleep(min(int(headers["retry-after"]), until - time.monotonic()))
            if headers.get("connection") == "close":
                writer.close()
                writer = None
        except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
            asked.wrong.append(type(error).__name__)
            if writer is not None:
                writer.close()
            writer = None
        await asyncio.sleep(pause)
    if writer is not None:
        writer.close()


def descriptors(pid: int) -> Counter[str]:
    """Count the file descriptors that a process has open, by what they are of."""
    found: Counter[str] = Counter()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            found[str(link.readlink()).partition(":[")[0]] += 1
    return found


def own_memory(pid: int) -> float:
    """Return MB of memory that is a process's alone; mapped files do not count."""
    text = Path(f"/proc/{pid}/status").read_text()
    return int(text.partition("RssAnon:")[2].split()[0]) / 1024
