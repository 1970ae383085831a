"""Measures what templates save: all wages as csv and as NDJSON, written with them and without.

    python -m bench.lines --sqlite FILE

FILE is a database with the box. Rows are read first, and are not counted. Both ways write the same
bytes, which is checked; they take turns, part by part. Nothing is asserted of the time.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from app.api.queries import block_rows
from app.api.queries.blocks import BLOCKS
from app.api.queries.part_filter import EVERY, PartFilter
from app.api.routers.responses import ALWAYS
from app.api.schemas.wages import WageOut
from app.database.catalog import Catalog
from app.database.catalog_reader import load_catalog
from app.database.engines import reading_engine
from app.exporting.formats.table import Table
from app.exporting.formats.templates import Templates
from app.exporting.formats.writers import WRITERS, Writer

AT_ONCE = 2_000
"""Rows that are read at once, as for a list that is sent whole."""


def runs(url: str) -> tuple[Catalog, list[block_rows.Run]]:
    """Read all wages."""
    engine = reading_engine(url, threads=1, statement_timeout=60)
    catalog = load_catalog(engine)
    parts = PartFilter(EVERY).parts(catalog, "wages")
    counts = {part.id: part.rows for part in parts}
    found: list[block_rows.Run] = []
    after = None
    with engine.connect() as connection:
        while True:
            some, after = block_rows.run_of_parts(
                *(connection, "wages", parts, counts, block_rows.EVERY_CODE, after, AT_ONCE)
            )
            found += some
            if after is None:
                return catalog, found


def plainly(writer: Writer, run: block_rows.Run) -> bytes:
    """Write rows as items, one by one."""
    return writer.lines(block_rows.items_of_run("wages", run))


def by_templates(writer: Writer, run: block_rows.Run) -> bytes:
    """Write rows by templates."""
    part, rows = run

    def item(row: tuple[Any, ...]) -> dict[str, Any]:
        return block_rows.items_of_run("wages", (part, [row]))[0]

    return Templates(writer, BLOCKS["wages"].numbers, item, ()).lines(rows)


def measured(writer: Writer, found: list[block_rows.Run]) -> Iterator[tuple[str, float]]:
    """Yield how many rows a second each way writes."""
    seconds: dict[Callable[..., bytes], float] = dict.fromkeys((plainly, by_templates), 0.0)
    for run in found:
        lines = []
        for way in seconds:
            began = time.perf_counter()
            lines.append(way(writer, run))
            seconds[way] += time.perf_counter() - began
        if lines[0] != lines[1]:
            raise SystemExit(f"the lines of {run[0]} differ")
    rows = sum(len(rows) for _, rows in found)
    for way, spent in seconds.items():
        yield way.__name__, rows / spent


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.lines", description=__doc__)
    parser.add_argument("--sqlite", required=True, metavar="FILE")
    catalog, found = runs(f"sqlite:///{parser.parse_args().sqlite}")
    for name, kind in WRITERS.items():
        made = partial(kind, Table(WageOut, None, ALWAYS, catalog.provenance))
        (_, plain), (_, fast) = measured(made(), found)
        print(
            f"{name}: {plain:,.0f} rows a second plainly, {fast:,.0f} by templates: "
            f"{fast / plain:.1f} times as many"
        )


if __name__ == "__main__":
    main()
