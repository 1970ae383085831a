"""Prints the table and writes ``bench/RESULTS.md``."""

from __future__ import annotations

import datetime
import platform
import subprocess
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from bench.speed_cache import Hits, machine
from bench.speed_load import Row

RESULTS = Path(__file__).parent / "RESULTS.md"
REMARKS = Path(__file__).parent / "REMARKS.md"
PACKAGES = ("fastapi", "starlette", "uvicorn", "uvloop", "httptools", "sqlalchemy", "psycopg")
HEAD = "| what | against | ours | theirs | ratio | target | reached | by processor time | load |"
RULE = "| --- | --- | ---: | ---: | ---: | ---: | --- | ---: | ---: |"


def line(row: Row) -> str:
    """Format a row: requests a second, or milliseconds where times are compared."""
    if row.at_most:
        figure = "p99" if "p99" in row.what else "p50"
        shown = [f"{getattr(one, figure):.2f} ms" for one in (row.a, row.b)]
    else:
        shown = [f"{one.rate:,.0f}/s" for one in (row.a, row.b)]
    target = "" if row.target is None else f"{'≤' if row.at_most else '≥'} {row.target:g}"
    failed = row.a.failed + row.b.failed
    cells = [
        row.what,
        row.against + (f" ({failed} requests failed)" if failed else ""),
        *shown,
        f"{row.ratio:.2f}",
        target,
        row.reached,
        "" if row.by_cpu is None else f"{row.by_cpu:.2f}",
        f"{row.load:.1f}",
    ]
    return f"| {' | '.join(cells)} |"


def versions() -> str:
    """List the versions of the software that was measured."""
    done = subprocess.run(["wrk", "-v"], capture_output=True, text=True, check=False)
    wrk = " ".join((done.stdout + done.stderr).split()[:2])
    return ", ".join(
        [f"Python {platform.python_version()}", *(f"{p} {version(p)}" for p in PACKAGES), wrk]
    )


def document(
    command: str,
    rows: Sequence[Row],
    memory: dict[str, int],
    hits: Sequence[Hits],
    sizes: dict[str, dict[str, int]],
    others: str,
) -> str:
    """Return the text of RESULTS.md, with the handwritten remarks of REMARKS.md at its end."""
    today = datetime.datetime.now(datetime.UTC).date()
    parts = [
        "# Speed, measured",
        f"{today}; {machine()}; `{command}`.",
        versions() + others + ".",
        "Two servers take turns (A B A B); each figure is the median of the rounds. *By processor "
        "time* is the same ratio of the server's own processor time a request, which other work "
        "on the machine bends less; a database server's is not in it. *Load* is the machine's "
        "load average over one minute when the row was done.",
        "\n".join([HEAD, RULE, *map(line, rows)]),
        "## Memory",
        "\n".join(f"- {what}: {size} MB resident." for what, size in memory.items()),
        "## Cache",
        "\n".join(
            f"- {one.limit >> 20} MB allowed: {one.hits:,} hits and {one.misses:,} computations "
            f"({one.hits / max(one.hits + one.misses, 1):.1%} hits), {one.entries:,} answers of "
            f"{one.kept / 2**20:.1f} MB kept."
            for one in hits
        ),
        "## Bytes on the wire",
        "\n".join(
            ["| body | identity | gzip | br | zstd |", "| --- | ---: | ---: | ---: | ---: |"]
            + [
                f"| {name} | {' | '.join(f'{n:,}' for n in by.values())} |"
                for name, by in sizes.items()
            ]
        ),
    ]
    if REMARKS.exists():
        parts.append(REMARKS.read_text().strip())
    return "\n\n".join(parts) + "\n"
