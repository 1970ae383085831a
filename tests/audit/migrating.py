"""Migrations killed at each of their statements, and every step up, down and up again with data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, func, inspect, select, table

from app.database.engines import writing_engine
from app.database.migration_state import is_migrated
from tests.audit import commands, held
from tests.audit.place import Outcome, Place
from tests.audit.postgres import cluster
from tests.database.test_migrations import config

Shape = dict[str, tuple[list[str], list[str]]]


def shape(engine: Engine) -> Shape:
    """Tables with their columns and indexes."""
    found = inspect(engine)
    return {
        name: (
            sorted(f"{c['name']} {c['type']} {c['nullable']}" for c in found.get_columns(name)),
            sorted(str(index["name"]) for index in found.get_indexes(name)),
        )
        for name in found.get_table_names()
    }


def counts(engine: Engine) -> dict[str, int]:
    """Rows of each table."""
    with engine.connect() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table(name))).scalar_one()
            for name in inspect(engine).get_table_names()
            if name != "alembic_version"
        }


def killed(folder: Path, where: str, fresh: Callable[[], str], most: int) -> Outcome:
    """Kill `occupations migrate` before a statement, for as many of them as are wanted."""
    url = fresh()
    commands.finish(folder, url, "migrate")
    engine = writing_engine(url)
    whole = shape(engine)
    engine.dispose()
    bad: Counter[str] = Counter()
    tried = lost = half = at = 0
    while True:
        at += 1
        url = fresh()
        one = commands.start(folder, url, "migrate", dies_at=at)
        if one.end() == 0:
            break  # there is no such statement: all of them were tried
        tried += 1
        engine = writing_engine(url)
        there = set(inspect(engine).get_table_names())
        half += bool(there) and there != set(whole)
        again = commands.start(folder, url, "migrate")
        wrong = []
        if again.end() != 0:
            wrong.append(f"the repeat: {again.errors.strip()[-160:]}")
        elif not is_migrated(engine) or shape(engine) != whole:
            wrong.append("the repeat made other tables")
        engine.dispose()
        lost += bool(wrong)
        bad.update(wrong)
        at += 0 if not most else max(0, at * 2 // most)
    said = f"{half} left half of the tables"
    if bad:
        said += f"; wrong: {bad.most_common(3)}"
    return Outcome("a migration killed at a statement", where, tried, lost, said)


def steps(folder: Path, where: str, url: str) -> Outcome:
    """Take each step down and up again, newest first; then seed what is left empty."""
    engine = writing_engine(url)
    script = ScriptDirectory.from_config(config())
    before_all, at_first = shape(engine), counts(engine)
    wrong: list[str] = []
    tried = 0
    for step in script.walk_revisions():
        tried += 1
        below = str(step.down_revision or "base")
        there = counts(engine)
        for direction, target in ((command.downgrade, below), (command.upgrade, step.revision)):
            with engine.connect() as connection:
                made = config()
                made.attributes["connection"] = connection
                direction(made, target)
                connection.commit()
            if direction is command.downgrade:
                kept = set(counts(engine))
        now = counts(engine)
        wrong += [
            f"{name}: {there[name]:,} rows became {now.get(name)}"
            for name in kept & there.keys()  # a table that the step took away came back empty
            if now.get(name) != there[name]
        ]
        with engine.connect() as connection:
            made = config()
            made.attributes["connection"] = connection
            command.downgrade(made, below)
            connection.commit()
    with engine.connect() as connection:
        made = config()
        made.attributes["connection"] = connection
        command.upgrade(made, "head")
        connection.commit()
    if shape(engine) != before_all:
        wrong.append("other tables than before")
    engine.dispose()
    commands.finish(folder, url, "seed")
    wrong += held.unsound(url)
    rows = sum(at_first.values())
    said = f"with {rows:,} rows loaded" + (f"; wrong: {wrong[:3]}" if wrong else "")
    return Outcome("each step down and up again", where, tried, len(wrong), said)


def check(place: Place) -> Iterator[Outcome]:
    """On both databases; every statement in the long form."""
    folder = place.scratch("migrating")
    most = 4 if place.short else 0
    numbers = iter(range(10**6))

    def new_file() -> str:
        return f"sqlite:///{folder / f'd{next(numbers)}.sqlite3'}"

    yield killed(folder, "SQLite", new_file, most)
    yield steps(folder, "SQLite", place.sqlite_copy("migrated"))
    with ExitStack() as stack:
        server = stack.enter_context(cluster(place.folder / "migrating-pg"))

        def new_database() -> str:
            server.sql("DROP DATABASE IF EXISTS fresh WITH (FORCE)")
            server.sql("CREATE DATABASE fresh")
            return server.url(name="fresh")

        yield killed(folder, "PostgreSQL", new_database, most)
        if place.short:
            commands.finish(folder, server.url(), "seed")
        else:
            server.copy_of(place.urls["PostgreSQL"])
        yield steps(folder, "PostgreSQL", server.url())
