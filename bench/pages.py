"""Measures first answers of pages beside the JSON that they are made of, and their bytes.

    python -m bench.pages --sqlite FILE [--rounds 20]

FILE is a loaded database. The server keeps no answers, so that each is a first one. In each round
it answers a page, then every request of the API that it is made of; what is compared is the
server's own processor time. Then the bytes of the page as browsers get it, with its style sheet
and script.
"""

from __future__ import annotations

import argparse
import re
import shutil
import statistics
import tempfile
from html import unescape
from pathlib import Path

import httpx

from bench.speed_servers import Server, ours, warmed

PAGES = (
    "/",
    "/occupations/registered-nurses",
    "/occupations/software-developers?area=TX",
    "/rankings",
    "/compare?codes=29-1141,29-1151&areas=12420,US",
    "/areas/12420",
    "/sources",
    "/search?q=nurse",
)
BROWSER = {"Accept": "text/html, */*;q=0.8"}
TARGET = 2.0
"""Times of the JSON's that a page may take."""
MOST_BYTES = 60_000
"""Compressed bytes that an occupation's page may have with everything."""


GROUPS = "/v1/occupations?level=major&limit=200&fields=code,title"
"""What the choice of a group on the page of rankings is made of."""


def json_of(client: httpx.Client, page: str) -> list[str]:
    """Return the requests that a page is made of: those it links, and those of its form."""
    links = re.findall(r'href="(/v1[^"]*)"', client.get(page).text)
    given = httpx.URL(page).params
    areas = [one for name in ("area", "areas") for one in given.get(name, "").split(",") if one]
    form = [f"/v1/areas?q={area}&limit=10" for area in areas]
    form += [GROUPS] if page.startswith("/rankings") else []
    return list(dict.fromkeys([*map(unescape, links), *form]))


def spent(server: Server, client: httpx.Client, targets: list[str]) -> float:
    """Return the milliseconds of processor time that the server needs for requests."""
    before = server.cpu_seconds()
    for target in targets:
        client.get(target)
    return (server.cpu_seconds() - before) * 1000


def sizes(client: httpx.Client, page: str) -> tuple[int, int]:
    """Return the compressed bytes of a page, and with its style sheet and script."""
    found = []
    for target in (page, "/static/explorer.css", "/static/explorer.js"):
        with client.stream("GET", target, headers={"Accept-Encoding": "br"}) as answer:
            found.append(sum(len(chunk) for chunk in answer.iter_raw()))
    return found[0], sum(found)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("--sqlite", type=Path, required=True, metavar="FILE")
    parser.add_argument("--rounds", type=int, default=20)
    given = parser.parse_args()
    print("| page | ms first | ms of its JSON | requests | ratio | target ≤ 2 | bytes | with all |")
    print("| --- | ---: | ---: | ---: | ---: | --- | ---: | ---: |")
    with tempfile.TemporaryDirectory(prefix="occupations-bench-") as name:
        copy = shutil.copy(given.sqlite, Path(name) / "copy.sqlite3")
        with (
            ours(f"sqlite:///{copy}", cache_bytes="0") as server,
            httpx.Client(base_url=server.url, headers=BROWSER, timeout=60) as client,
        ):
            warmed(server)
            for page in PAGES:
                requests = json_of(client, page)
                spent(server, client, [page, *requests])  # what is compiled once
                # Processor time is counted in hundredths of a second: several at a time.
                pairs = [
                    (spent(server, client, [page] * 5) / 5, spent(server, client, requests * 5) / 5)
                    for _ in range(given.rounds)
                ]
                ours_ms, json_ms = (statistics.mean(side) for side in zip(*pairs, strict=True))
                alone, whole = sizes(client, page)
                ratio = ours_ms / json_ms
                print(
                    f"| `{page}` | {ours_ms:.1f} | {json_ms:.1f} | {len(requests)} | {ratio:.2f} "
                    f"| {'yes' if ratio <= TARGET else 'no'} | {alone:,} | {whole:,} |"
                )


if __name__ == "__main__":
    main()
