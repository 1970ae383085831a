"""Search, suggestions and titles over HTTP: ``python -m bench.search_http FILE``.

Starts a server with two workers on an SQLite database. It keeps no answers, so that each is
computed. Asks the queries of ``typed_queries.tsv``, of suggestions all that is typed on the way to
them: one client at first, then several. Needs wrk (``apt-get install wrk``).
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from urllib.parse import quote

from bench.search import queries
from bench.speed_load import Load, need_wrk, wrk
from bench.speed_servers import ours, warmed

WORKERS = 2
CLIENTS = 16
WANTED = {"search": (1.0, 700), "suggest": (1.0, 900), "match": (1.5, 600)}
"""Milliseconds of the median answer to one client, and answers a second to several."""
WIDTHS = (8, 8, 10, 8, 10, 8)


def cases() -> dict[str, list[str]]:
    """Return what is asked of each route."""
    typed = [query.text for query in queries("typed")]
    begun = dict.fromkeys(text[:end] for text in typed for end in range(1, len(text) + 1))
    return {
        "search": [f"/v1/search?q={quote(text)}" for text in typed],
        "suggest": [f"/v1/suggest?q={quote(text)}" for text in begun if text.strip()],
        "match": [f"/v1/titles/match?title={quote(text)}" for text in typed],
    }


def row(name: str, one: Load, several: Load) -> str:
    p50, rate = WANTED[name]
    figures = (
        *(f"{one.p50:.2f}", f"{p50:.2f}", f"{several.rate:,.0f}", f"{rate:,}"),
        *(f"{several.cpu:,.0f}", f"{one.failed + several.failed}"),
    )
    return " ".join((f"{name:<8}", *map(str.rjust, figures, WIDTHS)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="an SQLite database with loaded releases")
    parser.add_argument("--seconds", type=int, default=5)
    given = parser.parse_args()
    need_wrk()
    heads = ("p50", "wanted", "a second", "wanted", "µs", "failed")
    print(f"one client: p50, ms; {CLIENTS} clients: answers a second, processor time of each, µs")
    print(" " * 8, *(f"{head:>{width}}" for head, width in zip(heads, WIDTHS, strict=True)))
    with (
        ours(f"sqlite:///{given.file.absolute()}", workers=WORKERS, cache_bytes="0") as server,
        tempfile.NamedTemporaryFile("w+") as targets,
    ):
        warmed(server)
        for name, paths in cases().items():
            targets.truncate(0)
            targets.seek(0)
            targets.write("\n".join(paths) + "\n")
            targets.flush()
            wrk(server, Path(targets.name), CLIENTS, 1)  # until both workers are warm
            one, several = (
                wrk(server, Path(targets.name), clients, given.seconds) for clients in (1, CLIENTS)
            )
            print(row(name, one, several), flush=True)


if __name__ == "__main__":
    main()
