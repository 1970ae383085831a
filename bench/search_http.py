"""Search and suggestions over HTTP at 32 connections: ``python -m bench.search_http URL``.

Sends the queries of ``search_queries.tsv``, one after the other on every connection, to a running
server; for suggestions each beginning of them of 1 to 8 letters. wrk (Debian's package `wrk`)
measures. Say whether the server keeps answers: with OCCUPATIONS_CACHE_BYTES=0 each is computed.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

QUERIES = Path(__file__).with_name("search_queries.tsv")
CONNECTIONS = 32

LUA = """
local paths = {%s}
local at = 0
request = function()
  at = at %% #paths + 1
  return wrk.format("GET", paths[at])
end
"""


def queries() -> list[str]:
    """Return the queries as people type them."""
    lines = QUERIES.read_text("utf-8").splitlines()
    return [line.split("\t")[0] for line in lines if line and not line.startswith("#")][1:]


def measure(url: str, paths: list[str], seconds: int) -> dict[str, str]:
    """Load the server and return requests a second, latencies and errors, as wrk prints them."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(LUA % ", ".join(json.dumps(path) for path in paths))
        script.flush()
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency"]
        ran = subprocess.run(
            [*command, "-s", script.name, url], capture_output=True, text=True, check=True
        )
    wanted = {
        "requests a second": r"Requests/sec:\s+(\S+)",
        "p50": r"50%\s+(\S+)",
        "p99": r"99%\s+(\S+)",
        "errors": r"Non-2xx or 3xx responses: (\d+)",
    }
    found = {name: re.search(pattern, ran.stdout) for name, pattern in wanted.items()}
    return {name: match[1] if match else "0" for name, match in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="a running server, such as http://127.0.0.1:8000")
    parser.add_argument("--seconds", type=int, default=5)
    given = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is missing: apt-get install wrk")
    typed = queries()
    beginnings = sorted({query[:length] for query in typed for length in range(1, 9)})
    for name, paths in (
        ("search", [f"/v1/search?limit=10&q={quote(query)}" for query in typed]),
        ("suggest", [f"/v1/suggest?q={quote(start)}" for start in beginnings if start.strip()]),
    ):
        figures = measure(given.url, paths, given.seconds)
        print(f"{name:<8}", *(f"{key} {value:<9}" for key, value in figures.items()))


if __name__ == "__main__":
    main()
