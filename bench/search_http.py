"""Search and suggestions over HTTP, at 32 connections: ``python -m bench.search_http FILE``.

Starts a server on an SQLite database that keeps no answers, so that each is computed, and sends
the queries of ``search_queries.tsv`` and their prefixes. Needs wrk (``apt-get install wrk``).
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from urllib.parse import quote

from bench.search import queries
from bench.speed_load import need_wrk, wrk
from bench.speed_servers import ours, warmed

CONNECTIONS = 32


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="an SQLite database with loaded releases")
    parser.add_argument("--seconds", type=int, default=5)
    given = parser.parse_args()
    need_wrk()
    typed = [query.text for query in queries()]
    prefixes = {quote(text[:length]) for text in typed for length in range(1, 9)}
    cases = {
        "search": [f"/v1/search?limit=10&q={quote(text)}" for text in typed],
        "suggest": [f"/v1/suggest?q={prefix}" for prefix in sorted(prefixes)],
    }
    with (
        ours(f"sqlite:///{given.file.absolute()}", cache_bytes="0") as server,
        tempfile.NamedTemporaryFile("w+") as targets,
    ):
        warmed(server)
        for name, paths in cases.items():
            targets.truncate(0)
            targets.seek(0)
            targets.write("\n".join(paths) + "\n")
            targets.flush()
            load = wrk(server, Path(targets.name), CONNECTIONS, given.seconds)
            print(
                f"{name:<8} {load.rate:,.0f} requests/s  p50 {load.p50:.1f} ms  "
                f"p99 {load.p99:.1f} ms  failed {load.failed}"
            )


if __name__ == "__main__":
    main()
