"""SIGTERM with requests in flight: each is answered whole, and the process ends in time."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx

from bench.speed_servers import HERE, Server, free_port
from tests.audit.asking import HEAD, answer, fault_of
from tests.audit.place import Outcome, Place
from tests.servers import environment

IN_FLIGHT = 50
WITHIN = 10.0
_numbers = itertools.count(1)


def request_of(number: int) -> bytes:
    """Write one request: most cost a computation, some have a body."""
    if number % 10 == 0:
        titles = [f"senior nurse {n}" for n in range(200)]
        body = json.dumps({"titles": titles}).encode()
        head = f"POST /v1/titles/match HTTP/1.1\r\n{HEAD}Content-Type: application/json\r\n"
        return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
    target = f"/v1/occupations?sort=-wage&limit=200&wage_min={next(_numbers)}"
    return f"GET {target} HTTP/1.1\r\n{HEAD}\r\n".encode()


async def one(port: int, number: int, sent: asyncio.Semaphore) -> str:
    """Send one request and say what became of it; empty: an answer, or never taken up."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionRefusedError:
        return ""
    finally:
        sent.release()
    try:
        writer.write(request_of(number))
        got = await asyncio.wait_for(answer(reader), 30)
    except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
        return f"lost: {type(error).__name__}"
    finally:
        writer.close()
    return fault_of(*got)


async def interrupted(port: int, process: subprocess.Popen[bytes]) -> list[str]:
    """Send requests, then the signal; return what became of each."""
    sent = asyncio.Semaphore(0)
    tasks = [asyncio.create_task(one(port, n, sent)) for n in range(IN_FLIGHT)]
    for _ in tasks:
        await sent.acquire()
    await asyncio.sleep(random.uniform(0.0, 0.05))
    process.send_signal(signal.SIGTERM)
    return list(await asyncio.gather(*tasks))


def round_of(url: str, workers: int) -> tuple[list[str], float]:
    """Start a server, interrupt it; return what became of requests, and seconds to its end."""
    port = free_port()
    command = [sys.executable, "-m", "app.commands", "serve", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--workers", str(workers)],
        cwd=HERE,
        env=environment(url),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        server = Server("ending", f"http://127.0.0.1:{port}", process.pid)
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                if server.get("/v1/titles/match?title=a").status_code == 200:
                    break
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        began = time.monotonic()
        faults = asyncio.run(interrupted(port, process))
        process.wait(60)
        return faults, time.monotonic() - began
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def ending(place: Place) -> Iterator[Outcome]:
    rounds = 2 if place.short else 20
    for where, url in place.urls.items():
        faults: list[str] = []
        seconds: list[float] = []
        for number in range(rounds):
            found, took = round_of(url, workers=1 + number % 2)
            faults += found
            seconds.append(took)
        lost = [fault for fault in faults if fault]
        yield Outcome(
            f"SIGTERM with {IN_FLIGHT} requests in flight, one worker and two: each is answered",
            where,
            len(faults),
            len(lost),
            "; ".join(sorted(set(lost)))[:200],
        )
        yield Outcome(
            f"the process ends within {WITHIN:.0f} s",
            where,
            rounds,
            sum(1 for each in seconds if each > WITHIN),
            f"slowest {max(seconds):.1f} s",
        )
