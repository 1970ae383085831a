"""``occupations releases``: list, show, retire and restore."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import Engine, Row, and_, func, select

from app.commands.console import reading, settings_of, writing
from app.commands.output import fail, say, say_json
from app.database.migration_state import refuse_newer
from app.database.models import Part, Release, ReleaseFile
from app.importers.loading import load
from app.settings import Settings


def list_releases() -> None:
    """Print every release with its state and number of rows."""
    query = (
        select(
            Release.name,
            Release.period,
            Release.retired,
            Release.excerpt,
            Release.purged,
            func.coalesce(func.sum(Part.rows), 0).label("rows"),
        )
        .outerjoin(Part, and_(Part.release_id == Release.id, Part.to_number.is_(None)))
        .where(~Release.superseded)
        .group_by(Release.id)
        .order_by(Release.name)
    )
    with reading(settings_of()) as engine, engine.connect() as connection:
        found = connection.execute(query).all()
    for one in found:
        states = (("deleted", one.purged), ("retired", one.retired), ("excerpt", one.excerpt))
        state = next((word for word, is_so in states if is_so), "shown")
        say(f"{one.name:<32} {one.period:<10} {state:<8} {one.rows:>9} rows")
    if not found:
        say("No release is loaded.")


def show_release(name: str) -> None:
    """Print one release as JSON: period, checksum, files."""
    with reading(settings_of()) as engine, engine.connect() as connection:
        query = select(Release.__table__).where(Release.name == name, ~Release.superseded)
        row = connection.execute(query).one_or_none()
        if row is None:
            fail(f"no release has the id {name!r}; `occupations releases list` lists them")
        query = select(ReleaseFile.__table__).where(ReleaseFile.release_id == row.id)
        files = [_public(file) for file in connection.execute(query)]
    document = _public(row) | {"files": files}
    say_json(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())


def _public(row: Row[Any]) -> dict[str, Any]:
    """Return a row without its internal columns."""
    internal = {"id", "superseded", "release_id"}
    return {key: value for key, value in row._asdict().items() if key not in internal}


def retire_release(name: str) -> None:
    """Hide a release from every answer; its rows stay for ``keep_days``."""
    settings = settings_of()
    with writing(settings) as engine:
        refuse_newer(engine)
        retired = load.retire(engine, name)
        say(f"{name} is retired." if retired else f"{name} was retired already.")
        _export(engine, settings)


def restore_release(name: str) -> None:
    """Show a retired release again."""
    settings = settings_of()
    with writing(settings) as engine:
        refuse_newer(engine)
        restored = load.restore(engine, name)
        say(f"{name} is shown again." if restored else f"{name} is shown already.")
        _export(engine, settings)


def _export(engine: Engine, settings: Settings) -> None:
    from app.commands.exports import follow  # noqa: PLC0415 - 0.3 s, which a list does without

    follow(engine, settings)
