"""What a database holds of lists of codes and crosswalks, and what their import says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from tests.conftest import occupations

ENTRIES = """SELECT r.name, p.classification_id, e.code, e.title, e.level, e.parent, e.uri
    FROM entries e JOIN parts p ON p.id = e.part_id JOIN releases r ON r.id = p.release_id
    WHERE p.classification_id IS NOT NULL ORDER BY r.name, p.classification_id, e.code"""
MAPPINGS = """SELECT r.name, p.kind, m.from_code, m.to_code, m.match, m.note
    FROM mappings m JOIN parts p ON p.id = m.part_id JOIN releases r ON r.id = p.release_id
    WHERE NOT r.superseded ORDER BY r.name, p.kind, m.from_code, m.to_code"""


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(query))]
    engine.dispose()
    return found


def taken(url: str, *paths: Path | str, exit_code: int = 0) -> str:
    made = occupations("import", *map(str, paths), url=url)
    assert made.returncode == exit_code, made.stdout + made.stderr
    return made.stdout + made.stderr
