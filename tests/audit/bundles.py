"""Bundles as strangers open them: pandas, polars, DuckDB and ``frictionless validate``.

None of them knows the program. Each reads the box; all must count the rows of the manifest, find
its key unique and agree on the sums of figures. Frictionless reads a bundle of the seed: row by row
in Python, it would take minutes for the box.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.importers.seed.box import box_folder
from tests.audit.others import Missing, last_line, python_tools, said_by
from tests.audit.place import Outcome, Place
from tests.conftest import occupations

READERS = {
    "pandas": "import pandas\n"
    "def read(path, key, figures):\n"
    "    t = pandas.read_parquet(path)\n"
    "    return len(t), int(t.duplicated(key).sum()), [float(t[f].sum()) for f in figures]",
    "polars": "import polars\n"
    "def read(path, key, figures):\n"
    "    t = polars.read_parquet(path)\n"
    "    sums = [float(t[f].cast(polars.Float64).sum() or 0) for f in figures]\n"
    "    return t.height, t.height - t.select(key).n_unique(), sums",
    "duckdb": "import duckdb\n"
    "def read(path, key, figures):\n"
    "    t = duckdb.read_parquet(path)\n"
    "    distinct = t.project(', '.join(chr(34) + k + chr(34) for k in key)).distinct()\n"
    "    sums = [float(t.sum(f).fetchall()[0][0] or 0) for f in figures]\n"
    "    return t.shape[0], t.shape[0] - distinct.shape[0], sums",
}
"""Reader → a program with ``read``: rows of a file, keys that stand again, sums of figures."""
MAIN = "import json, sys\nprint(json.dumps([read(*one) for one in json.load(open(sys.argv[1]))]))"


def run(place: Place) -> Iterator[Outcome]:
    """Read the box with each reader; validate a bundle of the seed."""
    try:
        tools = python_tools("bundles")
    except Missing as reason:
        yield Outcome("bundles as strangers open them", "", 0, 0, str(reason), done=False)
        return
    box = json.loads((box_folder() / "datapackage.json").read_text("utf-8"))
    wanted = place.scratch("bundles") / "wanted.json"
    wanted.write_text(json.dumps([_asked(one) for one in box["resources"]]))
    sums: dict[str, list[float]] = {}
    for reader, program in READERS.items():
        command = [str(tools / "python"), "-c", f"{program}\n{MAIN}", str(wanted)]
        done = said_by(command, place.folder)
        if done.returncode:
            yield Outcome(f"{reader} reads the box", "", 1, 1, last_line(done.stderr))
            continue
        wrong = []
        for one, (rows, twice, total) in zip(
            box["resources"], json.loads(done.stdout), strict=True
        ):
            pairs = zip(total, sums.setdefault(one["name"], total), strict=True)
            alike = all(math.isclose(a, b, rel_tol=1e-9) for a, b in pairs)
            if (rows, twice, alike) != (one["rows"], 0, True):
                wrong.append(f"{one['name']}: {rows} rows, {twice} keys twice, sums {alike}")
        many = len(box["resources"])
        yield Outcome(f"{reader} reads the box", "", many, len(wrong), "; ".join(wrong)[:200])
    yield _validated(tools, place)


def _asked(resource: dict[str, Any]) -> list[Any]:
    """Return what a reader is asked of a resource: its path, its key, its figures."""
    schema = resource["schema"]
    figures = [one["name"] for one in schema["fields"] if one["type"] in {"integer", "number"}]
    return [str(box_folder() / resource["path"]), schema["primaryKey"], figures]


def _validated(tools: Path, place: Place) -> Outcome:
    target = place.folder / "bundles" / "bundle"
    made = occupations("export", str(target), url=place.urls["SQLite"])
    if made.returncode:
        return Outcome("frictionless validate", "SQLite", 1, 1, last_line(made.stderr))
    done = said_by([str(tools / "frictionless"), "validate", "datapackage.json", "--json"], target)
    try:
        report = json.loads(done.stdout)
    except ValueError:
        return Outcome("frictionless validate", "SQLite", 1, 1, last_line(done.stderr))
    faults = [one["message"] for task in report["tasks"] for one in task["errors"]]
    said = "; ".join(faults)[:200]
    return Outcome("frictionless validate", "SQLite", len(report["tasks"]), len(faults), said)
