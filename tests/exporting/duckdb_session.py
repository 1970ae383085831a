"""A session of DuckDB that reads over HTTP; it runs with DuckDB's packages alone.

It takes statements as JSON, one a line, and answers each with its rows or its error.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import duckdb
import duckdb_extension_httpfs  # type: ignore[import-not-found]


def main() -> None:
    folder = Path(duckdb_extension_httpfs.__file__).parent
    (extension,) = folder.glob("extensions/*/httpfs.duckdb_extension")
    with duckdb.connect() as connection:
        connection.execute(f"LOAD '{extension}'")
        for line in sys.stdin:
            try:
                said: dict[str, Any] = {"rows": connection.execute(json.loads(line)).fetchall()}
            except duckdb.Error as error:
                said = {"error": str(error)}
            sys.stdout.write(json.dumps(said, default=str) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
