"""Migrations of a large database: how long each stretch takes, and whether readers wait.

    python -m bench.migrating --sqlite FILE [--years 9] [--no-postgresql]

FILE is a database with the box. It is copied; its areas' newest wages are repeated for so many
earlier years: 9 make 2.4 million rows. The tables are taken down to an older step, with their rows,
and ``occupations migrate`` brings them up again, while a reader asks for one row every 10 ms.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from alembic import command
from sqlalchemy import Engine, create_engine, text

from app.database.engines import writing_engine
from bench.areas import repeat_years
from bench.speed_data import occupations
from migrations import STEPS
from tests.audit.postgres import cluster
from tests.database.test_migrations import config

FROM = {
    "the first version": "1c54cdf7914e",
    "parts that know what they lack": "b1d7c2a95e38",
    "the step before the newest": STEPS[-2],
}
"""What the database is of → its newest step."""

PAUSE = 0.01


@dataclass
class Reader:
    """Asks for a row again and again; ``waits`` in seconds."""

    engine: Engine
    waits: list[float] = field(default_factory=list)
    failed: int = 0

    def read(self, until: threading.Event) -> None:
        """Ask until it is told to end."""
        with self.engine.connect() as connection:
            while not until.wait(PAUSE):
                began = time.perf_counter()
                try:
                    connection.execute(text("SELECT annual_median FROM wages LIMIT 1")).scalar()
                except Exception:  # whatever a reader would have met
                    self.failed += 1
                connection.rollback()
                self.waits.append(time.perf_counter() - began)


@contextmanager
def reading(url: str) -> Iterator[Reader]:
    """Read in a thread meanwhile."""
    reader, until = Reader(create_engine(url)), threading.Event()
    thread = threading.Thread(target=reader.read, args=(until,))
    thread.start()
    try:
        yield reader
    finally:
        until.set()
        thread.join()
        reader.engine.dispose()


def taken_down(url: str, step: str) -> None:
    """Take the tables down to a step, with their rows."""
    engine = writing_engine(url)
    with engine.connect() as connection:
        made = config()
        made.attributes["connection"] = connection
        command.downgrade(made, step)
        connection.commit()
    engine.dispose()


def measure(where: str, url: str) -> None:
    """Print a line for each step that is begun from."""
    for name, step in reversed(FROM.items()):
        taken_down(url, step)
        began = time.perf_counter()
        with reading(url) as reader:
            occupations("migrate", url=url)
        seconds = time.perf_counter() - began
        print(
            f"| {where} | {name} (`{step}`) | {seconds:.1f} | {len(reader.waits):,} | "
            f"{1000 * max(reader.waits):.0f} | {reader.failed} |",
            flush=True,
        )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sqlite", type=Path, required=True)
    parser.add_argument("--years", type=int, default=9)
    parser.add_argument("--no-postgresql", action="store_true")
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="migrating-")))
        folder.chmod(0o755)  # PostgreSQL runs as another user
        file = folder / "copy.sqlite3"
        shutil.copyfile(given.sqlite, file)
        print("| database | from | seconds | reads | longest ms | failed |")
        print("| --- | --- | ---: | ---: | ---: | ---: |")
        url = f"sqlite:///{file}"
        repeat_years(url, given.years)
        measure("SQLite", url)
        if not given.no_postgresql:
            server = stack.enter_context(cluster(folder / "pg"))
            occupations("import", "box", url=server.url())
            repeat_years(server.url(), given.years)
            measure("PostgreSQL", server.url())


if __name__ == "__main__":
    main()
