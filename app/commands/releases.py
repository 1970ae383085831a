"""Releases: list, show, retire, restore."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import Engine, func, select

from app.commands.console import settings_of, writing
from app.commands.output import fail, say, say_json
from app.database.models import Part, Release, ReleaseFile
from app.importers.loading import load


def _states(engine: Engine) -> list[dict[str, Any]]:
    rows = (
        select(
            Release.name,
            Release.source_id,
            Release.period,
            Release.retired,
            Release.excerpt,
            func.coalesce(func.sum(Part.rows), 0).label("rows"),
        )
        .outerjoin(Part, Part.release_id == Release.id)
        .where(~Release.superseded)
        .group_by(Release.id)
        .order_by(Release.name)
    )
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(rows).mappings()]


def list_releases() -> None:
    """List every release with its state and rows."""
    with writing(settings_of()) as engine:
        states = _states(engine)
    for state in states:
        shown = "retired" if state["retired"] else "excerpt" if state["excerpt"] else "shown"
        say(f"{state['name']:<32} {state['period']:<10} {shown:<8} {state['rows']:>9} rows")
    if not states:
        say("No release is loaded.")


def show_release(name: str) -> None:
    """Show one release as JSON: period, checksum, files."""
    with writing(settings_of()) as engine, engine.connect() as connection:
        query = select(Release.__table__).where(Release.name == name, ~Release.superseded)
        row = connection.execute(query).mappings().one_or_none()
        if row is None:
            fail(f"no release has the id {name!r}; `occupations releases list` lists them")
        files = select(ReleaseFile.__table__).where(ReleaseFile.release_id == row["id"])
        found = [dict(file) for file in connection.execute(files).mappings()]
    hidden = {"id", "superseded"}
    document = {key: value for key, value in row.items() if key not in hidden}
    document["files"] = [
        {key: value for key, value in file.items() if key not in {"id", "release_id"}}
        for file in found
    ]
    say_json(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())


def retire_release(name: str) -> None:
    """Hide a release from every answer; its rows stay."""
    with writing(settings_of()) as engine:
        changed = load.retire(engine, name)
    say(f"{name} is retired." if changed else f"{name} was retired already.")


def restore_release(name: str) -> None:
    """Show a retired release again."""
    with writing(settings_of()) as engine:
        changed = load.restore(engine, name)
    say(f"{name} is shown again." if changed else f"{name} is shown already.")
