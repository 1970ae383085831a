"""Installs Datasette and json-server, and serves the wages of one occupation with them."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.speed_servers import Server, free_port, running

DATASETTE = "datasette==0.65.5"
JSON_SERVER = "json-server@0.17.4"


def installed_datasette(folder: Path) -> Path:
    """Install Datasette if it is missing; return its path."""
    datasette = folder / "venv" / "bin" / "datasette"
    if not datasette.exists():
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
        pip = (datasette.with_name("python"), "-m", "pip", "install", "--quiet")
        subprocess.run([*pip, DATASETTE], check=True)
    return datasette


def installed(folder: Path) -> tuple[Path, Path | None]:
    """Install the programs if they are missing; return their paths. json-server needs Node."""
    datasette = installed_datasette(folder)
    server = folder / "node_modules" / ".bin" / "json-server"
    if not server.exists() and shutil.which("npm"):
        npm = ("npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder)
        subprocess.run([*npm, JSON_SERVER], check=True)
    return datasette, server if server.exists() else None


def flat(item: dict[str, Any]) -> dict[str, Any]:
    """Return an item as a row of plain columns."""
    return {
        key: json.dumps(value) if isinstance(value, list | dict) else value
        for key, value in item.items()
    }


@contextmanager
def datasette(program: Path, folder: Path, items: list[dict[str, Any]]) -> Iterator[Server]:
    """Serve items with Datasette, from a table with an index on the code."""
    file = folder / "rows.db"
    rows = [flat(item) for item in items]
    names = ", ".join(rows[0])
    with sqlite3.connect(file) as base:
        base.execute(f"CREATE TABLE wages (id INTEGER PRIMARY KEY, {names})")
        base.execute("CREATE INDEX by_code ON wages (code)")
        places = ", ".join("?" * len(rows[0]))
        insert = f"INSERT INTO wages ({names}) VALUES ({places})"
        base.executemany(insert, [tuple(row.values()) for row in rows])
    base.close()
    port = free_port()
    command = [str(program), "serve", "--immutable", str(file), "--port", str(port)]
    with running("Datasette", command, port, "/-/versions.json") as server:
        yield server


@contextmanager
def json_server(program: Path, folder: Path, items: list[dict[str, Any]]) -> Iterator[Server]:
    """Serve items with json-server, from a JSON file."""
    file = folder / "rows.json"
    numbered = [{"id": n, **item} for n, item in enumerate(items, 1)]
    file.write_text(json.dumps({"wages": numbered}))
    port = free_port()
    command = [str(program), "--quiet", "--host", "127.0.0.1", "--port", str(port), str(file)]
    with running("json-server", command, port, "/wages?code=none") as server:
        yield server


def check(server: Server, target: str, items: list[dict[str, Any]]) -> None:
    """Check that the server answers the same figures in the same number of rows."""
    found = server.get(target).json()
    for row, item in zip(found, items, strict=True):
        expected = flat(item) if server.name == "Datasette" else item
        assert {key: row[key] for key in expected} == expected, server.name
